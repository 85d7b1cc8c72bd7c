"""What an option's name says, and which short options no long one covers."""
import datetime
import re

NAME = re.compile(r"([A-Z0-9_]+)-(\d{1,2})([A-Z]{3})(\d{2})-([\dd]+)-([CP])")
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


class Option:
    """What a venue's name says: ETH-27FEB26-2500-P. Expiry is 08:00 UTC."""

    def __init__(self, name):
        found = NAME.fullmatch(name)
        if not found:
            raise ValueError(f"{name}: not an option's name")
        _, day, month, year, strike, kind = found.groups()
        self.strike, self.call = float(strike.replace("d", ".")), kind == "C"
        self.expiry = datetime.datetime(2000 + int(year), 1 + MONTHS.index(month), int(day), 8,
                                        tzinfo=datetime.timezone.utc)

    def payoff(self, price):
        return max(0.0, price - self.strike if self.call else self.strike - price)


def uncovered(contracts, call, wallet):
    """Short contracts that no long one covers, each long one used once.

    A long covers a short if it pays no less (call: strike no higher; put: no lower) and lives no
    shorter. Shorts in order of how hard they are to cover by strike, each with the longs that
    expire soonest: optimal for such an order. Wallet tokens cover calls for ever.
    """
    reach = (lambda o: o.strike) if call else (lambda o: -o.strike)
    mine = [(reach(o), o.expiry, q) for o, q in contracts if o.call == call]
    longs = sorted([[expiry, strike, q] for strike, expiry, q in mine if q > 0])
    if call and wallet > 0:
        longs.append([datetime.datetime.max.replace(tzinfo=datetime.timezone.utc), -1e300, wallet])
    missing = 0
    for strike, expiry, q in sorted(m for m in mine if m[2] < 0):
        need = -q
        for long in longs:
            if long[0] >= expiry and long[1] <= strike:
                used = min(need, long[2])
                long[2] -= used
                need -= used
        missing += need
    return missing
