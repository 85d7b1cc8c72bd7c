"""Plans the hedge of one book on five recorded days and sets the answers side by side.

Each plan is held to what it prints (check_plan.py). Writes DAY.html, DAY.txt, DAY.json and
summary.md; exit code 1 where a check does not hold, 77 where there is no recorded data.

usage: five_days.py [--levee BINARY] [--book BOOK.toml] [--data FOLDER] [--out FOLDER]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tomllib
from dataclasses import dataclass

import check_plan

ROOT = pathlib.Path(__file__).resolve().parents[1]
MOVED = 0.01  # of the CVaR: whole lots alone move it by less
NO_DATA = 77  # what CTest takes for a skip


@dataclass(frozen=True)
class Day:
    regime: str
    at: str
    chain: str
    index: bool = True  # whether the volatility index reaches back to it

    @property
    def name(self):
        return self.regime.replace(" ", "_")


DAYS = (Day("calm", "2026-01-10", "deribit_chain_daily_2026-01.csv.gz"),
        Day("crash", "2026-02-06", "deribit_chain_6h_crash_2026-01-26_2026-02-10.csv.gz"),
        Day("expiry week", "2026-03-25", "deribit_chain_daily_2026-03.csv.gz"),
        Day("high funding", "2021-02-11", "deribit_chain_ETH_2021-02-11.csv.gz", index=False),
        Day("low volatility", "2026-01-18", "deribit_chain_daily_2026-01.csv.gz"))

HEAD = ("day", "what it is", "the day asks", "status", "trades", "cost a year, USD",
        "of LP value", "fees a year, USD", "fees needed", "CVaR95 before, USD", "after, USD",
        "what would change it most")


def words_of(day, data):
    """-> the flags of plan-hedge that read that day's records."""
    words = ["--at", day.at, "--chain", data / "options" / day.chain,
             "--history", data / "prices/binance_perp_ETHUSDT_1h.csv.gz",
             "--funding", data / "perps/binance_funding_8h_ETHUSDT.csv",
             "--calendar", data / "macro/us_macro_release_calendar_2017on.csv"]
    if day.index:
        words += ["--iv-index", data / "options/deribit_dvol_ETH_1d.csv"]
    return [str(word) for word in words]


def dollars(amount):
    return "unknown" if amount is None else f"{amount:,.0f}"


def weightiest(answer):
    """-> the change that moves the tail most, and to what; one that allows no plan moves none."""
    after = answer["tail"]["hedged"]["cvar95_usd"]
    moves = [one for one in answer["what_if"] if one["cvar_usd"] is not None
             and abs(one["cvar_usd"] - after) > MOVED * after]
    if not moves:
        return "nothing that was asked"
    most = max(moves, key=lambda one: abs(one["cvar_usd"] - after))
    return f"{most['change']}: CVaR {dollars(most['cvar_usd'])}"


def row_of(day, answer):
    """-> the day's line of the table, as words."""
    plan, position = answer["plan"], answer["position"]
    tail, fees = answer["tail"], position["fees_usd_per_day"]
    return (day.at, day.regime, answer["day"]["hedge"].replace("_", " "), plan["status"],
            str(len(plan["trades"])), dollars(plan["carry_usd_per_year"]),
            f"{100 * plan['carry_usd_per_year'] / position['value_usd']:.1f} %",
            dollars(fees and 365 * fees),
            f"{100 * plan['fees_needed_usd_per_year'] / position['value_usd']:.1f} % of value",
            dollars(tail["unhedged"]["cvar95_usd"]),
            dollars(tail["hedged"]["cvar95_usd"]), weightiest(answer))


def table_of(rows):
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def planned(day, ask):
    """-> the plan as JSON; its texts and page are written beside."""
    command = [ask.levee, "plan-hedge", "--quiet", "--book", ask.book, *words_of(day, ask.data)]
    page = ask.out / f"{day.name}.html"
    told = {suffix: subprocess.run([*command, *more], capture_output=True, text=True, check=True)
            for suffix, more in (("txt", ["--report", page]), ("json", ["--json"]))}
    for suffix, done in told.items():
        (ask.out / f"{day.name}.{suffix}").write_text(done.stdout)
    return json.loads(told["json"].stdout)


def asked(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("levee", "build/release/levee"), ("book", "examples/eth-usdc.toml"),
                          ("data", "../shared/data"), ("out", "build/five_days")):
        parser.add_argument(f"--{name}", type=pathlib.Path, default=ROOT / default)
    return parser.parse_args(words)


def main(words):
    ask = asked(words)
    missing = [day.chain for day in DAYS if not (ask.data / "options" / day.chain).exists()]
    if missing:
        print(f"{ask.data}/options: {missing[0]} is not there (give --data FOLDER)")
        return NO_DATA
    ask.out.mkdir(parents=True, exist_ok=True)
    book = tomllib.loads(ask.book.read_text())
    rows, faults = [], []
    for day in DAYS:
        try:
            answer = planned(day, ask)
        except subprocess.CalledProcessError as failed:
            faults.append(f"{day.regime}: {failed.stderr.strip()}")
            continue
        faults += [f"{day.regime}: {line}" for line in check_plan.failures(answer, book)]
        rows.append(row_of(day, answer))
    (ask.out / "summary.md").write_text("# Five days\n\n" + table_of(rows))
    print(table_of(rows), *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
