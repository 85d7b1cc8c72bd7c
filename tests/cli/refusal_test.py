"""Broken books, markets and flags: one clear line, the right code, no file touched."""
import gzip
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from command import BINARY, BOOK, MARKET, levee

# As the command's own table says; the reasons are house.md's ten.
BAD_INPUT, OUT_OF_RANGE, MISSING, STALE = 2, 3, 4, 5
NOT_SUPPORTED, UNREACHABLE, CORRUPT = 8, 10, 11

POSITION = '[book]\nbase = "ETH"\nquote = "USDC"\n\n[[position]]\n{}\nentry = "market"\n'
TICKS = ("tick_lower = {}\ntick_upper = {}\ntick_spacing = 60\nbase_decimals = 18\n"
         "quote_decimals = 6\nbase_is_token0 = false\ndeposit_usd = 1000")
HELD = '\n[[option]]\ninstrument = "{}"\nquantity_contracts = 1\n'


def position(text):
    return POSITION.format(text).encode()


def policy(text):
    return BOOK.read_bytes() + f"\n{text}\n".encode()


SIZED = "range_below_pct = 25\nrange_above_pct = 25\ndeposit_usd = {}"
RANGED = "{}\ndeposit_usd = 1000"

# what it is -> (the book's bytes, exit code, a word of the complaint)
BOOKS = {
    "empty": (b"", MISSING, "empty"),
    "not TOML": (b"positions: [1, 2\n", BAD_INPUT, "1"),
    "not UTF-8": (b"[book]\nbase = \"\xff\xfe\"\n", BAD_INPUT, "UTF-8"),
    "a byte of zero": (b"[book]\nbase = \"E\0H\"\n", BAD_INPUT, "book.toml"),
    "one line of ten megabytes": (b"[book]\nbase = \"" + b"E" * 10_000_000, BAD_INPUT, "book.toml"),
    "no position": (b'[book]\nbase = "ETH"\nquote = "USDC"\n', None, "position"),
    "base missing": (position(SIZED.format(1)).replace(b'base = "ETH"', b""), BAD_INPUT, "base"),
    "a key misspelt": (position(SIZED.format("1\ndeposit_eur = 2")), BAD_INPUT, "deposit_eur"),
    "a table unknown": (policy("[hedges]\na = 1"), BAD_INPUT, "hedges"),
    "a key twice": (policy("").replace(b'base = "ETH"', b'base = "ETH"\nbase = "BTC"'), BAD_INPUT,
                    "base"),
    "no range": (position("deposit_usd = 1000"), BAD_INPUT, "range"),
    "two ranges": (position(SIZED.format("1\nprice_lower = 1\nprice_upper = 2")), BAD_INPUT,
                   "price"),
    "an inverted range": (position(RANGED.format("price_lower = 3000\nprice_upper = 2000")),
                          BAD_INPUT, "book.toml:5.*lower"),
    "a range of no width": (position(RANGED.format("price_lower = 2000\nprice_upper = 2000")),
                            BAD_INPUT, "book.toml:5.*lower"),
    "a negative price": (position(RANGED.format("price_lower = -1\nprice_upper = 2000")),
                         BAD_INPUT, "price_lower"),
    "a range of over 100 % below": (position(SIZED.format(1).replace("25", "125")), BAD_INPUT,
                                    "range_below_pct"),
    "a tick off its spacing": (position(TICKS.format(195001, 201000)), BAD_INPUT, "spacing"),
    "ticks inverted": (position(TICKS.format(201000, 195000)), BAD_INPUT, "tick"),
    "a tick that no pool has": (position(TICKS.format(195000, 900000)), BAD_INPUT, "tick"),
    "negative liquidity": (position("range_below_pct = 5\nrange_above_pct = 5\nliquidity = -1.0"),
                           BAD_INPUT, "liquidity"),
    "nothing deposited": (position(SIZED.format(0)), BAD_INPUT, "deposit_usd"),
    "a deposit of NaN": (position(SIZED.format("nan")), BAD_INPUT, "deposit_usd"),
    "an infinite deposit": (position(SIZED.format("inf")), BAD_INPUT, "deposit_usd"),
    "a deposit in words": (position(SIZED.format('"a million"')), BAD_INPUT, "deposit_usd"),
    "a deposit of more than there is": (position(SIZED.format("1e300")), BAD_INPUT, "deposit_usd"),
    "a liquidity that no double squares": (
        position("full_range = true\nliquidity = 1e300"), BAD_INPUT, "book.toml:5.*worth"),
    "a liquidity of almost nothing": (
        position("full_range = true\nliquidity = 1e-320"), BAD_INPUT, "book.toml:5.*worth"),
    "a raw liquidity that no pool holds": (
        position(TICKS.format(-887220, 887220).replace("deposit_usd = 1000",
                                                       f'liquidity = "1{"0" * 50}"')),
        BAD_INPUT, "uint128"),
    "entered tomorrow": (position(SIZED.format(1)).replace(
        b'entry = "market"', b'entry_price_usd = 2000\nentry_time = 2027-01-01T00:00:00Z'),
        BAD_INPUT, "entry"),
    "entered at no price": (position(SIZED.format(1)).replace(
        b'entry = "market"', b"entry_time = 2026-01-01T00:00:00Z"), BAD_INPUT, "entry"),
    "confidence in per cent": (policy("confidence = 95"), None, "confidence"),
    "a negative budget": (policy("carry_usd_per_year = -1"), None, "carry_usd_per_year"),
    "a price of tail of NaN": (policy("price_of_tail = nan"), None, "price_of_tail"),
    "tenors that do not ascend": (policy("tenors_days = [110, 30, 220]"), None, "tenors_days"),
    "an unknown mode": (policy('mode = "martingale"'), None, "mode"),
    "an unknown kind of scenarios": (policy('scenarios = "astrology"'), None, "astrology"),
    "ten paths": (policy("paths_choose = 10"), None, "paths_choose"),
    "an expired option held": (policy("") + HELD.format("ETH-27FEB26-2500-P").encode(), None,
                               "expired"),
    "an option of no name": (policy("") + HELD.format("PUT 2500").encode(), BAD_INPUT,
                             "instrument"),
    "an option of 31 February": (policy("") + HELD.format("ETH-31FEB27-2500-P").encode(),
                                 BAD_INPUT, "instrument"),
}


BEFORE = "what stood here before\n"


class Market:
    """A copy of the bundled market that one thing is done to."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder, "market")
        shutil.copytree(MARKET, self.path)

    def edit(self, name, change):
        path = self.path / name
        lines = path.read_text().splitlines()
        changed = change(lines) or lines
        path.write_text("\n".join(changed) + "\n")

    def cell(self, name, column, text, row=-1):
        def change(lines):
            cells = lines[row].split(",")
            cells[lines[0].split(",").index(column)] = text
            lines[row] = ",".join(cells)
        self.edit(name, change)

    def squeeze(self, keep):
        chain = self.path / "chain.csv"
        (self.path / "chain.csv.gz").write_bytes(keep(gzip.compress(chain.read_bytes())))
        chain.unlink()


def cross(lines):
    names = lines[0].split(",")
    cells = lines[-1].split(",")
    cells[names.index("bid_coin")], cells[names.index("ask_coin")] = "0.5", "0.4"
    lines[-1] = ",".join(cells)


# what is done to the market -> (how, exit code, a word of the complaint)
MARKETS = {
    "no chain": (lambda m: (m.path / "chain.csv").unlink(), MISSING, "chain"),
    "a chain without a row": (lambda m: m.edit("chain.csv", lambda a: a[:1]), None, "chain"),
    "an empty chain": (lambda m: (m.path / "chain.csv").write_text(""), None, "chain"),
    "a column missing": (lambda m: m.cell("chain.csv", "strike_usd", "strike", 0), BAD_INPUT,
                         "strike_usd"),
    "a column twice": (lambda m: m.cell("chain.csv", "volume_24h_coin", "bid_coin", 0), BAD_INPUT,
                       "bid_coin"),
    "a row too short": (lambda m: m.edit("chain.csv", lambda a: a + [a[-1].rsplit(",", 3)[0]]),
                        BAD_INPUT, "chain.csv:"),
    "a crossed quote": (lambda m: m.edit("chain.csv", cross), BAD_INPUT, "bid"),
    "an instrument twice": (lambda m: m.edit("chain.csv", lambda a: a + [a[-1]]), BAD_INPUT,
                            "twice|duplicate"),
    "a bid of NaN": (lambda m: m.cell("chain.csv", "bid_coin", "nan"), BAD_INPUT, "bid_coin"),
    "an infinite mark": (lambda m: m.cell("chain.csv", "mark_coin", "inf"), BAD_INPUT,
                         "mark_coin"),
    "a negative ask": (lambda m: m.cell("chain.csv", "ask_coin", "-0.1"), BAD_INPUT, "ask_coin"),
    "an index in words": (lambda m: m.cell("chain.csv", "index_usd", "high"), BAD_INPUT,
                          "index_usd"),
    "an index of zero": (lambda m: m.cell("chain.csv", "index_usd", "0"), BAD_INPUT,
                         "index_usd"),
    "volatility in per cent": (lambda m: m.cell("chain.csv", "mark_iv", "68.5"), BAD_INPUT,
                               "mark_iv"),
    "a strike of another name": (lambda m: m.cell("chain.csv", "strike_usd", "12345"), BAD_INPUT,
                                 "strike"),
    "a put called a call": (lambda m: m.cell("chain.csv", "type", "X"), BAD_INPUT, "type"),
    "a snapshot of no date": (lambda m: m.cell("chain.csv", "snapshot_utc", "yesterday"),
                              BAD_INPUT, "snapshot_utc"),
    "expired before it was quoted": (
        lambda m: m.cell("chain.csv", "expiry_utc", "2026-01-02T08:00:00Z"), BAD_INPUT, "expir"),
    "a chain of another coin": (
        lambda m: m.edit("chain.csv", lambda a: [x.replace("ETH", "SOL") for x in a]), MISSING,
        "ETH"),
    "a chain that is not UTF-8": (
        lambda m: (m.path / "chain.csv").write_bytes(
            (m.path / "chain.csv").read_bytes() + b"\xff\xfe\xfd\n"), BAD_INPUT, "chain.csv"),
    "one line of ten megabytes": (
        lambda m: m.edit("chain.csv", lambda a: a + ["9" * 10_000_000]), BAD_INPUT, "chain.csv"),
    "a truncated gz": (lambda m: m.squeeze(lambda b: b[:len(b) // 2]), CORRUPT, "chain.csv.gz"),
    "a gz with a bit turned": (
        lambda m: m.squeeze(lambda b: b[:3000] + bytes([b[3000] ^ 8]) + b[3001:]), CORRUPT,
        "chain.csv.gz"),
    "a gz that is none": (lambda m: m.squeeze(lambda b: b"PK\3\4" + b"\0" * 99), None,
                          "chain.csv.gz"),
    "history back in time": (
        lambda m: m.edit("history.csv", lambda a: a[:9] + [a[4]] + a[9:]), BAD_INPUT,
        "history.csv:10"),
    "a negative price in history": (
        lambda m: m.cell("history.csv", "close", "-5", 100), BAD_INPUT, "history.csv:101"),
    "a price of history in words": (lambda m: m.cell("history.csv", "close", "high", 100),
                                    BAD_INPUT, "history.csv:101"),
    "funding of NaN": (lambda m: m.cell("funding.csv", "funding_rate_8h", "nan", 5), BAD_INPUT,
                       "funding.csv:6"),
    "a volatility index in per cent": (
        lambda m: m.edit("iv_index.csv", lambda a: a[:1] + [
            ",".join([x.split(",")[0]] + [str(100 * float(y)) for y in x.split(",")[1:]])
            for x in a[1:]]), BAD_INPUT, "iv_index.csv"),
    "a share lost of two": (
        lambda m: m.edit("protocol.toml", lambda a: [x.replace("= 1.0", "= 2.0") for x in a]),
        BAD_INPUT, "loss_share_high"),
    "a protocol key unknown": (
        lambda m: m.edit("protocol.toml", lambda a: a + ["luck = 1"]), BAD_INPUT, "luck"),
    "a label that is a number": (
        lambda m: m.edit("market.toml", lambda a: ["label = 7"]), BAD_INPUT, "label"),
    "negative pool liquidity": (
        lambda m: m.cell("pool.csv", "liquidity_raw", "-5"), BAD_INPUT, "liquidity_raw"),
}

# words after --book and --market -> (exit code, a word of the complaint)
FLAGS = {
    ("--colour", "blue"): (BAD_INPUT, "colour"),
    ("--price-of-tial", "1"): (BAD_INPUT, "price_of_tail|price-of-tail"),
    ("now",): (BAD_INPUT, "now"),
    ("--at",): (BAD_INPUT, "--at"),
    ("--at", "yesterday"): (BAD_INPUT, "--at"),
    ("--at", "2026-02-30"): (BAD_INPUT, "--at"),
    ("--at", "2020-01-01"): (MISSING, "2020-01-01"),
    ("--at", "2027-01-01"): (STALE, "stale"),
    ("--threads", "0"): (OUT_OF_RANGE, "threads"),
    ("--threads", "-1"): (OUT_OF_RANGE, "threads"),
    ("--threads", "two"): (BAD_INPUT, "threads"),
    ("--threads", "99999999999"): (BAD_INPUT, "threads"),
    ("--seed", "1", "--seed", "2"): (BAD_INPUT, "seed"),
    ("--paths", "nan"): (BAD_INPUT, "paths"),
    ("--paths", "many"): (BAD_INPUT, "paths"),
    ("--paths", "1e300"): (OUT_OF_RANGE, "paths"),
    ("--tail-limit", "-5"): (OUT_OF_RANGE, "tail_limit"),
    ("--horizon-days", "0"): (OUT_OF_RANGE, "horizon_days"),
    ("--mode", "martingale"): (None, "martingale"),
    ("--scenarios", "astrology"): (NOT_SUPPORTED, "astrology"),
    ("--chain", "nowhere.csv"): (UNREACHABLE, "nowhere.csv"),
    ("--history", "."): (None, "folder|directory"),
    ("--pool", "nowhere.json"): (UNREACHABLE, "nowhere.json"),
    ("--protocol", "nowhere.toml"): (UNREACHABLE, "nowhere.toml"),
}

HISTORY = ("--history", MARKET / "history.csv")

# no book, no market, no verb: whole commands
COMMANDS = {
    ("plan-hegde",): (BAD_INPUT, "plan-hegde"),
    ("plan-hedge",): (MISSING, "book"),
    ("plan-hedge", "--book", BOOK): (MISSING, "market"),
    ("plan-hedge", "--book", "nowhere.toml", "--market", MARKET): (UNREACHABLE, "nowhere.toml"),
    ("plan-hedge", "--book", MARKET, "--market", MARKET): (None, "market"),
    ("plan-hedge", "--book", BOOK, "--market", "nowhere"): (None, "nowhere"),
    ("plan-hedge", "--book", BOOK, "--market", BOOK): (None, "eth-usdc.toml"),
    ("value-position", "--book", "nowhere.toml", "--market", MARKET): (UNREACHABLE, "nowhere"),
    ("value-position", "--book", BOOK, "--market", MARKET, "--paths", "1"): (BAD_INPUT, "paths"),
    ("scan-parity",): (MISSING, "chain"),
    ("scan-parity", "--market", MARKET, "--half-spread", "1"): (OUT_OF_RANGE, "half_spread"),
    ("study-signals",): (MISSING, "iv_index"),
    ("study-signals", "--horizon-days", "0"): (OUT_OF_RANGE, "horizon_days"),
    ("validate-tails",): (MISSING, "history"),
    ("validate-tails", *HISTORY, "--paths", "10"): (OUT_OF_RANGE, "paths"),
    ("validate-tails", *HISTORY, "--horizon-days", "0"): (OUT_OF_RANGE, "horizon_days"),
    ("validate-tails", *HISTORY, "--scenarios", "dream"): (NOT_SUPPORTED, "dream"),
    ("signature", "--paths", "1"): (OUT_OF_RANGE, "paths"),
    ("measure-tail",): (MISSING, "book"),
    ("measure-tail", "--book", BOOK, "--market", MARKET, "--paths", "1"): (OUT_OF_RANGE, "paths"),
    ("measure-tail", "--measure", "mine"): (BAD_INPUT, "measure"),
    ("fit-hazard",): (MISSING, "universe"),
    ("fit-hazard", "--universe", BOOK): (MISSING, "until"),
    ("fit-hazard", "--universe", BOOK, "--until", "2023"): (BAD_INPUT, "2023"),
    ("fit-hazard", "--universe", BOOK, "--until", "2020-01-01"): (OUT_OF_RANGE, "since"),
    ("fit-hazard", "--universe", BOOK, "--until", "2023-01-01"): (MISSING, "incidents"),
    ("fit-hazard", "--universe", BOOK, "--until", "2023-01-01", "--incidents", BOOK):
        (BAD_INPUT, "eth-usdc.toml"),
    ("fit-hazard", "--universe", BOOK, "--draws", "3"): (OUT_OF_RANGE, "draws"),
    ("score-hazard", "--fit", "nowhere.json"): (UNREACHABLE, "nowhere.json"),
    ("score-hazard", "--fit", BOOK): (BAD_INPUT, "fit-hazard"),
    ("fit-surface",): (MISSING, "--chain"),
    ("fit-surface", "--chain", "nowhere.csv"): (UNREACHABLE, "nowhere.csv"),
    ("price-option",): (MISSING, "--vol"),
    ("price-option", "--strike", "9", "--forward", "9", "--expiry", "9", "--vol", "nan"):
        (BAD_INPUT, "vol"),
    ("price-option", "--strike", "9", "--forward", "9", "--expiry", "0", "--vol", "1"):
        (OUT_OF_RANGE, "expiry"),
}


class Refusal(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.report = self.folder / "out" / "report.html"
        self.report.parent.mkdir()

    def refused(self, code, word, done):
        """One line that names the trouble, the code, nothing on standard output, no file."""
        self.assertNotIn(done.returncode, (0, 1, 70, 71), done.stderr[:300])
        self.assertGreater(done.returncode, 0, f"ended by signal {-done.returncode}")
        self.assertEqual("", done.stdout)
        self.assertRegex(done.stderr, r"\Alevee: [^\n]+\n\Z")
        self.assertLess(len(done.stderr), 600, "a line that nobody reads")
        self.assertRegex(done.stderr, word)
        self.assertNotRegex(done.stderr, r"bug|[^\n -~\u00a0-\uffff]")
        if code is not None:
            self.assertEqual(code, done.returncode, done.stderr)
        if self.report.exists():
            self.assertEqual(BEFORE, self.report.read_text())
        self.assertLessEqual(set(self.report.parent.iterdir()), {self.report})

    def plan(self, *words, book=BOOK, market=MARKET):
        self.report.write_text(BEFORE)
        return levee("plan-hedge", "--book", book, "--market", market, "--json",
                     "--report", self.report, *words)

    def test_books(self):
        for what, (text, code, word) in BOOKS.items():
            with self.subTest(what):
                book = self.folder / "book.toml"
                book.write_bytes(text)
                self.refused(code, word, self.plan(book=book))

    def test_markets(self):
        for what, (spoil, code, word) in MARKETS.items():
            with self.subTest(what), tempfile.TemporaryDirectory() as folder:
                market = Market(folder)
                spoil(market)
                self.refused(code, word, self.plan(market=market.path))

    def test_flags(self):
        for words, (code, word) in FLAGS.items():
            with self.subTest(" ".join(words)):
                self.refused(code, word, self.plan(*words))

    def test_commands(self):
        for words, (code, word) in COMMANDS.items():
            with self.subTest(" ".join(map(str, words))):
                self.refused(code, word, levee(*words))

    def test_a_report_that_cannot_be_written_is_said_and_leaves_nothing(self):
        quick = ("--paths", "500", "--score-paths", "500")
        for path in (self.folder / "nowhere" / "report.html", self.report.parent):
            with self.subTest(str(path)):
                done = levee("plan-hedge", "--book", BOOK, "--market", MARKET, "--json",
                             "--report", path, *quick)
                self.refused(UNREACHABLE, "report.html|out", done)

    def test_an_answer_that_cannot_be_printed_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "signature", "--paths", "300"], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertNotEqual(0, done.returncode)
        self.assertRegex(done.stderr, r"\Alevee: [^\n]+\n\Z")

    def test_the_table_is_long_enough(self):
        count = len(BOOKS) + len(MARKETS) + len(FLAGS) + len(COMMANDS)
        self.assertGreaterEqual(count, 40)


if __name__ == "__main__":
    unittest.main()
