"""What comparisons with peers share: the machine in words, tables between a page's markers."""
import os
import re
import sys
from datetime import date


def machine(beside):
    """The processor, `beside` (versions of the peers, say), the load and the day."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        told = file.read()
    said = {key: re.search(rf"^{key}\s*: (.*)$", told, re.M).group(1)
            for key in ("model name", "cpu family", "model")}
    lanes = "with" if " avx512dq " in told else "without"
    return (f"{said['model name']} (family {said['cpu family']} model {said['model']}), "
            f"{os.cpu_count()} virtual cores, {lanes} AVX-512; {beside}; "
            f"load {os.getloadavg()[0]:.2f} at the end; {date.today()}.")


def write(page, report, markers):
    """Puts the report between the two marker lines of a page."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    begin, end = (text.find(mark) for mark in markers)
    if begin < 0 or end < begin:
        sys.exit(f"{page} lacks the lines {' '.join(markers)}")
    with open(page, "w", encoding="utf-8") as file:
        file.write(text[:begin + len(markers[0])] + "\n\n" + report + "\n\n" + text[end:])
