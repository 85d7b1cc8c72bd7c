"""What a plan tells beside its programme, held against the laws it has to keep."""
import math

from plan_case import off


def beside(case):
    """Other legs never dearer; a bundle makes nothing; a collar never naked, paid by itself."""
    told = case.answer["beside"]
    bought = {t["instrument"]: t for t, _ in case.options if t["side"] == "buy"}
    judged = {leg["instrument"]: leg for leg in told["legs"]["trades"]}
    if judged.keys() != bought.keys():
        yield f"legs of {sorted(judged.keys() ^ bought.keys())}, bought or judged alone"
    for name in judged.keys() & bought.keys():
        leg, t = judged[name], bought[name]
        yield from off(f"{name}: quantity of its legs", leg["quantity"], t["quantity"])
        if leg["way"] is None:
            continue
        at_expiry = 0.00015 * case.index * t["quantity"]
        yield from off(f"{name}: direct_usd", leg["direct_usd"], t["cost_usd"] + at_expiry, 1e-6)
        if leg["cheapest_usd"] > leg["direct_usd"] + 1e-9:
            yield f"{name}: its cheapest legs cost more than it does"
    collar, bundle, swap = told["collar"], told["bundle"]["bundle"], told["rate_swap"]
    if case.knows_book and collar["call_units"] - collar["cap_units"] > case.wallet:
        yield "the collar sells calls that neither a cap nor a wallet token stands behind"
    paid = collar["premium_received_usd"] + collar["fees_used_usd"]
    if collar["premium_paid_usd"] > paid + 1e-6:
        yield "the collar pays more premium than calls and fees bring"
    if bundle:
        costs_usd = math.fsum(bundle[f"{x}_cost_usd"] for x in ("swap", "hedge"))
        worth = bundle["worth_before_usd"] - costs_usd - bundle["flash_fee_usd"]
        yield from off("bundle: worth_after_usd", bundle["worth_after_usd"], worth, 1e-8)
    if swap["gain_usd"] is not None:
        gain = swap["notional_usd"] * (swap["received"] - swap["fixed"]) * case.horizon_years
        yield from off("rate_swap: gain_usd", swap["gain_usd"], gain, 1e-6)
