#!/usr/bin/env python3
"""search.py CACHED_DIR OURS_DIR ALONE_DIR

The orders that Granary's search finds (OURS_DIR/FREQUENCY.csv, and in ALONE_DIR with the best model
alone) beside those of R's auto.arima: whether the differences agree, and where they do, by how much
Granary's AICc is above R's.
"""

import os
import statistics
import sys

from results import FREQUENCIES, by_id, finish, mean, number, share, title

SLACK, CLIP, WORST = 0.1, 10, 5


class Match:
    def __init__(self, frequency, name, ours, theirs):
        self.frequency, self.name = frequency, name
        self.ours, self.theirs = title(ours), title(theirs)
        self.agrees = (ours["d"], ours["D"]) == (theirs["d"], theirs["D"])
        self.above = number(ours["aicc"]) - number(theirs["aicc"])
        self.tried, self.exhausted = number(ours["tried"]), ours["exhausted"] == "1"


def matches(cached, folder):
    found = []
    for frequency in FREQUENCIES:
        theirs = by_id(os.path.join(cached, f"r-{frequency}.csv"))
        ours = by_id(os.path.join(folder, f"{frequency}.csv"))
        common = [name for name in theirs if name in ours]
        found += [Match(frequency, name, ours[name], theirs[name]) for name in common]
    return found


def summary(part):
    agreeing = [match for match in part if match.agrees]
    above = [match.above for match in agreeing]
    return {
        "series": len(part),
        "differencesAgree": share(match.agrees for match in part),
        "aiccAtMost": share(value <= SLACK for value in above),
        "aiccMean": mean(above),
        "aiccMeanClipped": mean(max(-CLIP, min(CLIP, value)) for value in above),
        "aiccMedian": statistics.median(above) if above else None,
        "tried": mean(match.tried for match in part),
        "exhausted": share(match.exhausted for match in part),
    }


def report(found):
    parts = {name: [match for match in found if match.frequency == name] for name in FREQUENCIES}
    result = {}
    for name, part in [*parts.items(), ("all", found)]:
        if not part:
            continue
        result[name] = line = summary(part)
        print(
            f"{name:10}{line['series']:5d} {line['differencesAgree']:8.2%} "
            f"{line['aiccAtMost']:8.2%} {line['aiccMean']:+9.3f} {line['aiccMeanClipped']:+9.3f} "
            f"{line['aiccMedian'] or 0:+9.3f} {line['tried']:7.1f} {line['exhausted']:8.2%}"
        )
    agreeing = [match for match in found if match.agrees]
    worst = sorted(agreeing, key=lambda match: -match.above)[:WORST]
    for match in worst:
        print(
            f"  farthest above: {match.frequency} {match.name} {match.ours},"
            f" R {match.theirs}: {match.above:+.3f}"
        )
    result["worst"] = [[match.name, match.ours, match.theirs, match.above] for match in worst]
    return result


def main(cached, ours, alone):
    print("series, differences agree; where they do, AICc <= R's + 0.1, mean difference, the same")
    print("  with each at most 10 either way, median; candidates, searches that ran out")
    print("as it is:")
    result = {"default": report(matches(cached, ours))}
    print("the best model alone:")
    result["alone"] = report(matches(cached, alone))
    finish(result)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
