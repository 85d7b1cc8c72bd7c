"""Futures on a volatility index in a printed plan against their quotes, for check_plan.py."""
import datetime

from plan_case import TIGHT, off


def vol_futures(case):
    """Futures on a volatility index: bought only, margined, by their quotes."""
    for t in case.futures:
        name, q = t["instrument"], case.quotes.get(t["instrument"])
        if q is None:
            yield f"{name}: its quote is not given (--vol-futures FILE)"
            continue
        bid, ask, n = q["bid_points"], q["ask_points"], t["quantity"]
        half = (ask - bid) / 2 * q["point_usd"]
        if t["side"] != "buy":
            yield f"{name}: sold, though it would sell what protects"
        yield from off(f"{name}: price", t["price"], ask * q["point_usd"])
        yield from off(f"{name}: fee_usd", t["fee_usd"], n * q["fee_usd"])
        yield from off(f"{name}: cost_usd", t["cost_usd"], n * (half + q["fee_usd"]))
        yield from off(f"{name}: margin_usd", t["margin_usd"], n * q["margin_usd"])
        yield from off(f"{name}: vega", t["vega"], n * t["term_beta"] * 100 * q["point_usd"])
        if t["depth"] > q["depth_contracts"] * (1 + TIGHT):
            yield f"{name}: a depth of {t['depth']}, quoted are {q['depth_contracts']}"
        if not 0 < t["term_beta"] < 2:
            yield f"{name}: a term beta of {t['term_beta']}"
        if t["delta"] != 0 or t["gamma"] != 0:
            yield f"{name}: has delta or gamma"
        at = datetime.datetime.fromisoformat(case.market["at"])
        days = (datetime.datetime.fromisoformat(q["expiry"]) - at).total_seconds() / 86400
        yield from off(f"{name}: tenor_days", t["tenor_days"], days, 1e-6)
        if days < case.policy["horizon_days"]:
            yield f"{name}: expires before the horizon"
