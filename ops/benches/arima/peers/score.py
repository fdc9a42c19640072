#!/usr/bin/env python3
"""score.py DATA_DIR FREQUENCY A.csv B.csv [...]

OWA of each file of point forecasts over the series that all of them have, and the paired standard
error of the difference between each later file and the first. A forecast file has a header whose
columns `id` and f1, f2, ... count, or no header and rows id,f1,f2,...

OWA as in the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020): the mean of sMAPE and
MASE, each relative to Naive2 on the same series, with seasons 1, 4, 12, 1, 1, 24. Since both are
means over the series, OWA is the mean of one contribution a series, and two methods are compared
by the differences of their contributions. Needs numpy.
"""

import gzip
import math
import os
import sys

import numpy as np

SEASONS = dict(Yearly=1, Quarterly=4, Monthly=12, Weekly=1, Daily=1, Hourly=24, Daily730=7)


def rows(path):
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as lines:
        for line in lines:
            yield line.strip().replace('"', "").split(",")


def series(folder, frequency, part):
    path = os.path.join(folder, f"{frequency}-{part}.csv")
    path = path if os.path.exists(path) else path + ".gz"
    return {row[0]: np.array(row[1:], float) for row in rows(path)}


def forecasts(path, horizon):
    """The forecasts by id; a series whose row has no finite numbers is left out."""
    table = list(rows(path))
    columns = range(1, horizon + 1)
    if "f1" in table[0]:
        first = table[0].index("f1")
        columns, table = range(first, first + horizon), table[1:]
    found = {}
    for row in table:
        cells = [row[at] if at < len(row) else "" for at in columns]
        values = np.array([float(cell) if cell else math.nan for cell in cells])
        if np.isfinite(values).all():
            found[row[0]] = values
    return found


def is_seasonal(values, season):
    """The competition's test: the autocorrelation at the season, at 90 %, by Bartlett's formula."""
    if season == 1 or len(values) < 3 * season:
        return False
    centred = values - values.mean()
    lags = [centred[lag:] @ centred[: len(values) - lag] for lag in range(season + 1)]
    correlations = np.array(lags) / lags[0] if lags[0] > 0 else np.zeros(season + 1)
    variance = (1 + 2 * (correlations[1:-1] ** 2).sum()) / len(values)
    return abs(correlations[-1]) > 1.645 * math.sqrt(variance)


def naive2(values, season, horizon):
    """Repeats the last value, classically adjusted (multiplicative) where the test says so."""
    if not is_seasonal(values, season):
        return np.full(horizon, values[-1])
    weights = np.full(season, 1 / season)
    if season % 2 == 0:  # 2 x m moving average
        weights = np.convolve(weights, [0.5, 0.5])
    reach = len(weights) // 2
    ratios = np.full(len(values), np.nan)
    trend = np.convolve(values, weights, "valid")
    ratios[reach : len(values) - reach] = values[reach : len(values) - reach] / trend
    indices = np.array([np.nanmean(ratios[phase::season]) for phase in range(season)])
    indices /= indices.mean()
    ahead = np.arange(len(values), len(values) + horizon)
    return values[-1] / indices[(len(values) - 1) % season] * indices[ahead % season]


def errors(training, actual, forecast, season):
    """sMAPE (0 to 200) and MASE of one series."""
    distance = np.abs(actual - forecast)
    size = np.maximum(np.abs(actual) + np.abs(forecast), 1e-12)
    scale = max(np.abs(training[season:] - training[:-season]).mean(), 1e-12)
    return np.array([(200 * distance / size).mean(), distance.mean() / scale])


def main(folder, frequency, paths):
    training = series(folder, frequency, "train")
    actual = series(folder, frequency, "test")
    horizon, season = max(len(values) for values in actual.values()), SEASONS[frequency]
    files = [forecasts(path, horizon) for path in paths]
    common = [name for name in actual if all(name in file for file in files)]
    if len(common) < 2:
        raise SystemExit("fewer than two series are in all files")
    print(f"{frequency}: {len(common)} of {len(actual)} series are in all files")

    def measured(file):
        return np.array(
            [errors(training[name], actual[name], file[name], season) for name in common]
        )

    base = measured({name: naive2(training[name], season, horizon) for name in common}).mean(axis=0)
    first = None
    for path, file in zip(paths, files):
        each = measured(file)
        contributions = (each / base).mean(axis=1)
        smape, mase = each.mean(axis=0)
        line = f"{os.path.basename(path):34} n={len(file):4d} sMAPE {smape:7.3f} MASE {mase:6.3f}"
        line += f" OWA {contributions.mean():.4f}"
        if first is None:
            first = contributions
        else:
            difference = contributions - first
            error = difference.std(ddof=1) / math.sqrt(len(common))
            line += f"  difference {difference.mean():+.4f} (standard error {error:.4f})"
        print(line)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
