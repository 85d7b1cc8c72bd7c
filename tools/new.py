"""Writes a header, a body and a test in the house shape: the start of levee/MODULE/THING.

usage: new.py MODULE/THING
"""
import pathlib
import re
import sys

from floors import read_floors

HEADER = """\
// levee/{module}/{thing}.h — say here, in one line, which question this file answers.
#pragma once
#include "levee/base/result.h"

namespace levee::{module} {{

/// What it gives, in one sentence.
///
/// in:   shapes [a x b], units the types cannot say, valid range, order
/// out:  meaning, sign, accuracy
/// err:  each reason, and when
/// src:  author (year), journal, equation
Result<Done> {thing}();

}}  // namespace levee::{module}
"""
BODY = """\
#include "levee/{module}/{thing}.h"

namespace levee::{module} {{

Result<Done> {thing}() {{ return fail(Reason::not_supported, "{thing} (not written yet)"); }}

}}  // namespace levee::{module}
"""
TEST = """\
#include "levee/{module}/{thing}.h"

#include <gtest/gtest.h>

namespace levee::{module} {{

TEST({Thing}, SaysWhatItCannotDoYet) {{
  EXPECT_EQ({thing}().error().reason, Reason::not_supported);
}}

}}  // namespace levee::{module}
"""


def main(asked):
    found = re.fullmatch(r"(\w+)/([a-z][a-z0-9_]*)", asked)
    if not found:
        return f"{asked}: not MODULE/THING (snake_case, e.g. risk/tail)"
    module, thing = found.groups()
    if module not in read_floors(pathlib.Path("levee/FLOORS").read_text()):
        return f"{module}: not in levee/FLOORS (draw it there first, on its floor)"
    files = {f"levee/{module}/{thing}.h": HEADER, f"levee/{module}/{thing}.cpp": BODY,
             f"tests/{module}/{thing}_test.cpp": TEST}
    if taken := [name for name in files if pathlib.Path(name).exists()]:
        return f"{taken[0]}: is already there"
    title = "".join(part.capitalize() for part in thing.split("_"))
    for name, text in files.items():
        pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(name).write_text(text.format(module=module, thing=thing, Thing=title))
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
