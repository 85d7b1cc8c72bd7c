"""Recomputes a printed plan from nothing but what it prints, and says what does not hold.

Adds up the trades again, prices fees and margin by the venue's rules, matches every short option
with a long one that covers it, holds every printed figure against its limit. Shares no code with
levee. One line a failed check; exit code 1.

usage: check_plan.py PLAN.json [--book BOOK.toml] [--vol-futures FILE.toml] [--set key=value ...]

--book reads cash, wallet, lots held and the [policy] table; --set replaces one policy value, as a
flag of the command did. Without them the defaults of methodology section 8 are taken. --vol-futures
is the file of quotes that the plan had: a future it trades that is not in there is a failure.
"""
import argparse
import datetime
import json
import math
import pathlib
import sys
import tomllib

from beside_check import beside
from fees_check import fees_kept
from option_cover import uncovered
from plan_case import TIGHT, Case, near, off
from vol_future_check import vol_futures


def finite(case):
    yield from (f"{where} is not a finite number" for where in not_finite(case.answer, ""))


def not_finite(node, where):
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from not_finite(value, f"{where}.{key}".lstrip("."))
    elif isinstance(node, float) and not math.isfinite(node):
        yield where


def status(case):
    told = case.told["status"]
    if told not in ("optimal", "no_hedge", "infeasible", "not_converged"):
        yield f"status {told} is none of the four"
    if told != "not_converged" and (told == "optimal") != bool(case.trades):
        yield f"{told}, with {len(case.trades)} trades"


def quantities(case):
    """Whole lots, within depth; nothing both bought and sold."""
    seen, own = set(), abs(case.position["delta"] + case.wallet)
    for t in case.trades:
        name, lot = t["instrument"], case.lot(t)
        if t["side"] not in ("buy", "sell"):
            yield f"{name}: side {t['side']}"
        if not t["quantity"] > 0:
            yield f"{name}: quantity {t['quantity']}"
        if abs(t["quantity"] / lot - round(t["quantity"] / lot)) > 1e-6:
            yield f"{name}: {t['quantity']} is not a whole number of lots of {lot}"
        if t["quantity"] > t["depth"] * (1 + TIGHT):
            yield f"{name}: {t['quantity']} is more than the depth of {t['depth']}"
        if t["depth_binds"] != (t["quantity"] > t["depth"] - 0.5 * lot):
            yield f"{name}: depth_binds is {t['depth_binds']}"
        if name in seen:
            yield f"{name}: traded twice"
        most = case.policy["perp_share_of_delta_max"] * own / case.each
        if t in case.perps and t["quantity"] > most + 1e-6:
            yield f"{name}: {t['quantity']} units, for a delta of {own:.6f}"
        seen.add(name)


def names(case):
    """What the name says against tenor, bucket (nearest in log time) and layer."""
    buckets = case.policy["tenors_days"]
    at = datetime.datetime.fromisoformat(case.market["at"])
    for t, option in case.options:
        days = (option.expiry - at).total_seconds() / 86400
        if days <= 0:
            yield f"{t['instrument']}: expired at the snapshot"
        elif not near(days, t["tenor_days"], 1e-6):
            yield f"{t['instrument']}: tenor {t['tenor_days']}, by its name {days:.6f}"
        elif t["bucket_days"] != min(buckets, key=lambda b: abs(math.log(days / b))):
            yield f"{t['instrument']}: {days:.1f} days in bucket {t['bucket_days']}"
        bought = t["side"] == "buy"
        layer = ("call_" if option.call else "put_") + (
            "spread" if not bought else "wing" if option.call else "shield")
        if t["layer"] != layer:
            yield f"{t['instrument']}: a {t['side']} in layer {t['layer']}"


def book_changes(case):
    """Covers at the premium asked, to the horizon; liquidity out within its share."""
    offers = {o["name"]: o for o in case.answer.get("protocol", {}).get("covers", [])}
    for t in case.covers:
        name, offer = t["instrument"], offers.get(t["instrument"])
        if offer is None:
            yield f"{name}: bought, but not on offer"
            continue
        paid = offer["premium_per_year"] * case.horizon_years
        yield from off(f"{name}: price", t["price"], paid)
        yield from off(f"{name}: cost_usd", t["cost_usd"], t["quantity"] * paid)
        carry = t["quantity"] * offer["premium_per_year"]
        yield from off(f"{name}: carry_usd_per_year", t["carry_usd_per_year"], carry)
        yield from off(f"{name}: bought_usd", offer["bought_usd"], t["quantity"])
    for name in offers.keys() - {t["instrument"] for t in case.covers}:
        yield from off(f"{name}: bought_usd", offers[name]["bought_usd"], 0)
    for t in case.leaves:
        name, share = t["instrument"], t["quantity"]
        yield from off(f"{name}: cost_usd", t["cost_usd"], share * case.policy["leave_gas_usd"])
        if share > case.policy["leave_share_max"] + TIGHT:
            yield f"{name}: {share} of it, allowed are less"
    for t in case.covers + case.leaves:
        if any(t[key] != 0 for key in ("gamma", "vega", "margin_usd")):
            yield f"{t['instrument']}: has Greeks or a margin"


def costs(case):
    """Price, fee and cost of each trade by the venue's schedule; then the totals."""
    p, spot = case.policy, case.index
    for t, _ in case.options:
        name = t["instrument"]
        fee = t["quantity"] * min(p["option_fee_share_of_index"] * spot,
                                  p["option_fee_share_of_premium_max"] * t["price"])
        cost = case.sign(t) * t["quantity"] * t["price"] + fee
        yield from off(f"{name}: price", t["price"], t["price_coin"] * spot)
        yield from off(f"{name}: fee_usd", t["fee_usd"], fee)
        yield from off(f"{name}: cost_usd", t["cost_usd"], cost)
    for t in case.perps:
        name, half = t["instrument"], p["perp_half_spread_share"] * spot
        fee = t["quantity"] * p["perp_fee_share"] * spot
        yield from off(f"{name}: price", t["price"], spot + case.sign(t) * half)
        yield from off(f"{name}: fee_usd", t["fee_usd"], fee)
        yield from off(f"{name}: cost_usd", t["cost_usd"], fee + t["quantity"] * half)
    yield from book_changes(case)
    premium = math.fsum([case.sign(t) * t["quantity"] * t["price"] for t, _ in case.options] +
                        [t["cost_usd"] for t in case.covers])
    yield from off("plan.premium_usd", case.told["premium_usd"], premium, 1e-9, 1e-5)
    for key, part in (("fees_usd", "fee_usd"), ("margin_usd", "margin_usd"),
                      ("carry_usd_per_year", "carry_usd_per_year")):
        yield from off(f"plan.{key}", case.told[key], case.total(part), 1e-9, 1e-5)


def margins(case):
    """A short option's standard margin: max(0.15 - out of the money / S, 0.1) coins and mark."""
    for t, option in case.options:
        if t["side"] == "buy":
            if t["margin_usd"] != 0:
                yield f"{t['instrument']}: margin {t['margin_usd']} on a bought option"
            continue
        out = option.strike - case.index if option.call else case.index - option.strike
        least = case.index * max(0.15 - max(0.0, out) / case.index, 0.1)
        mark = t["margin_usd"] / t["quantity"] - least
        if not 0 < mark <= max(4 * t["price"], 0.05 * case.index):
            yield f"{t['instrument']}: margin {t['margin_usd']} leaves a mark of {mark:.4f}"
    for t in case.perps:
        yield from off(f"{t['instrument']}: margin_usd", t["margin_usd"],
                       t["quantity"] * case.policy["perp_margin_share"] * case.index)


def tie_slack(case, name):
    """Whole lots meet a ratio of tenors to half a lot of each trade that is in it."""
    front, following = (float(days) for days in name.split("_")[-2:])
    share = dict(zip(case.policy["tenors_days"], (4, 4, 2)))
    slack = 0
    for t, _ in case.options:
        if t["bucket_days"] in (front, following) and t["side"] == "buy":
            unit = t["price"] / 10 if name.startswith("premium") else 1
            slack += 0.5 * case.policy["option_lot"] * unit / share[t["bucket_days"]]
    return slack


def limits(case):
    if case.told["status"] == "infeasible":
        return
    for row in case.told["constraints"]:
        size = max([1e-9] + [abs(b) for b in (row["lower"], row["upper"]) if b is not None])
        slack = tie_slack(case, row["name"]) if "_ratio_" in row["name"] else 0
        slack += 1e-7 * size
        if row["upper"] is not None and row["value"] > row["upper"] + slack:
            yield f"constraint {row['name']}: {row['value']} is above {row['upper']}"
        if row["lower"] is not None and row["value"] < row["lower"] - slack:
            yield f"constraint {row['name']}: {row['value']} is below {row['lower']}"


def rows(case):
    p, told, position = case.policy, case.told, case.position
    own = abs(position["delta"] + case.wallet)
    delta = p["net_delta_share_max"] * max(own, 0.5 * position["value_usd"] / case.spot)
    tolerance = p["coverage_tolerance"] * position["value_usd"]
    expected = {
        "carry": (case.total("carry_usd_per_year"), told["budget_usd_per_year"]),
        "cash": (case.total("cost_usd") + case.total("margin_usd"), case.cash),
        "margin": (case.total("margin_usd"), p["margin_share_of_cash"] * case.cash),
        "net_delta": (case.total("delta"), delta), "coverage": (None, tolerance)}
    for name, (value, upper) in expected.items():
        row = case.rows.get(name)
        if row is None:
            yield f"constraint {name} is not shown"
            continue
        value = row["value"] if value is None else value
        yield from off(f"constraint {name}: value", row["value"], value, 1e-9, 1e-5)
        if not case.knows_book and name in ("cash", "margin", "net_delta"):
            upper = row["upper"]  # cash and wallet are the book's
        if value > upper + 1e-7 * abs(upper) and case.trades:
            yield f"constraint {name}: the trades give {value:.6f}, allowed are {upper:.6f}"
        yield from off(f"constraint {name}: limit", row["upper"], upper)


def budget(case):
    """min(share of value * concentration, share of fees while above zero, cap), or a sum."""
    p, position = case.policy, case.position
    nav, fees = position["value_usd"], position["fees_usd_per_day"]
    allowed = [p["carry_share_of_nav_max"] * nav,
               p["carry_share_of_nav"] * nav * max(1.0, position["concentration"])]
    if fees is not None and fees > 0:
        allowed.append(p["carry_share_of_fees"] * 365 * fees)
    wanted = min(allowed) if p["carry_usd_per_year"] is None else p["carry_usd_per_year"]
    yield from off("plan.budget_usd_per_year", case.told["budget_usd_per_year"], wanted)


def cover(case):
    traded = [(option, case.sign(t) * t["quantity"]) for t, option in case.options]
    for call in (True, False):
        before = uncovered(case.held, call, case.wallet)
        after = uncovered(case.held + traded, call, case.wallet)
        if after > before + 1e-9:
            yield (f"{after - before:g} {'calls' if call else 'puts'} are sold that no long one "
                   "covers, each long one counted once")


def proof(case):
    """bound <= optimum <= objective <= unhedged, and the gap within 1e-6 of the book's value."""
    told, value = case.told, case.position["value_usd"]
    if told["status"] == "infeasible":
        return
    small = 1e-9 * value
    gap, rounding = told["duality_gap_usd"], told["rounding_cost_usd"]
    yield from off("plan.duality_gap_usd", gap, told["optimum_usd"] - told["bound_usd"],
                   1e-9, small)
    yield from off("plan.rounding_cost_usd", rounding,
                   told["objective_usd"] - told["optimum_usd"], 1e-9, small)
    if not -small <= gap <= 1e-6 * value:
        yield f"duality_gap_usd {gap} is over a millionth of {value}"
    if told["bound_usd"] > told["optimum_usd"] + small:
        yield f"bound {told['bound_usd']} is above the optimum {told['optimum_usd']}"
    if told["objective_usd"] < told["bound_usd"] - small:
        yield f"objective {told['objective_usd']} is below its bound {told['bound_usd']}"
    if rounding < -1e-6 * value:
        yield f"whole lots gain {-rounding}: the optimum was none"
    limit = case.policy["tail_limit_usd"]
    if limit is None and told["objective_usd"] > told["objective_unhedged_usd"] + small:
        yield f"objective {told['objective_usd']} is worse than without trades"


def objective(case):
    """What is minimised, from the printed tail of the scenarios it was chosen on."""
    p, limit = case.policy, case.policy["tail_limit_usd"]
    if case.told["status"] == "infeasible" or p["confidence"] != 0.95:
        return
    for side, key in (("unhedged", "objective_unhedged_usd"), ("hedged", "objective_usd")):
        tail = case.answer["tail"][side]
        value = tail["mean_usd"] + (0 if limit else p["price_of_tail"] * tail["cvar95_usd"])
        slack = 1e-6 if case.covers else 1e-9  # layers are whole dollars
        yield from off(f"plan.{key}", case.told[key], value, 1e-9,
                       slack * case.position["value_usd"])
    hedged = case.answer["tail"]["hedged"]["cvar95_usd"]
    if limit and hedged > limit * (1 + 1e-9) + 1e-6:
        yield f"CVaR {hedged} is over the tail limit of {limit}"


def tails(case):
    sides = case.answer["tail"]
    parts = {f"{s}{where}": tail for s in ("unhedged", "hedged") for where, tail in
             (("", sides[s]), (".out_of_sample", sides[s]["out_of_sample"]))}
    for i, pair in enumerate(sides["also"]):
        parts |= {f"also[{i}].unhedged": pair["unhedged"], f"also[{i}].hedged": pair["hedged"]}
    for where, tail in parts.items():
        steps = ["var95_usd", "cvar95_usd", "cvar99_usd", "worst_usd"]
        for low, high in zip(steps, steps[1:]):
            if tail[high] < tail[low] - 1e-9 * abs(tail[low]):
                yield f"tail.{where}: {high} {tail[high]} is below {low} {tail[low]}"
        if tail["mean_usd"] > tail["cvar95_usd"]:
            yield f"tail.{where}: the mean is above the CVaR"
        for key in ("mean_usd_se", "var95_usd_se", "cvar95_usd_se", "cvar99_usd_se", "paths"):
            if not tail[key] > 0:
                yield f"tail.{where}: {key} is {tail[key]}"


def coverage(case):
    """Payoff over loss: at most coverage_max, and what the stated tolerance adds to it."""
    p, ratio = case.policy, case.told["coverage"]
    if case.trades and ratio is None:
        yield "coverage is null though there are trades"
    if ratio is not None and ratio > p["coverage_max"] + 1 + 1e-7:
        yield f"coverage {ratio} is more than limit and tolerance allow"


def greeks(case):
    table = {row["of"]: row for row in case.told["greeks"]}
    parts = [row for name, row in table.items() if name != "total"]
    for key in ("delta", "gamma", "vega", "theta_usd_per_day"):
        size = 1e-9 * max([1e-9] + [abs(row[key]) for row in parts])
        total = math.fsum(row[key] for row in parts)
        yield from off(f"hedge {key}", table["hedge"][key], case.total(key), 1e-9, size)
        yield from off(f"total {key}", table["total"][key], total, 1e-9, size)
    for t, option in case.options:
        per_unit = case.sign(t) * t["delta"] / t["quantity"] / case.each
        low, high = (0, 1) if option.call else (-1, 0)
        if not low - TIGHT <= per_unit <= high + TIGHT:
            yield f"{t['instrument']}: a delta of {per_unit} a contract"
        if case.sign(t) * t["gamma"] < 0 or case.sign(t) * t["vega"] < 0:
            yield f"{t['instrument']}: gamma and vega of a {t['side']} have the wrong sign"
    for t in case.perps:
        yield from off(f"{t['instrument']}: delta", t["delta"],
                       case.sign(t) * t["quantity"] * case.each)


def at_expiry(case, price, lp):
    """The trades with no time value left, costs included; a perp after its funding; of what left
    the pool its tokens' move in place of the pool's and its fees."""
    fees = (case.position["fees_usd_per_day"] or 0) * case.policy["horizon_days"]
    held = case.position["base_tokens"] * (price - case.spot)
    there = case.traded(price)
    worth = [case.sign(t) * t["quantity"] * o.payoff(there) - t["cost_usd"]
             for t, o in case.options]
    for t in case.perps:
        paid = t["carry_usd_per_year"] * case.horizon_years * (1 + there / case.index) / 2
        worth.append(case.sign(t) * t["quantity"] * (there - case.index) - paid - t["cost_usd"])
    worth += [-t["cost_usd"] for t in case.covers]
    worth += [-t["carry_usd_per_year"] * case.horizon_years - t["cost_usd"] for t in case.futures]
    worth += [t["quantity"] * (held - lp - fees) - t["cost_usd"] for t in case.leaves]
    return math.fsum(worth)


def profile(case):
    f, small = case.told["profile"], 1e-9 * case.position["value_usd"]
    if len({len(column) for column in f.values()}) != 1 or len(f["price"]) < 2:
        yield "profile: columns of different lengths, or empty"
        return
    if any(b <= a for a, b in zip(f["price"], f["price"][1:])):
        yield "profile: prices do not ascend"
    for i, price in enumerate(f["price"]):
        lp, place = f["lp_usd"][i], f"profile at {price:.2f}: "
        for part, whole in (("hedge_usd", "sum_usd"), ("hedge_expiry_usd", "sum_expiry_usd")):
            yield from off(place + whole, f[whole][i], lp + f[part][i], 1e-9, small)
        if case.leaves and len(case.answer["positions"]) > 1:
            continue  # which of them left is not in the profile
        yield from off(place + "hedge_expiry_usd", f["hedge_expiry_usd"][i],
                       at_expiry(case, price, lp), 1e-9, 10 * small)


def break_evens(case):
    """Where profile plus expected fees changes sign, there and only there is a break-even."""
    f, told = case.told["profile"], case.told
    fees = (case.position["fees_usd_per_day"] or 0) * case.policy["horizon_days"]
    found = told["break_even_usd"]
    sigma = case.market["implied_vol"] * math.sqrt(case.horizon_years)
    for price, z in zip(found, told["z_break_even"], strict=True):
        yield from off(f"z of {price}", z, math.log(price / case.spot) / sigma, 1e-6)
    profit = [(price, x + fees) for price, x in zip(f["price"], f["sum_usd"], strict=True)]
    clear = [x for x in profit if abs(x[1]) > 1e-9 * case.position["value_usd"]]  # not a root
    for (low, before), (high, after) in zip(clear, clear[1:]):
        inside = sum(low < price <= high for price in found)
        if inside % 2 != ((before > 0) != (after > 0)):
            yield (f"between {low:.2f} and {high:.2f} the profit goes from {before:.2f} to "
                   f"{after:.2f}, with {inside} break-evens")


def position(case):
    x, spot = case.position, case.spot
    lvr = x["market_implied_vol"] ** 2 * spot ** 2 * -x["gamma"] / 2 / 365
    follow = {"value_usd": x["base_tokens"] * spot + x["quote_usd"], "delta": x["base_tokens"],
              "lvr_usd_per_day": lvr, "break_even_fee_rate": 365 * lvr / x["value_usd"],
              "concentration": -4 * spot ** 2 * x["gamma"] / x["value_usd"]}
    if x["fees_usd_per_day"] is not None and lvr > 0:
        follow["fee_implied_vol"] = x["market_implied_vol"] * math.sqrt(
            x["fees_usd_per_day"] / lvr)
    for key, value in follow.items():
        yield from off(f"position.{key}", x[key], value, 1e-6, 1e-9)


def histogram(case):
    h = case.told["histogram"]
    for side in ("unhedged", "hedged"):
        yield from off(f"histogram.{side}: sum", math.fsum(h[side]), 1)


def unknowns(case):
    named = " ".join(f"{u['field']} {u['why']}" for u in case.answer["unknown"])
    for key, value in case.position.items():
        words = key.split("_")
        if value is None and not any(w in named for w in (key, words[0], words[0].rstrip("s"))):
            yield f"position.{key} is null and `unknown` does not say why"
    for u in case.answer["unknown"]:
        if not u["field"] or not u["reason"] or not u["why"]:
            yield f"unknown: an entry without field, reason or why: {u}"


def explained(case):
    """A node of the tree that is named after a figure holds that figure."""
    def walk(node):
        yield node
        for child in node["inputs"]:
            yield from walk(child)

    for node in walk(case.answer["explain"]):
        value = case.answer
        for key in node["name"].split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, (int, float)) and "." in node["name"]:
            yield from off(f"node {node['name']}", node["value"], value)


def income(case):
    """What fees have to pay, and the share of them that carry leaves."""
    told, position = case.told, case.position
    left = 1 - min(max(told["coverage_gamma"], 0), 1)
    needed = told["carry_usd_per_year"] + left * 365 * position["lvr_usd_per_day"]
    yield from off("fees_needed_usd_per_year", told["fees_needed_usd_per_year"], needed)
    fees = position["fees_usd_per_day"]
    if fees:
        kept = 1 - told["carry_usd_per_year"] / (365 * fees)
        yield from off("fee_capture", told["fee_capture"], kept)
    elif told["fee_capture"] is not None:
        yield f"fee_capture is {told['fee_capture']}, and fees are not known"


CHECKS = (finite, status, quantities, names, costs, vol_futures, margins, limits, rows, budget,
          cover, proof, objective, tails, coverage, greeks, profile, break_evens, position, income,
          histogram, fees_kept, unknowns, explained, beside)


def failures(answer, book=None, changes=(), futures=None):
    """-> lines, each a check that does not hold."""
    try:
        case = Case(answer, book, changes, futures)
    except (KeyError, TypeError, ValueError) as error:
        return [f"shape: {type(error).__name__}: {error}"]
    found = []
    for check in CHECKS:
        try:
            found += [f"{check.__name__}: {line}" for line in check(case)]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            found.append(f"{check.__name__}: {type(error).__name__}: {error}")
    return found


def changed(text):
    key, _, value = text.partition("=")
    return key, value if key == "mode" else float(value)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan")
    parser.add_argument("--book")
    parser.add_argument("--vol-futures")
    parser.add_argument("--set", type=changed, action="append", default=[])
    ask = parser.parse_args(words)
    answer = json.loads(pathlib.Path(ask.plan).read_text())
    book = tomllib.loads(pathlib.Path(ask.book).read_text()) if ask.book else None
    futures = (tomllib.loads(pathlib.Path(ask.vol_futures).read_text()) if ask.vol_futures
               else None)
    found = failures(answer, book, ask.set, futures)
    print("\n".join(found) or f"{ask.plan}: {len(CHECKS)} checks hold")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
