"""Holds facts/incidents.csv to its shape and, where the public trackers are at hand, to them.

Shape errors fail. A difference from a tracker is printed for a person to judge: docs/incidents.md
lists those that were judged.

usage: check_facts.py [repository]
"""
import collections
import csv
import datetime
import gzip
import pathlib
import re
import sys

FIRST_LINE = ("# levee incidents, version 1: facts from public record; "
              "amounts in US dollars of the day")
COLUMNS = ("id,exploited,disclosed,protocol,sector,target,mode,loss_usd,recovered_usd,refilled_usd,"
           "tvl_before_usd,audit,market_wide,token,source,note").split(",")
CLOSED = {
    "sector": "lending dex yield bridge stablecoin derivatives exchange wallet other",
    "target": "protocol exchange person issuer",
    "mode": "code oracle governance keys bridge economic depeg insolvency rug",
    "audit": "none stale fresh unknown",
    "market_wide": "yes no"}
AMOUNTS = "loss_usd recovered_usd refilled_usd tvl_before_usd".split()
MOMENT = (r"\d{4}-\d\d-\d\d(T\d\d:\d\dZ)?", "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ")
FORMS = ({"exploited": MOMENT, "disclosed": MOMENT, "protocol": (".+", "named"),
          "source": (".+", "named")} | {column: (r"\d*", "digits or empty") for column in AMOUNTS})
NOTE_WORDS_MAX = 12

TRACKERS = {  # name: (file, name column, amount column)
    "defillama": ("defillama_hacks_pre2025.csv", "name", "amount_usd"),
    "rekt": ("rekt_news_leaderboard_pre2025.csv", "title", "amount_usd"),
    "consolidated": ("events_consolidated_pre2025.csv.gz", "name", "loss_usd"),
    "de.fi": ("defi_rekt_database_pre2025.csv.gz", "name", "funds_lost_usd")}
TRACKED_UNTIL = "2025"  # the copies at hand end there
WINDOW_DAYS, DAYS_APART, SHARE_APART = 10, 3, 0.25  # to be the same event; to agree on it
ALIAS = dict(wormhole="portal", visor="gamma", pancakebunny="bunny", bnb="binance", bzx="ooki",
             terrausd="terra", ankr="helio", parity="multisig", rari="fei", heco="htx",
             curve="vyper", lendf="dforce", prisma="prismalst")
EMPTY_WORDS = set("finance protocol rekt bridge network the and swap dex exchange capital pools "
                  "pool labs vault front end wallet usd crypto".split())


def day_of(moment):
    return datetime.date.fromisoformat(moment[:10])


def number_of(cell):
    return float(cell) if cell else None


def row_errors(row):
    """Yields what is wrong with one row taken by itself."""
    for column, words in CLOSED.items():
        if row[column] not in words.split():
            yield f"{column} '{row[column]}' (must be one of: {words})"
    malformed = [f"{column} '{row[column]}' (must be {meaning})" for column, (form, meaning)
                 in FORMS.items() if not re.fullmatch(form, row[column])]
    yield from malformed
    if malformed:
        return
    exploited, disclosed = day_of(row["exploited"]), day_of(row["disclosed"])
    if disclosed < exploited or row["disclosed"][10:] and row["disclosed"] < row["exploited"]:
        yield f"disclosed {row['disclosed']} before exploited {row['exploited']}"
    if exploited.year < 2016 or disclosed > datetime.date.today():
        yield "dates outside 2016 to today"
    if not re.fullmatch(rf"[a-z0-9-]+-{exploited.year}", row["id"]):
        yield "id must be a lower-case slug that ends with the year of the exploit"
    if len(row["note"].split()) > NOTE_WORDS_MAX:
        yield f"note has {len(row['note'].split())} words (at most {NOTE_WORDS_MAX})"
    loss, recovered, refilled, tvl = (number_of(row[column]) for column in AMOUNTS)
    if (recovered or 0) + (refilled or 0) > (loss or 0):
        yield "recovered and refilled exceed the loss (none came back of an unknown one)"
    if tvl is not None and (loss or 0) > tvl:
        yield f"loss above tvl_before_usd {tvl:.0f}"


def shape_errors(lines):
    if lines[:2] != [FIRST_LINE, ",".join(COLUMNS)]:
        yield f"the file must begin with: {FIRST_LINE}\n" + ",".join(COLUMNS)
        return
    seen, before = set(), ("", "")
    for number, cells in enumerate(csv.reader(lines[2:], strict=True), 3):
        if len(cells) != len(COLUMNS):
            yield f"line {number}: {len(cells)} cells (must be {len(COLUMNS)})"
            continue
        row = dict(zip(COLUMNS, cells))
        yield from (f"line {number} {row['id']}: {error}" for error in row_errors(row))
        place = (row["exploited"][:10], row["id"])
        if row["id"] in seen or place <= before:
            yield f"line {number} {row['id']}: id stands twice or is out of order (by day, then id)"
        seen.add(row["id"])
        before = place


def words_of(text):
    words = set(re.findall(r"[a-z][a-z0-9.]{2,}", text.lower())) - EMPTY_WORDS
    return words | {ALIAS.get(word, word) for word in words}


def tracker_rows(folder, name):
    path, title, amount = folder / TRACKERS[name][0], *TRACKERS[name][1:]
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [(day_of(row["date_utc"]), words_of(row[title]), number_of(row[amount]))
                for row in csv.DictReader(file)]


def differences(row, trackers):
    """Yields where a tracker's nearest namesake disagrees; one line if no tracker knows the row."""
    days, known = [day_of(row["exploited"]), day_of(row["disclosed"])], 0
    words, loss = words_of(row["protocol"] + " " + row["id"]), number_of(row["loss_usd"])
    for name, theirs in trackers.items():
        near = [(abs(day - days[0]).days, abs((amount or 0) - (loss or 0)), day, amount)
                for day, named, amount in theirs
                if words & named and min(abs(day - own).days for own in days) <= WINDOW_DAYS]
        known += bool(near)
        apart, _, day, amount = min(near, key=lambda candidate: candidate[:2], default=(0,) * 4)
        if apart > DAYS_APART:
            yield f"{name} has {day}"
        if loss and amount and abs(amount - loss) > SHARE_APART * loss:
            yield f"{name} has {amount:.0f}"
    if not known:
        yield "in no tracker"


def main(root):
    lines = (root / "facts/incidents.csv").read_text(encoding="utf-8").splitlines()
    if errors := list(shape_errors(lines)):
        sys.exit("\n".join(errors))
    rows = list(csv.DictReader(lines[1:]))
    for column in CLOSED:
        counts = collections.Counter(row[column] for row in rows).most_common()
        print(f"{column}: " + ", ".join(f"{word} {count}" for word, count in counts))
    print(f"{len(rows)} rows; " + ", ".join(
        f"{column} in {sum(bool(row[column]) for row in rows)}" for column in AMOUNTS))
    folder = root.parent / "shared/data/exploits"
    if not folder.is_dir():
        print("trackers not at hand: dates and amounts not compared")
        return
    trackers = {name: tracker_rows(folder, name) for name in TRACKERS}
    for row in rows:
        found = "; ".join(differences(row, trackers)) if row["exploited"] < TRACKED_UNTIL else ""
        if found:
            print(f"{row['id']} {row['exploited'][:10]} {row['loss_usd'] or '-'}: {found}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
