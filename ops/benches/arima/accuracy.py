#!/usr/bin/env python3
"""accuracy.py DATA_DIR CACHED_DIR OURS_DIR

OWA of Granary's forecasts (OURS_DIR/FREQUENCY.csv): of all series, and beside each peer's on the
series that both have, with the standard error of the difference; then beside the better of R's
auto.arima and statsforecast's AutoARIMA on the series that all three have. The verdict of a
frequency: no worse than the better one by more than 0.01, or one standard error if that is larger.
Overall: lower than both, in the mean of the contributions of all common series. See
peers/score.py for the measure; needs numpy.
"""

import math
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))

import score  # noqa: E402
from results import FREQUENCIES, finish  # noqa: E402

PEERS = {"r": "r", "statsforecast": "python-default", "approximate": "python-approximate"}
RIVALS = ["r", "statsforecast"]
LEAST_MARGIN = 0.01


class Frequency:
    """The contributions to OWA of Granary and of its peers, by series."""

    def __init__(self, name, data, cached, ours):
        self.name = name
        self.training = score.series(data, name, "train")
        self.actual = score.series(data, name, "test")
        self.season = score.SEASONS[name]
        self.horizon = max(len(values) for values in self.actual.values())
        self.ours = score.forecasts(os.path.join(ours, f"{name}.csv"), self.horizon)
        self.peers = {}
        for peer, file in PEERS.items():
            path = os.path.join(cached, f"{file}-{name}.csv")
            found = score.forecasts(path, self.horizon) if os.path.exists(path) else {}
            self.peers[peer] = found

    def common(self, names):
        files = [self.ours, *(self.peers[name] for name in names)]
        return [id for id in self.actual if all(id in file for file in files)]

    def errors(self, forecasts, ids):
        return np.array(
            [
                score.errors(self.training[id], self.actual[id], forecasts[id], self.season)
                for id in ids
            ]
        )

    def contributions(self, ids, names):
        """Of Granary and of these peers; their means are OWA."""
        naive = {
            id: score.naive2(self.training[id], self.season, self.horizon) for id in ids
        }
        base = self.errors(naive, ids).mean(axis=0)
        files = {"granary": self.ours, **{name: self.peers[name] for name in names}}
        return {
            name: (self.errors(file, ids) / base).mean(axis=1) for name, file in files.items()
        }


def standard_error(differences):
    return float(differences.std(ddof=1) / math.sqrt(len(differences)))


def compared(contributions, peer):
    differences = contributions["granary"] - contributions[peer]
    return {
        "series": len(differences),
        "granary": float(contributions["granary"].mean()),
        "peer": float(contributions[peer].mean()),
        "difference": float(differences.mean()),
        "standardError": standard_error(differences),
    }


def shown(label, line):
    print(
        f"  {label:14}{line['series']:5d} series: Granary {line['granary']:.4f}, "
        f"it {line['peer']:.4f}, difference {line['difference']:+.4f} "
        f"(standard error {line['standardError']:.4f})"
    )


def judged(contributions):
    """Beside the better of the rivals on the series that all have."""
    better = min(RIVALS, key=lambda peer: contributions[peer].mean())
    line = compared(contributions, better)
    margin = max(LEAST_MARGIN, line["standardError"])
    return {"better": better, **line, "holds": bool(line["difference"] <= margin)}


def report(frequency, pools):
    everything = frequency.contributions(frequency.common([]), [])["granary"]
    result = {
        "all": {
            "series": len(everything), "of": len(frequency.actual), "owa": float(everything.mean()),
        }
    }
    print(f"{frequency.name}: OWA {everything.mean():.4f} of {len(everything)} series")
    for peer in PEERS:
        ids = frequency.common([peer])
        if len(ids) > 1:
            pair = frequency.contributions(ids, [peer])
            pools[peer].append(pair)
            result[peer] = compared(pair, peer)
            shown(peer, result[peer])
    ids = frequency.common(RIVALS)
    if len(ids) > 1:
        three = frequency.contributions(ids, RIVALS)
        pools["common"].append(three)
        result["verdict"] = line = judged(three)
        words = "holds" if line["holds"] else "DOES NOT HOLD"
        shown(line["better"] + " *", line)
        print(f"  * the better peer on the series that all have: {words}")
    return result


def joined(pool):
    return {name: np.concatenate([part[name] for part in pool]) for name in pool[0]}


def main(data, cached, ours):
    pools = {name: [] for name in [*PEERS, "common"]}
    result = {}
    for name in FREQUENCIES:
        result[name] = report(Frequency(name, data, cached, ours), pools)
    print("overall:")
    overall = {}
    for peer in PEERS:
        if pools[peer]:
            overall[peer] = compared(joined(pools[peer]), peer)
            shown(peer, overall[peer])
    if pools["common"]:
        three = joined(pools["common"])
        overall["common"] = {peer: compared(three, peer) for peer in RIVALS}
        for peer in RIVALS:
            shown(peer + " *", overall["common"][peer])
        holds = all(overall["common"][peer]["difference"] < 0 for peer in RIVALS)
        overall["betterThanBoth"] = holds
        print(f"  * on the series that all have, better than both: {'yes' if holds else 'NO'}")
    result["overall"] = overall
    finish(result)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
