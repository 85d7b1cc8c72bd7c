"""tools/five_days.py: a plan as one line of a table, and a plain word where no data is."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import five_days  # noqa: E402


def told(change, cvar):
    return {"change": change, "answer": "", "cvar_usd": cvar}


ANSWER = {
    "position": {"value_usd": 1e6, "fees_usd_per_day": None},
    "day": {"hedge": "refresh_long"},
    "plan": {"status": "optimal", "trades": [{}, {}], "carry_usd_per_year": 88_835.2,
             "fees_needed_usd_per_year": 256_540},
    "tail": {"unhedged": {"cvar95_usd": 201_393}, "hedged": {"cvar95_usd": 60_208}},
    "what_if": [told("half as much", 61_000), told("dearer options", 90_482),
                told("the impossible", None)]}


class FiveDays(unittest.TestCase):
    def test_a_line_says_what_it_costs_against_fees_and_what_would_change_it(self):
        row = five_days.row_of(five_days.DAYS[4], ANSWER)
        self.assertEqual(len(five_days.HEAD), len(row))
        said = dict(zip(five_days.HEAD, row))
        self.assertEqual("refresh long", said["the day asks"])
        self.assertEqual("2", said["trades"])
        self.assertEqual("88,835", said["cost a year, USD"])
        self.assertEqual("8.9 %", said["of LP value"])
        self.assertEqual("unknown", said["fees a year, USD"])
        self.assertEqual("25.7 % of value", said["fees needed"])
        self.assertEqual("dearer options: CVaR 90,482", said["what would change it most"])

    def test_a_change_that_changes_nothing_is_none(self):
        same = {**ANSWER, "what_if": [told("half as much", 60_400), told("the impossible", None)]}
        self.assertEqual("nothing that was asked", five_days.weightiest(same))

    def test_known_fees_are_told_a_year(self):
        paid = {**ANSWER, "position": {"value_usd": 1e6, "fees_usd_per_day": 800}}
        row = dict(zip(five_days.HEAD, five_days.row_of(five_days.DAYS[0], paid)))
        self.assertEqual("292,000", row["fees a year, USD"])

    def test_five_days_are_five_regimes(self):
        self.assertEqual(5, len({day.regime for day in five_days.DAYS}))
        self.assertEqual(5, len({day.at for day in five_days.DAYS}))

    def test_without_records_it_says_so_and_skips(self):
        with tempfile.TemporaryDirectory() as empty, contextlib.redirect_stdout(
                io.StringIO()) as out:
            code = five_days.main(["--data", empty, "--out", empty])
        self.assertEqual(five_days.NO_DATA, code)
        self.assertIn("give --data", out.getvalue())


if __name__ == "__main__":
    unittest.main()
