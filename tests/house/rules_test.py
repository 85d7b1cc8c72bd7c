"""Each rule of the house catches a seeded violation of its kind; a clean tree passes."""
import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tools"))

import floors  # noqa: E402
import house  # noqa: E402
import new  # noqa: E402
from cpp_text import functions  # noqa: E402

FLOORS = """\
# drawing
faces     cli
~~~~ waterline
modelling amm option
counting  num parallel
bedrock   base
"""
CLEAN = {
    "levee/FLOORS": FLOORS,
    "levee/base/word.h": "// levee/base/word.h — a word.\n#pragma once\nint word();\n",
    "levee/base/word.cpp": '#include "levee/base/word.h"\n\nint word() {\n  return 1;\n}\n',
    "levee/amm/pool.h": "// levee/amm/pool.h — a pool.\n#pragma once\n"
                        '#include "levee/base/word.h"\n/// src: Author (2021)\nint pool();\n',
    "levee/amm/pool.cpp": '#include "levee/amm/pool.h"\n\nint pool() { return word(); }\n',
    "levee/cli/main.cpp": '#include "levee/amm/pool.h"\n#include <iostream>\n'
                          'int main() { std::cout << "/* static int x; */" << pool(); }\n',
    "tests/CMakeLists.txt": "levee_tests(base)\nlevee_tests(amm)\n",
    "tests/base/word_test.cpp": '#include "levee/base/word.h"\n',
    "tests/amm/pool_test.cpp": '#include "levee/amm/pool.h"\n',
    "docs/PAGE.md": "# One title\n\n```\n# a comment, not a title\n```\n",
}
LONG = "int far() {\n" + "  word();\n" * 69 + "}\n"


@contextlib.contextmanager
def tree(changes):
    """A scratch repository: the clean one, with files replaced, added or (None) removed."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**CLEAN, **changes}.items():
            if text is not None:
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        yield pathlib.Path(folder)


def plus(name, text):
    return {name: CLEAN[name] + text}


class Canary(unittest.TestCase):
    def test_the_clean_tree_passes(self):
        with tree({}) as root:
            self.assertEqual([], list(floors.offences(root / "levee")))
            self.assertEqual([], list(house.offences(root)))

    def test_this_repository_passes(self):
        found = [*floors.offences(REPOSITORY / "levee"), *map(str, house.offences(REPOSITORY))]
        if found:
            self.fail("\n".join(["", *found]))


class Floors(unittest.TestCase):
    SEEDED = {
        "an include that points up": plus("levee/base/word.h", '#include "levee/amm/pool.h"\n'),
        "a sibling on the same line": plus("levee/amm/pool.cpp", '#include "levee/option/x.h"\n'),
        "an include in angle brackets": plus("levee/amm/pool.cpp", "#include <levee/cli/x.h>\n"),
        "an unknown module included": plus("levee/amm/pool.cpp", '#include "levee/attic/x.h"\n'),
        "a folder that is not drawn": {"levee/attic/x.h": "// levee/attic/x.h — old.\n"},
        "a file below the water": plus("levee/amm/pool.cpp", "#include <fstream>\n"),
        "a clock": plus("levee/amm/pool.cpp", "auto now = std::chrono::system_clock::now();\n"),
        "the time": plus("levee/amm/pool.cpp", "auto now = time(nullptr);\n"),
        "the environment": plus("levee/amm/pool.cpp", 'auto home = std::getenv("HOME");\n'),
        "old randomness": plus("levee/amm/pool.cpp", "int draw() { return rand(); }\n"),
        "a mutable static": plus("levee/amm/pool.cpp", "static int calls;\n"),
        "a static with a value": plus("levee/amm/pool.cpp", "static int calls = 0;\n"),
        "a thread outside parallel": plus("levee/amm/pool.cpp", "#include <thread>\n"),
        "a thread above the water": plus("levee/cli/main.cpp", "#include <mutex>\n"),
    }

    def test_each_seeded_offence_is_caught_once(self):
        for what, changes in self.SEEDED.items():
            with self.subTest(what), tree(changes) as root:
                self.assertEqual(1, len(list(floors.offences(root / "levee"))))

    def test_what_is_allowed_passes(self):
        allowed = {"levee/parallel/team.h": "// levee/parallel/team.h — t.\n#include <thread>\n",
                   "levee/amm/x.cpp": "static constexpr int a = 1;\nstatic const int b = 2;\n"
                                      "static int f(int x);\n// static int c;\nint strand(int);\n"
                                      "std::vector<double> time(n);\n"}
        with tree(allowed) as root:
            self.assertEqual([], list(floors.offences(root / "levee")))


class House(unittest.TestCase):
    SEEDED = {
        "wide-line": plus("levee/amm/pool.cpp", "// " + "x" * 98 + "\n"),
        "long-function": plus("levee/amm/pool.cpp", LONG),
        "long-file": plus("levee/amm/pool.cpp", "\n" * 500),
        "long-header": plus("levee/amm/pool.h", "\n" * 300),
        "opening": plus("levee/base/word.h", "") | {"levee/base/word.h": "#pragma once\n"},
        "no-source": {"levee/amm/pool.h": CLEAN["levee/amm/pool.h"].replace("src:", "see")},
        "heavy-include": plus("levee/base/word.h", "#include <functional>\n"),
        "untested": {"tests/amm/pool_test.cpp": None},
        "unbuilt": {"tests/CMakeLists.txt": "levee_tests(base)\n"},
        "banned-name": plus("levee/amm/pool.cpp", "int pool_" "helper();\n"),
        "note-to-self": plus("levee/amm/pool.cpp", "// TO" "DO later\n"),
        "machine-path": plus("docs/PAGE.md", "see /ho" "me/me/notes\n"),
        "dead-code": plus("levee/amm/pool.cpp", "// return word();\n"),
        "title": plus("docs/PAGE.md", "# Another\n"),
        "unused": {"levee/base/lone.h": "// levee/base/lone.h — alone.\n#pragma once\n"},
        "exception": {"tools/exceptions.txt": "untested levee/amm/pool.cpp — not so any more\n"},
    }

    def rules_broken(self, changes):
        with tree(changes) as root:
            return [offence[0] for offence in house.offences(root)]

    def test_each_seeded_offence_is_caught_and_nothing_else(self):
        for rule, changes in self.SEEDED.items():
            with self.subTest(rule):
                self.assertEqual([rule], self.rules_broken(changes))

    def test_a_cycle_of_includes_is_caught(self):
        self.assertEqual(["cycle"], self.rules_broken({
            "levee/base/a.h": '// levee/base/a.h — a.\n#include "levee/base/b.h"\n',
            "levee/base/b.h": '// levee/base/b.h — b.\n#include "levee/base/a.h"\n'}))

    def test_every_banned_kind_of_name_is_caught(self):
        for name in ("get_" "price", "calculate_" "loss", "PoolManager", "tmp", "price_info",
                     "new_pool", "process_" "row", "PoolUtils"):
            with self.subTest(name):
                self.assertEqual(["banned-name"], self.rules_broken(
                    plus("levee/amm/pool.cpp", f"int {name}();\n")))
        self.assertEqual(["banned-name"], self.rules_broken(
            plus("levee/amm/pool.cpp", "const int data = 1;\n")))
        self.assertIn("banned-name", self.rules_broken({
            "levee/base/pool_utils.h": "// levee/base/pool_utils.h — u.\n",
            "levee/base/word.cpp": '#include "levee/base/pool_utils.h"\n'}))

    def test_names_of_others_pass(self):
        self.assertEqual([], self.rules_broken(plus(
            "levee/amm/pool.cpp", "auto a = std::get_if<1>(&b);\nauto c = d.data();\n"
                                  "// the tmp of others\nauto e = opt.get_x();\n"
                                  "Reason f = Reason::missing_data;\n")))

    def test_an_exception_lets_through_exactly_what_it_names(self):
        excepted = {"tests/amm/pool_test.cpp": None,
                    "tools/exceptions.txt": "# why\nuntested levee/amm/pool.cpp — story tests\n"}
        self.assertEqual([], self.rules_broken(excepted))
        for line in ("untested levee/amm/pool.cpp\n", "wide-line levee/amm/pool.cpp — no\n"):
            self.assertIn("exception", self.rules_broken({"tools/exceptions.txt": line}))


class Functions(unittest.TestCase):
    def test_are_measured_from_head_to_brace(self):
        text = """
namespace n {
class C {
 public:
  C(int a) : a_{a}, b_(a) {
    if (a) { f(); }
  }
  int g() const { return a_; }
 private:
  int a_{0};
};
const std::vector<int> table = {1, 2, 3};
template <class T>
  requires Described<T>
std::optional<int> far(const T& t,
                       int b = {}) {
  auto l = [&](int x) { return x; };  // }
  return l(b);
}
TEST(Far, IsFar) {
  EXPECT_EQ(1, "}"[0]);
}
}
"""
        self.assertEqual([("C", 5, 3), ("g", 8, 1), ("far", 13, 7), ("Far.IsFar", 20, 3)],
                         list(functions(text)))


class New(unittest.TestCase):
    def test_writes_what_the_house_accepts(self):
        with tree({"levee/base/result.h": "// levee/base/result.h — r.\n"}) as root:
            before = os.getcwd()
            os.chdir(root)
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    self.assertEqual(0, new.main("amm/swap_step"))
                self.assertIn("already", new.main("amm/swap_step"))
                self.assertIn("FLOORS", new.main("attic/x"))
                self.assertIn("MODULE/THING", new.main("swap_step"))
            finally:
                os.chdir(before)
            self.assertEqual([], list(floors.offences(root / "levee")))
            self.assertEqual([], list(house.offences(root)))


if __name__ == "__main__":
    unittest.main()
