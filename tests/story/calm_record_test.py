"""Months of the record in which the price stayed near: what hedges took of the fees.

Every day of February to April 2026 after which the price stood within 5 % a month later, having
been within 12 % on the way, plans a hedge with the row `calm` and without it. A month later options
are worth the later chain's marks, those that expired their payoff at that day's index, perpetuals
the price's move less the funding that was planned with. Fees are assumed: no pool is recorded.
"""
import csv
import datetime
import gzip
import json
import math
import os
import pathlib
import sys
import tempfile
import unittest
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/cli")]

import check_plan  # noqa: E402
from command import levee  # noqa: E402

DATA = pathlib.Path(os.environ.get("LEVEE_SHARED", ROOT.parent / "shared")) / "data"
MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05")
DAYS_AHEAD = 30
FEES_A_DAY = 700  # USD on a million, 25 % to either side: about the LVR of a volatility of 50 %
NEAR, NEAR_ON_THE_WAY = 0.05, 0.12
BELOW, ABOVE, WORTH = 0.75, 1.25, 1_000_000
POLICIES = {"off": {"fees_kept_calm_min": 0}, "on": {"fees_kept_calm_min": 0.7}}


def chain_file(month):
    return DATA / f"options/deribit_chain_daily_{month}.csv.gz"


def chains():
    """-> by day, the marks in coins by instrument; and the index by day."""
    marks, index = {}, {}
    for month in MONTHS:
        with gzip.open(chain_file(month), "rt") as file:
            for row in csv.DictReader(file):
                if row["currency"] == "ETH":
                    day = row["snapshot_utc"][:10]
                    marks.setdefault(day, {})[row["instrument"]] = float(row["mark_coin"])
                    index[day] = float(row["index_usd"])
    return marks, index


def later(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(DAYS_AHEAD)).isoformat()


def starts(index):
    """-> days after which the price stayed near."""
    found = []
    for day in sorted(index):
        if later(day) not in index:
            continue
        path = [price for when, price in index.items() if day <= when <= later(day)]
        moved = abs(index[later(day)] / index[day] - 1)
        on_the_way = max(max(path) / index[day], index[day] / min(path)) - 1
        if moved <= NEAR and on_the_way <= NEAR_ON_THE_WAY:
            found.append(day)
    return found


def liquidity_change(start, end):
    """-> what the positions gain by the price alone."""
    low, high = BELOW * start, ABOVE * start

    def worth(price):
        inside = min(max(price, low), high)
        return (price * (1 / math.sqrt(inside) - 1 / math.sqrt(high)) + math.sqrt(inside) -
                math.sqrt(low))

    return WORTH * (worth(end) / worth(start) - 1)


def settled(instrument, price):
    _, _, strike, kind = instrument.split("-")
    return max(0.0, (float(strike) - price) * (1 if kind == "P" else -1))


def expiry(instrument):
    return datetime.datetime.strptime(instrument.split("-")[1], "%d%b%y").date().isoformat()


@dataclass
class Month:
    """A plan a month later, USD."""
    start: str
    policy: str
    moved: float
    options: float
    perps: float
    liquidity: float
    delta_times_move: float  # of the hedge: what the price's move alone brought it
    cvar: float
    told: float  # fees kept on calm paths, by the plan

    @property
    def fees(self):
        return FEES_A_DAY * DAYS_AHEAD

    @property
    def kept(self):
        return 1 + (self.options + self.perps) / self.fees

    @property
    def kept_beside_the_move(self):
        return 1 + (self.options + self.perps - self.delta_times_move) / self.fees

    def line(self):
        return (f"{self.start} {self.policy:3} {100 * self.moved:+5.1f} % {self.options:9,.0f} "
                f"{self.perps:8,.0f} {self.liquidity:8,.0f} {100 * self.kept:6.0f} % "
                f"{100 * self.kept_beside_the_move:6.0f} % {100 * self.told:6.0f} % "
                f"{self.cvar:9,.0f}")


HEAD = ("start     row   move   options    perps liquidity  kept  beside the move   told "
        "    CVaR95")


def planned(day, index, policy):
    entered = datetime.date.fromisoformat(day) - datetime.timedelta(DAYS_AHEAD)
    book = {"book": {"base": "ETH", "quote": "USDC", "idle_cash_usd": 200_000},
            "policy": POLICIES[policy]}
    text = (f'[book]\nbase = "ETH"\nquote = "USDC"\nidle_cash_usd = 200000\n[[position]]\n'
            f"range_below_pct = 25\nrange_above_pct = 25\ndeposit_usd = {WORTH}\n"
            f"entry_price_usd = {index[day]}\nentry_time = {entered}\n"
            f"fees_earned_usd = {FEES_A_DAY * DAYS_AHEAD}\n[policy]\n" +
            "".join(f"{key} = {value}\n" for key, value in POLICIES[policy].items()))
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(text)
        file.flush()
        done = levee("plan-hedge", "--json", "--quiet", "--book", file.name,
                     "--chain", chain_file(day[:7]), "--at", f"{day}T23:59:00Z", "--stale-ok",
                     "--history", DATA / "prices/binance_perp_ETHUSDT_1h.csv.gz",
                     "--funding", DATA / "perps/binance_funding_8h_ETHUSDT.csv",
                     "--iv-index", DATA / "options/deribit_dvol_ETH_1d.csv", timeout=600)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    faults = check_plan.failures(answer, book)
    assert not faults, faults
    return answer


def a_month_later(answer, day, policy, marks, index):
    end = later(day)
    month = Month(day, policy, index[end] / index[day] - 1, 0, 0,
                  liquidity_change(index[day], index[end]), 0,
                  answer["tail"]["hedged"]["out_of_sample"]["cvar95_usd"],
                  answer["fees_kept"]["rows"][0]["kept"])
    for trade in answer["plan"]["trades"]:
        sign = 1 if trade["side"] == "buy" else -1
        month.delta_times_move += trade["delta"] * (index[end] - index[day])
        if trade["layer"] == "perp_delta":
            funding = trade["carry_usd_per_year"] * DAYS_AHEAD / 365
            month.perps += (sign * trade["quantity"] * (index[end] - index[day]) -
                            trade["cost_usd"] - funding)
            continue
        name = trade["instrument"]
        expired = expiry(name) <= end
        worth = settled(name, index[expiry(name)]) if expired else marks[end][name] * index[end]
        month.options += sign * trade["quantity"] * worth - trade["cost_usd"]
    return month


def mean(months, figure):
    return math.fsum(getattr(month, figure) for month in months) / len(months)


@unittest.skipUnless(chain_file(MONTHS[0]).exists(), f"no recorded chains in {DATA}")
class CalmMonthsOfTheRecord(unittest.TestCase):
    def test_the_row_leaves_more_of_their_fees(self):
        marks, index = chains()
        found = starts(index)
        self.assertEqual(10, len(found))
        months = {policy: [a_month_later(planned(day, index, policy), day, policy, marks, index)
                           for day in found] for policy in POLICIES}
        print(HEAD)
        for both in zip(*months.values()):
            print(*(month.line() for month in both), sep="\n")
        for policy, ten in months.items():
            print(f"mean, row {policy}: kept {100 * mean(ten, 'kept'):.0f} % of fees, "
                  f"{100 * mean(ten, 'kept_beside_the_move'):.0f} % beside the price's move; "
                  f"options {mean(ten, 'options'):,.0f}, perpetuals {mean(ten, 'perps'):,.0f}, "
                  f"liquidity {mean(ten, 'liquidity'):,.0f}, CVaR95 {mean(ten, 'cvar'):,.0f}")
        for off, on in zip(months["off"], months["on"]):
            self.assertGreater(on.kept_beside_the_move, off.kept_beside_the_move, on.start)
        for figure in ("kept", "kept_beside_the_move"):
            self.assertGreater(mean(months["on"], figure), mean(months["off"], figure) + 0.05)


if __name__ == "__main__":
    unittest.main()
