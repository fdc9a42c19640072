#!/usr/bin/env python3
"""speed.py OURS_DIR PEERS_DIR

Series per second of processor time, of Granary (OURS_DIR/FREQUENCY.csv) and of each peer
(PEERS_DIR/NAME-FREQUENCY.csv) on the series that Granary and that peer have, and how many times as
fast Granary is: than statsforecast's default, and than the faster of R and statsforecast with its
approximation.
"""

import os
import sys

from results import finish, number, rows

NAMES = ["Daily730", "Monthly", "Daily", "Hourly"]
PEERS = {"statsforecast": "python-default", "approximate": "python-approximate", "r": "r"}
FAST = ["approximate", "r"]
WANTED_OF_DEFAULT, WANTED_OF_FASTEST = 200, 50


def seconds(path):
    return {
        row["id"]: (number(row["cpu_seconds"]), number(row["seconds"]))
        for row in rows(path)
        if row["aicc"]
    }


def rates(ours, theirs):
    """On the series of both."""
    common = [name for name in theirs if name in ours]
    if not common:
        return None
    mine = sum(ours[name][0] for name in common)
    its, wall = (sum(theirs[name][at] for name in common) for at in (0, 1))
    return {
        "series": len(common),
        "granary": len(common) / mine,
        "peer": len(common) / its,
        "peerByTheClock": len(common) / wall,
        "ratio": its / mine,
    }


def report(name, ours, peers):
    mine = seconds(os.path.join(ours, f"{name}.csv"))
    if not mine:
        return None
    result = {"series": len(mine), "granary": len(mine) / sum(cpu for cpu, _ in mine.values())}
    print(f"{name}: Granary {result['granary']:.1f} series/s over {len(mine)}")
    for peer, file in PEERS.items():
        line = rates(mine, seconds(os.path.join(peers, f"{file}-{name}.csv")))
        result[peer] = line
        if line:
            print(
                f"  {peer:14}{line['peer']:9.4f} series/s over {line['series']:3d},"
                f" Granary there {line['granary']:7.1f}: {line['ratio']:8.1f} times"
            )
    fast = [result[peer]["ratio"] for peer in FAST if result[peer]]
    if result["statsforecast"]:
        result["ofDefault"] = result["statsforecast"]["ratio"]
        result["ofDefaultHolds"] = result["ofDefault"] >= WANTED_OF_DEFAULT
    if fast:
        result["ofFastest"] = min(fast)
        result["ofFastestHolds"] = result["ofFastest"] >= WANTED_OF_FASTEST
    return result


def main(ours, peers):
    result = {name: report(name, ours, peers) for name in NAMES}
    finish({name: line for name, line in result.items() if line})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
