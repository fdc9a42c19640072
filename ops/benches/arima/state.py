#!/usr/bin/env python3
"""state.py OURS_DIR

What a saved model takes and what a new day costs it, by frequency: bytes (steady or not), and
microseconds of processor time for an update by one day.
"""

import os
import statistics
import sys

from results import FREQUENCIES, by_id, finish, mean, number, share

LIMITS = {True: 1024, False: 2048}


def report(name, table):
    result = {"series": len(table), "steady": share(row["steady"] == "1" for row in table)}
    for steady in (True, False):
        sizes = [number(row["bytes"]) for row in table if (row["steady"] == "1") == steady]
        if sizes:
            result["steadyBytes" if steady else "otherBytes"] = {
                "mean": mean(sizes),
                "most": max(sizes),
                "withinLimit": share(size <= LIMITS[steady] for size in sizes),
            }
    result["models"] = mean(number(row["models"]) for row in table)
    costs = [number(row["update_microseconds"]) for row in table]
    result["updateMicroseconds"] = statistics.median(costs)
    bytes = [
        f"{kind}: mean {result[key]['mean']:.0f}, most {result[key]['most']:.0f} bytes;"
        for kind, key in [("steady", "steadyBytes"), ("not", "otherBytes")]
        if key in result
    ]
    print(
        f"{name:10}{len(table):5d} series, {result['steady']:4.0%} steady; {' '.join(bytes)}"
        f" {result['models']:.1f} models; {result['updateMicroseconds']:.1f} us a day"
    )
    return result


def main(ours):
    result = {}
    for name in ["Daily730", *FREQUENCIES]:
        table = list(by_id(os.path.join(ours, f"{name}.csv")).values())
        if table:
            result[name] = report(name, table)
    finish(result)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
