"""Runs benchmark B4 and the same instances through CLP and GLPK; prints times and ratios.

usage: hedge_peers.py BUILD HEDGE_PEER [--large] [--limit SECONDS] [--write PAGE.md]
BUILD holds solve_bench; HEDGE_PEER is hedge_peer.cpp built, which refuses to go on where two codes
do not agree. --large adds the sizes at which general codes take minutes. --limit is the real time
that one solve may take (300 s). --write puts the tables between two marker lines of PAGE.md.
"""
import argparse
import json
import os
import subprocess
import sys

import page

SIZES = [(10_000, 100), (50_000, 200), (100_000, 500)]
COLD_TARGETS = [0.05, 0.3, 1.5]  # CPU seconds
BUMP_TARGET, FRONTIER_TARGET = 0.25, 4  # of a cold solve
TIMES_TARGETS = {SIZES[0]: 20, SIZES[1]: 100, SIZES[2]: 100}  # the fastest peer's time over ours
MARKERS = ("<!-- written by ./dev bench hedge --peers --write -->", "<!-- end of hedge -->")


def b4_once(build):
    """CPU seconds and gap of every benchmark, by name."""
    said = subprocess.run([os.path.join(build, "solve_bench"), "--benchmark_format=json",
                           "--benchmark_filter=from_nothing|after_a_bump|frontier|certified"],
                          check=True, capture_output=True, text=True).stdout
    runs = {}
    for run in json.loads(said)["benchmarks"]:
        if run.get("error_occurred"):
            sys.exit(f"{run['name']}: {run['error_message']}")
        runs[run["name"]] = (1e-3 * run["cpu_time"], run.get("gap"))
    return runs


def peers_once(peer, large, limit):
    said = subprocess.run([peer, str(limit), *(["--large"] if large else [])], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def sized(size):
    return f"{size[0] // 1000}k × {size[1]}"


def verdict(met):
    return "yes" if met else "**no**"


def our_table(runs):
    def seconds(name, size):
        return runs[f"{name}/scenarios:{size[0]}/instruments:{size[1]}/level:990/seed:1"][0]

    lines = ["| workload | figure | target | met |", "|---|---:|---:|---|"]
    for size, target in zip(SIZES, COLD_TARGETS):
        cold = seconds("from_nothing", size)
        lines.append(f"| {sized(size)}, from nothing | {cold:.3f} s | {target} s "
                     f"| {verdict(cold <= target)} |")
    for size in SIZES:
        again = seconds("after_a_bump", size)
        share = again / seconds("from_nothing", size)
        lines.append(f"| {sized(size)}, every price bumped by about 1 % | {again:.3f} s, "
                     f"{share:.0%} of cold | {BUMP_TARGET:.0%} | {verdict(share <= BUMP_TARGET)} |")
    frontier = runs["frontier/50000/200/990/1"][0]
    times = frontier / seconds("from_nothing", SIZES[1])
    lines.append(f"| {sized(SIZES[1])}, frontier of 20 budgets | {frontier:.2f} s, "
                 f"{times:.1f} cold solves | {FRONTIER_TARGET} cold solves "
                 f"| {verdict(times <= FRONTIER_TARGET)} |")
    every = {name: run for name, run in runs.items() if name.startswith("certified")}
    worst = max(gap for _, gap in every.values())
    slowest = max(seconds for seconds, _ in every.values())
    within = sum(seconds <= COLD_TARGETS[0] for seconds, _ in every.values())
    lines.append(f"| {len(every)} seeds and levels at {sized(SIZES[0])}, largest gap | {worst:.1e} "
                 f"| 1e-6 | {verdict(worst <= 1e-6)} |")
    lines.append(f"| the same, slowest | {slowest:.3f} s ({within} of {len(every)} within) "
                 f"| {COLD_TARGETS[0]} s | {verdict(within == len(every))} |")
    return lines


def peer_table(runs, limit):
    lines = ["| size | code | way | CPU s | over levee's | objective | apart | gap |",
             "|---|---|---|---:|---:|---:|---:|---:|"]
    for size in SIZES:
        here = [run for run in runs if (run["scenarios"], run["instruments"]) == size]
        if not here:
            continue
        ours, closest = here[0]["seconds"], here[1]["objective"]
        for run in here:
            cells = [sized(size), run["code"], run["way"]]
            if run["finished"]:
                cells += [f"{run['seconds']:.3g}", f"{run['seconds'] / ours:.1f} ×",
                          f"{run['objective']:.10f}", f"{run['objective'] / closest - 1:.0e}",
                          f"{run['gap']:.0e}"]
            else:
                cells += [f"over {run['seconds']:.0f}", f"over {run['seconds'] / ours:.0f} ×",
                          f"none in {limit} s", "–", "–"]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def targets_of(runs):
    """A line a size: the fastest peer against the target."""
    lines = ["| size | fastest peer over levee | target | met |", "|---|---:|---:|---|"]
    for size, target in TIMES_TARGETS.items():
        here = [run for run in runs if (run["scenarios"], run["instruments"]) == size]
        peers = [run["seconds"] for run in here if run["code"] != "levee" and run["finished"]]
        if peers:
            times = min(peers) / here[0]["seconds"]
            lines.append(f"| {sized(size)} | {times:.1f} × | {target} × "
                         f"| {verdict(times >= target)} |")
    return lines


def machine():
    versions = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version} ", "coinor-libclp-dev", "libglpk-dev"], check=True,
        capture_output=True, text=True).stdout.split()
    return page.machine(f"Debian's CLP {versions[0]} and GLPK {versions[1]}")


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("build")
    ask.add_argument("hedge_peer")
    ask.add_argument("--large", action="store_true")
    ask.add_argument("--limit", type=int, default=300)
    ask.add_argument("--write")
    given = ask.parse_args()
    ours = b4_once(given.build)
    runs = peers_once(given.hedge_peer, given.large, given.limit)
    report = "\n".join(["One core of one process, CPU seconds, one run; what takes less than a "
                        "second is the best of several.", machine(), "", *our_table(ours), "",
                        "Beside general codes for linear programmes, on the same instances:", "",
                        *peer_table(runs, given.limit), "", *targets_of(runs)])
    print(report)
    if given.write:
        page.write(given.write, report, MARKERS)


main()
