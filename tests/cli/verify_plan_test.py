"""verify-plan: a plan is what it was, its files too, and comes out the same again."""
import json
import pathlib
import shutil
import tempfile
import unittest

from command import BOOK, MARKET, levee, plan


class Verify(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)
        self.market = self.folder / "market"
        shutil.copytree(MARKET, self.market)
        done = plan(market=self.market)
        self.assertEqual(0, done.returncode, done.stderr)
        self.told = json.loads(done.stdout)

    def verified(self, told, *words):
        path = self.folder / "plan.json"
        path.write_text(json.dumps(told, indent=4))  # laid out otherwise, and the same document
        done = levee("verify-plan", path, "--json", *words)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(done.returncode == 0, answer["verified"])
        return {step["name"]: step for step in answer["steps"]}

    def test_a_plan_that_nobody_touched_comes_out_the_same(self):
        steps = self.verified(self.told)
        self.assertTrue(all(step["holds"] for step in steps.values()), steps)
        self.assertIn("the same to the last digit", steps["answer"]["finding"])
        self.assertIn(str(BOOK), steps)
        self.assertIn(str(self.market / "chain.csv"), steps)

    def test_a_plan_begun_from_another_stands_on_that_plan_too(self):
        last = self.folder / "last.json"
        last.write_text(json.dumps(self.told))
        done = plan("--last-plan", last, market=self.market)
        self.assertEqual(0, done.returncode, done.stderr)
        again = json.loads(done.stdout)
        self.assertEqual([], again["since"]["changes"])
        self.assertEqual(self.told["market"]["at"], again["since"]["at"])
        self.assertEqual([], again["what_if"])
        self.assertIsNone(self.told["since"])
        steps = self.verified(again)
        self.assertTrue(all(step["holds"] for step in steps.values()), steps)
        self.told["plan"]["trades"].pop()
        last.write_text(json.dumps(self.told))
        self.assertFalse(self.verified(again)[str(last)]["holds"])
        text = levee("plan-hedge", "--book", BOOK, "--market", self.market, "--paths", 2000,
                     "--score-paths", 2000, "--last-plan", last)
        self.assertIn("Since the last plan", text.stdout)
        self.assertRegex(text.stdout, r"- (buy|sell) [\d.]+ \S+: new")

    def test_a_changed_quantity_is_seen_without_any_file(self):
        self.told["plan"]["trades"][0]["quantity"] += 1
        steps = self.verified(self.told)
        self.assertFalse(steps["document"]["holds"])
        self.assertNotIn("answer", steps)

    def test_a_changed_or_lost_file_is_named(self):
        funding = self.market / "funding.csv"
        funding.write_text(funding.read_text() + "\n")
        (self.market / "iv_index.csv").unlink()
        (self.market / "chain.csv").unlink()
        (self.market / "chain.csv").mkdir()
        (self.market / "depth.csv").write_text("date_utc,depth_usd\n")
        steps = self.verified(self.told)
        self.assertTrue(steps["document"]["holds"])
        self.assertIn("another file", steps[str(funding)]["finding"])
        self.assertIn("not there", steps[str(self.market / "iv_index.csv")]["finding"])
        self.assertIn("not there", steps[str(self.market / "chain.csv")]["finding"])
        self.assertIn("when the plan was made", steps[str(self.market / "depth.csv")]["finding"])
        self.assertEqual(4, sum(not step["holds"] for step in steps.values()))

    def test_another_answer_is_told_by_what_differs(self):
        for given in self.told["record"]["given"]:
            if given["name"] == "score_paths":
                given["value"] = "3000"
        steps = self.verified(self.told)
        self.assertTrue(steps["document"]["holds"])
        self.assertFalse(steps["answer"]["holds"])
        self.assertIn("out_of_sample", steps["answer"]["finding"])
        self.assertNotIn("answer", self.verified(self.told, "--unchanged-only"))
        self.told["record"]["verb"] = "read-signals"
        (self.folder / "other.json").write_text(json.dumps(self.told))
        done = levee("verify-plan", self.folder / "other.json")
        self.assertEqual(2, done.returncode)
        self.assertIn("no verb that gives plans", done.stderr)

    def test_what_is_no_plan_is_refused_in_a_line(self):
        for text in ("", "{}", "[]", "plan", '{"record": {"verb": "plan-hedge"}}',
                     '{"record": {"verb": "verify-plan", "keccak256": "", "given": [], '
                     '"files": []}}', '{"a": ' + "[" * 10**6 + "]" * 10**6 + "}"):
            path = self.folder / "bad.json"
            path.write_text(text)
            done = levee("verify-plan", path)
            if done.returncode == 1:
                self.assertIn("NOT verified", done.stdout)
                continue
            self.assertGreater(done.returncode, 1)
            self.assertEqual(1, done.stderr.count("\n"), done.stderr)
            self.assertIn("bad.json", done.stderr)


if __name__ == "__main__":
    unittest.main()
