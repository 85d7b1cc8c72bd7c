"""Makes examples/market/: a small ETH-USDC market that never was, the same bytes on every run.

One seeded walk drives everything. Every ten minutes the log price moves by a diffusion whose
volatility follows the 30-day implied volatility, plus rare jumps; the log of that implied
volatility reverts to its mean and moves against the price. Candles, funding, pool and option
chain are all read off that one walk, so they agree with one another.

The smiles are surface SVI with a power law, which has neither butterfly nor calendar arbitrage for
the parameters below: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71, theorems 4.1, 4.2.

usage: make_example_market.py [FOLDER]
"""
import math
import pathlib
import random
import statistics
import sys
from datetime import datetime, timedelta, timezone

SEED = 20260826
SNAPSHOTS = [datetime(2026, 8, day, 16, 5, tzinfo=timezone.utc) for day in (25, 26)]
EXPIRIES = [datetime(*day, 8, tzinfo=timezone.utc) for day in (
    (2026, 9, 4), (2026, 9, 11), (2026, 9, 25), (2026, 10, 30), (2026, 12, 25), (2027, 3, 26))]
END = SNAPSHOTS[-1].replace(minute=0)  # the walk ends with the last full hour
DAYS = 400
HOLE = (END - timedelta(days=47, hours=9), 5)  # hours missing from history.csv: an outage

SPOT = 2012.40           # dollars at END
IV_MEAN = 0.60           # what the 30-day implied volatility reverts to ...
IV_SPEED = 6.0           # ... at this speed, per year
IV_BETA = -0.6           # d ln IV per unit of log return
IV_NOISE_DAY = 0.035     # of ln IV, the part the price does not explain
REALISED_OVER_IV = 0.90  # what the diffusion and the jumps together deliver
JUMPS_YEAR, JUMP_MEAN, JUMP_SD = 10, -0.03, 0.05
CARRY = 0.038            # futures over spot, per year
SMILE_RHO, SMILE_ETA = -0.25, 0.70
FEE_APR = 0.27           # what a +-25 % range earned in the pool's 30 days
STEPS_HOUR = 6
YEAR = 365.0
NORMAL = statistics.NormalDist()


class Draw:
    """Random numbers from the generator's documented, version-independent stream."""

    def __init__(self, name):
        self.source = random.Random(f"{SEED} {name}")

    def uniform(self):
        return self.source.random()

    def normal(self, mean=0.0, sd=1.0):
        return mean + sd * NORMAL.inv_cdf(min(max(self.source.random(), 1e-12), 1 - 1e-12))


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def walk():
    """-> [(hour start, [(price, iv) at its start and after each step])], ending at SPOT."""
    draw, dt = Draw("walk"), 1 / (YEAR * 24 * STEPS_HOUR)
    jump_variance = JUMPS_YEAR * (JUMP_MEAN**2 + JUMP_SD**2)
    log_price, log_iv, hours = 0.0, math.log(IV_MEAN), []
    for hour in range(DAYS * 24):
        points = [(log_price, log_iv)]
        for _ in range(STEPS_HOUR):
            diffusion = max((REALISED_OVER_IV * math.exp(log_iv))**2 - jump_variance, 0.04)
            move = math.sqrt(diffusion * dt) * draw.normal()
            if draw.uniform() < JUMPS_YEAR * dt:
                move += draw.normal(JUMP_MEAN, JUMP_SD)
            log_price += move - 0.5 * diffusion * dt
            log_iv += (IV_SPEED * (math.log(IV_MEAN) - log_iv) * dt + IV_BETA * move +
                       IV_NOISE_DAY * math.sqrt(dt * YEAR) * draw.normal())
            points.append((log_price, log_iv))
        hours.append((END - timedelta(hours=DAYS * 24 - hour), points))
    scale = SPOT / math.exp(log_price)
    return [(start, [(scale * math.exp(p), math.exp(v)) for p, v in points])
            for start, points in hours]


def candles(hours):
    """-> [(start, open, high, low, close)] of the price, a little beyond what the steps saw."""
    draw = Draw("candles")
    for start, points in hours:
        prices = [price for price, _ in points]
        stretch = 0.0004 * abs(draw.normal())
        yield start, prices[0], max(prices) * (1 + stretch), min(prices) * (1 - stretch), prices[-1]


def history(hours):
    draw, rows = Draw("volume"), ["open_time_utc,open,high,low,close,volume_base"]
    hole = {HOLE[0] + timedelta(hours=i) for i in range(HOLE[1])}
    for start, first, high, low, last in candles(hours):
        volume = 9e5 * (0.003 + high / low - 1) * math.exp(draw.normal(0, 0.35))
        if start not in hole:
            rows.append(f"{stamp(start)},{first:.2f},{high:.2f},{low:.2f},{last:.2f},{volume:.1f}")
    return rows


def iv_index(hours):
    days = {}
    for start, points in hours:
        days.setdefault(start.date(), []).extend(iv for _, iv in points)
    whole = [(day, ivs) for day, ivs in sorted(days.items()) if len(ivs) == 24 * (STEPS_HOUR + 1)]
    return ["date_utc,open,high,low,close"] + [
        f"{day},{ivs[0]:.4f},{max(ivs):.4f},{min(ivs):.4f},{ivs[-1]:.4f}" for day, ivs in whole]


def funding(hours):
    """Longs pay more after rallies: the clamped premium most perpetual venues charge."""
    draw, rows, close = Draw("funding"), ["funding_time_utc,funding_rate_8h"], {}
    for start, points in hours:
        at = start + timedelta(hours=1)
        close[at] = points[-1][0]
        if at.hour % 8 == 0 and at > END - timedelta(days=120):
            trend = math.log(close[at] / close[at - timedelta(days=3)])
            rate = min(max(0.00006 + 0.0008 * trend + draw.normal(0, 0.00003), -0.0015), 0.0015)
            rows.append(f"{stamp(at)},{rate:.8f}")
    return rows


def pool(hours):
    """A 5 bp pool, USDC token0 and WETH token1; fees follow activity and sum to FEE_APR."""
    draw, last = Draw("pool"), list(candles(hours))[-30 * 24:]
    activity = [(0.002 + high / low - 1) * math.exp(draw.normal(0, 0.25))
                for _, _, high, low, _ in last]
    # A range [0.75 P, 1.25 P] worth one dollar holds this much liquidity (v3 whitepaper, 6.2).
    per_usd = 1 / (math.sqrt(SPOT) * (2 - math.sqrt(0.75) - 1 / math.sqrt(1.25)))
    fees_total = FEE_APR * 30 / YEAR / per_usd  # dollars per unit of human liquidity
    growth0, growth1, liquidity, rows = 4.1e32, 1.9e41, 1.15e19, [
        "period_start_utc,high_usdc_per_weth,low_usdc_per_weth,close_usdc_per_weth,"
        "liquidity_raw,fee_growth_global0_x128,fee_growth_global1_x128"]
    for (start, _, high, low, close), share in zip(last, activity):
        fee = fees_total * share / sum(activity)
        close *= 1 + 0.0002 * max(min(draw.normal(), 2), -2)  # within the fee of the market
        high, low = max(high, close), min(low, close)
        liquidity *= math.exp(draw.normal(0, 0.01) + 0.01 * math.log(1.15e19 / liquidity))
        # Human liquidity is raw / 1e12; half the fees come in raw USDC (1e6), half in wei (1e18).
        growth0 += 0.5 * fee * 1e6 / 1e12 * 2**128
        growth1 += 0.5 * fee / close * 1e18 / 1e12 * 2**128
        rows.append(f"{stamp(start)},{high:.4f},{low:.4f},{close:.4f},"
                    f"{int(liquidity / 1e9) * 10**9},{growth0:.10e},{growth1:.10e}")
    return rows


def at_the_money_variance(iv, years):
    """Total variance at the money: the variance now fades to its mean at the index's own speed."""
    def fade(t):
        return (1 - math.exp(-IV_SPEED * t)) / (IV_SPEED * t)

    now, mean = (0.97 * iv)**2, (0.97 * IV_MEAN)**2  # the index holds the wings too: 3 % above
    return years * (mean + (now - mean) * fade(years) / fade(30 / YEAR))


def smile_vol(iv, years, forward, strike):
    theta = at_the_money_variance(iv, years)
    z = SMILE_ETA / math.sqrt(theta * (1 + theta)) * math.log(strike / forward)
    total = theta / 2 * (1 + SMILE_RHO * z + math.sqrt((z + SMILE_RHO)**2 + 1 - SMILE_RHO**2))
    return math.sqrt(total / years)


def black_in_coin(is_call, forward, strike, vol, years):
    """-> premium in coin, delta, vega in dollars per point of volatility."""
    deviation = vol * math.sqrt(years)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    call = NORMAL.cdf(d1) - strike / forward * NORMAL.cdf(d1 - deviation)
    vega = forward * NORMAL.pdf(d1) * math.sqrt(years) / 100
    if is_call:
        return call, NORMAL.cdf(d1), vega
    return call - 1 + strike / forward, NORMAL.cdf(d1) - 1, vega


def strikes(expiry):
    """Denser near the money, out to about 2.2 deviations, the same list in every snapshot."""
    reach = 2.2 * IV_MEAN * math.sqrt((expiry - END).total_seconds() / 86400 / YEAR)
    grid = ((50, 0.08), (100, 0.3), (200, 0.7), (500, math.inf))  # step up to this log-moneyness

    def is_listed(strike):
        away = abs(math.log(strike / 2000))
        return away <= reach and strike % next(step for step, to in grid if away <= to) == 0

    return [strike for strike in range(500, 8000, 50) if is_listed(strike)]


def quote_sides(draw, mark, delta, vega, forward):
    """-> bid, ask on the venue's ticks as text; nothing where nobody quotes."""
    tick = 0.0001 if mark < 0.005 else 0.0005
    deep = max(abs(delta) - 0.5, 0)
    half = (0.7 + 0.5 * draw.uniform()) * vega / forward + 0.012 * deep * mark + 0.3 * tick
    bid = math.floor((mark - half) / tick + 1e-9)
    ask = max(math.ceil((mark + half) / tick - 1e-9), bid + 1, 1)
    alone = draw.uniform() if abs(delta) > 0.9 else 1.0  # deep ones are often left to one side
    return (f"{bid * tick:.4f}" if bid > 0 and alone > 0.20 else "",
            f"{ask * tick:.4f}" if alone > 0.28 or alone < 0.20 else "")


def chain(hours):
    draw, rows = Draw("chain"), [
        "snapshot_utc,currency,instrument,expiry_utc,strike_usd,type,bid_coin,ask_coin,mark_coin,"
        "mark_iv,future_usd,index_usd,delta,vega_usd,open_interest_coin,volume_24h_coin"]
    known = {start + timedelta(hours=1): points[-1] for start, points in hours}
    listed = [(expiry, strike, kind)
              for expiry in EXPIRIES for strike in strikes(expiry) for kind in "CP"]
    interest = {}
    for snapshot in SNAPSHOTS:
        spot, iv = known[snapshot.replace(minute=0)]
        index = spot * (1 + 0.0003 * draw.normal())
        for expiry, strike, kind in listed:
            years = (expiry - snapshot).total_seconds() / 86400 / YEAR
            forward = index * math.exp(CARRY * years)
            vol = smile_vol(iv, years, forward, strike)
            mark, delta, vega = black_in_coin(kind == "C", forward, strike, vol, years)
            bid, ask = quote_sides(draw, mark, delta, vega, forward)
            open_now = interest.get((expiry, strike, kind), 0)
            fresh = math.exp(draw.normal(8.1, 0.7)) * math.exp(-3.5 * max(abs(delta) - 0.5, 0) * 2)
            traded = fresh * 0.06 * draw.uniform() if draw.uniform() < 0.6 else 0
            open_now = open_now + 0.4 * traded if open_now else fresh
            interest[expiry, strike, kind] = open_now
            day = f"{expiry.day}{expiry:%b%y}".upper()
            rows.append(f"{stamp(snapshot)},ETH,ETH-{day}-{strike}-{kind},{stamp(expiry)},{strike},"
                        f"{kind},{bid},{ask},{mark:.6f},{vol:.4f},{forward:.2f},{index:.2f},"
                        f"{delta:.5f},{vega:.5f},{open_now:.0f},{traded:.0f}")
    return rows


MARKET = f"""\
# Made by tools/make_example_market.py with seed {SEED}; do not edit by hand.
#
# One seeded walk in ten-minute steps: a jump-diffusion price, and an implied volatility that moves
# against it and reverts to {IV_MEAN:.0%}. Candles, funding, pool fees, the volatility index and the
# option snapshots (the newest at {stamp(SNAPSHOTS[-1])}, surface-SVI smiles) are read off it.
label = "example ETH-USDC market, made by a model (seed {SEED}): nobody ever quoted these prices"
model_made = true
base = "ETH"
quote = "USDC"
"""

PROTOCOL = """\
# Made by tools/make_example_market.py; do not edit by hand.
name = "uniswap-v3"
intensity_per_year = 0.005
loss_share_low = 0.5
loss_share_high = 1.0
source = "assumed for the example: one failure in 200 years of the protocol, half to all lost"
"""


def files():
    """-> {file name: text}"""
    hours = walk()
    tables = {"history.csv": history(hours), "iv_index.csv": iv_index(hours),
              "funding.csv": funding(hours), "pool.csv": pool(hours), "chain.csv": chain(hours)}
    return {"market.toml": MARKET, "protocol.toml": PROTOCOL,
            **{name: "\n".join(rows) + "\n" for name, rows in tables.items()}}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "examples/market")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text)
        print(f"{folder / name}: {len(text.splitlines())} lines")
