"""A token without options hedged on another asset's: recomputed, verified, and refused plainly."""
import csv
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from command import MARKET, QUICK, ROOT, levee

OUT_OF_RANGE, BAD_INPUT, MISSING = 3, 2, 4
TOKEN = """[book]
base = "LINK"
quote = "USDC"
idle_cash_usd = 300_000

[[position]]
name = "LINK-USDC 20 %"
range_below_pct = 20
range_above_pct = 20
deposit_usd = 1_000_000
entry = "market"

[policy]
price_of_tail = 0.5
"""


def token_prices(path, beta, residual):
    """The example's own history as a token's: beta times its moves, and a residual an hour."""
    noise, log = random.Random(4), math.log(18)
    with open(MARKET / "history.csv", newline="") as known, open(path, "w", newline="") as out:
        rows, writer = csv.DictReader(known), csv.writer(out)
        writer.writerow(["open_time_utc", "close"])
        before = None
        for row in rows:
            close = float(row["close"])
            if before:
                log += beta * math.log(close / before) + noise.gauss(0, residual)
            before = close
            writer.writerow([row["open_time_utc"], f"{math.exp(log):.8f}"])


class Proxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.held = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.held.name)
        cls.book, cls.prices = cls.folder / "token.toml", cls.folder / "token.csv"
        cls.book.write_text(TOKEN)
        token_prices(cls.prices, 1.2, 0.003)
        cls.page = cls.folder / "plan.html"
        cls.done = cls.planned("--report", cls.page)
        cls.plan = json.loads(cls.done.stdout or "{}")

    @classmethod
    def tearDownClass(cls):
        cls.held.cleanup()

    @classmethod
    def planned(cls, *words, book=None, prices=None, proxy=("--proxy", "ETH")):
        return levee("plan-hedge", "--book", book or cls.book, "--history", prices or cls.prices,
                     *proxy, "--proxy-market", MARKET, *QUICK, "--json", *words)

    def refused(self, code, word, done):
        self.assertEqual(code, done.returncode, done.stderr)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, len(done.stderr.strip().splitlines()), done.stderr)
        self.assertIn(word, done.stderr)

    def test_the_hedge_is_on_the_proxy_and_told_so(self):
        self.assertEqual(0, self.done.returncode, self.done.stderr)
        proxy, told = self.plan["proxy"], self.plan["plan"]
        self.assertEqual(("ETH", "LINK"), (proxy["asset"], proxy["token"]))
        self.assertLess(abs(proxy["beta"] - 1.2), 4 * proxy["beta_se"] + 0.01)
        self.assertLess(abs(proxy["basis_vol"] - 0.003 * math.sqrt(24 * 365)), 0.04)
        self.assertEqual("optimal", told["status"])
        self.assertTrue(all(t["instrument"].startswith("ETH") for t in told["trades"]))
        tail = self.plan["tail"]
        self.assertLess(tail["hedged"]["cvar95_usd"], tail["unhedged"]["cvar95_usd"])
        text = levee("plan-hedge", "--book", self.book, "--history", self.prices, "--proxy", "ETH",
                     "--proxy-market", MARKET, *QUICK).stdout
        for face in (text, self.page.read_text()):
            self.assertIn("The proxy: ETH for LINK", face)

    def test_every_figure_is_recomputed_from_what_is_printed(self):
        printed = self.folder / "plan.json"
        printed.write_text(self.done.stdout)
        check = [sys.executable, "-B", ROOT / "tools/check_plan.py", printed, "--book", self.book]
        found = subprocess.run(list(map(str, check)), capture_output=True, text=True)
        self.assertEqual(0, found.returncode, found.stdout + found.stderr)

    def test_it_is_verified_later_from_its_own_document(self):
        printed = self.folder / "kept.json"
        printed.write_text(self.done.stdout)
        self.assertEqual(0, levee("verify-plan", printed).returncode)

    def test_a_token_that_goes_its_own_way_is_refused(self):
        alone = self.folder / "alone.csv"
        token_prices(alone, 0.3, 0.02)
        self.refused(OUT_OF_RANGE, "proxy_correlation_min", self.planned(prices=alone))

    def test_flags_that_do_not_fit_are_refused_in_a_line(self):
        self.refused(BAD_INPUT, "--proxy", self.planned(proxy=()))
        self.refused(BAD_INPUT, "options of LINK itself",
                     self.planned("--chain", MARKET / "chain.csv"))
        self.refused(BAD_INPUT, "BTC", self.planned(proxy=("--proxy", "BTC")))
        short = self.folder / "short.csv"
        rows = self.prices.read_text().splitlines()
        short.write_text("\n".join(rows[:1] + rows[-24 * 60:]) + "\n")
        self.refused(MISSING, "proxy_days_min", self.planned(prices=short))


if __name__ == "__main__":
    unittest.main()
