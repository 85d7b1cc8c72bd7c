"""tools/check_plan.py lets a good plan pass and catches each of many planted faults."""
import copy
import json
import sys
import tomllib
import unittest

from command import BOOK, ROOT, plan

sys.path.insert(0, str(ROOT / "tools"))

import check_plan  # noqa: E402
from option_cover import Option, uncovered  # noqa: E402


def sold(told):
    return next(t for t in told["trades"] if t["side"] == "sell" and t["tenor_days"] > 0)


def row(told, name):
    return next(c for c in told["constraints"] if c["name"] == name)


def more_of_a_sale(answer):
    """A consistent lie: sold calls and puts doubled with everything that is printed of them."""
    for trade in answer["plan"]["trades"]:
        if trade["layer"].endswith("_spread"):
            for key in ("quantity", "depth", "fee_usd", "cost_usd", "carry_usd_per_year",
                        "margin_usd", "delta", "gamma", "vega", "theta_usd_per_day"):
                trade[key] *= 20


def first(answer):
    return answer["plan"]["trades"][0]


# what is wrong -> (the check that must say so, how it is planted)
FAULTS = {
    "a fee left out": ("costs", lambda a: first(a).update(fee_usd=0)),
    "a price that is not the quote": ("costs", lambda a: first(a).update(
        price=1.01 * first(a)["price"])),
    "a cost without its fee": ("costs", lambda a: first(a).update(
        cost_usd=first(a)["cost_usd"] - first(a)["fee_usd"])),
    "a premium too low": ("costs", lambda a: a["plan"].update(
        premium_usd=a["plan"]["premium_usd"] - 1)),
    "a carry that is not the sum": ("costs", lambda a: a["plan"].update(carry_usd_per_year=0)),
    "a margin that is not the sum": ("costs", lambda a: a["plan"].update(
        margin_usd=a["plan"]["margin_usd"] + 1)),
    "half a lot": ("quantities", lambda a: sold(a["plan"]).update(
        quantity=sold(a["plan"])["quantity"] + 0.5)),
    "more than the depth": ("quantities", lambda a: first(a).update(
        depth=first(a)["quantity"] - 1)),
    "one instrument twice": ("quantities", lambda a: a["plan"]["trades"].append(first(a))),
    "a tenor that its name denies": ("names", lambda a: sold(a["plan"]).update(
        tenor_days=sold(a["plan"])["tenor_days"] + 1)),
    "a wrong bucket": ("names", lambda a: sold(a["plan"]).update(bucket_days=365)),
    "a sale in a buyer's layer": ("names", lambda a: sold(a["plan"]).update(layer="put_shield")),
    "a short option without margin": ("margins", lambda a: sold(a["plan"]).update(margin_usd=1)),
    "a limit overstepped": ("limits", lambda a: row(a["plan"], "margin").update(upper=1)),
    "a constraint that shows another value": ("rows", lambda a: row(a["plan"], "cash").update(
        value=0)),
    "a limit that is not the policy's": ("rows", lambda a: row(a["plan"], "cash").update(
        upper=1e9)),
    "coverage over its tolerance": ("rows", lambda a: row(a["plan"], "coverage").update(
        value=1e6)),
    "a budget of another rule": ("budget", lambda a: a["plan"].update(budget_usd_per_year=1e6)),
    "naked options": ("cover", more_of_a_sale),
    "a gap over a millionth": ("proof", lambda a: a["plan"].update(
        bound_usd=a["plan"]["bound_usd"] - 10,
        duality_gap_usd=a["plan"]["duality_gap_usd"] + 10)),
    "an objective below its bound": ("proof", lambda a: a["plan"].update(
        objective_usd=a["plan"]["bound_usd"] - 1)),
    "a hedge that makes things worse": ("proof", lambda a: a["plan"].update(
        objective_unhedged_usd=a["plan"]["objective_usd"] - 1)),
    "an objective that is not mean and CVaR": ("objective", lambda a: a["plan"].update(
        objective_usd=a["plan"]["objective_usd"] + 1)),
    "a CVaR below its VaR": ("tails", lambda a: a["tail"]["hedged"].update(cvar95_usd=0)),
    "a standard error of nothing": ("tails", lambda a: a["tail"]["unhedged"]["out_of_sample"]
                                    .update(cvar99_usd_se=0)),
    "too much coverage": ("coverage", lambda a: a["plan"].update(coverage=3.5)),
    "a delta over one": ("greeks", lambda a: first(a).update(delta=9 * first(a)["delta"])),
    "Greeks that do not add up": ("greeks", lambda a: a["plan"]["greeks"][-1].update(gamma=1)),
    "a profile that does not add up": ("profile", lambda a: a["plan"]["profile"]["sum_usd"]
                                       .__setitem__(7, 0)),
    "a payoff that the trades do not have": ("profile", lambda a: a["plan"]["profile"][
        "hedge_expiry_usd"].__setitem__(60, 1e5)),
    "a break-even left out": ("break_evens", lambda a: (a["plan"]["break_even_usd"].pop(0),
                                                        a["plan"]["z_break_even"].pop(0))),
    "a z that is another price's": ("break_evens", lambda a: a["plan"]["z_break_even"]
                                    .__setitem__(0, 0.5)),
    "a value that is not its tokens": ("position", lambda a: a["position"].update(quote_usd=0)),
    "an LVR of another volatility": ("position", lambda a: a["position"].update(
        market_implied_vol=0.9)),
    "a capture of other fees": ("income", lambda a: a["plan"].update(fee_capture=0.5)),
    "fees kept that are not what is left of them": ("fees_kept", lambda a: a["fees_kept"]["rows"][0]
                                                    .update(beside_move_usd=0)),
    "more left out than a calm move": ("fees_kept", lambda a: a["fees_kept"]["rows"][0].update(
        hedge_usd=1e6)),
    "fees known, and nothing said of what is kept": ("fees_kept", lambda a: a.update(
        fees_kept=None)),
    "a limit on calm fees that is not the policy's": ("fees_kept", lambda a: a["fees_kept"].update(
        least_calm=0.5)),
    "a limit on calm fees that is not of the fees": ("fees_kept", lambda a: row(
        a["plan"], "calm").update(lower=2 * row(a["plan"], "calm")["lower"])),
    "a calm loss that fresh paths do not have": ("fees_kept", lambda a: row(
        a["plan"], "calm").update(value=row(a["plan"], "calm")["value"] + 50_000)),
    "shares that are not one": ("histogram", lambda a: a["plan"]["histogram"]["hedged"]
                                .__setitem__(3, 0.5)),
    "null without a reason": ("unknowns", lambda a: a["position"].update(realised_vol=None)),
    "a node of the tree that differs": ("explained", lambda a: a["plan"].update(coverage=0.5)),
    "NaN": ("finite", lambda a: a["position"].update(gamma=float("nan"))),
    "trades, and yet no hedge": ("status", lambda a: a["plan"].update(status="no_hedge")),
    "legs dearer than the trade": ("beside", lambda a: a["beside"]["legs"]["trades"][0].update(
        cheapest_usd=1e6)),
    "a purchase whose legs nobody looked at": ("beside", lambda a: a["beside"]["legs"][
        "trades"].pop()),
    "a collar that is naked": ("beside", lambda a: a["beside"]["collar"].update(call_units=3)),
    "a future that nobody quoted": ("vol_futures", lambda a: a["plan"]["trades"][0].update(
        layer="vol_future")),
    "a key missing": ("tails", lambda a: a["tail"]["hedged"].pop("var95_usd")),
}


class CheckPlan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.answer = json.loads(plan().stdout)
        cls.book = tomllib.loads(BOOK.read_text())

    def test_a_good_plan_passes(self):
        self.assertEqual([], check_plan.failures(self.answer, self.book))
        self.assertEqual([], check_plan.failures(self.answer))

    def test_each_planted_fault_is_caught_by_the_check_that_is_about_it(self):
        for what, (check, plant) in FAULTS.items():
            with self.subTest(what):
                spoilt = copy.deepcopy(self.answer)
                plant(spoilt)
                found = check_plan.failures(spoilt, self.book)
                self.assertIn(check, {line.split(":")[0] for line in found}, found)
                self.assertTrue(all("\n" not in line for line in found))

    def test_every_check_catches_something(self):
        names = {check.__name__ for check in check_plan.CHECKS}
        self.assertEqual(names, {check for check, _ in FAULTS.values()})

    def test_what_is_no_plan_is_said_in_one_line(self):
        for nothing in ({}, {"plan": []}, {"plan": {}, "market": {}, "position": {}}):
            self.assertEqual(1, len(check_plan.failures(nothing)))


class Uncovered(unittest.TestCase):
    """Short options are matched with long ones, each long one used once."""

    def count(self, call, wallet=0, **lots):
        """lots: day_strike=quantity, the day in March 2026."""
        contracts = []
        for name, quantity in lots.items():
            day, strike = name[1:].split("_")
            kind = "C" if call else "P"
            contracts.append((Option(f"ETH-{day}MAR26-{strike}-{kind}"), quantity))
        return uncovered(contracts, call, wallet)

    def test_spreads_are_covered(self):
        self.assertEqual(0, self.count(True, x20_2000=3, x20_2100=-3))
        self.assertEqual(0, self.count(False, x20_2000=3, x10_1900=-3))

    def test_what_pays_less_or_dies_sooner_covers_nothing(self):
        self.assertEqual(3, self.count(True, x20_2200=3, x20_2100=-3))
        self.assertEqual(3, self.count(False, x20_1800=3, x20_1900=-3))
        self.assertEqual(3, self.count(True, x10_2000=3, x20_2100=-3))

    def test_one_long_call_covers_one_short_call(self):
        self.assertEqual(1, self.count(True, x20_2000=1, x10_2050=-1, x20_2200=-1))
        self.assertEqual(1, self.count(True, x20_2000=1, x15_2100=1, x10_2050=-1, x20_2200=-1))
        self.assertEqual(0, self.count(True, x20_2000=1, x15_2000=1, x10_2050=-1, x20_2200=-1))

    def test_wallet_tokens_cover_calls_and_no_puts(self):
        self.assertEqual(0, self.count(True, wallet=2, x10_2050=-1, x20_2200=-1))
        self.assertEqual(1, self.count(False, wallet=2, x20_2200=-1))


if __name__ == "__main__":
    unittest.main()
