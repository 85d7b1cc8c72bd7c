"""Runs the built levee; the binary is named by the environment variable LEVEE_BINARY."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LEVEE_BINARY", str(ROOT / "build/release/levee"))
BOOK = ROOT / "examples/eth-usdc.toml"
MARKET = ROOT / "examples/market"
QUICK = ("--paths", "2000", "--score-paths", "2000")


def levee(*words, timeout=120):
    """-> what the command did: returncode (negative if a signal ended it), stdout, stderr."""
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True,
                          errors="replace", timeout=timeout, stdin=subprocess.DEVNULL)


def plan(*words, book=BOOK, market=MARKET):
    return levee("plan-hedge", "--book", book, "--market", market, *QUICK, "--json", *words)
