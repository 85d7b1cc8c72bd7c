"""The bundled market is exactly what its tool makes, and hangs together."""
import csv
import math
import pathlib
import sys
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tools"))

import make_example_market as tool  # noqa: E402


class ExampleMarket(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tool.files()
        cls.chain = list(csv.DictReader(cls.files["chain.csv"].splitlines()))

    def test_is_a_fresh_run_byte_for_byte(self):
        folder = REPOSITORY / "examples/market"
        self.assertEqual(sorted(self.files), sorted(path.name for path in folder.iterdir()))
        for name, text in self.files.items():
            self.assertTrue((folder / name).read_text() == text,
                            f"{name} differs (run tools/make_example_market.py)")

    def test_quotes_stand_around_the_mark_on_their_ticks(self):
        sides = {"bid_coin": 1, "ask_coin": -1}
        for row in self.chain:
            mark = float(row["mark_coin"])
            tick = 0.0001 if mark < 0.005 else 0.0005
            for side, sign in sides.items():
                if row[side]:
                    steps = float(row[side]) / tick
                    self.assertAlmostEqual(steps, round(steps), 6, row)
                    self.assertGreater(sign * (mark - float(row[side])), 0, row)
        alone = sum(not (row["bid_coin"] and row["ask_coin"]) for row in self.chain)
        self.assertTrue(5 <= alone <= len(self.chain) // 10)

    def test_marks_keep_parity_and_have_no_butterfly(self):
        calls = {}
        for row in self.chain:
            forward, strike = float(row["future_usd"]), float(row["strike_usd"])
            premium = float(row["mark_coin"]) * forward
            if row["type"] == "P":  # C - P = F - K, undiscounted
                premium += forward - strike
            key = row["snapshot_utc"], row["expiry_utc"]
            known = calls.setdefault(key, {}).setdefault(strike, premium)
            self.assertAlmostEqual(known, premium, delta=0.02)
        for smile in calls.values():
            strikes = sorted(smile)
            slopes = [(smile[b] - smile[a]) / (b - a) for a, b in zip(strikes, strikes[1:])]
            self.assertTrue(all(-1 <= slope <= 0 for slope in slopes))
            self.assertTrue(all(b > a - 1e-4 for a, b in zip(slopes, slopes[1:])))

    def test_history_has_one_hole_of_five_hours(self):
        times = [row.split(",")[0] for row in self.files["history.csv"].splitlines()[1:]]
        starts = [tool.datetime.strptime(t, "%Y-%m-%dT%H:%M:%SZ") for t in times]
        gaps = [(b - a).total_seconds() / 3600 for a, b in zip(starts, starts[1:])]
        self.assertEqual([6.0], [gap for gap in gaps if gap != 1])

    def test_pool_pays_a_quarter_range_what_is_realistic(self):
        rows = list(csv.DictReader(self.files["pool.csv"].splitlines()))
        price = float(rows[-1]["close_usdc_per_weth"])
        earned = 0
        for before, row in zip(rows, rows[1:]):
            usdc, weth = (float(row[c]) - float(before[c])
                          for c in ("fee_growth_global0_x128", "fee_growth_global1_x128"))
            close = float(row["close_usdc_per_weth"])
            earned += (usdc / 1e6 + weth / 1e18 * close) / 2**128 * 1e12
        value = math.sqrt(price) * (2 - math.sqrt(0.75) - 1 / math.sqrt(1.25))
        rate = earned / value * 365 * 24 / (len(rows) - 1)
        self.assertTrue(0.15 < rate < 0.35, rate)


if __name__ == "__main__":
    unittest.main()
