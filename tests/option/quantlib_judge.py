"""Prices calls with QuantLib, as a process of its own: levee never links it.

usage: quantlib_judge.py FILE, a contract a line: model days forward strike parameters...
Prints one undiscounted call price a line, or "nan" where QuantLib's integration gives up. Leaves
with status 77 where QuantLib is not installed.
"""
import math
import sys

try:
    import QuantLib as ql
except ImportError:
    sys.exit(77)

TODAY = ql.Date(1, 1, 2026)
ACT365 = ql.Actual365Fixed()


def black(years, forward, strike, vol):
    return ql.blackFormula(ql.Option.Call, strike, forward, vol * math.sqrt(years))


def merton(years, forward, strike, vol, jumps, mean, deviation):
    """The package has no engine for Merton (1976): his sum, over QuantLib's Black formula."""
    expected = jumps * years
    growth = mean + deviation**2 / 2
    drift = -expected * math.expm1(growth)
    total, weight = 0.0, math.exp(-expected)
    for count in range(400):
        moved = forward * math.exp(drift + count * growth)
        spread = math.sqrt(vol**2 * years + count * deviation**2)
        total += weight * ql.blackFormula(ql.Option.Call, strike, moved, spread)
        weight *= expected / (count + 1)
    return total


def heston_or_bates(days, forward, strike, numbers):
    flat = ql.YieldTermStructureHandle(ql.FlatForward(TODAY, 0.0, ACT365))
    spot = ql.QuoteHandle(ql.SimpleQuote(forward))
    now, average, reversion, vol_of_vol, correlation, *jumps = numbers
    head = (flat, flat, spot, now, reversion, average, vol_of_vol, correlation)
    if jumps:
        model = ql.BatesModel(ql.BatesProcess(*head, *jumps))
        engine = ql.BatesEngine(model, 1e-12, 1_000_000)
    else:
        model = ql.HestonModel(ql.HestonProcess(*head))
        engine = ql.AnalyticHestonEngine(model, 1e-12, 1_000_000)
    option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Call, strike),
                              ql.EuropeanExercise(TODAY + days))
    option.setPricingEngine(engine)
    return option.NPV()


def price_of(line):
    model, days, forward, strike, *numbers = line.split()
    days, forward, strike = int(days), float(forward), float(strike)
    numbers = [float(number) for number in numbers]
    try:
        if model == "black":
            return black(days / 365, forward, strike, *numbers)
        if model == "merton":
            return merton(days / 365, forward, strike, *numbers)
        return heston_or_bates(days, forward, strike, numbers)
    except RuntimeError:
        return math.nan


def main():
    ql.Settings.instance().evaluationDate = TODAY
    with open(sys.argv[1], encoding="utf-8") as contracts:
        for line in contracts:
            print(f"{price_of(line):.17g}")


main()
