"""read-signals: an answer from one file, a page, what it cannot read; and the past stays put."""
import datetime
import json
import math
import pathlib
import tempfile
import unittest

from command import MARKET, levee


def iso(day):
    """-> the date of that day after 2020-01-01."""
    return (datetime.date(2020, 1, 1) + datetime.timedelta(days=day)).isoformat()


class Case(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def vols(self, days, last=()):
        """A volatility index of so many days, the last of them as given."""
        level = [0.6 + 0.2 * math.sin(1.7 * i) if i < days - 30 else 0.6 for i in range(days)]
        level[len(level) - len(last):] = last
        rows = "".join(f"{iso(i)},{x}\n" for i, x in enumerate(level))
        return self.written("iv.csv", "date_utc,dvol\n" + rows)

    def read(self, *words):
        done = levee("read-signals", *words, "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *words):
        done = levee("read-signals", *words)
        self.assertGreater(done.returncode, 1, done.stderr)
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        self.assertEqual("", done.stdout)
        return done.stderr


class Worth(Case):
    """study-signals: what is planted is found, and its opposite is not."""

    def study(self):
        """Volatility stands low or high for weeks; prices leap in the weeks in which it is low."""
        chance, vols, prices, level, left, low = 7, [], [], 2000.0, 0, False
        for i in range(1500):
            if left == 0:
                chance = chance * 1103515245 + 12345 & 0x7fffffff
                left, low = 20 + chance // 65536 % 60, not low
            left -= 1
            vols.append((0.4 if low else 0.8) * (1 + 0.01 * math.sin(1.7 * i)))
            if low and i % 45 == 0:
                level *= 1.35 if level < 2000 else 1 / 1.35
            prices.append(level)
        files = [self.written(name, f"date_utc,{column}\n" + "".join(
            f"{iso(i)},{x}\n" for i, x in enumerate(xs)))
            for name, column, xs in (("p.csv", "close", prices), ("v.csv", "dvol", vols))]
        done = levee("study-signals", "--history", files[0], "--iv-index", files[1], "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        told = json.loads(done.stdout)
        for row in told["rows"]:
            self.assertTrue(0 < row["p_value"] <= 1)
        return {(row["decision"], row["state"]): row for row in told["rows"]}

    def test_a_signal_after_which_prices_leap_is_worth_its_days(self):
        rows = self.study()
        calm = rows.pop(("vol_equivalent", "calm"))
        self.assertLess(calm["p_value"], 0.05)
        self.assertGreater(calm["benefit"], 3 * calm["error"])
        dear = [row for (what, _), row in rows.items() if what == "vol_equivalent"]
        self.assertTrue(dear)
        for row in dear:
            self.assertGreater(row["p_value"], 0.9, row)
            self.assertLess(row["benefit"], 0)

    def test_prices_and_a_volatility_index_are_asked_for(self):
        done = levee("study-signals", "--history", MARKET / "history.csv")
        self.assertGreater(done.returncode, 1)
        self.assertIn("--iv-index FILE", done.stderr)


class Signals(Case):
    def test_one_file_is_enough_for_a_regime(self):
        told = self.read("--iv-index", self.vols(500, last=(2, 2)))
        self.assertEqual("crisis", told["volatility"])
        self.assertIn("open_liquidity", {one["what"] for one in told["forbidden"]})
        self.assertLess(told["size_share"], 1)
        self.assertEqual("volatility", told["changes"][-1]["gate"])

    def test_prices_alone_do_and_say_what_they_stand_for(self):
        rows = "".join(f"{iso(i)},{2000 * math.exp(0.03 * math.sin(1.7 * i))}\n"
                       for i in range(500))
        told = self.read("--history", self.written("p.csv", "date_utc,close\n" + rows))
        self.assertNotEqual("unknown", told["volatility"])
        self.assertIn("realised", " ".join(told["assumptions"]))

    def test_the_example_market_is_read_with_its_term_slope(self):
        told = self.read("--market", MARKET)
        gauges = {one["name"]: one for one in told["gauges"]}
        for name in ("vol_equivalent", "term_slope", "carry_regime", "funding", "rsi"):
            self.assertIsNotNone(gauges[name]["value"], name)
        self.assertIn("not given", gauges["breadth"]["why"])

    def test_a_moment_is_told_as_it_was_known_then(self):
        path = self.vols(500, last=(2, 2))
        then = self.read("--iv-index", path, "--at", iso(480))
        self.assertEqual("normal", then["volatility"])
        rows = path.read_text().splitlines(keepends=True)
        path.write_text("".join(rows[:1 + 481]))
        self.assertEqual(then, self.read("--iv-index", path, "--at", iso(480)))

    def test_events_ahead_stop_adds_and_ask_for_the_full_hedge(self):
        calendar = self.written("calendar.csv",
                                f"date_utc,kind,name\n{iso(501)},vote,fees\n")
        told = self.read("--iv-index", self.vols(500), "--calendar", calendar)
        self.assertEqual("full_target", told["hedge"])
        self.assertEqual("fees", told["ahead"][0]["name"])
        self.assertIn("calendar", {one["gate"] for one in told["forbidden"]})

    def test_rules_of_ones_own_move_the_levels(self):
        path = self.vols(500, last=(2, 2))
        rules = self.written("rules.toml", "veq_hold = 90\nveq_crisis = 95\n")
        self.assertEqual("normal", self.read("--iv-index", path, "--signal-rules", rules)
                         ["volatility"])

    def test_the_page_is_whole_and_the_text_fits(self):
        page = self.folder / "signals.html"
        done = levee("read-signals", "--iv-index", self.vols(500, last=(2,)), "--report", page)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        text = page.read_text()
        self.assertTrue(text.rstrip().endswith("</html>"))
        self.assertIn("How the gates stood", text)

    def test_what_cannot_be_read_is_one_line(self):
        path = self.vols(500)
        self.assertIn("--iv-index", self.refused())
        self.assertIn("nowhere", self.refused("--iv-index", path, "--peg", "/nowhere.csv"))
        self.assertIn("--at", self.refused("--iv-index", path, "--at", "yesterday"))
        self.assertIn("--from", self.refused("--iv-index", path, "--from", "2031-01-01"))
        self.assertEqual(0, levee("read-signals", "--iv-index", path, "--from",
                                  "1900-01-01").returncode)
        self.assertIn("veq_holt", self.refused(
            "--iv-index", path, "--signal-rules", self.written("r.toml", "veq_holt = 1\n")))


if __name__ == "__main__":
    unittest.main()
