"""What a plan says of the fees that it leaves, held against itself; for check_plan.py."""
import math

from plan_case import off

ENDINGS = ("calm", "usual", "far down", "far up")
RECORDED = "calm, vol as recorded"
ERRORS = 6  # between a mean on the set chosen on and one on fresh scenarios, standard errors
FEES_OFF = 0.05  # of fees on calm paths, between those sets


def fees_kept(case):
    """Kept is (fees + hedge) over fees; the limit is there where it can be, and is the policy's."""
    told, limit = case.answer["fees_kept"], case.rows.get("calm")
    if told is None:
        if case.position["fees_usd_per_day"] is not None:
            yield "nothing is said of fees kept though fees are known"
        if limit is not None:
            yield "fees are not known, and yet a limit keeps some"
        return
    rows = {row["where"]: row for row in told["rows"]}
    recorded = told["vol_change"] is not None
    if set(rows) - {RECORDED} != set(ENDINGS) or (RECORDED in rows) != recorded:
        yield f"fees are told for {', '.join(rows)}"
        return
    share = math.fsum(rows[where]["share_of_paths"] for where in ENDINGS)
    if share > 1 + 1e-9:
        yield f"endings of {share} of all paths"
    for where, row in rows.items():
        if row["fees_usd"] > 0:
            kept = 1 + row["beside_move_usd"] / row["fees_usd"]
            yield from off(f"fees kept, {where}", row["kept"], kept)
        elif row["kept"] is not None:
            yield f"fees kept, {where}: {row['kept']} of none"
    yield from move_left_out(case, told, rows)
    yield from calm_limit(case, told, rows.get(RECORDED, rows["calm"]), limit)


def move_left_out(case, told, rows):
    """What is left out is the trades' delta times a move that a calm path can make."""
    delta = case.total("delta")
    most = abs(delta) * case.spot * math.expm1(told["calm_within"]) + 1e-6
    for where in {"calm", RECORDED} & rows.keys():
        out = rows[where]["hedge_usd"] - rows[where]["beside_move_usd"]
        if abs(out) > most:
            yield f"fees kept, {where}: {out:.2f} of a delta of {delta:.3f} tokens is left out"


def calm_limit(case, told, calm, limit):
    least = case.policy["fees_kept_calm_min"]
    if (limit is None) != (told["least_calm"] is None) or (limit is None) == (
            not told["why_no_limit"]):
        yield "a limit on calm fees is told and not shown, or shown and not told"
    if limit is None:
        return
    yield from off("the least share of calm fees", told["least_calm"], least)
    if case.leaves:
        return  # fees of what leaves are in no printed figure
    allowed = (1 - least) * calm["fees_usd"]
    if abs(-limit["lower"] - allowed) > FEES_OFF * allowed + 1e-6:
        yield f"the limit lets {-limit['lower']:.2f} go, {1 - least:.3g} of fees are {allowed:.2f}"
    if calm["kept_se"] is None:
        return
    chosen_on = case.answer["tail"]["unhedged"]
    paths_over = chosen_on["out_of_sample"]["paths"] / chosen_on["paths"]
    error = calm["kept_se"] * calm["fees_usd"] * math.sqrt(1 + paths_over)
    small = 1e-6 * case.position["value_usd"]
    if abs(calm["beside_move_usd"] - limit["value"]) > ERRORS * error + small:
        yield (f"on calm paths the hedge earns {limit['value']:.2f} where it was chosen, "
               f"{calm['beside_move_usd']:.2f} +- {error:.2f} on fresh ones")
