"""Runs levee's benchmarks, QuantLib, and vectorised numpy and scipy in turn; prints the ratios.

usage: risk_peers.py BUILD QUANTLIB_PEER [--rounds N] [--write PAGE.md]
BUILD holds option_bench, risk_bench and, where it is built, scenario_bench; QUANTLIB_PEER is
quantlib_peer.cpp built. Rates are items per second of CPU time, the best of N rounds. Everyone
checks golden values before taking time. --write puts the table between two marker lines of PAGE.md.
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys
import time

import numpy as np
import scipy
from scipy import stats
from scipy.special import ndtr

import page

# title, pattern of our benchmarks (the fastest counts), QuantLib's names, our Python's, target
ROWS = [
    ("price and Greeks, a chain of 1,024 (B2)", r"B2_price_and_6_greeks/.*/1024$",
     ["W2b_black_calculator"], ["price_and_greeks"], 220e6),
    ("price and Greeks, a million (W2a, W3a)", r"B2_price_and_6_greeks/.*/1048576$",
     ["W2a_engine"], ["price_and_greeks"], 100e6),
    ("price and Greeks, one at a time (W2b)", r"W2b_price_and_8_greeks$",
     ["W2b_black_calculator"], [], None),
    ("price alone, one at a time (W2c)", r"W2c_price$", ["W2c_black_formula"], [], None),
    ("implied vol, a chain of 1,024 (B2)", r"B2_implied_vol/.*/1024$",
     ["W2d_implied", "W2d_implied_lirs"], ["implied_vol"], 55e6),
    ("implied vol, one at a time (W2d, W3d)", r"W3d_implied_vol$",
     ["W2d_implied", "W2d_implied_lirs"], [], None),
    ("Merton, one option (W2i)", r"W2i_merton$", ["W2i_merton_exact", "W2i_merton"], [], 1e6),
    ("Heston, one option (W2h)", r"W2h_heston$|W2h_heston_by_contour$",
     ["W2h_heston_laguerre", "W2h_heston_cos"], [], 250e3),
    ("Heston, 41 strikes of one expiry", r"heston_chain_of_41$",
     ["W2h_heston_laguerre", "W2h_heston_cos"], [], None),
    ("Bates, one option", r"bates_price$", ["bates"], [], None),
    ("path-steps of two assets (B3)", r"^float_walk/", ["B3_paths"], ["path_steps"], 1e9),
    ("the same in double", r"^double_walk/", ["B3_paths"], ["path_steps"], 0.5e9),
    ("options repriced on paths, P&L matrix (B3)", r"^matrix/1/", [], ["matrix"], 625e6),
    ("GPD fit, 300 excesses (W6a)", r"W6a_gpd_fit$", [], ["gpd_fit"], 20e3),
    ("the same with errors and profile intervals", r"gpd_fit_with_intervals$", [], [], None),
    ("GPD fit, 39 excesses (W6c)", r"W6c_gpd_fit_of_39$", [], ["gpd_fit_39"], 50e3),
    ("compound Poisson-GPD years (W6b)", r"drawn/W6b_three_a_year$", [], ["compound_years"], 40e6),
    ("years of 30.4 events, body and tail (W6d)", r"drawn/W6d_thirty_a_year$", [],
     ["mixed_years"], 4e6),
    ("failures that bring failures, 64 protocols (B6)",
     r"B6_cascades/five_percent_a_year$", [], [], 4e6),
    ("self-exciting clock, fit of 1,495 events (W6e)", r"W6e_hawkes_fit$", [], [], 500),
    ("loss claim under log-normal volatility (W12)", r"W12_claim_by_expansion$", [], [], 2e3),
]
# title, our benchmark on one thread and on two, in real time
THREADS = [
    ("price and Greeks, chains of 1,024 (B2)", "B2_greeks_on_threads/{}/real_time"),
    ("implied vols, chains of 1,024 (B2)", "B2_vols_on_threads/{}/real_time"),
    ("path-steps of two assets, float (B3)", "walk_on_threads<float>/{}/real_time"),
    ("path-steps of two assets, double (B3)", "walk_on_threads<double>/{}/real_time"),
    ("options repriced on paths, P&L matrix (B3)", "matrix/{}/real_time"),
    ("paths of a book of ten holdings, repriced", "mixed_book/{}/real_time"),
]
MARKERS = ("<!-- written by ./dev bench risk --peers --write -->", "<!-- end of risk -->")


def rate_of(items, work, seconds=0.25):
    """Items per CPU second of a call that makes `items` of them."""
    calls, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        work()
        calls += 1
    return items * calls / (time.process_time() - start)


def hold(found, golden, tolerance, what):
    if not np.max(np.abs(np.asarray(found) / golden - 1)) < tolerance:
        sys.exit(f"{what}: {found}, golden is {golden}")


class Chain:
    """B2's options: a million about 3000, a day to a year, strikes within 3.5 deviations."""

    def __init__(self, count):
        rng = np.random.Generator(np.random.SFC64(2))
        self.forward = 3000 * rng.uniform(0.8, 1.2, count)
        self.vol = rng.uniform(0.3, 1.2, count)
        self.years = np.exp(rng.uniform(-math.log(365), 0, count))
        spread = rng.uniform(-3.5, 3.5, count) * self.vol * np.sqrt(self.years)
        self.strike = self.forward * np.exp(spread)
        self.sign = np.where(self.strike < self.forward, -1.0, 1.0)


def price_of(sign, forward, strike, deviation):
    d1 = np.log(forward / strike) / deviation + deviation / 2
    return sign * (forward * ndtr(sign * d1) - strike * ndtr(sign * (d1 - deviation)))


def price_and_greeks(c):
    root = np.sqrt(c.years)
    deviation = c.vol * root
    d1 = np.log(c.forward / c.strike) / deviation + deviation / 2
    d2 = d1 - deviation
    inside = c.sign * ndtr(c.sign * d1)
    density = np.exp(-0.5 * d1 * d1) * 0.3989422804014327
    price = c.forward * inside - c.strike * c.sign * ndtr(c.sign * d2)
    gamma = density / (c.forward * deviation)
    vega = c.forward * density * root
    theta = -0.5 * vega * c.vol / c.years
    return price, inside, gamma, vega, theta, -density * d2 / c.vol, vega * d1 * d2 / c.vol


def implied_vol(c, price):
    """Newton's method on the log price from the price's inflection, all options side by side."""
    deviation = np.sqrt(2 * np.abs(np.log(c.forward / c.strike))) + 1e-3
    for _ in range(60):
        d1 = np.log(c.forward / c.strike) / deviation + deviation / 2
        guess = c.sign * (c.forward * ndtr(c.sign * d1) -
                          c.strike * ndtr(c.sign * (d1 - deviation)))
        vega = c.forward * np.exp(-0.5 * d1 * d1) * 0.3989422804014327
        step = np.log(price / guess) * guess / vega
        deviation = np.maximum(deviation + step, deviation / 2)
        if np.max(np.abs(step) / deviation) < 1e-12:
            break
    return deviation / np.sqrt(c.years)


def time_chain(rates):
    put = Chain(1)
    put.forward, put.strike, put.sign = np.array([2000.0]), np.array([1800.0]), np.array([-1.0])
    put.vol, put.years = np.array([0.65]), np.array([30 / 365])
    put.forward = put.forward * math.exp(0.03 * 30 / 365)
    discount = math.exp(-0.03 * 30 / 365)
    hold(discount * price_and_greeks(put)[0], 61.5194197360, 1e-11, "price")
    chain = Chain(1 << 14)  # in cache, where numpy is fastest
    rates["price_and_greeks"] = rate_of(1 << 14, lambda: price_and_greeks(chain))
    few = Chain(1 << 14)
    near = np.abs(np.log(few.strike / few.forward)) < 2.5 * few.vol * np.sqrt(few.years)
    for name in ("forward", "vol", "years", "strike", "sign"):
        setattr(few, name, getattr(few, name)[near])
    price = price_of(few.sign, few.forward, few.strike, few.vol * np.sqrt(few.years))
    hold(implied_vol(few, price), few.vol, 1e-9, "implied vol")
    rates["implied_vol"] = rate_of(len(price), lambda: implied_vol(few, price))


def path_steps(rng, paths, steps=30):
    """B3: vols .65 and .5, correlation .8, 6 jumps a year of -.10 +- .14, .7 of them together."""
    dt = 1 / 365
    log_price = np.zeros((2, paths))
    for _ in range(steps):
        first = rng.standard_normal(paths)
        second = 0.8 * first + 0.6 * rng.standard_normal(paths)
        hit = np.flatnonzero(rng.random(paths) < 6 * dt)
        log_price[0] += 0.65 * math.sqrt(dt) * first - 0.65**2 * dt / 2
        log_price[1] += 0.5 * math.sqrt(dt) * second - 0.5**2 * dt / 2
        log_price[0, hit] += -0.10 + 0.14 * rng.standard_normal(len(hit))
        joint = hit[rng.random(len(hit)) < 0.7]
        log_price[1, joint] += -0.10 + 0.14 * rng.standard_normal(len(joint))
    return log_price


def time_paths(rates):
    rng = np.random.Generator(np.random.SFC64(3))
    moved = path_steps(rng, 200_000)[0]
    mean = 6 * 30 / 365 * -0.10 - 0.65**2 * 30 / 365 / 2
    if abs(moved.mean() - mean) > 5 * moved.std() / math.sqrt(200_000):
        sys.exit(f"paths: mean {moved.mean()}, {mean} expected")
    rates["path_steps"] = rate_of(30 * 16_384, lambda: path_steps(rng, 16_384))
    strikes = np.linspace(1000, 3000, 500)[:, None]
    spot = 2000 * np.exp(0.2 * rng.standard_normal(2048))[None, :]
    rates["matrix"] = rate_of(500 * 2048, lambda: price_of(-1.0, spot, strikes, 0.18))


def time_tails(rates):
    beyond = 1 - (np.arange(300) + 0.5) / 300
    golden = 5e6 / 0.62 * np.expm1(-0.62 * np.log(beyond))
    shape, _, scale = stats.genpareto.fit(golden, floc=0)
    hold([shape, scale], [0.61515944820738, 5014848.81008834], 1e-6, "GPD fit")
    rng = np.random.Generator(np.random.SFC64(6))
    samples = [stats.genpareto.rvs(0.62, scale=5e6, size=300, random_state=rng) for _ in range(8)]
    rates["gpd_fit"] = rate_of(8, lambda: [stats.genpareto.fit(y, floc=0) for y in samples])
    few = [stats.genpareto.rvs(0.92454, scale=13_096_689, size=39, random_state=rng)
           for _ in range(8)]
    rates["gpd_fit_39"] = rate_of(8, lambda: [stats.genpareto.fit(y, floc=0) for y in few])

    def years(count=1_000_000):
        counts = rng.poisson(3.0, count)
        size = rng.random(counts.sum(), dtype=np.float64)
        loss = np.minimum(5e6 / 0.62 * (size**-0.62 - 1), 1e9)
        return np.bincount(np.repeat(np.arange(count), counts), loss, count)

    total = years()
    top = (1 + 0.62 * 1e9 / 5e6)
    mean = 3 * 5e6 / 0.38 * (1 - top**(1 - 1 / 0.62))
    if abs(total.mean() - mean) > 5 * total.std() / 1000:
        sys.exit(f"compound years: mean {total.mean()}, {mean} expected")
    rates["compound_years"] = rate_of(1_000_000, years)
    rates["mixed_years"] = mixed_years(rng)


def mixed_years(rng, count=100_000):
    """Years of 30.4 events, 39 of 192 beyond 8.88 million, the others one of 153 made-up losses."""
    body, shape, scale = 8.88e6 * np.exp(-0.03 * np.arange(153)), 0.9245429, 13_096_689

    def years():
        counts = rng.poisson(30.4, count)
        loss = rng.choice(body, counts.sum())
        beyond = rng.random(counts.sum()) < 39 / 192
        size = rng.random(np.count_nonzero(beyond))
        loss[beyond] = np.minimum(8.88e6 + scale / shape * (size**-shape - 1), 1e9)
        return np.bincount(np.repeat(np.arange(count), counts), loss, count)

    total = years()
    excess = scale / (1 - shape) * (1 - (1 + shape * (1e9 - 8.88e6) / scale)**(1 - 1 / shape))
    mean = 30.4 * (39 / 192 * (8.88e6 + excess) + 153 / 192 * body.mean())
    if abs(total.mean() - mean) > 5 * total.std() / math.sqrt(count):
        sys.exit(f"mixed years: mean {total.mean()}, {mean} expected")
    return rate_of(count, years)


def python_once():
    rates = {}
    time_chain(rates)
    time_paths(rates)
    time_tails(rates)
    return rates


def our_rate(run):
    """Items per second, however the benchmark tells it: of CPU time unless its name says real."""
    if "ns_step" in run:
        return 1e9 / run["ns_step"]
    if "claims_a_second" in run:
        return run["claims_a_second"]
    return run["items_per_second"]


def ours_once(build):
    rates = {}
    for area in ("option", "scenario", "risk", "hazard"):
        program = os.path.join(build, f"{area}_bench")
        if not os.path.exists(program):
            continue
        names = subprocess.run([program, "--benchmark_list_tests"], check=True, text=True,
                               capture_output=True).stdout.split()
        chosen = [name for name in names
                  if any(re.search(pattern, name) for _, pattern, *_ in ROWS)
                  or any(name == one.format(n) for _, one in THREADS for n in (1, 2))]
        if not chosen:
            continue
        said = subprocess.run(
            [program, "--benchmark_format=json", "--benchmark_min_time=0.2",
             "--benchmark_filter=^(" + "|".join(map(re.escape, chosen)) + ")$"],
            check=True, capture_output=True, text=True).stdout
        for run in json.loads(said)["benchmarks"]:
            if run.get("error_occurred"):
                if "processor" in run["error_message"]:  # an engine that this processor lacks
                    continue
                sys.exit(f"{run['name']}: {run['error_message']}")
            rates[run["name"]] = our_rate(run)
    return rates


def quantlib_once(peer):
    said = subprocess.run([peer], check=True, capture_output=True, text=True).stdout
    return {run["name"]: run["per_second"] for run in map(json.loads, said.splitlines())}


def keep_best(best, more):
    for name, rate in more.items():
        best[name] = max(rate, best.get(name, 0))


def shown(rate):
    if rate is None:
        return "–"
    unit, name = next(pair for pair in ((1e9, " G"), (1e6, " M"), (1e3, " k"), (1, ""))
                      if rate >= pair[0] or pair[0] == 1)
    x = rate / unit
    return f"{x:.0f}{name}" if x >= 99.5 else f"{x:.1f}{name}" if x >= 9.95 else f"{x:.2f}{name}"


def beside(ours, theirs):
    if not theirs:
        return ["–", "–"]
    ratio = ours / theirs
    return [shown(theirs), f"{ratio:.0f} ×" if ratio >= 9.95 else f"{ratio:.1f} ×"]


def table(ours, quantlib, python):
    lines = ["| workload | levee /s | QuantLib /s | ratio | numpy, scipy /s | ratio | target /s "
             "| met |", "|---|---:|---:|---:|---:|---:|---:|---|"]
    for title, pattern, names, scripts, target in ROWS:
        rates = [rate for name, rate in ours.items() if re.search(pattern, name)]
        our = max(rates, default=None)
        theirs = max((quantlib[n] for n in names if n in quantlib), default=None)
        script = max((python[n] for n in scripts if n in python), default=None)
        if our is None:
            cells = ["–", shown(theirs), "–", shown(script), "–"]
            met = "" if target is None else "**not there**"
        else:
            cells = [shown(our), *beside(our, theirs), *beside(our, script)]
            met = "" if target is None else "yes" if our >= target else "**no**"
        lines.append("| " + " | ".join([title, *cells, shown(target), met]) + " |")
    return lines


def thread_table(ours):
    lines = ["| workload | 1 thread /s | 2 threads /s | ratio |", "|---|---:|---:|---:|"]
    for title, name in THREADS:
        one, two = (ours.get(name.format(n)) for n in (1, 2))
        if one and two:
            lines.append(f"| {title} | {shown(one)} | {shown(two)} | {two / one:.2f} × |")
    return lines


def machine():
    return page.machine("QuantLib in C++, built with -O3 -march=native against Debian's library; "
                        f"numpy {np.__version__}, scipy {scipy.__version__}")


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("build")
    ask.add_argument("quantlib_peer")
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--write")
    given = ask.parse_args()
    ours, quantlib, python = {}, {}, {}
    for i in range(given.rounds):
        print(f"== round {i + 1} of {given.rounds}", file=sys.stderr)
        keep_best(ours, ours_once(given.build))
        keep_best(quantlib, quantlib_once(given.quantlib_peer))
        keep_best(python, python_once())
    report = "\n".join([f"Best of {given.rounds} rounds, each program in turn, per second of CPU "
                        "time.", machine(), "", *table(ours, quantlib, python), "",
                        "The same on one thread and on two, in real time:", "",
                        *thread_table(ours)])
    print(report)
    if given.write:
        page.write(given.write, report, MARKERS)


main()
