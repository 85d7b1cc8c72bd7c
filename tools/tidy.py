"""Runs clang-tidy over levee/ with the build's own flags, again only where something changed.

A file is clean until its text, the text of a header of ours that it reaches, its flags or
.clang-tidy changes; clean ones are remembered by hash in the build folder. What runs with --deep
only: the path-sensitive analyzer, which takes as long as all the rest, checks that look at
every token or name of every header and have hardly ever found anything, and checks whose faults
the build's own warnings find.

usage: tidy.py [--deep] BUILD_FOLDER [FILE...]
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"(levee/[^"]+)"', re.M)


DEEP = """
    clang-analyzer-* performance-unnecessary-value-param
    bugprone-reserved-identifier bugprone-standalone-empty bugprone-stringview-nullptr
    bugprone-multiple-statement-macro bugprone-assert-side-effect bugprone-unused-raii
    bugprone-suspicious-semicolon bugprone-suspicious-string-compare bugprone-infinite-loop
    bugprone-chained-comparison bugprone-inc-dec-in-conditions bugprone-unused-return-value
    cppcoreguidelines-macro-to-enum cppcoreguidelines-avoid-c-arrays
    cppcoreguidelines-no-suspend-with-lock misc-coroutine-hostile-raii
    misc-confusable-identifiers misc-misleading-identifier misc-unused-using-decls
    modernize-use-std-numbers modernize-type-traits modernize-use-transparent-functors
    modernize-replace-auto-ptr modernize-deprecated-ios-base-aliases
    modernize-use-nullptr readability-uppercase-literal-suffix readability-non-const-parameter
    readability-redundant-control-flow
    modernize-macro-to-enum modernize-avoid-c-arrays modernize-use-using modernize-use-noexcept
    modernize-redundant-void-arg modernize-use-uncaught-exceptions modernize-use-bool-literals
    cppcoreguidelines-pro-bounds-array-to-pointer-decay cppcoreguidelines-pro-type-vararg
    cppcoreguidelines-virtual-class-destructor cppcoreguidelines-c-copy-assignment-signature
    cppcoreguidelines-slicing cppcoreguidelines-interfaces-global-init cppcoreguidelines-no-malloc
    misc-definitions-in-headers misc-non-copyable-objects misc-redundant-expression
    misc-static-assert misc-unconventional-assign-operator misc-misplaced-const
    readability-redundant-declaration readability-suspicious-call-argument
    readability-static-definition-in-anonymous-namespace readability-redundant-inline-specifier
    readability-string-compare readability-redundant-string-cstr readability-redundant-string-init
    readability-reference-to-constructed-temporary readability-redundant-smartptr-get
    bugprone-dangling-handle bugprone-not-null-terminated-result bugprone-unsafe-functions
    bugprone-multiple-new-in-one-expression bugprone-misplaced-widening-cast
    bugprone-swapped-arguments bugprone-signed-char-misuse bugprone-fold-init-type
    bugprone-move-forwarding-reference bugprone-sizeof-expression bugprone-incorrect-roundings
    bugprone-suspicious-memset-usage bugprone-misplaced-operator-in-strlen-in-alloc
    bugprone-undefined-memory-manipulation bugprone-non-zero-enum-to-bool-conversion
    bugprone-forward-declaration-namespace performance-type-promotion-in-math-fn
    concurrency-mt-unsafe
    cppcoreguidelines-narrowing-conversions bugprone-narrowing-conversions
    cppcoreguidelines-non-private-member-variables-in-classes
    misc-unused-parameters readability-function-size readability-identifier-naming
    readability-misleading-indentation readability-container-size-empty
    readability-container-contains readability-redundant-access-specifiers
    readability-else-after-return bugprone-argument-comment
    misc-const-correctness performance-move-const-arg cppcoreguidelines-init-variables
    bugprone-undelegated-constructor bugprone-multi-level-implicit-pointer-conversion
    misc-new-delete-overloads misc-unused-alias-decls performance-no-int-to-ptr
    cppcoreguidelines-avoid-reference-coroutine-parameters bugprone-crtp-constructor-accessibility
    cppcoreguidelines-noexcept-swap performance-noexcept-swap modernize-replace-random-shuffle
    performance-avoid-endl bugprone-virtual-near-miss modernize-avoid-bind modernize-use-std-format
    concurrency-thread-canceltype-asynchronous bugprone-bad-signal-to-kill-thread
    bugprone-suspicious-memory-comparison bugprone-lambda-function-name
    bugprone-spuriously-wake-up-functions cppcoreguidelines-explicit-virtual-functions
    cppcoreguidelines-noexcept-move-operations bugprone-suspicious-enum-usage
    bugprone-pointer-arithmetic-on-polymorphic-object bugprone-posix-return
    bugprone-misplaced-pointer-arithmetic-in-alloc bugprone-bool-pointer-implicit-conversion
    bugprone-suspicious-realloc-usage modernize-make-shared cppcoreguidelines-pro-type-union-access
    bugprone-string-literal-with-embedded-nul bugprone-incorrect-enable-if
    bugprone-compare-pointer-to-member-virtual-function
    """.split()


def reached(path, seen):
    """Adds path and every header of ours below it to seen."""
    if path not in seen and path.exists():
        seen.add(path)
        for header in INCLUDE.findall(path.read_text()):
            reached(pathlib.Path(header), seen)
    return seen


def state_of(path, command):
    state = hashlib.sha256(command.encode())
    for part in [pathlib.Path(".clang-tidy"), *sorted(reached(path, set()))]:
        state.update(part.read_bytes())
    return state.hexdigest()


def tidied(path, build, deep):
    # Without the analyzer clang's own warnings come through as errors; GCC's are the build's.
    without = "--checks=" + ",".join("-" + name for name in DEEP)
    checks = [] if deep else [without, "--extra-arg=-Wno-error"]
    done = subprocess.run(["clang-tidy-19", "--quiet", "-p", build, *checks, str(path)],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + (done.stderr if done.returncode else "")


def main(build, wanted, deep):
    memory = pathlib.Path(build, "tidy_deep.json" if deep else "tidy_clean.json")
    clean = json.loads(memory.read_text()) if memory.exists() else {}
    states = {}
    for entry in json.loads(pathlib.Path(build, "compile_commands.json").read_text()):
        path = pathlib.Path(os.path.relpath(entry["file"]))
        if path.parts[0] == "levee" and (not wanted or str(path) in wanted):
            states[str(path)] = state_of(path, entry["command"])
    changed = [path for path, state in states.items() if clean.get(path) != state]
    print(f"tidy: {len(changed)} of {len(states)} files to look at", flush=True)
    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, (good, said) in zip(changed, pool.map(lambda p: tidied(p, build, deep), changed)):
            if good:
                clean[path] = states[path]
                memory.write_text(json.dumps(clean, indent=0))
            else:
                failed.append(path)
                print(said, flush=True)
    print(f"tidy: {len(failed)} files with findings" if failed else "tidy: clean")
    return bool(failed)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--deep"]
    sys.exit(main(given[0], given[1:], "--deep" in sys.argv))
