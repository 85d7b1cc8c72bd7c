"""Futures on a volatility index in a plan: bought, told, judged again, and what is refused."""
import copy
import json
import pathlib
import sys
import tempfile
import tomllib
import unittest

from command import BOOK, QUICK, ROOT, levee, plan
from proxy_test import TOKEN, token_prices

sys.path.insert(0, str(ROOT / "tools"))

import check_plan  # noqa: E402

QUOTE = """[[vol_future]]
name = "VOL-SEP"
asset = "ETH"
expiry = "2026-09-30T08:00:00Z"
bid_points = 59.9
ask_points = 60.1
point_usd = 100
fee_usd = 2
margin_usd = 1500
lot_contracts = 1
depth_contracts = 60
"""
# Futures alone, so that none is left for what options do better.
ALONE = ("--price-of-tail", "0.8", "--without",
         "put_shield,put_spread,call_wing,call_spread,perp_delta")
SETTINGS = (("price_of_tail", 0.8), ("paths_choose", 2000), ("paths_score", 2000))


class VolFuture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        cls.folder = pathlib.Path(cls.kept.name)

    def file(self, text, name="futures.toml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def answer(self, *words):
        done = plan(*ALONE, *words)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def refusal(self, text):
        done = plan("--vol-futures", self.file(text, "bad.toml"))
        self.assertNotEqual(0, done.returncode)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, len(done.stderr.strip().split("\n")), done.stderr)
        self.assertIn("bad.toml", done.stderr)
        return done.stderr

    def test_a_plan_with_one_adds_up_by_what_it_prints(self):
        far = QUOTE.replace("VOL-SEP", "VOL-OCT").replace("09-30", "10-20")
        path = self.file(QUOTE + far)
        answer = self.answer("--vol-futures", path)
        bought = [t for t in answer["plan"]["trades"] if t["layer"] == "vol_future"]
        self.assertTrue(bought)
        self.assertTrue(all(0 < t["term_beta"] < 1 for t in bought))
        why = next(one["why"] for one in answer["layers"] if one["layer"] == "vol_future")
        self.assertIn("VOL-SEP moves 0.", why)
        self.assertIn("where the 30-day index moves one", why)
        book, quotes = tomllib.loads(BOOK.read_text()), tomllib.loads(path.read_text())
        self.assertEqual([], check_plan.failures(answer, book, SETTINGS, quotes))
        blind = check_plan.failures(answer, book, SETTINGS)
        self.assertTrue(any("its quote is not given" in line for line in blind), blind)
        for key, factor in (("cost_usd", 0.9), ("margin_usd", 0.5), ("vega", 2), ("quantity", 9),
                            ("carry_usd_per_year", 1.5), ("tenor_days", 1.1), ("delta", 1)):
            lie = copy.deepcopy(answer)
            trade = next(t for t in lie["plan"]["trades"] if t["layer"] == "vol_future")
            trade[key] = trade[key] * factor if trade[key] else 1.0
            self.assertTrue(check_plan.failures(lie, book, SETTINGS, quotes), key)

    def test_what_is_not_given_or_cannot_be_valued_is_said(self):
        def layer(answer):
            return next(one for one in answer["layers"] if one["layer"] == "vol_future")
        none = layer(self.answer())
        self.assertEqual("closed", none["state"])
        self.assertEqual("no future on a volatility index is given (--vol-futures)", none["why"])
        early = self.answer("--vol-futures", self.file(QUOTE.replace("09-30", "09-10")))
        self.assertEqual("closed", layer(early)["state"])
        left = [line for line in early["plan"]["left_out"] if line.startswith("VOL-SEP")]
        self.assertIn("expires before the horizon", left[0])

    def market(self, name):
        market = self.folder / name
        market.mkdir()
        for one in (ROOT / "examples/market").iterdir():
            (market / one.name).symlink_to(one)
        (market / "vol_futures.toml").write_text(QUOTE)
        return market

    def test_on_a_proxy_they_are_of_the_proxys_options(self):
        prices = self.folder / "token.csv"
        token_prices(prices, 1.2, 0.003)
        words = ("plan-hedge", "--book", self.file(TOKEN, "token.toml"), "--history", prices,
                 "--proxy", "ETH", "--proxy-market", self.market("proxy"), *QUICK, *ALONE,
                 "--json")
        answer = json.loads(levee(*words).stdout)
        self.assertEqual(["VOL-SEP"], [t["instrument"] for t in answer["plan"]["trades"]])
        own = self.file(QUOTE.replace('"ETH"', '"LINK"').replace("VOL-SEP", "VOL-LINK"))
        answer = json.loads(levee(*words, "--vol-futures", own).stdout)
        self.assertEqual([], answer["plan"]["trades"])
        left = [line for line in answer["plan"]["left_out"] if line.startswith("VOL-LINK")]
        self.assertIn("options on LINK, hedges are traded in ETH", left[0])

    def test_one_in_a_market_folder_is_found(self):
        market = self.market("market")
        done = plan(*ALONE, market=market)
        self.assertEqual(0, done.returncode, done.stderr)
        answer = json.loads(done.stdout)
        self.assertIn("vol_future", {t["layer"] for t in answer["plan"]["trades"]})

    def test_its_file_is_in_the_record(self):
        path = self.file(QUOTE, "kept.toml")
        kept = self.folder / "plan.json"
        kept.write_text(plan("--vol-futures", path).stdout)
        words = ("verify-plan", kept, "--unchanged-only")
        self.assertEqual(0, levee(*words).returncode, levee(*words).stderr)
        path.write_text(QUOTE.replace("59.9", "59.8"))
        done = levee(*words)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("kept.toml", done.stdout + done.stderr)

    def test_what_is_wrong_with_a_file_is_one_line(self):
        self.assertIn("no [[vol_future]] table", self.refusal("\n"))
        for part, by, said in (
                ("bid_points = 59.9", "bid_points = 61", "ask_points is below bid_points"),
                ("bid_points = 59.9", "bid_points = nan", "bid_points"),
                ("bid_points = 59.9", "bid_points = -1", "bid_points -1 is negative"),
                ("2026-09-30", "2026-08-01", "is not after the market's moment"),
                ("margin_usd = 1500\n", "", "margin_usd is missing"),
                ("fee_usd", "fees_usd", "the nearest is fee_usd"),
                ("lot_contracts = 1", "lot_contracts = 0", "lot_contracts 0 is zero"),
                ("depth_contracts = 60", "depth_contracts = inf", "depth_contracts")):
            with self.subTest(by or part):
                self.assertIn(said, self.refusal(QUOTE.replace(part, by)))


if __name__ == "__main__":
    unittest.main()
