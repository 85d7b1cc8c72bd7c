"""check-vectors as a script meets it: bare words, folders, what is left aside, exit codes."""
import gzip
import json
import pathlib
import re
import tempfile
import unittest

from command import ROOT, levee

RIGHT = '{"f":"FullMath.mulDiv","in":["6","7","4"],"out":["10"]}\n'
WRONG = '{"f":"FullMath.mulDiv","in":["6","7","4"],"out":["11"]}\n'
RECORDED = ROOT.parent / "shared" / "vectors"


class CheckVectors(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    def told(self, *words):
        """-> exit code and the document."""
        done = levee("check-vectors", *words, "--json")
        return done.returncode, json.loads(done.stdout)

    def test_files_that_hold_leave_with_0_and_are_counted_one_by_one(self):
        first, second = self.put("b.jsonl.gz", RIGHT), self.put("a.txt", RIGHT * 2)
        done = levee("check-vectors", first, second)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertRegex(done.stdout, rf"(?m)^lib +1 +0 +{re.escape(str(first))}$")
        self.assertRegex(done.stdout, rf"(?m)^lib +2 +0 +{re.escape(str(second))}$")
        self.assertRegex(done.stdout, r"(?m)^total +3 +0 +2 files$")

    def test_a_mismatch_leaves_with_1_and_is_shown_in_full(self):
        wrong = self.put("wrong.jsonl", RIGHT + WRONG + WRONG)
        done = levee("check-vectors", wrong)
        self.assertEqual((1, ""), (done.returncode, done.stderr))
        self.assertIn(f"first mismatch: {wrong}:\nline 2: {WRONG}", done.stdout)
        self.assertIn("levee 10, recorded 11", done.stdout)
        code, answer = self.told(wrong)
        self.assertEqual((1, False, 3, 2), (code, answer["passed"], answer["cases"],
                                            answer["mismatches"]))
        self.assertIn("recorded 11", answer["first_mismatch"])

    def test_a_folder_is_searched_to_its_depths_in_name_order(self):
        self.put("z.jsonl.gz", RIGHT)
        self.put("a/b/c.jsonl.gz", WRONG)
        self.put("README.md", "words")
        self.put("other.json", '{"not": "cases"}')
        code, answer = self.told(self.folder)
        self.assertEqual(1, code)
        self.assertEqual(["a/b/c.jsonl.gz", "z.jsonl.gz"],
                         [str(pathlib.Path(f["path"]).relative_to(self.folder))
                          for f in answer["files"]])
        self.assertEqual(["README.md", "other.json"],
                         [pathlib.Path(f["path"]).name for f in answer["not_judged"]])
        self.assertTrue(all(f["why"] for f in answer["not_judged"]))

    def test_a_file_that_should_be_judged_and_cannot_be_leaves_with_1(self):
        good = self.put("good.jsonl.gz", RIGHT)
        for name, text, why in (("unknown.jsonl.gz", '{"f":"A.b","in":[],"out":[]}', "no judge"),
                                ("torn.jsonl.gz", RIGHT + RIGHT[:20], "torn.jsonl.gz:2: "),
                                ("named.json", "{}", "no judge")):
            bad = self.put(name, text)
            code, answer = self.told(good, bad)
            self.assertEqual((1, 1, 1), (code, answer["faults"], answer["cases"]), name)
            self.assertIn(why, answer["files"][1]["fault"])
        (self.folder / "named.json").unlink()
        self.assertEqual(1, self.told(self.folder)[0])

    def test_what_is_not_there_or_empty_leaves_with_1(self):
        for path in (self.folder, self.folder / "not-there.jsonl.gz", self.put("empty.jsonl", "")):
            code, answer = self.told(path)
            self.assertEqual((1, 1), (code, answer["faults"]), path)

    def test_nothing_named_is_a_question_that_cannot_be_read(self):
        done = levee("check-vectors")
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertIn("files", done.stderr)

    def test_the_answer_does_not_depend_on_the_threads(self):
        for i in range(9):
            self.put(f"{i}.jsonl.gz", RIGHT * i + WRONG)
        answers = {levee("check-vectors", self.folder, "--threads", n).stdout for n in (1, 2, 7)}
        self.assertEqual(1, len(answers))

    @unittest.skipUnless(RECORDED.is_dir(), "no recorded vectors beside this checkout")
    def test_the_recorded_vectors_differ_in_nothing(self):
        code, answer = self.told(RECORDED)
        self.assertEqual((0, 0, 0, None), (code, answer["mismatches"], answer["faults"],
                                           answer["first_mismatch"]))
        self.assertGreater(answer["cases"], 1_840_000)
        self.assertEqual({"README.md", "SHA256SUMS"},
                         {pathlib.Path(f["path"]).name for f in answer["not_judged"]})


if __name__ == "__main__":
    unittest.main()
