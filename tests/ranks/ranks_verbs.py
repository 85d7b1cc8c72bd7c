"""`levee` says once, and to the byte, what it says alone: by 1, 2 and 4 ranks.

usage: ranks_verbs.py LEVEE_ALONE LEVEE MPIEXEC
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from mpirun import started

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKET = ("--market", str(ROOT / "examples/market"), "--threads", "1")
BOOK = ("--book", str(ROOT / "examples/eth-usdc.toml"))
# Factors are split in all of them; 3001 paths are no multiple of anything.
TAILS = [("--scenarios", "jump", "--paths", "3001"),
         ("--scenarios", "jump", "--paths", "2500", "--sampling", "sobol_importance"),
         ("--scenarios", "diffusion", "--paths", "1500", "--sampling", "sobol"),
         ("--scenarios", "regime", "--paths", "1000", "--measure", "market_implied")]


def expect(what, found, wanted):
    assert found == wanted, f"{what}:\n{found[-2000:]!r}\nwanted\n{wanted[-2000:]!r}"


def tails(alone, levee, mpiexec, folder):
    for words in TAILS:
        page = pathlib.Path(folder, "tail.html")
        ask = ["measure-tail", *BOOK, *MARKET, *words, "--report", str(page)]
        one = {}
        for form in [], ["--json"]:
            done = subprocess.run([alone, *ask, *form], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            one[len(form)] = done.stdout, page.read_text()
            page.unlink()
        for count in 1, 2, 4:
            # mpirun gives its processes a terminal: one that is alone there would colour its text.
            for form in [[], ["--json"]][count == 1:]:
                done = started(mpiexec, count, levee, *ask, *form)
                assert done.returncode == 0, done.stderr
                expect(f"{count} ranks, {words}", done.stdout, one[len(form)][0])
                expect(f"page of {count} ranks, {words}", page.read_text(), one[len(form)][1])
                expect("files told of", done.stderr.count("written:"), 1)
                page.unlink()
        print(f"the same by 1, 2 and 4 ranks: {' '.join(words)}")


# Verbs that share nothing, help and complaints: one voice, one status.
def once(alone, levee, mpiexec):
    for words in [["value-position", *BOOK, *MARKET[:2], "--json"],
                  ["--help"],
                  ["measure-tail", "--help"],
                  ["measure-tail", *BOOK, *MARKET, "--paths", "10"],
                  ["measure-tail", *BOOK, *MARKET, "--sampling", "even"],
                  ["measure-tail", *BOOK, *MARKET, "--scenarios", "bootstrap", "--sampling",
                   "sobol"],
                  ["measure-tail", "--no-such-flag", "1"],
                  ["no-such-verb"]]:
        one = subprocess.run([alone, *words], capture_output=True, text=True)
        for count in 1, 3:
            many = started(mpiexec, count, levee, *words)
            expect(f"status of {words}", str(many.returncode), str(one.returncode))
            expect(f"output of {words}", many.stdout, one.stdout)
            said = [line for line in many.stderr.splitlines() if line.startswith("levee:")]
            expect(f"complaint of {words}", said, one.stderr.splitlines())


# Each rank on a machine of its own: one writes the page. Where the last has no book all of them say
# what that one met, and none waits.
def elsewhere(levee, mpiexec, folder):
    places = [pathlib.Path(folder, str(rank)) for rank in range(3)]
    for place in places:
        place.mkdir()
        shutil.copy(BOOK[1], place / "book.toml")
    here = f'cd "{folder}/$OMPI_COMM_WORLD_RANK" && exec "$0" "$@"'
    ask = ["sh", "-c", here, levee, "measure-tail", "--book", "book.toml", *MARKET, "--paths",
           "1000", "--report", "tail.html"]
    assert started(mpiexec, 3, *ask).returncode == 0
    written = [place.name for place in places if (place / "tail.html").exists()]
    expect("pages written by", "".join(written), "0")
    (places[2] / "book.toml").unlink()
    done = started(mpiexec, 3, *ask)
    said = [line for line in done.stderr.splitlines() if line.startswith("levee:")]
    assert len(said) == 1 and "book.toml" in said[0], done.stderr
    expect("status", str(done.returncode), "10")


# All leave with what the one that speaks leaves with, shared verb or not.
def status_of_each(levee, mpiexec, folder):
    here = '"$0" "$@"; echo $? > "' + folder + '/status$OMPI_COMM_WORLD_RANK"'
    for words, status in [(["measure-tail", *BOOK, *MARKET, "--paths", "10"], "3\n"),
                          (["value-position", *BOOK], "4\n")]:
        started(mpiexec, 3, "sh", "-c", here, levee, *words)
        for rank in range(3):
            found = pathlib.Path(folder, f"status{rank}").read_text()
            expect(f"status of rank {rank}, {words[0]}", found, status)


def main(alone, levee, mpiexec):
    with tempfile.TemporaryDirectory() as folder:
        tails(alone, levee, mpiexec, folder)
        once(alone, levee, mpiexec)
        elsewhere(levee, mpiexec, folder)
        status_of_each(levee, mpiexec, folder)


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    main(*sys.argv[1:])
