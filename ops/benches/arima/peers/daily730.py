#!/usr/bin/env python3
"""daily730.py OUT_DIR

Simulated daily sales for the comparison of speed: 24 series of 730 days (and 28 more to score), a
level that walks at random, a weekly pattern, and noise that grows with the level, in whole units.
Only the standard library and a fixed seed, so that everyone has the same numbers. Writes
  Daily730-train.csv, Daily730-test.csv  a row a series: id,v1,v2,...
  Daily730-long.csv                      unique_id,ds,y of the 730 days
"""

import datetime
import math
import os
import random
import sys

SERIES, DAYS, AHEAD, SEED = 24, 730, 28, 730
FIRST_DAY = datetime.date(2023, 1, 1)


def normal(source):
    """Box and Muller (1958), since only random() is promised to stay the same between versions."""
    radius = math.sqrt(-2 * math.log(1 - source.random()))
    return radius * math.cos(2 * math.pi * source.random())


def sales(source):
    level = 20 * 25 ** source.random()  # 20 to 500 units a day
    pattern = [math.exp(0.25 * normal(source)) for _ in range(7)]
    walk, spread = 0.005 + 0.02 * source.random(), 0.5 + source.random()
    units = []
    for day in range(DAYS + AHEAD):
        level *= math.exp(walk * normal(source) - walk * walk / 2)
        expected = level * pattern[day % 7]
        noise = spread * math.sqrt(expected + 0.01 * expected * expected) * normal(source)
        units.append(max(0, round(expected + noise)))
    return units


def main(folder):
    source = random.Random(SEED)
    series = {f"S{index + 1:02d}": sales(source) for index in range(SERIES)}
    os.makedirs(folder, exist_ok=True)
    for part, days in (("train", slice(0, DAYS)), ("test", slice(DAYS, None))):
        with open(os.path.join(folder, f"Daily730-{part}.csv"), "w") as file:
            for name, units in series.items():
                file.write(",".join([name] + [str(count) for count in units[days]]) + "\n")
    with open(os.path.join(folder, "Daily730-long.csv"), "w") as file:
        file.write("unique_id,ds,y\n")
        for name, units in series.items():
            for day in range(DAYS):
                file.write(f"{name},{FIRST_DAY + datetime.timedelta(day)},{units[day]}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
