"""The face that others script against: help, JSON, time, signature, what is unknown."""
import datetime
import json
import pathlib
import re
import shutil
import tempfile
import unittest

from command import BOOK, MARKET, QUICK, levee, plan

POSITION = """value_usd delta gamma il_borrowed il_funded il_relative lvr_usd_per_day
    fee_implied_vol market_implied_vol realised_vol break_even_low break_even_high""".split()
TAIL = "var95_usd var95_usd_se cvar95_usd cvar95_usd_se cvar99_usd cvar99_usd_se".split()
PLAN = """status objective_usd duality_gap_usd premium_usd carry_usd_per_year budget_usd_per_year
    coverage z_break_even trades""".split()
TRADE = "instrument layer tenor_days side quantity price fee_usd cost_usd".split()
MARKET_FLAGS = """book market chain pool history funding iv-index protocol hazard covers
    vol-futures reaction gas pool-days at stale-ok""".split()
SIGNAL_FLAGS = """breadth-closes breadth-volumes breadth-supplies tvl tvl-total lending utilisation
    benchmark mev depth peg oracle second-oracle pool-average iv-long iv-base iv-quote
    trades-base trades-quote governance votes eligible-tokens calendar signal-rules""".split()
PROXY_FLAGS = "proxy proxy-market proxy-chain proxy-history proxy-funding proxy-iv-index".split()
VERBS = {
    "plan-hedge": MARKET_FLAGS + PROXY_FLAGS + SIGNAL_FLAGS + """report frontier without robust
        robust-band last-plan
        tail-limit mode scenarios price-of-tail horizon-days paths score-paths seed""".split(),
    "value-position": MARKET_FLAGS,
    "account-positions": ["file", "fee-pips"],
    "check-vectors": [],
    "fit-hazard": "universe until since threshold-usd draws seed fit".split(),
    "score-hazard": "since until fit page picture".split(),
    "fit-surface": "market chain base at tick-coin index-days report stale-ok".split(),
    "measure-tail": MARKET_FLAGS + """ruin-share beside beside-history
        beside-iv-index scenarios measure paths
        sampling seed
        horizon-days report""".split(),
    "price-option": """type strike forward spot expiry at rate settlement vol price chain base
        model""".split(),
    "make-scenarios": MARKET_FLAGS + """beside beside-history beside-iv-index base quote scenarios
        measure paths
        horizon-days seed out""".split(),
    "read-position": """rpc nft owner pool version fork block confirmations chain position-manager
        factory pool-manager from-block checkpoint book-out pool-out base entry-price-usd entry-time
        ca-file tries timeout-seconds""".split(),
    "read-signals": SIGNAL_FLAGS + """history iv-index at from base quote funding pool-days chain
        market report""".split(),
    "replay-pool": "events also fee-pips tick-spacing rounds".split(),
    "run-cascade": """event event-file position-usd holds lags gas-bid-gwei
        cover-usd cover-deductible-usd paths seed
        report""".split(),
    "scan-parity": "market chain funding base at stale-ok half-spread shown".split(),
    "stress": MARKET_FLAGS + """crisis beside beside-history beside-iv-index spot-percent
        vol-factor days crisis-from
        crisis-to crisis-history crisis-iv-index cost-percent horizon-days report""".split(),
    "review-position": MARKET_FLAGS + """entry-cost-usd reviews events
        capital-usd risk-score gas-usd base-cap-usd
        emissions-share
        swap-cost-share market-premium illiquidity growth-first growth-last growth-half-life-years
        years friction hysteresis hazard-limit score-rise days-unanswered price-of-tail units
        fees-usd-per-day index index-cap-usd half-life-days riskless-rate scenarios paths seed
        horizon-days""".split(),
    "signature": ["paths"],
    "size-position": MARKET_FLAGS + """capital-usd steward-score promoter
        node-warn node-block bare-warn bare-block
        overlay-cap overlay-cut
        tail-share growth-fraction slippage beta-budget fees-usd-per-day index index-cap-usd
        half-life-days riskless-rate scenarios paths seed horizon-days""".split(),
    "study-events": """incidents history iv-index token token-moves until reaction
        material-usd""".split(),
    "study-signals": SIGNAL_FLAGS + """history iv-index base quote funding from to page days-on-min
        horizon-days""".split(),
    "verify-plan": ["unchanged-only"],
    "validate-tails": """history iv-index asset horizon-days scenarios from to range-percent paths
        seed significance page""".split()}
EVERY_VERB = ["json", "threads"]


def answer(done):
    """What a plan says, without the record of what it was asked."""
    told = json.loads(done.stdout)
    told.pop("record")
    return told


class Help(unittest.TestCase):
    def test_the_overview_names_every_verb(self):
        for words in (["--help"], ["help"]):
            done = levee(*words)
            self.assertEqual(0, done.returncode)
            for verb in VERBS:
                self.assertIn(verb, done.stdout)

    def test_nothing_said_is_answered_with_how_to_say_something(self):
        done = levee()
        self.assertNotEqual(0, done.returncode)
        self.assertEqual("", done.stdout)
        self.assertIn("usage", done.stderr)

    def test_help_of_a_verb_lists_every_flag_with_a_meaning(self):
        for verb, flags in VERBS.items():
            done = levee(verb, "--help")
            self.assertEqual(0, done.returncode, verb)
            self.assertEqual("", done.stderr, verb)
            for flag in flags + EVERY_VERB:
                self.assertRegex(done.stdout, rf"(?m)^ *--{flag}( VALUE)?  *\S.*$", verb)

    def test_every_flag_that_help_lists_is_taken(self):
        for verb in VERBS:
            for flag in re.findall(r"(?m)^ *--([\w-]+)", levee(verb, "--help").stdout):
                words = [verb, f"--{flag}=1", "--help"]
                self.assertNotIn("not something", levee(*words).stderr, words)

    def test_the_overview_shows_no_verb_that_this_test_does_not_know(self):
        listed = re.findall(r"(?m)^  ([a-z][\w-]*)  ", levee("--help").stdout)
        self.assertEqual(sorted(VERBS), sorted(listed))

    def test_version_is_one_line(self):
        self.assertRegex(levee("--version").stdout, r"\Alevee \d+\.\d+\.\d+\n\Z")


class Json(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.done = plan()
        cls.answer = json.loads(cls.done.stdout)

    def test_standard_output_is_one_document_and_nothing_else(self):
        self.assertEqual(0, self.done.returncode, self.done.stderr)
        end = json.JSONDecoder().raw_decode(self.done.stdout)[1]
        self.assertEqual("", self.done.stdout[end:].strip())
        self.assertNotRegex(self.done.stdout, r"\bNaN\b|Infinity|\x1b")

    def test_it_has_every_promised_key(self):
        answer, tail = self.answer, self.answer["tail"]
        for keys, part in ((POSITION, answer["position"]), (PLAN, answer["plan"]),
                           (["underlying_usd", "at", "source", "model_made"], answer["market"])):
            self.assertEqual([], [key for key in keys if key not in part])
        for side in ("unhedged", "hedged"):
            self.assertEqual([], [key for key in TAIL if key not in tail[side]])
            self.assertEqual([], [k for k in TAIL if k not in tail[side]["out_of_sample"]])
        self.assertIn("explain", answer)
        self.assertTrue(answer["plan"]["trades"])
        for trade in answer["plan"]["trades"]:
            self.assertEqual([], [key for key in TRADE if key not in trade])

    def test_the_bundled_market_is_marked_as_made_by_a_model(self):
        self.assertIs(True, self.answer["market"]["model_made"])

    def test_in_and_out_of_sample_are_different_draws_of_one_thing(self):
        for side in ("unhedged", "hedged"):
            tail = self.answer["tail"][side]
            fresh = tail["out_of_sample"]
            self.assertNotEqual(tail["cvar95_usd"], fresh["cvar95_usd"])
            error = (tail["cvar95_usd_se"] ** 2 + fresh["cvar95_usd_se"] ** 2) ** 0.5
            self.assertLess(abs(tail["cvar95_usd"] - fresh["cvar95_usd"]), 5 * error, side)

    def test_the_explanation_is_a_tree_with_values_formulas_and_sources(self):
        def leaves(node):
            self.assertLessEqual({"name", "value", "unit", "formula", "source", "inputs"},
                                 set(node))
            return 1 + sum(leaves(child) for child in node["inputs"])
        self.assertGreater(leaves(self.answer["explain"]), 20)

    def test_the_other_verbs_print_one_document_too(self):
        done = levee("value-position", "--book", BOOK, "--market", MARKET, "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        position = json.loads(done.stdout)["position"]
        self.assertEqual([], [key for key in POSITION if key not in position])
        self.assertEqual(self.answer["position"], position)
        json.loads(levee("signature", "--paths", "500", "--json").stdout)

    def test_all_ticks_of_a_pool_are_its_full_range(self):
        book = ('[book]\nbase = "ETH"\nquote = "USDC"\nidle_cash_usd = 150000\n[[position]]\n{}\n'
                'deposit_usd = 1000000\nentry = "market"\n')
        ticks = ("tick_lower = -887272\ntick_upper = 887272\ntick_spacing = 1\n"
                 "base_decimals = 18\nquote_decimals = 6\nbase_is_token0 = false")
        told = {"value-position": [], "plan-hedge": []}
        with tempfile.TemporaryDirectory() as folder:
            for span in ("full_range = true", ticks):
                path = pathlib.Path(folder, "book.toml")
                path.write_text(book.format(span))
                value = levee("value-position", "--book", path, "--market", MARKET, "--json")
                for verb, done in (("value-position", value), ("plan-hedge", plan(book=path))):
                    self.assertEqual(0, done.returncode, done.stderr)
                    told[verb].append(json.loads(done.stdout))
        for key in ("value_usd", "base_tokens", "gamma", "lvr_usd_per_day", "break_even_low"):
            full, in_ticks = (answer["position"][key] for answer in told["value-position"])
            self.assertAlmostEqual(1, in_ticks / full, 11, key)
        full, in_ticks = (answer["tail"]["unhedged"]["cvar95_usd"] for answer in told["plan-hedge"])
        self.assertAlmostEqual(1, in_ticks / full, 9)

    def test_without_json_a_person_is_answered_without_colour_in_a_pipe(self):
        done = levee("plan-hedge", "--book", BOOK, "--market", MARKET, *QUICK)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn("model", done.stdout)
        self.assertRaises(ValueError, json.loads, done.stdout)

    def test_the_same_question_has_the_same_answer(self):
        self.assertTrue(self.done.stdout == plan("--threads", "1").stdout, "it has moved")


class Report(unittest.TestCase):
    def test_the_page_is_written_whole_beside_the_document(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "report.html")
            page.write_text("old")
            done = plan("--report", page)
            self.assertEqual(0, done.returncode, done.stderr)
            json.loads(done.stdout)
            self.assertRegex(page.read_text(), r"(?i)\A\s*<!doctype html>")
            self.assertEqual([page], list(pathlib.Path(folder).iterdir()))


class Signature(unittest.TestCase):
    def test_it_is_sixteen_hex_digits_on_any_number_of_threads(self):
        first = levee("signature", "--threads", "1", "--paths", "2000")
        self.assertEqual(0, first.returncode, first.stderr)
        self.assertRegex(first.stdout, r"\A[0-9a-f]{16}\n\Z")
        self.assertEqual(first.stdout, levee("signature", "--threads", "2", "--paths",
                                             "2000").stdout)

    def test_it_moves_when_what_is_computed_moves(self):
        self.assertNotEqual(levee("signature", "--paths", "500").stdout,
                            levee("signature", "--paths", "600").stdout)


class Moment(unittest.TestCase):
    """--at takes the newest snapshot not after it, and nothing later is read."""

    # part -> how long after a row's own time what it says is known
    KNOWN_AFTER = {"chain.csv": datetime.timedelta(), "funding.csv": datetime.timedelta(),
                   "history.csv": datetime.timedelta(hours=1),
                   "pool.csv": datetime.timedelta(hours=1),
                   "iv_index.csv": datetime.timedelta(days=1)}

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.market = self.folder / "market"
        shutil.copytree(MARKET, self.market)

    def at(self, moment, *words):
        return plan("--at", moment, *words, market=self.market)

    def spoil_after(self, name, at):
        """Every row of a part that was not yet known at a moment becomes nonsense."""
        def time(text):
            return datetime.datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None)

        path = self.market / name
        lines = path.read_text().splitlines()
        spoilt = 0
        for i, line in enumerate(lines[1:], 1):
            first = line.split(",")[0]
            if time(first) + self.KNOWN_AFTER[name] > time(at):
                lines[i] = first + ",nan,!!"
                spoilt += 1
        self.assertGreater(spoilt, 0, f"{name} has nothing after {at}")
        path.write_text("\n".join(lines) + "\n")

    def snapshots(self):
        lines = (self.market / "chain.csv").read_text().splitlines()[1:]
        return sorted({line.split(",")[0] for line in lines})

    def test_a_bare_date_is_its_last_second(self):
        newest = self.snapshots()[-1]
        day = answer(self.at(newest[:10]))
        last = answer(self.at(newest[:10] + "T23:59:59Z"))
        self.assertEqual(newest, day["market"]["at"])
        self.assertEqual(day, last)

    def test_the_newest_snapshot_not_after_it_is_taken(self):
        before, newest = self.snapshots()[-2:]
        early = newest[:-3] + "00Z"
        self.assertEqual(newest, json.loads(self.at(newest).stdout)["market"]["at"])
        if early < newest:
            self.assertEqual(before, json.loads(self.at(early).stdout)["market"]["at"])
        self.assertEqual(before, json.loads(self.at(before).stdout)["market"]["at"])

    def test_what_is_later_is_never_read(self):
        before = self.snapshots()[-2]
        clean = self.at(before)
        self.assertEqual(0, clean.returncode, clean.stderr)
        for name in self.KNOWN_AFTER:
            self.spoil_after(name, before)
            spoilt = self.at(before)
            self.assertEqual(0, spoilt.returncode, f"{name}: {spoilt.stderr}")
            self.assertTrue(answer(clean) == answer(spoilt), f"{name}: the answer has moved")

    def test_what_is_old_is_refused_unless_it_is_wanted(self):
        self.assertEqual(5, self.at("2026-09-03").returncode)
        done = self.at("2026-08-28", "--stale-ok")
        self.assertEqual(0, done.returncode, done.stderr)


class Missing(unittest.TestCase):
    """What a missing part makes unknowable is null, with the reason."""

    # part left out -> the figure that cannot be known without it
    PARTS = {"pool.csv": "fee_implied_vol", "history.csv": "realised_vol"}

    def test_a_part_that_is_not_given_leaves_null_and_a_reason(self):
        for part, figure in self.PARTS.items():
            with tempfile.TemporaryDirectory() as folder, self.subTest(part):
                market = pathlib.Path(folder, "market")
                shutil.copytree(MARKET, market)
                (market / part).unlink()
                done = plan(market=market)
                self.assertEqual(0, done.returncode, done.stderr)
                answer = json.loads(done.stdout)
                self.assertIsNone(answer["position"][figure])
                words = json.dumps(answer["unknown"])
                self.assertRegex(words, part.split(".")[0])
                for entry in answer["unknown"]:
                    self.assertTrue(entry["field"] and entry["reason"] and entry["why"], entry)

    def test_a_chain_alone_is_enough_and_says_what_it_does_not_know(self):
        done = levee("plan-hedge", "--book", BOOK, "--chain", MARKET / "chain.csv", *QUICK,
                     "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        answer = json.loads(done.stdout)
        for figure in ("fee_implied_vol", "realised_vol", "fees_usd_per_day"):
            self.assertIsNone(answer["position"][figure], figure)
        fields = " ".join(entry["field"] + entry["why"] for entry in answer["unknown"])
        for word in ("fee", "realised", "jumps", "moves of volatility"):
            self.assertRegex(fields, word)
        left_out = " ".join(answer["plan"]["left_out"])
        self.assertRegex(left_out, "perp.*funding")


if __name__ == "__main__":
    unittest.main()
