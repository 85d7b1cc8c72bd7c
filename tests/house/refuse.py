"""Compiles files of mistakes: each marked one must be refused, and the rest must compile.

A mistake stands between `#if REFUSE == n` and its `#endif`; what the compiler says must point
between them, so a case cannot pass because something else is broken.

usage: refuse.py COMPILER INCLUDE_FOLDER FILE...
"""
import pathlib
import re
import subprocess
import sys


def complaints(compiler, folder, file, case):
    """-> line numbers of this file that a failed compilation points at; [] if it succeeds."""
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{folder}",
                           f"-DREFUSE={case}", str(file)],
                          capture_output=True, text=True, check=False)
    lines = re.findall(rf"^{re.escape(str(file))}:(\d+):", done.stderr, re.M)
    return [0, *map(int, lines)] if done.returncode else []


def offences(compiler, folder, file):
    lines = pathlib.Path(file).read_text().splitlines()
    cases = {int(found[1]): number for number, line in enumerate(lines, 1)
             if (found := re.match(r"#if REFUSE == (\d+)$", line))}
    if not cases:
        yield f"{file}: marks no mistake"
    if complaints(compiler, folder, file, 0):
        yield f"{file}: does not compile even without its mistakes"
    for case, first in cases.items():
        last = first + next(i for i, line in enumerate(lines[first:]) if line == "#endif")
        if not any(first < line <= last for line in complaints(compiler, folder, file, case)):
            yield f"{file}:{first}: mistake {case} compiles"


def main(compiler, folder, *files):
    found = [offence for file in files for offence in offences(compiler, folder, file)]
    print("\n".join(found) or f"refuse: every mistake in {len(files)} files is refused")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
