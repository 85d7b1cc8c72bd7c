"""A printed plan with the policy it was made under, for check_plan.py."""
import math

from option_cover import Option

POLICY = {
    "horizon_days": 30, "confidence": 0.95, "price_of_tail": 0.10, "tail_limit_usd": None,
    "carry_share_of_nav": 0.015, "carry_share_of_fees": 0.30, "carry_share_of_nav_max": 0.10,
    "carry_usd_per_year": None, "fees_kept_calm_min": 0.70, "margin_share_of_cash": 0.50,
    "coverage_max": 1.0, "coverage_tolerance": 0.01, "coverage_target": 0.35,
    "perp_share_of_delta_max": 0.60, "net_delta_share_max": 1.0,
    "tenors_days": [30, 110, 220], "option_fee_share_of_index": 0.0003,
    "option_fee_share_of_premium_max": 0.125, "perp_fee_share": 0.0005,
    "perp_half_spread_share": 0.0002, "perp_margin_share": 0.10, "option_lot": 1,
    "perp_lot": 0.001, "mode": "scenario_match", "leave_share_max": 0, "leave_gas_usd": 25}
LOTS = {"perp_delta": "perp_lot", "protocol_cover": 1, "leave": 0.01,
        "vol_future": None}  # the quote's own; else option_lot
TIGHT = 1e-9  # relative, for sums of printed doubles


def near(a, b, share=TIGHT, floor=1e-6):
    return abs(a - b) <= max(share * max(abs(a), abs(b)), floor)


def off(what, printed, wanted, share=TIGHT, floor=1e-6):
    """One line if a printed figure is not what it should be."""
    if printed is None or not near(printed, wanted, share, floor):
        yield f"{what} is {printed}, by what is printed {wanted:.6f}"


class Case:
    """A plan, the policy it was made under, and its trades read as options and perps."""

    def __init__(self, answer, book=None, changes=(), futures=None):
        book = book or {}
        self.answer, self.told = answer, answer["plan"]
        self.market, self.position = answer["market"], answer["position"]
        self.policy = {**POLICY, **book.get("policy", {}), **dict(changes)}
        self.knows_book = bool(book)
        self.cash = book.get("book", {}).get("idle_cash_usd", 0)
        self.wallet = book.get("book", {}).get("wallet_tokens", 0)
        self.held = [(Option(lot["instrument"]), lot["quantity_contracts"])
                     for lot in book.get("option", [])]
        self.spot = self.market["underlying_usd"]
        # What is traded: the base itself, or a proxy of which a unit stands for so many tokens.
        self.proxy = answer.get("proxy")
        self.index = self.proxy["asset_usd"] if self.proxy else self.spot
        self.each = self.index / (self.proxy["beta"] * self.spot) if self.proxy else 1
        self.horizon_years = self.policy["horizon_days"] / 365
        self.trades = self.told["trades"]
        self.options = [(t, Option(t["instrument"])) for t in self.trades
                        if t["layer"] not in LOTS]
        self.covers = [t for t in self.trades if t["layer"] == "protocol_cover"]
        self.leaves = [t for t in self.trades if t["layer"] == "leave"]
        self.perps = [t for t in self.trades if t["layer"] == "perp_delta"]
        self.futures = [t for t in self.trades if t["layer"] == "vol_future"]
        self.quotes = {q["name"]: q for q in (futures or {}).get("vol_future", [])}
        self.rows = {row["name"]: row for row in self.told["constraints"]}

    def traded(self, price):
        """Price of what is traded where the base is at this one, its residual at zero."""
        if not self.proxy:
            return price
        return self.index * (price / self.spot) ** (1 / self.proxy["beta"])

    def total(self, key):
        return math.fsum(t[key] for t in self.trades)

    def lot(self, trade):
        if trade["layer"] == "vol_future":
            quote = self.quotes.get(trade["instrument"])  # where there is none a check says so
            return quote["lot_contracts"] if quote else 1
        lot = LOTS.get(trade["layer"], "option_lot")
        return self.policy[lot] if isinstance(lot, str) else lot

    @staticmethod
    def sign(trade):
        return 1 if trade["side"] == "buy" else -1
