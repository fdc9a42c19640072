#!/usr/bin/env python3
"""conic.py SKUS: the generated instance by Clarabel, a generic conic solver.

With x = Q / Q0 a lot costs sqrt(2 D S H) (x + t) / 2 where t x >= 1: a cone of second order for
each pair, |(2, x - t)| <= x + t. Prints one JSON object.
"""

import json
import resource
import sys
import time

import clarabel
import numpy as np
from scipy import sparse

from instance import Instance


def main():
    i = Instance(int(sys.argv[1]))
    warehouses, skus = i.demand.shape
    n = i.pairs
    free = np.sqrt(2 * i.demand * i.order / i.holding)
    scale = np.sqrt(2 * i.demand * i.order * i.holding).ravel() / 2
    unit = scale.mean()
    start = time.perf_counter()
    # Rows: ten spaces and cash, each as a share of its room, then three of a cone for each pair.
    pair = np.arange(n)
    space = (i.volume * free / i.space[:, None]).ravel()
    cash = (i.cost * free / 2 / i.cash).ravel()
    limits = sparse.coo_matrix(
        (
            np.concatenate([space, cash]),
            (np.concatenate([pair // skus, np.full(n, warehouses)]), np.concatenate([pair, pair])),
        ),
        shape=(warehouses + 1, 2 * n),
    )
    ones = np.ones(n)
    cones = sparse.coo_matrix(
        (
            np.concatenate([-ones, -ones, -ones, ones]),
            (
                np.concatenate([3 * pair, 3 * pair, 3 * pair + 2, 3 * pair + 2]),
                np.concatenate([pair, n + pair, pair, n + pair]),
            ),
        ),
        shape=(3 * n, 2 * n),
    )
    a = sparse.vstack([limits, cones]).tocsc()
    b = np.zeros(warehouses + 1 + 3 * n)
    b[: warehouses + 1] = 1
    b[warehouses + 2 :: 3] = 2
    kinds = [clarabel.NonnegativeConeT(warehouses + 1)] + [clarabel.SecondOrderConeT(3)] * n
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_rel = settings.tol_gap_abs = settings.tol_feas = 1e-8
    q = np.concatenate([scale, scale]) / unit
    solver = clarabel.DefaultSolver(sparse.csc_matrix((2 * n, 2 * n)), q, a, b, kinds, settings)
    answer = solver.solve()
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "pairs": n,
                "status": str(answer.status),
                "seconds": seconds,
                "iterations": answer.iterations,
                "cost": answer.obj_val * unit,
                "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


main()
