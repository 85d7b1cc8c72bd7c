"""Every verb says what it takes for granted and that it is no advice: in text, JSON and pages."""
import json
import pathlib
import re
import tempfile
import unittest

from cli_test import VERBS
from command import BOOK, MARKET, levee
from event_study_test import made_up
from hazard_test import world

DISCLAIMER = "levee sends no orders and holds no keys"
HELD = ("--book", BOOK, "--market", MARKET)
FEW = ("--paths", "1000")
# What a chain, a pool's recording or years of history would have to be made up for; the unit test
# of api/answer holds these to what the others are held to here.
NOT_HERE = {"account-positions", "read-position", "replay-pool", "study-signals", "validate-tails"}


def asks(folder):
    """-> {verb: words} of something quick that it answers; files it needs are made."""
    world(folder)
    (folder / "vectors.json").write_text(
        '{"f":"FullMath.mulDiv","in":["6","7","4"],"out":["10"]}\n')
    events = folder / "events"
    events.mkdir()
    made_up(events)
    incidents = ("--incidents", folder / "incidents.csv", "--universe", folder / "universe.csv")
    fit = ("--fit", folder / "hazard.json")
    plan = (*HELD, *FEW, "--score-paths", "1000")
    return {
        "plan-hedge": plan,
        "value-position": HELD,
        "measure-tail": (*HELD, *FEW),
        "make-scenarios": (*HELD, *FEW, "--out", folder / "scenarios"),
        "size-position": (*HELD, *FEW, "--capital-usd", "2e7"),
        "review-position": (*HELD, *FEW),
        "stress": HELD,
        "read-signals": ("--market", MARKET),
        "run-cascade": ("--event", "ust-2022", "--paths", "20"),
        "fit-surface": ("--market", MARKET),
        "price-option": ("--type", "put", "--strike", "1800", "--forward", "2000",
                         "--at", "2026-01-01", "--expiry", "2026-02-01", "--vol", "0.6"),
        "scan-parity": ("--market", MARKET),
        "signature": ("--paths", "500"),
        "check-vectors": (folder / "vectors.json",),
        "fit-hazard": (*incidents, "--until", "2022-12-31", *fit),
        "score-hazard": (*incidents[:2], "--since", "2023-01-01", *fit),
        "study-events": ("--incidents", events / "incidents.csv", "--history",
                         f"ETH={events}/eth.csv", "--iv-index", f"ETH={events}/index.csv",
                         "--reaction", events / "reaction.json"),
        "verify-plan": (folder / "plan.json",),
    }


class Assumptions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.folder = pathlib.Path(kept.name)
        cls.asks = asks(cls.folder)
        done = levee("plan-hedge", *cls.asks["plan-hedge"], "--json")
        (cls.folder / "plan.json").write_text(done.stdout)

    def ask(self, verb, *words):
        done = levee(verb, *self.asks[verb], *words)
        self.assertEqual(0, done.returncode, f"{verb}: {done.stderr}")
        return done.stdout

    def test_every_verb_is_asked_or_held_elsewhere(self):
        self.assertEqual(sorted(VERBS), sorted({*self.asks, *NOT_HERE}))
        self.assertFalse(NOT_HERE & set(self.asks))

    def test_every_text_and_document_says_what_it_takes_for_granted(self):
        for verb in self.asks:
            with self.subTest(verb):
                text = " ".join(re.sub(r"[\n|•]", " ", self.ask(verb)).split())
                self.assertEqual(verb != "signature", DISCLAIMER in text)  # a word for scripts
                self.assertLessEqual(text.count(DISCLAIMER), 1)
                told = json.loads(self.ask(verb, "--json"))["assumptions"]
                self.assertTrue(told)
                for one in told:
                    self.assertTrue(one.endswith("."), one)
                    if verb != "signature":
                        self.assertIn(" ".join(one.split()), text)

    def test_every_page_says_so_too(self):
        paged = [verb for verb, flags in VERBS.items() if "report" in flags]
        self.assertGreater(len(paged), 5)
        for verb in paged:
            with self.subTest(verb):
                page = self.folder / f"{verb}.html"
                self.ask(verb, "--report", page)
                self.assertIn(DISCLAIMER, page.read_text())


if __name__ == "__main__":
    unittest.main()
