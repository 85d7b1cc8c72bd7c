"""size-position and review-position: what they say, of what, and one line where they cannot."""
import datetime
import json
import pathlib
import tempfile
import unittest

from command import BOOK, MARKET, levee

QUICK = ("--paths", "4000")
PUTS = '[[option]]\ninstrument = "{}"\nquantity_contracts = {}\n'
COVER = ('[[cover]]\nprotocol = "uniswap-v3"\nlimit_usd = {}\npremium_per_year = 0.01\n')


class Case(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)

    def book(self, extra):
        """The example's, whose policy is its last table, with a smaller programme."""
        path = self.folder / "book.toml"
        path.write_text(BOOK.read_text() + "paths_choose = 2000\n" + extra)
        return path

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def ask(self, verb, *words, book=None):
        done = levee(verb, "--book", book or self.book(""), "--market", MARKET, "--json", *QUICK,
                     *words)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def refused(self, verb, *words):
        done = levee(verb, "--book", BOOK, "--market", MARKET, *words)
        self.assertGreater(done.returncode, 1, done.stderr)
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        self.assertEqual("", done.stdout)
        return done.stderr

    def protocol(self, rate, low=0.5, high=1):
        return self.written("protocol.toml",
                            f'name = "uniswap-v3"\nintensity_per_year = {rate}\n'
                            f'loss_share_low = {low}\nloss_share_high = {high}\n'
                            'source = "made up"\n')


class Size(Case):
    def size(self, capital, *words, book=None):
        return self.ask("size-position", "--capital-usd", str(capital), *words, book=book)

    def rules(self, told):
        return {rule["name"]: rule for rule in told["sizing"]["rules"]}

    def test_a_position_without_overlay_warns_at_two_per_cent_and_blocks_at_three(self):
        rich = ("--fees-usd-per-day", "3000")
        for capital, verdict in ((55e6, "ok"), (45e6, "warn"), (34e6, "warn"), (32e6, "block")):
            told = self.size(capital, *rich)
            self.assertEqual(verdict, self.rules(told)["market part"]["verdict"], capital)
        self.assertEqual("ok", self.size(55e6, *rich)["sizing"]["verdict"])

    def test_the_binding_rule_is_the_least_of_all(self):
        told = self.size(2e7, "--fees-usd-per-day", "3000")["sizing"]
        sizes = [rule["largest_usd"] for rule in told["rules"] if rule["largest_usd"] is not None]
        self.assertEqual(min(sizes), told["largest_usd"])
        binding = [rule for rule in told["rules"] if rule["binds"]]
        self.assertEqual([told["binding"]], [rule["name"] for rule in binding])

    def test_an_overlay_that_holds_opens_ten_per_cent(self):
        header, *rows = (MARKET / "chain.csv").read_text().splitlines()
        column = header.split(",").index("instrument")
        puts = {row.split(",")[column] for row in rows if "-P" in row.split(",")[column]}
        told = levee("value-position", "--book", BOOK, "--market", MARKET, "--json").stdout
        spot = json.loads(told)["market"]["underlying_usd"]
        last = max(puts, key=lambda p: datetime.datetime.strptime(p.split("-")[1], "%d%b%y"))
        best = min((p for p in puts if p.split("-")[1] == last.split("-")[1]),
                   key=lambda p: abs(float(p.split("-")[2]) - spot))
        held = self.book(PUTS.format(best, 400))
        told = self.size(2e7, book=held)
        self.assertTrue(told["overlay_valid"], told["overlay_why"])
        self.assertEqual("ok", self.rules(told)["market part"]["verdict"])
        self.assertAlmostEqual(0.10, self.rules(told)["market part"]["limit"])
        node = self.rules(told)["contract: uniswap-v3"]
        self.assertEqual("block", node["verdict"], "options do not pay for exploits")
        self.assertLess(told["tail"]["cvar95_usd"], 0.75 * told["tail"]["bare_cvar95_usd"])

    def test_cover_opens_room_on_its_contract(self):
        bare = self.rules(self.size(2e7))["contract: uniswap-v3"]
        told = self.rules(self.size(2e7, book=self.book(COVER.format(400_000))))
        covered = told["contract: uniswap-v3"]
        self.assertAlmostEqual(0.0375, bare["value"])
        self.assertAlmostEqual(0.0175, covered["value"])
        self.assertAlmostEqual(1e6 * (600_000 + 400_000) / 750_000, covered["largest_usd"],
                               places=3)

    def test_the_upper_end_of_the_tail_is_beyond_it(self):
        tail = self.size(2e7)["tail"]
        self.assertGreater(tail["upper_usd"], tail["cvar95_usd"] + 1.9 * tail["drawing_error_usd"])
        self.assertEqual(200, round(tail["events"]))

    def test_an_edge_at_its_lower_end_holds_no_more_than_the_edge_itself(self):
        edge = self.size(2e7, "--fees-usd-per-day", "2000")["edge"]
        self.assertLess(edge["lower"], edge["mean"])
        self.assertLessEqual(edge["best_share"], edge["best_share_at_mean"])
        self.assertAlmostEqual(edge["lower"], edge["mean"] - 1.959963984540054 * edge["error"])

    def test_few_events_are_told(self):
        done = levee("size-position", "--book", BOOK, "--market", MARKET, "--capital-usd", "1e8",
                     "--paths", "1000")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("50 losses in the tail", " ".join(done.stdout.split()))

    def test_beta_is_measured_where_an_index_is_given(self):
        told = self.size(2e7, "--index", MARKET / "history.csv")
        self.assertAlmostEqual(1, told["beta"]["beta"])
        self.assertAlmostEqual(1, told["beta"]["down"])
        rule = self.rules(told)["beta"]
        self.assertAlmostEqual(rule["value"], 0.05 * told["beta"]["position"])

    def test_what_cannot_be_known_says_why(self):
        done = levee("size-position", "--book", BOOK, "--chain", MARKET / "chain.csv",
                     "--capital-usd", "2e7", *QUICK, "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        rules = {rule["name"]: rule for rule in json.loads(done.stdout)["sizing"]["rules"]}
        for name, flag in (("growth", "--fees-usd-per-day"), ("exit", "--pool"),
                           ("beta", "--index")):
            self.assertEqual("unknown", rules[name]["verdict"])
            self.assertIsNone(rules[name]["largest_usd"])
            self.assertIn(flag, rules[name]["sentence"])
        self.assertIn("all of it counts", rules["contract: uniswap-v3"]["sentence"])

    def test_the_same_is_said_again(self):
        self.assertEqual(self.size(2e7, "--threads", "1"), self.size(2e7, "--threads", "2"))

    def test_what_is_wrong_is_named_in_one_line(self):
        self.assertIn("--capital-usd", self.refused("size-position"))
        for words, part in ((("--capital-usd", "-1"), "capital_usd"),
                            (("--capital-usd", "1e6", "--tail-share", "2"), "tail_share"),
                            (("--capital-usd", "1e6", "--node-warn", "0.5"), "node_warn"),
                            (("--capital-usd", "1e6", "--riskless-rate", "9"), "riskless_rate"),
                            (("--capital-usd", "1e6", "--fees-usd-per-day", "-3"), "fees_usd"),
                            (("--capital-usd", "1e6", "--paths", "10"), "paths"),
                            (("--capital-usd", "1e6", "--index", MARKET / "history.csv",
                              "--index-cap-usd", "x"), "index_cap_usd"),
                            (("--capital-usd", "1e6", "--index", MARKET / "history.csv", "--index",
                              MARKET / "history.csv"), "pairs")):
            self.assertIn(part, self.refused("size-position", *words), words)


class Review(Case):
    def review(self, *words, book=None):
        return self.ask("review-position", *words, book=book)

    def scores(self, *rows):
        return self.written("reviews.csv", "date_utc,risk_score,action\n" + "".join(
            f"2026-{month:02d}-01,{score},{action}\n" for month, score, action in rows))

    def test_a_position_that_pays_is_held(self):
        told = self.review("--fees-usd-per-day", "3000")
        self.assertEqual("HOLD", told["review"]["action"])
        self.assertGreater(told["review"]["carry_usd"], 0)
        self.assertFalse(told["review"]["loyalty"])

    def test_one_that_does_not_is_left(self):
        told = self.review("--fees-usd-per-day", "300")["review"]
        self.assertEqual("EXIT", told["action"])
        self.assertGreater(told["leave"]["utility_usd"], told["hold"]["utility_usd"])
        enough = str(1.02 * told["fees_needed_usd"] / told["hold"]["fees_usd"] * 300)
        self.assertEqual("HOLD", self.review("--fees-usd-per-day", enough)["review"]["action"])

    def test_protection_is_added_where_risk_rose_and_carry_pays(self):
        calm = self.scores((1, 10, "hold"), (2, 11, "hold"), (3, 9, "hold"), (4, 10, "hold"),
                           (5, 11, "hold"), (6, 10, "none"))
        told = self.review("--fees-usd-per-day", "3000", "--reviews", calm)
        self.assertEqual("ADD_PROTECTION", told["review"]["action"])
        self.assertGreater(told["risk_score"]["rise"], 1)
        self.assertFalse(told["review"]["loyalty"])
        self.assertLess(told["review"]["protect"]["cvar95_usd"],
                        told["review"]["hold"]["cvar95_usd"])
        slept = self.scores((1, 10, "hold"), (2, 11, "hold"), (3, 9, "hold"), (4, 10, "hold"),
                            (5, 11, "hold"), (6, 25, "none"), (7, 26, "none"))
        self.assertTrue(self.review("--fees-usd-per-day", "3000", "--reviews", slept)
                        ["review"]["loyalty"])

    def test_hazard_beyond_the_limit_is_left_whatever_is_earned(self):
        told = self.review("--fees-usd-per-day", "9000", "--protocol", self.protocol(0.2))
        self.assertEqual("EXIT", told["review"]["action"])
        self.assertAlmostEqual(0.2, told["hazard"]["per_year"], places=9)

    def test_hazard_is_counted_once(self):
        told = self.review("--fees-usd-per-day", "3000", "--protocol", self.protocol(0.05, 1, 1))
        expected = 1e6 * (1 - 2.718281828459045 ** (-0.05 * 30 / 365))
        self.assertAlmostEqual(expected, told["review"]["hold"]["hazard_usd"], delta=1)
        ratios = {ratio["name"]: ratio for ratio in told["ratios"]}
        spread = ratios["WACC, with hazard"]["value"] - ratios["WACC, no hazard in it"]["value"]
        self.assertAlmostEqual(0.05, spread, places=9)
        self.assertLess(ratios["IRR, weighted by survival"]["value"], ratios["IRR, plain"]["value"])

    def test_every_row_adds_up(self):
        told = self.review()["review"]
        for way in ("hold", "protect", "leave"):
            if not told[way]:
                continue
            one = told[way]
            sum_of = (one["fees_usd"] + one["elsewhere_usd"] - one["lvr_usd"] - one["hazard_usd"]
                      - one["hedge_usd"] - one["switching_usd"] - 0.1 * one["cvar95_usd"])
            self.assertAlmostEqual(sum_of, one["utility_usd"], places=6)

    def test_without_fees_nothing_is_made_up(self):
        done = levee("review-position", "--book", BOOK, "--chain", MARKET / "chain.csv", *QUICK,
                     "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        told = json.loads(done.stdout)
        self.assertIsNone(told["review"]["carry_usd"])
        for ratio in told["ratios"]:
            self.assertEqual(ratio["name"].startswith("WACC"), ratio["value"] is not None)
            self.assertTrue(ratio["status"])

    def test_units_are_worth_what_there_is_and_cost_what_it_costs(self):
        told = self.review("--units", "1000")
        self.assertAlmostEqual(told["value_usd"], 1000 * told["tranche"]["unit_usd"], delta=1e-6)
        self.assertTrue(0 < told["tranche"]["expense_ratio"] < 0.5, told["tranche"])
        self.assertIn("units", self.refused("review-position", "--units", "0"))

    def test_twice_the_gas_is_twice_the_rate(self):
        def wacc(gas):
            told = self.review("--gas-usd", gas, "--friction", "rate", "--swap-cost-share", "0")
            return {r["name"]: r["value"] for r in told["ratios"]}["WACC, no hazard in it"]
        none, once, twice = wacc("0"), wacc("40"), wacc("80")
        self.assertGreater(once, none)
        self.assertAlmostEqual(2 * (once - none), twice - none, places=12)

    def test_the_steward_is_told_what_is_missing(self):
        told = self.review("--capital-usd", "2e7")["steward"]
        parts = {part["name"]: part for part in told["parts"]}
        self.assertEqual(0, parts["coverage"]["share"])
        self.assertEqual(1, parts["loss cap"]["share"])
        self.assertIsNone(parts["calendar"]["share"])
        self.assertEqual(85, told["known_weight"])
        self.assertIsNone(told["promoter"])
        self.assertTrue(self.review("--emissions-share", "0.6")["steward"]["promoter"])

    def test_a_hedge_that_was_added_is_worth_what_was_said(self):
        fees = ("--fees-usd-per-day", "3000")
        before = self.review(*fees)["review"]
        done = levee("plan-hedge", "--book", self.book(""), "--market", MARKET, "--json",
                     "--score-paths", "4000")
        trades, lots = json.loads(done.stdout)["plan"]["trades"], ""
        for trade in trades:
            quantity = trade["quantity"] * (1 if trade["side"] == "buy" else -1)
            lots += (PUTS.format(trade["instrument"], quantity) if trade["tenor_days"] > 0
                     else f"[[perp]]\nquantity_tokens = {quantity}\n")
        told = self.review(*fees, book=self.book(lots))
        after = told["review"]["hold"]
        self.assertLess(after["cvar95_usd"], 0.6 * before["hold"]["cvar95_usd"])
        # What is held already has paid its spreads and fees: worth a little more, and not much.
        gain = after["utility_usd"] - before["protect"]["utility_usd"]
        self.assertGreater(gain, 0)
        self.assertLess(gain, 4000)
        parts = {part["name"]: part for part in told["steward"]["parts"]}
        self.assertGreater(parts["coverage"]["share"], 0.5)

    def test_text_says_the_action_first(self):
        done = levee("review-position", "--book", BOOK, "--market", MARKET, *QUICK)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stdout, r"\A(HOLD|EXIT|ADD_PROTECTION)\. ")
        self.assertEqual([], [line for line in done.stdout.splitlines() if len(line) > 100])
        self.assertNotRegex(done.stdout, r"\bnan\b|\binf\b")

    def test_what_is_wrong_is_named_in_one_line(self):
        later = self.written("reviews.csv", "date_utc,risk_score,action\n2026-01-01,5,slept\n")
        for words, part in ((("--hysteresis", "-1"), "hysteresis"), (("--years", "0"), "years"),
                            (("--friction", "sand"), "friction"),
                            (("--emissions-share", "2"), "emissions_share"),
                            (("--reviews", later), "reviews.csv:2: action")):
            self.assertIn(part, self.refused("review-position", *words), words)
        self.assertIn("nowhere", self.refused("review-position", "--reviews", "nowhere.csv"))


if __name__ == "__main__":
    unittest.main()
