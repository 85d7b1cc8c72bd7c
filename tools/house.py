"""Holds the rules of STYLE.md that a machine can hold, and reports the taste that it cannot.

A rule is a function that yields (rule, where, why). What tools/exceptions.txt lists with a reason
is let through; an exception that nothing needs any more is itself an offence.

usage: house.py [repository]
"""
import os
import pathlib
import re
import statistics
import sys

from capabilities import capabilities
from cpp_text import code_of, functions

COLUMNS_MAX, FUNCTION_MAX, FILE_MAX, HEADER_MAX = 100, 70, 500, 300
EXCEPTABLE = {"long-function", "no-source", "untested"}
CODE = {".h", ".cpp", ".py", ".cmake", ".css", ".js", ".in"}
TEXT = CODE | {".md", ".txt", ".toml", ".json", ""}
SOURCED = ("amm", "option", "hazard", "risk", "solve", "num")  # modules of formulas

HEAVY = re.compile(r"#\s*include\s*<(iostream|functional|regex)>")
INCLUDE = re.compile(r'^\s*#\s*include\s*"((?:levee|tests|bench)/[^"]+)"', re.M)
NOTE_TO_SELF = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w./}])/(work|home|tmp|root)(?![\w.])")
OUTSIDE_PATH = re.compile(r"\.\./shared")
DEAD_CODE = re.compile(r"^\s*//+\s*(#\s*include\b|(if|for|while) \(.*[{;]$|return\b.*;$|[{}]+;?$"
                       r"|[\w:<>*&\[\]. ]+ [-+*]?= .*;$|[\w:.>-]+\(.*\);$)")
BANNED_WORD = (r"utils?|helpers?|managers?|common|misc|info|impl|tmp|temp")
BANNED_FILE = re.compile(rf"(?:^|_)(?:{BANNED_WORD}|data)(?:_|$)")
BANNED_NAME = re.compile(  # as we would declare it; `other.get_x()` and `std::get_if` are theirs
    rf"(?<![.>:\w])(?:(?:\w+_)?(?:{BANNED_WORD})_?\b(?!\s*::)"
    r"|\w*(?:Utils?|Helpers?|Managers?|Misc|Info|Impl)\b"
    r"|(?:get|calculate|process|handle|do|new)_\w+"
    r"|data\b(?!\s*\())")


class House:
    """The files of a repository, read once."""

    def __init__(self, root):
        self.root, self.text = root, {}
        for folder, inner, names in os.walk(root):
            skipped = {"build", "node_modules", "__pycache__", "corpus"}
            inner[:] = [n for n in inner if n not in skipped
                        and (n[0] != "." or n == ".ci")]
            for path in (pathlib.Path(folder, name) for name in names if name != ".git"):
                if path.suffix in TEXT and path.stat().st_size < 2_000_000:
                    self.text[path.relative_to(root).as_posix()] = path.read_text()
        self.cpp = [p for p in sorted(self.text) if p.endswith((".h", ".cpp"))]
        self.headers = [p for p in self.cpp if p.startswith("levee/") and p.endswith(".h")]

    def under(self, *tops):
        return [p for p in sorted(self.text) if p.startswith(tops)]

    def lines(self, path):
        return list(enumerate(self.text[path].splitlines(), 1))


def sizes(house):
    for path in sorted(house.text):
        if pathlib.PurePath(path).suffix not in CODE and path not in ("dev", ".ci/run"):
            continue
        length = len(house.lines(path))
        if length > FILE_MAX:
            yield "long-file", path, f"{length} lines (at most {FILE_MAX})"
        if path in house.headers and length > HEADER_MAX:
            yield "long-header", path, f"{length} lines (at most {HEADER_MAX})"
        for number, line in house.lines(path):
            if len(line) > COLUMNS_MAX:
                yield "wide-line", f"{path}:{number}", f"{len(line)} columns"
    for path in house.cpp:
        for name, first, length in functions(house.text[path]):
            if length > FUNCTION_MAX:
                yield "long-function", f"{path}:{name}", f"{length} lines from line {first}"


def headers(house):
    for path in house.headers:
        text, module = house.text[path], path.split("/")[1]
        if not text.startswith(f"// {path} — "):
            yield "opening", path, f"must open with `// {path} — purpose.`"
        elif not text.splitlines()[0].endswith("."):
            yield "opening", path, "the purpose ends with a full stop, on the first line"
        if module in SOURCED and not re.search(r"^\s*// ?/?.*\bsrc:", text, re.M):
            yield "no-source", path, "no `src:` (whose formula is it?)"
        if found := HEAVY.search(text):
            yield "heavy-include", path, f"<{found[1]}> in a header"


def cycles(house):
    """Depth-first over includes between our own files."""
    edges = {p: [i for i in INCLUDE.findall(house.text[p]) if i in house.text] for p in house.cpp}
    done, trail = set(), []

    def visit(path):
        if path in trail:
            loop = trail[trail.index(path):]
            yield "cycle", path, " -> ".join([*loop, path])
        elif path not in done:
            trail.append(path)
            for lower in edges[path]:
                yield from visit(lower)
            trail.pop()
            done.add(path)

    for path in house.headers:
        yield from visit(path)


def tests(house):
    for path in house.under("levee/"):
        body = re.fullmatch(r"levee/(\w+)/(\w+)\.cpp", path)
        if body and body[1] != "cli" and f"tests/{body[1]}/{body[2]}_test.cpp" not in house.text:
            yield "untested", path, f"no tests/{body[1]}/{body[2]}_test.cpp"
    built = "".join(house.text[p] for p in house.under("tests/") if p.endswith("CMakeLists.txt"))
    for folder in sorted({p.split("/")[1] for p in house.under("tests/")
                          if re.search(r"/\w+/.*_(test|oracle)\.cpp$", p)}):
        if not re.search(rf"\b{folder}\b", built):
            yield "unbuilt", f"tests/{folder}", "no CMakeLists.txt of tests/ names this folder"


def names(house):
    for path in house.under("levee/", "tests/", "bench/", "tools/", "cmake/"):
        for part in pathlib.PurePath(path).with_suffix("").parts:
            if BANNED_FILE.search(part.lower()):
                yield "banned-name", path, f"a file called {part} (what question does it answer?)"
    for path in house.cpp:
        code = re.sub(r"(?m)^\s*#.*", "", code_of(house.text[path]))
        for found in BANNED_NAME.finditer(code):
            number = code_of(house.text[path]).count("\n", 0, found.start()) + 1
            yield "banned-name", f"{path}:{number}", f"{found[0]} (name what it gives)"


def words(house):
    for path in sorted(set(house.text) - set(house.under("tests/house/"))):
        for number, line in house.lines(path):
            place = f"{path}:{number}"
            if NOTE_TO_SELF.search(line):
                yield "note-to-self", place, line.strip()
            if MACHINE_PATH.search(line) and not line.startswith("#!"):
                yield "machine-path", place, line.strip()
            if path.startswith(("levee/", "examples/")) and OUTSIDE_PATH.search(line):
                yield "machine-path", place, line.strip()
            if path in house.cpp and DEAD_CODE.search(line):
                yield "dead-code", place, line.strip()


def documents(house):
    for path in sorted(house.text):
        if path.endswith(".md"):
            prose = re.sub(r"^```.*?^```", "", house.text[path], flags=re.M | re.S)
            titles = len(re.findall(r"^# ", prose, re.M))
            if titles != 1:
                yield "title", path, f"{titles} titles (a document has one)"


def unused(house):
    includes = {}
    for path in house.cpp:
        for included in INCLUDE.findall(house.text[path]):
            if included.removesuffix(".h") != path.removesuffix(".cpp"):
                includes.setdefault(included, set()).add(path)
    for path in house.cpp:
        if path.endswith(".h") and path not in includes:
            yield "unused", path, "nothing but its own body includes it"
    for path in house.under("tools/", "cmake/"):
        name = pathlib.PurePath(path).stem
        if not path.endswith(".txt") and not any(
                re.search(rf"\b{name}\b", text)
                for other, text in house.text.items() if other != path):
            yield "unused", path, "nothing names it"


RULES = [sizes, headers, cycles, tests, names, words, documents, unused, capabilities]


def exceptions(house):
    """-> {(rule, where): reason}, from lines `rule where — reason`."""
    rows = [row for row in house.text.get("tools/exceptions.txt", "").splitlines()
            if row.strip() and row[0] != "#"]
    return {tuple(row.partition(" — ")[0].split()): row.partition(" — ")[2] for row in rows}


def offences(root):
    house = House(root)
    excepted = exceptions(house)
    found = [offence for rule in RULES for offence in rule(house)]
    for key, reason in excepted.items():
        if len(key) != 2 or key[0] not in EXCEPTABLE or not reason.strip():
            yield "exception", " ".join(key), "needs a rule that allows one, a place and a reason"
        elif key not in {offence[:2] for offence in found}:
            yield "exception", " ".join(key), "nothing needs it any more"
    yield from (offence for offence in found if offence[:2] not in excepted)


def taste(root):
    """The figures that are only reported, as one line."""
    house = House(root)
    ours = [p for p in house.cpp if p.startswith("levee/")]
    lengths = [n for p in ours for _, _, n in functions(house.text[p])] or [0]
    files = [len(house.lines(p)) for p in ours] or [0]

    def code_lines(paths):
        return sum(bool(line.strip())
                   for p in paths for line in code_of(house.text[p]).splitlines())

    def shape(values):
        p90 = sorted(values)[len(values) * 9 // 10]
        return f"median {statistics.median(values):.0f}, p90 {p90}"

    ratio = code_lines([p for p in house.cpp if p.startswith("tests/")]) / (code_lines(ours) or 1)
    return (f"taste: functions {shape(lengths)} (8, 30) · files {shape(files)} (120, 300)"
            f" · tests over code {ratio:.2f} (1.0)")


if __name__ == "__main__":
    repository = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    offended = list(offences(repository))
    for rule, where, why in offended:
        print(f"{where}: {rule}: {why}")
    print(taste(repository))
    print(f"house: {len(offended)} offences" if offended else "house: in order")
    sys.exit(bool(offended))
