#!/usr/bin/env python3
"""peers.py [--approximation] DATA_DIR FREQUENCY OUT.csv [EVERY]

statsforecast's AutoARIMA with the defaults of its class, or with its approximation on, for every
EVERY-th series of DATA_DIR/FREQUENCY-train.csv[.gz]. A row is appended per series and ids that are
in OUT.csv already are skipped, so an interrupted run goes on, and EVERY = 4 can be extended by 1.
"""

import gzip
import os
import sys
import time
import warnings

# One thread, as in peers.R; read when the libraries are loaded.
for library in ("NUMBA", "OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from statsforecast.models import AutoARIMA  # noqa: E402

SEASONS = dict(Yearly=1, Quarterly=4, Monthly=12, Weekly=1, Daily=7, Hourly=24, Daily730=7)
HORIZONS = dict(Yearly=6, Quarterly=8, Monthly=18, Weekly=13, Daily=14, Hourly=48, Daily730=28)
ESTIMATES = ["p", "d", "q", "P", "D", "Q", "constant", "aicc", "loglik", "sigma2"]


def read_series(folder, frequency):
    """The training values by id, in the order of the file: a row is id,v1,v2,..., ragged."""
    path = os.path.join(folder, f"{frequency}-train.csv")
    opened = gzip.open(path + ".gz", "rt") if os.path.exists(path + ".gz") else open(path)
    with opened as lines:
        rows = (line.strip().replace('"', "").split(",") for line in lines)
        return {row[0]: np.array(row[1:], float) for row in rows}


def resume_results(path, header):
    """Drops what an interruption cut short, and returns the ids of the rows that are there."""
    lines = []
    if os.path.exists(path):
        with open(path) as file:
            lines = [line for line in file if line.endswith("\n")]
    if not lines:
        lines = [",".join(header) + "\n"]
    if lines[0].strip().split(",") != header:
        raise SystemExit(f"{path}: the header of another run")
    with open(path, "w") as file:
        file.writelines(lines)
    return {line.split(",", 1)[0] for line in lines[1:]}


def fit_row(name, values, season, horizon, approximation):
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        model = AutoARIMA(season_length=season, approximation=approximation).fit(values)
        mean = model.predict(horizon)["mean"]
        fit = model.model_
    except Exception as error:  # one bad series must not end the run; its row says so
        print(f"{name}: {error}", file=sys.stderr)
        fit = None
    times = [f"{time.perf_counter() - wall:.6g}", f"{time.process_time() - cpu:.6g}"]
    if fit is None:
        return [name, str(len(values))] + [""] * len(ESTIMATES) + times + [""] * horizon
    p, q, P, Q, _, d, D = fit["arma"]
    named = fit["coef"]
    constant = "drift" if "drift" in named else "mean" if "intercept" in named else "none"
    measures = [f"{fit.get(key, float('nan')):.9g}" for key in ("aicc", "loglik", "sigma2")]
    orders = [str(order) for order in (p, d, q, P, D, Q)]
    forecasts = [f"{value:.9g}" for value in mean]
    return [name, str(len(values))] + orders + [constant] + measures + times + forecasts


def warm_up(season, horizon, approximation):
    """Compiles what the fits use, outside of the measured time."""
    random = np.random.default_rng(1)
    pattern = 5 * np.sin(2 * np.pi * np.arange(200) / max(season, 2))
    for x in (random.normal(size=200), random.normal(1, 1, 200).cumsum() + pattern):
        fit_row("warm-up", x, season, horizon, approximation)


def main(arguments):
    approximation = "--approximation" in arguments
    arguments = [argument for argument in arguments if argument != "--approximation"]
    if len(arguments) not in (3, 4):
        raise SystemExit(__doc__)
    folder, frequency, out = arguments[:3]
    every = int(arguments[3]) if len(arguments) == 4 else 1
    season, horizon = SEASONS[frequency], HORIZONS[frequency]
    header = ["id", "n"] + ESTIMATES + ["seconds", "cpu_seconds"]
    header += [f"f{step + 1}" for step in range(horizon)]
    series = read_series(folder, frequency)
    chosen = list(series)[::every]
    done = resume_results(out, header)
    warnings.simplefilter("ignore")
    warm_up(season, horizon, approximation)
    with open(out, "a") as file:
        for name in chosen:
            if name not in done:
                row = fit_row(name, series[name], season, horizon, approximation)
                file.write(",".join(row) + "\n")
                file.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
