"""study-events on made-up markets with a planted fall, and on the recorded ones where they are."""
import bisect
import csv
import datetime
import gzip
import json
import math
import pathlib
import random
import tempfile
import unittest

from command import ROOT, levee

SHARED = ROOT.parent / "shared/data"
FACTS = ROOT / "facts/incidents.csv"
HEADER = ("id,exploited,disclosed,protocol,sector,target,mode,loss_usd,recovered_usd,"
          "refilled_usd,tvl_before_usd,audit,market_wide,token,source,note\n")
BEGIN = datetime.datetime(2022, 1, 1)
# The table of events that a backtest has to know, by id of levee's own file; the last four fell
# into months of which no hourly prices are recorded.
READ = """harvest-2020 poly-2021 cream-2021 wormhole-2022 ronin-2022 beanstalk-2022 rari-fei-2022
    ust-2022 steth-2022 harmony-2022 nomad-2022 bnb-bridge-2022 mango-2022 ftx-2022 usdc-2023
    euler-2023 multichain-2023 curve-vyper-2023 kyberswap-2023 radiant-2024 bybit-2025 cetus-2025
    gmx-2025 drift-2026 kelpdao-2026""".split()
UNREAD = "oct-cascade-2025 balancer-2025 stream-2025".split()


def day(number):
    return BEGIN + datetime.timedelta(days=number)


def made_up(folder):
    """Thirty events, every third market-wide and followed by a fall of a quarter."""
    dice, log, falls, rows = random.Random(2), 0.0, set(), HEADER
    for i in range(30):
        wide = i % 3 == 0
        if wide:
            falls.add((40 + 9 * i) * 24 + 30)
        rows += (f"event-{i:02},{day(40 + 9 * i):%F},{day(40 + 9 * i):%F},maker {i},dex,protocol,"
                 f"code,5000000,0,,10000000,unknown,{'yes' if wide else 'no'},TOK,made up,\n")
    prices = "open_time_utc,open,high,low,close,volume_base,source\n"
    for hour in range(330 * 24):
        log += dice.gauss(0, 0.003) + (math.log(0.75) if hour in falls else 0)
        at = BEGIN + datetime.timedelta(hours=hour)
        prices += f"{at:%FT%T}Z,1,1,1,{100 * math.exp(log)},1,made up\n"
    index = "date_utc,open,high,low,close\n"
    for number in range(330):
        index += f"{day(number):%F},0.6,0.6,0.6,0.6\n"
    for name, text in (("incidents", rows), ("eth", prices), ("index", index)):
        (folder / f"{name}.csv").write_text(text)


def of(answer, reach, asset, what):
    classes = {one["reach"]: one for one in answer["reaches"]}
    assets = {one["asset"]: one for one in classes[reach]["assets"]}
    return {one["what"]: one for one in assets[asset]["readings"]}[what]


class Known:
    """A column of a file, each value known when its row's time is over."""

    def __init__(self, path, column, lag):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            rows = [(datetime.datetime.fromisoformat(row[column].rstrip("Z")) + lag,
                     float(row["close"])) for row in csv.DictReader(file)]
        self.when, self.value = zip(*rows)

    def at(self, moment):
        return self.value[bisect.bisect_right(self.when, moment) - 1]


def put(spot, strike, days, vol):
    """Black's put, written again."""
    if days <= 0:
        return max(strike - spot, 0)
    deviation = vol * math.sqrt(days / 365)
    d = math.log(spot / strike) / deviation + deviation / 2
    below = [math.erfc(x / math.sqrt(2)) / 2 for x in (d - deviation, d)]
    return strike * below[0] - spot * below[1]


class Events(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)
        self.reaction = self.folder / "reaction.json"

    def study(self, *words):
        done = levee("study-events", "--reaction", self.reaction, "--json", *words)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def made_up(self, *words):
        return self.study("--incidents", self.folder / "incidents.csv", "--history",
                          f"ETH={self.folder}/eth.csv", "--iv-index",
                          f"ETH={self.folder}/index.csv", *words)

    def test_a_planted_fall_is_found_in_its_class(self):
        made_up(self.folder)
        answer = self.made_up()
        self.assertEqual(30, len(answer["events"]))
        week = of(answer, "market-wide", "ETH", "told_week")
        self.assertLess(abs(week["mean"] - math.log(0.75)), 4 * week["error"])
        self.assertLess(week["p_value"], 0.01)
        other = of(answer, "idiosyncratic", "ETH", "told_week")
        self.assertLess(abs(other["mean"]), 4 * other["error"])
        self.assertGreater(of(answer, "market-wide", "ETH", "put_money_paid")["mean"], 0.2)
        kept = json.loads(self.reaction.read_text())
        self.assertEqual(week["mean"], kept["market_wide"]["assets"][0]["market"]["mean"])
        for event in answer["events"]:
            asset = event["assets"][0]
            self.assertAlmostEqual(asset["put_money_gain"] / 0.5, asset["put_money_paid"])

    def test_nothing_later_than_the_day_asked_for_is_read(self):
        made_up(self.folder)
        before = self.made_up("--until", "2022-08-01")
        prices = self.folder / "eth.csv"
        head, tail = prices.read_text().split("2022-08-02T00:00:00Z")
        prices.write_text(head + "2022-08-02T00:00:00Z,1,1,1,1e9,1,made up\n")
        after = self.made_up("--until", "2022-08-01")
        self.assertEqual(before, after)
        self.assertLess(len(before["events"]), 30)
        self.assertIn("disclosed later", " ".join(before["files"][0]["left_out"]))

    def test_what_is_asked_wrongly_is_said_in_one_line(self):
        made_up(self.folder)
        facts, eth = self.folder / "incidents.csv", self.folder / "eth.csv"
        for words, code, said in (
                (("--history", f"ETH={eth}"), 3, "--incidents FILE"),
                (("--incidents", facts), 3, "--history ETH=FILE"),
                (("--incidents", facts, "--history", eth), 2, "NAME=FILE"),
                (("--incidents", facts, "--history", f"ETH={eth}", "--iv-index", f"BTC={eth}"), 2,
                 "--history BTC=FILE"),
                (("--incidents", facts, "--history", f"ETH={eth}", "--token-moves", eth), 2,
                 "event"),
                (("--incidents", facts, "--history", f"ETH={eth}", "--until", "2022-01-20"), 3,
                 "until 2022-01-20"),
                (("--incidents", facts, "--history", f"ETH={eth}", "--material-usd", "-1"), 3,
                 "material_usd")):
            done = levee("study-events", "--reaction", self.reaction, *words)
            self.assertNotEqual(0, done.returncode, words)
            self.assertEqual(1, done.stderr.count("\n"), done.stderr)
            if said.startswith("until"):
                continue
            self.assertIn(said, done.stderr)
            self.assertFalse(self.reaction.exists())

    @unittest.skipUnless(SHARED.is_dir(), "no recorded prices beside the checkout")
    def test_every_event_is_as_reckoned_again_from_the_files(self):
        prices = SHARED / "prices/binance_spot_ETHUSDT_1h.csv.gz"
        index = SHARED / "options/deribit_dvol_ETH_1d.csv"
        answer = self.study("--incidents", FACTS, "--history", f"ETH={prices}", "--iv-index",
                            f"ETH={index}")
        day = datetime.timedelta(days=1)
        price, vol = Known(prices, "open_time_utc", day / 24), Known(index, "date_utc", day)
        self.assertGreater(len(answer["events"]), 130)
        for event in answer["events"]:
            asset = event["assets"][0]
            left, told = (datetime.datetime.fromisoformat(event[at].rstrip("Z"))
                          for at in ("exploited", "told"))
            for what, begin, length in (("exploit_day", left, 1), ("exploit_week", left, 7),
                                        ("told_day", told, 1), ("told_week", told, 7)):
                move = math.log(price.at(begin + length * day) / price.at(begin))
                self.assertAlmostEqual(move, asset[what], 12)
            if asset["put_money_gain"] is None:
                continue
            expiry = left + 29 * day
            marked, spot = min(told + 7 * day, expiry), price.at(left - day)
            for strike, what in ((spot, "put_money_gain"), (0.9 * spot, "put_out_gain")):
                then = put(price.at(marked), strike, (expiry - marked) / day, vol.at(marked))
                premium = put(spot, strike, 30, vol.at(left - day))
                self.assertAlmostEqual((then - premium) / spot, asset[what], 12)

    @unittest.skipUnless(SHARED.is_dir(), "no recorded prices beside the checkout")
    def test_puts_pay_in_market_wide_events_and_not_in_others(self):
        words = ["--incidents", FACTS, "--token-moves",
                 SHARED / "exploits/token_price_reaction_hourly.csv.gz"]
        for asset in ("ETH", "BTC"):
            for kind in ("spot", "perp"):
                words += ["--history",
                          f"{asset}={SHARED}/prices/binance_{kind}_{asset}USDT_1h.csv.gz"]
            words += ["--iv-index", f"{asset}={SHARED}/options/deribit_dvol_{asset}_1d.csv"]
        answer = self.study(*words)
        gone = sum(int(why.split()[0]) for why in answer["left_out"])
        self.assertEqual(answer["incidents"], len(answer["events"]) + gone)
        seen = {event["id"] for event in answer["events"]}
        self.assertEqual(set(), set(READ) - seen)
        self.assertEqual(set(), set(UNREAD) & seen)
        for asset in ("ETH", "BTC"):
            wide = of(answer, "market-wide", asset, "put_money_gain")
            self.assertGreater(wide["mean"], 0.1)
            self.assertLess(wide["p_value"], 0.02)
            other = of(answer, "idiosyncratic", asset, "put_money_gain")
            self.assertLess(other["mean"], 0)
            self.assertGreater(other["p_value"], 0.05)
            moved = of(answer, "idiosyncratic", asset, "told_week")
            self.assertGreater(moved["p_value"], 0.05)
        by_id = {event["id"]: event for event in answer["events"]}
        ronin, ust = by_id["ronin-2022"]["assets"][0], by_id["ust-2022"]["assets"][0]
        self.assertLess(ronin["put_money_gain"], 0)
        self.assertGreater(ust["put_money_gain"], 0.1)


if __name__ == "__main__":
    unittest.main()
