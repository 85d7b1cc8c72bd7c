"""A fit of failures carried into plans and tails: nodes, covers, leaving, and what is refused."""
import json
import pathlib
import sys
import tempfile
import tomllib
import unittest

from command import BOOK, MARKET, ROOT, levee, plan
from hazard_test import world

sys.path.insert(0, str(ROOT / "tools"))

import check_plan  # noqa: E402

STACK = """[[protocol]]
name = "uniswap-v3"
listed_as = "maker number 5x"
needs = ["Circle"]

[[protocol]]
name = "Circle"
sector = "stablecoin"

[[protocol]]
name = "Deribit"
sector = "exchange"
needs = ["Circle"]
"""
COVERS = """[[cover]]
name = "cheap"
protocol = "uniswap-v3"
premium_per_year = 0.0001
capacity_usd = 2_000_000

[[cover]]
name = "dear"
protocol = "Circle"
premium_per_year = 0.9
capacity_usd = 2_000_000
"""


class ProtocolSide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        cls.folder = pathlib.Path(cls.kept.name)
        world(cls.folder)
        done = levee("fit-hazard", "--incidents", cls.folder / "incidents.csv", "--universe",
                     cls.folder / "universe.csv", "--until", "2023-12-31", "--fit",
                     cls.folder / "hazard.json")
        assert done.returncode == 0, done.stderr
        (cls.folder / "stack.toml").write_text(STACK)
        (cls.folder / "covers.toml").write_text(COVERS)
        cls.fitted = ("--hazard", cls.folder / "hazard.json", "--protocol",
                      cls.folder / "stack.toml")

    def answer(self, *words, book=BOOK):
        done = plan(*words, book=book)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def book(self, extra):
        path = self.folder / "book.toml"
        path.write_text(BOOK.read_text() + extra)
        return path

    def refusal(self, *words, book=BOOK):
        done = plan(*words, book=book)
        self.assertNotEqual(0, done.returncode)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, len(done.stderr.strip().split("\n")), done.stderr)
        return done.stderr

    def test_a_plan_tells_what_can_break_with_its_bands(self):
        side = self.answer(*self.fitted, book=self.book('venue = "Deribit"\n'))["protocol"]
        self.assertEqual(["uniswap-v3", "Circle", "Deribit"], [n["name"] for n in side["nodes"]])
        for node in side["nodes"]:
            rate = node["failures_per_year"]
            self.assertLess(rate["low"], rate["mean"])
            self.assertLess(rate["mean"], rate["high"])
            self.assertIn("incidents until 2023-12-31", node["source"])
        stack = side["stacks"][0]
        self.assertEqual(["uniswap-v3", "Circle"], stack["nodes"])
        self.assertLess(stack["survival_year"]["mean"], 1)
        self.assertEqual(["Circle"], side["together"][0]["shared"])
        self.assertEqual(1, len(side["leaving"]))

    def test_a_venue_that_may_fail_makes_a_hedge_worth_less(self):
        failing = STACK.replace('name = "Deribit"\nsector = "exchange"',
                                'name = "Deribit"\nintensity_per_year = 2\nloss_share_low = 1\n'
                                'loss_share_high = 1\nsource = "assumed"')
        (self.folder / "failing.toml").write_text(failing)
        words = (*self.fitted[:2], "--protocol", self.folder / "failing.toml")

        def saved(book):
            told = self.answer(*words, book=book)["plan"]
            return told["objective_unhedged_usd"] - told["objective_usd"]
        sure, shaky = saved(BOOK), saved(self.book('venue = "Deribit"\n'))
        self.assertLess(shaky, 0.9 * sure)

    def test_cover_is_bought_or_declined_by_its_price(self):
        answer = self.answer(*self.fitted, "--covers", self.folder / "covers.toml")
        cheap, dear = answer["protocol"]["covers"]
        self.assertGreater(cheap["bought_usd"], 0)
        self.assertEqual(0, dear["bought_usd"])
        self.assertIn("Declined", dear["sentence"])
        bought = [t for t in answer["plan"]["trades"] if t["layer"] == "protocol_cover"]
        self.assertEqual([cheap["bought_usd"]], [t["quantity"] for t in bought])
        self.assertLess(cheap["premium_per_year"], cheap["fair_per_year"]["low"])

    def test_leaving_stands_in_the_programme_where_it_is_allowed(self):
        answer = self.answer(*self.fitted, book=self.book("leave_share_max = 0.4\n"))
        left = [t for t in answer["plan"]["trades"] if t["layer"] == "leave"]
        self.assertEqual(0.4, round(left[0]["quantity"], 9))
        kept = self.answer(*self.fitted)
        self.assertLess(answer["plan"]["objective_usd"], kept["plan"]["objective_usd"])
        # What leaving all would still change is less where a part has left already.
        self.assertGreater(answer["protocol"]["leaving"][0]["objective_usd"],
                           kept["protocol"]["leaving"][0]["objective_usd"])

    def test_a_plan_with_all_of_it_adds_up_by_what_it_prints(self):
        book = self.book('venue = "Deribit"\nleave_share_max = 0.25\n')
        answer = self.answer(*self.fitted, "--covers", self.folder / "covers.toml", book=book)
        layers = {trade["layer"] for trade in answer["plan"]["trades"]}
        self.assertLessEqual({"leave", "protocol_cover", "put_shield"}, layers)
        policy = {"paths_choose": 2000, "paths_score": 2000}
        settings = (tomllib.loads(book.read_text()), tuple(policy.items()))
        self.assertEqual([], check_plan.failures(answer, *settings))
        lie = next(t for t in answer["plan"]["trades"] if t["layer"] == "protocol_cover")
        lie["cost_usd"] *= 0.9
        self.assertTrue(check_plan.failures(answer, *settings))

    def test_names_without_a_model_are_told_or_refused(self):
        typed = self.book('venue = "Deribitt"\n')
        told = self.answer("--protocol", MARKET / "protocol.toml", book=typed)["assumptions"]
        self.assertIn("No failure model is known of Deribitt: taken not to fail.", told)
        self.assertIn('"Deribitt" (the fit', self.refusal(*self.fitted, book=typed))
        (self.folder / "none.toml").write_text("\n")
        self.assertIn("no [[cover]] table", self.refusal(*self.fitted, "--covers",
                                                         self.folder / "none.toml"))

    def test_tails_know_the_fit_too(self):
        words = ("measure-tail", "--book", BOOK, "--market", MARKET, "--paths", "2000", "--json")
        done = levee(*words, *self.fitted)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("fitted intensity", done.stdout)

    def test_what_does_not_fit_is_refused_in_a_line(self):
        hazard = ("--hazard", self.folder / "hazard.json")
        text = self.refusal(*hazard, "--protocol", MARKET / "protocol.toml",
                            book=self.standing())
        self.assertIn('"Mars" (the fit\'s universe has no such protocol', text)
        (self.folder / "covers2.toml").write_text(COVERS.replace("Circle", "Nobody"))
        text = self.refusal(*self.fitted, "--covers", self.folder / "covers2.toml")
        self.assertIn('"dear" names "Nobody", of which there is no failure model', text)
        old = self.folder / "old.json"
        old.write_text((self.folder / "hazard.json").read_text().replace(
            '"levee_hazard": 2', '"levee_hazard": 1'))
        self.assertIn("levee fit-hazard writes one", self.refusal("--hazard", old))

    def standing(self):
        path = self.folder / "standing.toml"
        path.write_text(BOOK.read_text().replace('protocol = "uniswap-v3"',
                                                 'protocol = "uniswap-v3"\nstands_on = ["Mars"]'))
        return path

    def test_a_fit_that_knows_the_future_is_refused(self):
        late = self.folder / "late.json"
        text = (self.folder / "hazard.json").read_text()
        fit = json.loads(text)
        late.write_text(text.replace(f'"until": {fit["until"]}', '"until": 1900000000'))
        self.assertIn("fit it until an earlier day",
                      self.refusal("--hazard", late, "--protocol", self.folder / "stack.toml"))


if __name__ == "__main__":
    unittest.main()
