"""docs/capabilities.md is held to what is there: each kind of seeded untruth is caught alone."""
import pathlib
import sys
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tools"))

import capabilities  # noqa: E402
import house  # noqa: E402
from rules_test import CLEAN, tree  # noqa: E402

PROVED = ("| S1.1 | a pool | proved | `ask-pool` `pool` | `levee/amm/pool.cpp` | `Pool.IsThere` "
          "`cli/pool_test.py::Pool.test_it_answers` |  |")
PART = "| S1.2 | a word | in part | `word` | `levee/base/word.cpp` | `Word.IsLong` | no other |"
OTHERS = [entry for entry in capabilities.ENTRIES if entry not in ("S1.1", "S1.2")]
SUMS = ("| proved | 1 | S1.1 |\n| in part | 1 | S1.2 |\n"
        f"| issue 9 | {len(OTHERS)} | {', '.join(OTHERS)} |\n")
DOCUMENT = "\n".join(["# Capabilities", "", SUMS, PROVED, PART,
                      *(f"| {entry} | more | issue 9 |  |  |  | all of it |" for entry in OTHERS)])
TEST = ('TEST(Pool, IsThere) {\n  EXPECT_EQ(pool(), 1);\n}\n'
        '/*\nTEST(Pool, WasThere) {}\n*/\nconst char* text = R"(\nTEST(Pool, IsText) {})";\n')
ASKED = """import unittest


class Pool(unittest.TestCase):
    def test_it_answers(self):
        pass

    @unittest.skipUnless(False, "no pool")
    def test_it_is_recorded(self):
        pass
"""
TREE = {
    "docs/capabilities.md": DOCUMENT,
    "levee/api/kind/ask_pool.cpp": 'Entry ask() { return {.name = "ask-pool"}; }\n',
    "tests/amm/pool_test.cpp": CLEAN["tests/amm/pool_test.cpp"] + TEST,
    "tests/base/word_test.cpp": CLEAN["tests/base/word_test.cpp"]
                                + "TEST(Word,\n     IsLong) {\n  GTEST_SKIP();\n}\n",
    "tests/cli/cli.cmake": "add_test(pool_test)\n",
    "tests/cli/pool_test.py": ASKED,
}
LOG = """1/3 Testing: amm
Command: "amm_tests"
[       OK ] Pool.IsThere (0 ms)
2/3 Testing: base
Command: "base_tests"
[  SKIPPED ] Word.IsLong (0 ms)
3/3 Testing: pool_test
Command: "python3" "-B" "/somewhere/tests/cli/pool_test.py"
Ran 2 tests in 0.1s

OK (skipped=1)
"""


def instead(file, old, new):
    assert old in TREE[file], old
    return {file: TREE[file].replace(old, new)}


def said(old, new):
    return instead("docs/capabilities.md", old, new)


class Capabilities(unittest.TestCase):
    # what is untrue -> (files changed, a part of the complaint)
    SEEDED = {
        "an entry left out": (
            said("| S2.46 | more | issue 9 |  |  |  | all of it |", ""), "0 times"),
        "an entry twice": (said(PART, PART + "\n" + PART), "2 times"),
        "an entry of no list": (said(PART, PART + "\n| S3.1 | x | issue 9 |  |  |  | y |"),
                                "1 times"),
        "a row too short": (said("| `Word.IsLong` | no other |", "| no other |"), "6 cells"),
        "a state of no meaning": (said("| in part | `word`", "| nearly | `word`"), "nearly"),
        "a file that is not there": (said("levee/amm/pool.cpp", "levee/amm/pond.cpp"), "pond.cpp"),
        "a verb that is not there": (said("`ask-pool`", "`drain-pool`"), "drain-pool"),
        "a function that is not there": (said("`word`", "`sentence`"), "sentence"),
        "a test that is not there": (said("Pool.IsThere", "Pool.IsGone"), "is not there"),
        "a test in a comment": (said("Pool.IsThere", "Pool.WasThere"), "is not there"),
        "a test in a string": (said("Pool.IsThere", "Pool.IsText"), "is not there"),
        "a Python test that is not there": (said("test_it_answers", "test_it_asks"),
                                            "is not there"),
        "a test switched off": (
            said("Pool.IsThere", "Pool.DISABLED_IsThere") |
            instead("tests/amm/pool_test.cpp", "Pool, IsThere", "Pool, DISABLED_IsThere"),
            "switched off"),
        "a Python test switched off": (
            instead("tests/cli/pool_test.py", "    def test_it_answers",
                    '    @unittest.skip("later")\n    def test_it_answers'), "switched off"),
        "a test under an #if": (
            instead("tests/amm/pool_test.cpp", TEST, f"#ifdef LEVEE_LATER\n{TEST}#endif\n"),
            "under an #if"),
        "a Python file that never runs": (instead("tests/cli/cli.cmake", "pool_test", "other"),
                                          "never runs"),
        "a proof that may be skipped": (
            instead("tests/amm/pool_test.cpp", "EXPECT_EQ(pool(), 1)", "GTEST_SKIP()") |
            said("test_it_answers", "test_it_is_recorded"), "may be skipped"),
        "a fixture that may skip": (
            instead("tests/amm/pool_test.cpp", "TEST(Pool, IsThere)",
                    "class Pool : public testing::Test {\n  void SetUp() { GTEST_SKIP(); }\n};\n"
                    "TEST_F(Pool, IsThere)") |
            said(" `cli/pool_test.py::Pool.test_it_answers`", ""), "may be skipped"),
        "a name that nothing checks": (said("`Word.IsLong`", "Word.IsLong"), "without backticks"),
        "a proof of nothing": (
            said("`Pool.IsThere` `cli/pool_test.py::Pool.test_it_answers`", ""), "by nothing"),
        "nothing said to be missing": (said("| no other |", "|  |"), "what is missing"),
        "a test of what waits": (said("| S1.3 | more | issue 9 |  |  |  |",
                                      "| S1.3 | more | issue 9 |  |  | `Word.IsLong` |"), "waits"),
        "a wrong sum": (said("| proved | 1 | S1.1 |", "| proved | 2 | S1.1 |"), "its sums"),
        "a wrong list": (said("| proved | 1 | S1.1 |", "| proved | 1 | S1.2 |"), "its sums"),
    }

    def found(self, changes):
        with tree(TREE | changes) as root:
            return [why for _, _, why in capabilities.capabilities(house.House(root))]

    def test_the_truth_passes(self):
        self.assertEqual([], self.found({}))

    def test_each_untruth_is_caught(self):
        for what, (changes, part) in self.SEEDED.items():
            with self.subTest(what):
                found = [why for why in self.found(changes) if "its sums" not in why
                         or "its sums" in part]
                self.assertEqual(1, len(found), found)
                self.assertIn(part, found[0])

    def test_the_house_asks(self):
        with tree(TREE | said("Pool.IsThere", "Pool.IsGone")) as root:
            self.assertIn("capability", [rule for rule, _, _ in house.offences(root)])

    def test_this_repository_has_the_document(self):
        self.assertTrue((REPOSITORY / capabilities.DOCUMENT).is_file())


class Ran(unittest.TestCase):
    def missing(self, log, changes=None, recorded=True):
        with tree(TREE | (changes or {})) as root:
            return [why for _, _, why in
                    capabilities.not_run(house.House(root), log, recorded)]

    def test_what_passed_is_found(self):
        self.assertEqual([], self.missing(LOG.replace("  SKIPPED", "       OK")))

    def test_what_was_skipped_is_excused_only_where_nothing_is_recorded(self):
        self.assertEqual(["test Word.IsLong: SKIPPED"], self.missing(LOG))
        self.assertEqual([], self.missing(LOG, recorded=False))
        self.assertEqual(["test Pool.IsThere: SKIPPED"], self.missing(
            LOG.replace("     OK ] Pool", "SKIPPED ] Pool"), recorded=False),
            "nothing excuses a test that skips by surprise")

    def test_what_was_filtered_out_or_failed_is_told(self):
        self.assertIn("test Pool.IsThere: did not run",
                      self.missing(LOG.replace("Pool.IsThere", "Pool.IsNear")))
        self.assertIn("test Pool.IsThere: FAILED",
                      self.missing(LOG.replace("     OK ] Pool", " FAILED ] Pool")))
        self.assertIn("test cli/pool_test.py::Pool.test_it_answers: did not run",
                      self.missing(LOG.replace("Ran 2 tests", "Ran 1 test")))
        self.assertIn("test cli/pool_test.py::Pool.test_it_answers: did not run",
                      self.missing(LOG.replace("OK (skipped=1)", "FAILED (failures=1)")))

    def test_of_several_parameters_the_worst_counts(self):
        played = LOG.replace("[       OK ] Pool.IsThere (0 ms)",
                             "[  FAILED  ] All/Pool.IsThere/0, where 1 (0 ms)\n"
                             "[       OK ] All/Pool.IsThere/1, where 2 (0 ms)")
        self.assertIn("test Pool.IsThere: FAILED", self.missing(played))

    def test_a_python_test_that_skipped_is_told(self):
        self.assertIn("test cli/pool_test.py::Pool.test_it_is_recorded: SKIPPED",
                      self.missing(LOG, said("test_it_answers", "test_it_is_recorded")))


if __name__ == "__main__":
    unittest.main()
