"""Three real days: the constraints hold when recomputed from the printed plan alone.

usage: printed_plan_test.py [--full]   (--full: the default numbers of paths)
"""
import json
import pathlib
import sys
import time
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/cli")]

import check_plan  # noqa: E402
from command import BOOK, QUICK, levee  # noqa: E402

CHAINS = ROOT.parent / "shared/data/options"  # recorded chains, beside the checkout
DAYS = {"2026-01-20": "deribit_chain_daily_2026-01.csv.gz",
        "2026-02-06": "deribit_chain_6h_crash_2026-01-26_2026-02-10.csv.gz",
        "2026-04-15": "deribit_chain_daily_2026-04.csv.gz"}
FULL = "--full" in sys.argv


@unittest.skipUnless(CHAINS.is_dir(), "no recorded chains beside this checkout")
class PrintedPlan(unittest.TestCase):
    def check(self, *flags, **changes):
        for day, chain in DAYS.items():
            with self.subTest(day):
                since = time.monotonic()
                done = levee("plan-hedge", "--book", BOOK, "--chain", CHAINS / chain, "--at", day,
                             "--json", *flags, *(() if FULL else QUICK), timeout=600)
                self.assertEqual(0, done.returncode, done.stderr)
                answer = json.loads(done.stdout)
                told = answer["plan"]
                print(f"{answer['market']['at']} {' '.join(flags)}: {told['status']}, "
                      f"{len(told['trades'])} trades, objective {told['objective_usd']:.2f} of "
                      f"{told['objective_unhedged_usd']:.2f}, gap {told['duality_gap_usd']:.6f}, "
                      f"{time.monotonic() - since:.1f} s")
                book = tomllib.loads(BOOK.read_text())
                self.assertEqual([], check_plan.failures(answer, book, changes.items()))
                self.assertEqual(day, answer["market"]["at"][:10])

    def test_it_holds_as_the_book_stands(self):
        self.check()

    def test_it_holds_under_a_tail_limit(self):
        self.check("--tail-limit", "150000", tail_limit_usd=150_000)

    @unittest.skipUnless(FULL, "with --full")
    def test_it_holds_for_a_gamma_match(self):
        self.check("--mode", "gamma_match", mode="gamma_match")


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--full"])
