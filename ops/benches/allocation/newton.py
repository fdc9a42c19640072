#!/usr/bin/env python3
"""newton.py SKUS THREADS ROUNDS: dual Newton in numpy on the generated instance.

The same problem with the same certificate as Granary's: eleven limits, lots within bounds, all
limits kept, cost less bound at most 1e-6 of the bound. Written to be fast: chunks that stay in the
second cache, no array made inside, sums by BLAS, Newton's step for use^-2 (half the passes of
Newton's own), prices of at least 0 by NNLS. Prints one JSON object.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.optimize import nnls

from instance import Instance

CHUNK = 16384
GAP = 1e-6


class Newton:
    def __init__(self, instance, threads):
        self.instance = instance
        self.threads = threads
        warehouses, skus = instance.demand.shape
        self.jobs = [
            (w, slice(a, min(a + CHUNK, skus)))
            for w in range(warehouses)
            for a in range(0, skus, CHUNK)
        ]
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def work(self, jobs, prices, money):
        """Sums of cost, v Q, c Q, v v Q/p, v c Q/p, c c Q/p and of the Lagrangian, by warehouse."""
        i = self.instance
        sums = np.zeros((len(prices), 6))
        price, lot, other = np.empty(CHUNK), np.empty(CHUNK), np.empty(CHUNK)
        for w, part in jobs:
            demand, order, holding = i.demand[w, part], i.order[w, part], i.holding[w, part]
            cost, volume = i.cost[w, part], i.volume[w, part]
            n = len(demand)
            p, q, t = price[:n], lot[:n], other[:n]
            np.multiply(volume, 2 * prices[w], out=p)
            np.multiply(cost, money, out=t)
            p += t
            p += holding
            np.multiply(demand, order, out=t)
            np.divide(t, p, out=q)
            q *= 2
            np.sqrt(q, out=q)
            np.maximum(q, i.least[w, part], out=q)
            np.minimum(q, i.most[w, part], out=q)
            row = sums[w]
            t /= q
            row[0] += t.sum() + 0.5 * holding.dot(q)
            row[1] += volume.dot(q)
            row[2] += cost.dot(q)
            np.divide(q, p, out=q)
            np.multiply(volume, q, out=t)
            row[3] += volume.dot(t)
            row[4] += cost.dot(t)
            q *= cost
            row[5] += cost.dot(q)
        return sums

    def sums(self, prices, money):
        if self.pool is None:
            return self.work(self.jobs, prices, money)
        parts = [self.jobs[k :: self.threads] for k in range(self.threads)]
        return sum(self.pool.map(lambda part: self.work(part, prices, money), parts))

    def solve(self):
        i = self.instance
        rooms = np.append(i.space, i.cash)
        x = np.zeros(len(rooms))
        best, cost, passes, reserve = -np.inf, np.inf, 0, 1e-7
        while passes < 60:
            s = self.sums(x[:-1], x[-1])
            passes += 1
            used = np.append(s[:, 1], s[:, 2].sum() / 2)
            dual = s[:, 0].sum() + x @ (used - rooms)
            best = max(best, dual)
            if np.all(used <= rooms * (1 + 1e-12)):
                cost = min(cost, s[:, 0].sum())
            if cost - best <= GAP * best:
                break
            worth = x @ rooms
            reserve = min(1e-3, GAP * abs(dual) / (3 * worth)) if worth > 0 else 1e-7
            aim = rooms * (1 - reserve)
            # used^-2 + 2 used^-3 M step = aim^-2, where -M is the derivative of what is used
            slope = used / 2 * ((used / aim) ** 2 - 1)
            m = np.diag(np.append(s[:, 3], s[:, 5].sum() / 4))
            m[:-1, -1] = m[-1, :-1] = s[:, 4] / 2
            # max slope y - y M y / 2 over y = new prices, at least 0: least squares in M's root
            scale = 1 / np.sqrt(np.diag(m))
            root = np.linalg.cholesky(m * np.outer(scale, scale)).T
            target = np.linalg.solve(root.T, scale * (m @ x + slope))
            x = scale * nnls(root, target)[0]
        return cost, best, passes, x


def main():
    skus, threads, rounds = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    newton = Newton(Instance(skus), threads)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        cost, bound, passes, prices = newton.solve()
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "pairs": newton.instance.pairs,
                "threads": threads,
                "passes": passes,
                "seconds": min(seconds),
                "cost": cost,
                "bound": bound,
                "gap": (cost - bound) / bound,
                "prices": prices[:-1].tolist(),
                "cashPrice": prices[-1],
            }
        )
    )


main()
