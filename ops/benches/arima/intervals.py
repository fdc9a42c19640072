#!/usr/bin/env python3
"""intervals.py DATA_DIR OURS_DIR

How often the values that were held back lie within Granary's intervals of 80 % and 95 %, by
frequency; the intervals are those of a normal distribution with the mean and variance of the day.
"""

import math
import os
import sys

from results import FREQUENCIES, by_id, finish, share

WIDTHS = {"within80": 1.2815515655446004, "within95": 1.959963984540054}


def held(folder, frequency):
    with open(os.path.join(folder, f"{frequency}-test.csv")) as file:
        for line in file:
            cells = line.strip().replace('"', "").split(",")
            yield cells[0], [float(cell) for cell in cells[1:] if cell]


def distances(folder, ours, frequency):
    """From the mean, in deviations."""
    found = by_id(os.path.join(ours, f"{frequency}.csv"))
    for name, values in held(folder, frequency):
        for step, value in enumerate(values if name in found else [], 1):
            mean, variance = (float(found[name][f"{kind}{step}"]) for kind in "fv")
            away = abs(value - mean)
            yield away / math.sqrt(variance) if variance > 0 else (math.inf if away else 0)


def main(folder, ours):
    print("values held back, within 80 % and within 95 %")
    result, everything = {}, []
    for frequency in [*FREQUENCIES, "all"]:
        some = everything if frequency == "all" else list(distances(folder, ours, frequency))
        if frequency != "all":
            everything += some
        line = {name: share(away <= width for away in some) for name, width in WIDTHS.items()}
        result[frequency] = {"values": len(some), **line}
        print(f"{frequency:10}{len(some):6d} {line['within80']:8.2%} {line['within95']:8.2%}")
    finish(result)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
