#!/usr/bin/env python3
"""exact.py EXACT.csv RESTART.csv PAIRS.csv

Granary's likelihoods and forecasts of given orders (PAIRS.csv, from `bench arima-pairs`) beside
those of R's stats::arima.

Likelihood: a pair holds if its loglik is at least R's - 1e-3.
Forecasts: both are at the same optimum if the logliks are within 1e-3 of each other, where R's is
taken of the differenced series at R's own coefficients (`differenced` of RESTART.csv), if there are
differences: R starts them with a large variance instead of leaving them out, which alone moves its
loglik by up to 0.016. Then each forecast is to be within 0.1 % of R's.
"""

import sys

from results import ORDER, FREQUENCIES, finish, number, rows, share, title

KEY = ["frequency", "id", *ORDER, "constant"]
SLACK, NEAR, WORST = 1e-3, 1e-3, 5


def keyed(path):
    return {tuple(row[name] for name in KEY): row for row in rows(path)}


def numbers(text):
    return [float(cell) for cell in text.split(";")]


class Pair:
    def __init__(self, reference, restart, ours):
        self.frequency, self.id = reference["frequency"], reference["id"]
        self.title = title(reference)
        self.fitted = bool(ours["loglik"])
        r, mine = float(reference["loglik"]), number(ours["loglik"])
        exact = number(restart.get("differenced", ""))
        self.gap = mine - r
        self.exact_gap = mine - (exact if exact == exact else r)
        self.best_gap = mine - number(restart.get("best", ""))
        self.holds = self.gap >= -SLACK
        self.same = abs(self.exact_gap) < SLACK
        self.distance = float("inf")
        if self.fitted:
            both = zip(numbers(ours["forecasts"]), numbers(reference["forecasts"]))
            self.distance = max(abs(f - g) / max(abs(g), 1e-9) for f, g in both)


def summary(pairs):
    same = [pair for pair in pairs if pair.same]
    return {
        "pairs": len(pairs),
        "loglikHolds": share(pair.holds for pair in pairs),
        "loglikHoldsDifferenced": share(pair.exact_gap >= -SLACK for pair in pairs),
        "atLeastBestOfRestarts": share(pair.best_gap >= -2e-2 for pair in pairs),
        "sameOptimum": len(same),
        "forecastsNear": share(pair.distance <= NEAR for pair in same),
        "refused": sum(not pair.fitted for pair in pairs),
    }


def main(exact, restart, ours):
    restarts, found = keyed(restart), keyed(ours)
    pairs = [
        Pair(row, restarts.get(key, {}), found[key])
        for key, row in keyed(exact).items()
        if key in found
    ]
    print("pairs, loglik >= R's - 1e-3, the same against the differenced series, same optimum,")
    print("  of these with all forecasts within 0.1 %")
    parts = {name: [pair for pair in pairs if pair.frequency == name] for name in FREQUENCIES}
    result = {}
    for name, part in [*parts.items(), ("all", pairs)]:
        if not part:
            continue
        result[name] = line = summary(part)
        print(
            f"{name:10}{line['pairs']:5d} {line['loglikHolds']:8.2%} "
            f"{line['loglikHoldsDifferenced']:8.2%} {line['sameOptimum']:5d} "
            f"{line['forecastsNear']:8.2%}"
        )
    low = sorted(pairs, key=lambda pair: pair.gap if pair.fitted else -9e99)[:WORST]
    far = sorted((p for p in pairs if p.same), key=lambda pair: -pair.distance)[:WORST]
    for pair in low:
        print(f"  lowest loglik: {pair.frequency} {pair.id} {pair.title}: {pair.gap:+.4g}")
    for pair in far:
        print(f"  farthest forecast: {pair.frequency} {pair.id} {pair.title}: {pair.distance:.3%}")
    result["lowest"] = [[pair.id, pair.title, pair.gap] for pair in low]
    result["farthest"] = [[pair.id, pair.title, pair.distance] for pair in far]
    finish(result)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
