"""Holds docs/capabilities.md to what the repository has: every entry once, files and verbs that are
there, tests that are built and not switched off, and sums that fit. `house` asks it.

usage: capabilities.py [repository]
       capabilities.py --ran LOG [repository]   ctest's LastTest.log shows every named test passed
"""
import ast
import pathlib
import re
import sys

from cpp_text import code_of

DOCUMENT = "docs/capabilities.md"
ENTRIES = [f"S1.{n}" for n in range(1, 51)] + [f"S2.{n}" for n in range(1, 47)]
ENDED = re.compile(r"^\[ +(OK|SKIPPED|FAILED) +\] ([\w/]+\.[\w/]+)", re.M)
STANDS = re.compile(r"proved|in part|issue \d+|no issue")
TEST = re.compile(r"^[ \t]*(?:TYPED_)?TEST(_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.M)
SKIPS = re.compile(r"\bGTEST_SKIP\b|\bLEVEE_NEEDS_\w+")
VERB = re.compile(r'\.name = "([a-z]+(?:-[a-z]+)*)"')


class Row:
    def __init__(self, line):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        self.cells, self.id = len(cells), cells[0]
        self.asks, self.stands, by, files, tests, self.rest = (cells[1:7] + [""] * 6)[:6]
        self.by, self.files, self.tests = (re.findall(r"`([^`]+)`", c) for c in (by, files, tests))
        self.bare = re.sub(r"`[^`]+`", "", by + files + tests).strip()


def rows_of(text):
    return [Row(line) for line in text.splitlines() if re.match(r"\| S\d\.\d+ \|", line)]


def conditional_lines(text):
    """Numbers of the lines that stand under an #if."""
    deep, found = 0, set()
    for number, line in enumerate(text.splitlines(), 1):
        deep += bool(re.match(r"\s*#\s*if", line)) - bool(re.match(r"\s*#\s*endif", line))
        if deep > 0:
            found.add(number)
    return found


def cpp_tests(text):
    """Yields (Suite.Name, fault, needs something that may be missing) of a file."""
    code, under_if = code_of(text), conditional_lines(text)
    found = list(TEST.finditer(code))
    for test, after in zip(found, [*found[1:], None]):
        fixture = test[1] and re.search(rf"\bclass {test[2]}\b.*?^}};", code, re.M | re.S)
        body = code[test.end():after.start() if after else len(code)]
        fault = ("is switched off" if "DISABLED_" in test[2] + test[3] else
                 "stands under an #if" if code.count("\n", 0, test.end()) + 1 in under_if else "")
        needs = bool(SKIPS.search(body) or fixture and SKIPS.search(fixture[0])
                     or "AtFullSize" in test[3])
        yield f"{test[2]}.{test[3]}", fault, needs


def python_tests(text):
    """As above, of Class.test in a file of unittest."""
    for suite in (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)):
        for test in suite.body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test"):
                marks = [ast.unparse(m) for m in suite.decorator_list + test.decorator_list]
                off = any(re.match(r"(unittest\.)?skip(\(|$)", mark) for mark in marks)
                yield (f"{suite.name}.{test.name}", "is switched off" if off else "",
                       any("skip" in mark for mark in [*marks, ast.unparse(test)]))


def tests_of(house):
    """-> {name as the document says it: (fault, needs)}; a name that is sound anywhere is sound."""
    found = {}
    built = "".join(house.text[p] for p in house.under("tests/") if p.endswith((".cmake", ".txt")))
    for path in house.under("tests/"):
        text, told = house.text[path], path.removeprefix("tests/")
        if path.endswith(".cpp") and (re.search(r"_(test|oracle)\.cpp$", path)
                                      or told.startswith("story/")):
            named = cpp_tests(text)
        elif path.endswith("_test.py"):
            is_run = told.startswith("house/") or pathlib.PurePath(path).stem in built
            named = ((f"{told}::{name}", fault if is_run else "is in a file that ctest never runs",
                      needs) for name, fault, needs in python_tests(text))
        else:
            continue
        for name, fault, needs in named:
            if name not in found or found[name][0] or (found[name][1] and not fault and not needs):
                found[name] = (fault, needs)
    return found


def faults_of(row, house, tests, verbs):
    """What is wrong with one row, in words."""
    if row.cells != 7:
        yield f"{row.cells} cells (a row has 7)"
        return
    if not row.asks or not STANDS.fullmatch(row.stands):
        yield f"stands as `{row.stands}` (proved, in part, issue N, no issue)"
        return
    if row.bare:
        yield f"names without backticks, which nothing checks: {row.bare}"
    lost = [path for path in row.files if path not in house.text]
    yield from (f"no file {path}" for path in lost)
    beside = [house.text[p] for file in row.files
              for p in (file, re.sub(r"\.cpp$", ".h", file)) if p in house.text]
    for name in row.by if not lost else ():
        if name not in verbs and not any(re.search(rf"\b{name}\b", text) for text in beside):
            yield f"neither a verb nor in its files: {name}"
    for name in row.tests:
        fault = tests[name][0] if name in tests else "is not there"
        if fault:
            yield f"test {name} {fault}"
    if row.stands == "proved":
        if not (row.by and row.files and row.tests):
            yield "proved by nothing (a verb or function, a file and a test)"
        elif all(tests.get(name, ("", True))[1] for name in row.tests):
            yield "every test of it may be skipped (one must need nothing from outside)"
    elif not row.rest:
        yield "does not say what is missing"
    elif row.stands != "in part" and row.tests:
        yield f"waits, yet names tests (in part?): {row.tests[0]}"


def sums_of(text, rows):
    """The table at the top against the rows."""
    told = {found[1]: (int(found[2]), re.findall(r"S\d\.\d+", found[3])) for found in
            re.finditer(rf"^\| ({STANDS.pattern}) \| (\d+) \| (.*) \|$", text, re.M)}
    for stands in sorted({row.stands for row in rows} | set(told)):
        ids = [row.id for row in rows if row.stands == stands]
        if told.get(stands, (0, [])) != (len(ids), ids):
            yield f"its sums say otherwise of `{stands}`: {len(ids)} stand, {', '.join(ids)}"


def capabilities(house):
    """The rule: (rule, where, why) of every offence."""
    if DOCUMENT not in house.text:
        return
    text = house.text[DOCUMENT]
    rows, tests = rows_of(text), tests_of(house)
    verbs = {name for path in house.under("levee/api/kind/")
             for name in VERB.findall(house.text[path])}
    ids = [row.id for row in rows]
    for entry in [*ENTRIES, *sorted(set(ids) - set(ENTRIES))]:
        if ids.count(entry) != (entry in ENTRIES):
            yield "capability", f"{DOCUMENT}:{entry}", f"stands there {ids.count(entry)} times"
    for row in rows:
        for fault in faults_of(row, house, tests, verbs):
            yield "capability", f"{DOCUMENT}:{row.id}", fault
    for fault in sums_of(text, rows):
        yield "capability", DOCUMENT, fault


def ran_in(log, tests):
    """-> {name: how it ended} of ctest's log. GoogleTest tells each test; unittest how many ran and
    how many of them it skipped, which can only be those that may be."""
    ended = {}
    for section in re.split(r"^\d+/\d+ Testing: ", log, flags=re.M)[1:]:
        for how, name in ENDED.findall(section):
            plain = next(part for part in name.split("/") if "." in part)
            if ended.get(plain, "OK") == "OK":  # of several parameters the worst
                ended[plain] = how
        script = re.search(r'^Command: .*?/tests/(\w+/\w+\.py)"', section, re.M)
        ran = re.search(r"^Ran (\d+) tests? in .*\n+OK(.*)", section, re.M)
        of_script = {name: needs for name, (_, needs) in tests.items()
                     if script and name.startswith(f"{script[1]}::")}
        if ran and int(ran[1]) >= len(of_script):
            ended |= {name: "SKIPPED" if needs and "skipped" in ran[2] else "OK"
                      for name, needs in of_script.items()}
    return ended


def not_run(house, log, recorded):
    """Named tests that the log does not show as passed; `recorded`: what they may need is there."""
    tests = tests_of(house)
    ended = ran_in(log, tests)
    for row in rows_of(house.text[DOCUMENT]):
        for name in row.tests:
            how = ended.get(name, "did not run")
            excused = how == "SKIPPED" and not recorded and tests.get(name, ("", False))[1]
            if how != "OK" and not excused:
                yield "capability", f"{DOCUMENT}:{row.id}", f"test {name}: {how}"


if __name__ == "__main__":
    from house import House
    words = sys.argv[1:]
    log_file = words[1] if words[:1] == ["--ran"] else None
    given = words[2:] if log_file else words
    root = pathlib.Path(given[0] if given else ".").resolve()
    read = House(root)
    offences = list(not_run(read, pathlib.Path(log_file).read_text(errors="replace"),
                            (root.parent / "shared").is_dir())
                    if log_file else capabilities(read))
    for rule, where, why in offences:
        print(f"{where}: {rule}: {why}")
    print(f"capabilities: {len(offences)} offences" if offences else "capabilities: in order")
    sys.exit(bool(offences))
