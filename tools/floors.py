"""Holds levee/FLOORS against the code: includes point down, and what is below the water is dry.

usage: floors.py [levee folder]
"""
import pathlib
import re
import sys

from cpp_text import code_of

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]levee/([^/">]+)/')
# (Memory from the system is as dry as memory from the library.)
WET = re.compile(r"<(iostream|fstream|filesystem|cstdio|ctime|random|unistd\.h|sys/(?!mman)\w+\.h)>"
                 r"|\b(system_clock|steady_clock|high_resolution_clock|random_device|getenv)\b"
                 r"|(?<![.>\w])(s?rand|fopen)\s*\(|\bstd::(time|system)\b|\btime\s*\((nullptr|&)"
                 r"|\b(static|thread_local)\s+(?!constexpr\b|const\b|inline const)[^();]*[;={]")
THREADS = re.compile(r"<(thread|mutex|shared_mutex|condition_variable|future|atomic|semaphore"
                     r"|barrier|latch|stop_token|execution|pthread\.h|omp\.h|mpi\.h)>")


def read_floors(text):
    """-> {module: (height, is_dry)}, from a drawing whose ground floor is its last line."""
    plan, is_dry = {}, True
    rows = [row for row in text.splitlines() if row.strip() and row[0] != "#"]
    for height, row in enumerate(reversed(rows)):
        if row.startswith("~"):
            is_dry = False
        else:
            plan |= {module: (height, is_dry) for module in row.split()[1:]}
    return plan


def offences_in(path, mine, plan):
    text = path.read_text()
    for number, (line, code) in enumerate(zip(text.splitlines(), code_of(text).splitlines()), 1):
        place = f"{path}:{number}: {mine}"
        include = INCLUDE.match(line)
        if include and include[1] not in plan:
            yield f"{place} includes {include[1]} (a module that is not in FLOORS)"
        elif include and include[1] != mine and plan[include[1]][0] >= plan[mine][0]:
            yield f"{place} may not include {include[1]} (it is not on a lower floor)"
        if plan[mine][1] and WET.search(code):
            yield f"{place} is below the waterline: {line.strip()}"
        if mine != "parallel" and THREADS.search(code):
            yield f"{place} may not hold threads (only parallel may): {line.strip()}"


def offences(root):
    plan = read_floors((root / "FLOORS").read_text())
    for path in sorted(p for p in root.rglob("*") if p.suffix in {".h", ".cpp"}):
        mine = path.relative_to(root).parts[0]
        if mine in plan:
            yield from offences_in(path, mine, plan)
        else:
            yield f"{path}: {mine} is not in FLOORS (draw it there first)"


if __name__ == "__main__":
    found = list(offences(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "levee")))
    print("\n".join(found) or "floors: every include points down, every dry file is dry")
    sys.exit(bool(found))
