"""fit-hazard and score-hazard on a made-up world, and on the recorded one where it is there."""
import json
import pathlib
import random
import tempfile
import unittest

from command import ROOT, levee

SHARED = ROOT.parent / "shared/data/exploits"
FACTS = ROOT / "facts/incidents.csv"
UNIVERSE = ("defillama_id,name,symbol,category,chains,audit_code,oracles,forked_from,"
            "listed_at_unix\n")
INCIDENTS = ("id,exploited,disclosed,protocol,sector,target,mode,loss_usd,recovered_usd,"
             "refilled_usd,tvl_before_usd,audit,market_wide,token,source,note\n")


def row(number, day, name, extra=""):
    return (f"event-{number},{day},{day},{name},dex,protocol,code,{10_000 * (number + 1)},0,,,"
            f"unknown,no,,made up,{extra}\n")


def world(folder):
    """Forty exchanges of which those on many chains fail, in 2022 and in 2023 again."""
    dice = random.Random(1)
    universe, incidents, number = UNIVERSE, INCIDENTS, 0
    for i in range(200):
        large = i % 5 == 0
        chains = "|".join(["a"] * (8 if large else 1))
        universe += f"{i},maker number {i}x,-,Dexes,{chains},2,,,1609459200\n"
        for year in (2021, 2022, 2023):
            if dice.random() < (0.5 if large else 0.02):
                incidents += row(number, f"{year}-0{1 + number % 9}-15", f"maker number {i}x")
                number += 1
    (folder / "universe.csv").write_text(universe)
    (folder / "incidents.csv").write_text(incidents)


class Hazard(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)

    def ask(self, verb, *words):
        done = levee(verb, "--fit", self.folder / "hazard.json", "--json", *words)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def made_up(self, *words):
        return self.ask("fit-hazard", "--incidents", self.folder / "incidents.csv", "--universe",
                        self.folder / "universe.csv", "--until", "2022-12-31", *words)

    def test_deposits_in_one_hand_are_named(self):
        world(self.folder)
        path = self.folder / "universe.csv"
        head, *rows = path.read_text().splitlines()
        spread = ["61|39", "60|40"] + ["1|1|1"] * (len(rows) - 2)
        path.write_text("\n".join([head + ",deposits_usd", *map(",".join, zip(rows, spread)), ""]))
        fit = self.made_up()
        self.assertEqual(["maker number 0x"], fit["concentrated"])

    def test_a_fit_sees_who_fails_and_a_score_says_so(self):
        world(self.folder)
        fit = self.made_up()
        size = fit["effects"][0]["log_rate_ratio"]
        self.assertGreater(size["low"], 0.5)
        self.assertEqual(1, len(fit["sectors"]))
        self.assertEqual(fit["events"], fit["counted"])
        rows, used = fit["files"][0]["rows"], fit["files"][0]["used"]
        later = int(fit["files"][0]["left_out"][0].split()[0])
        self.assertEqual(rows, used + later)
        score = self.ask("score-hazard", "--since", "2023-01-01", "--incidents",
                         self.folder / "incidents.csv", "--page", self.folder / "page.md",
                         "--picture", self.folder / "picture.svg")
        self.assertEqual(200, score["protocols"])
        self.assertEqual(later, score["failed"])
        self.assertGreater(score["gains"][0]["log"], 2 * score["gains"][0]["log_error"])
        self.assertIn("Better than sector base rates", (self.folder / "page.md").read_text())
        picture = (self.folder / "picture.svg").read_text()
        for way in score["groups"]:
            self.assertIn(f'{way["held"]:.0f} of {len(way["groups"])} in their band', picture)
            self.assertEqual(200, sum(group["told"] for group in way["groups"]))
            self.assertEqual(score["failed"], sum(group["came"] for group in way["groups"]))

    def test_the_same_is_said_again(self):
        world(self.folder)
        self.assertEqual(self.made_up("--threads", "1"), self.made_up("--threads", "2"))

    def test_nothing_of_the_future_is_used(self):
        world(self.folder)
        before = self.made_up()
        facts = self.folder / "incidents.csv"
        facts.write_text(facts.read_text() + row(999, "2023-01-01", "maker number 1x"))
        after = self.made_up()
        for told in (before, after):
            del told["files"]
        self.assertEqual(before, after)

    def test_what_stands_on_nothing_says_so(self):
        (self.folder / "universe.csv").write_text(
            UNIVERSE + "1,Alpha Market,-,Dexes,e,2,,,1609459200\n")
        (self.folder / "incidents.csv").write_text(
            "date_utc,name,description,loss_usd,attack_method\n2021-05-01,Alpha,x,nan,Reentrancy\n")
        done = levee("fit-hazard", "--fit", self.folder / "hazard.json", "--until", "2022-12-31",
                     "--incidents", self.folder / "incidents.csv", "--universe",
                     self.folder / "universe.csv")
        self.assertIn("cells set aside: 1", done.stdout)
        self.assertIn("believed before, not measured", " ".join(done.stdout.split()))
        score = self.ask("score-hazard", "--since", "2023-01-01", "--incidents",
                         self.folder / "incidents.csv")
        self.assertIn("too few to judge the level", score["verdict"])

    def test_bad_facts_are_named(self):
        world(self.folder)
        facts = self.folder / "incidents.csv"
        fine = facts.read_text()
        lines = fine.count("\n")
        for wrong, word in ((row(0, "2022-01-01", "x"), "twice"),
                            (row(900, "2022-01-01", "x").replace(",dex,", ",bakery,"), "bakery"),
                            (row(900, "2022-01-01", "x").replace(",9010000,", ",-5,"), "negative"),
                            (row(900, "2022-13-01", "x"), "2022-13-01")):
            facts.write_text(fine + wrong)
            done = levee("fit-hazard", "--fit", self.folder / "never.json", "--incidents", facts,
                         "--universe", self.folder / "universe.csv", "--until", "2022-12-31")
            self.assertEqual(2, done.returncode, done.stderr)
            self.assertEqual(1, done.stderr.count("\n"))
            self.assertIn(f"incidents.csv:{lines + 1}:", done.stderr)
            self.assertIn(word, done.stderr)
            self.assertFalse((self.folder / "never.json").exists())

    def test_days_that_the_fit_has_seen_are_not_judged(self):
        world(self.folder)
        self.made_up()
        done = levee("score-hazard", "--fit", self.folder / "hazard.json", "--since", "2022-12-31",
                     "--incidents", self.folder / "incidents.csv")
        self.assertEqual(3, done.returncode)
        self.assertIn("2022-12-31", done.stderr)

    @unittest.skipUnless(SHARED.is_dir(), "no recorded exploits beside the checkout")
    def test_of_2024_the_fit_of_2023_tells_more_than_base_rates(self):
        files = [word for path in (FACTS, SHARED / "defillama_hacks_pre2025.csv",
                                   SHARED / "events_consolidated_pre2025.csv.gz")
                 for word in ("--incidents", path)]
        fit = self.ask("fit-hazard", *files, "--universe",
                       SHARED / "defillama_protocol_universe_2023-10-16.csv.gz",
                       "--until", "2023-12-31")
        for file in fit["files"]:
            gone = sum(int(why.split()[0]) for why in file["left_out"])
            self.assertEqual(file["rows"], file["used"] + gone)
        gone = sum(int(why.split()[0]) for why in fit["not_counted"])
        self.assertEqual(fit["events"], fit["counted"] + gone)
        self.assertEqual(sum(file["used"] for file in fit["files"]),
                         fit["events"] + fit["duplicates"])
        score = self.ask("score-hazard", "--since", "2024-01-01", *files)
        for gain in score["gains"]:
            self.assertGreater(gain["log"], 3 * gain["log_error"])


if __name__ == "__main__":
    unittest.main()
