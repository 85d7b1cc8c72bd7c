"""Printed figures held against what they should be, as near as sums of printed doubles are."""

TIGHT = 1e-9  # relative, for sums of printed doubles


def near(a, b, share=TIGHT, floor=1e-6):
    return abs(a - b) <= max(share * max(abs(a), abs(b)), floor)


def off(what, printed, wanted, share=TIGHT, floor=1e-6):
    """One line if a printed figure is not what it should be."""
    if printed is None or not near(printed, wanted, share, floor):
        yield f"{what} is {printed}, by what is printed {wanted:.6f}"
