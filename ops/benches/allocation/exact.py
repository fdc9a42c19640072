#!/usr/bin/env python3
"""exact.py FILE [SECONDS]: judges the small instances of `bench allocation-small` by HiGHS.

A lot is one of its packs' multiples, so an instance is a choice of one lot for each pair under
linear limits: a mixed integer programme without any rounding of its own. FILE has one instance a
line. Every plan is also checked by itself: lots on the grid, within bounds, limits kept, its cost.
Prints what does not agree, and one JSON object.
"""

import json
import sys

import highspy
import numpy as np

# Of a pair.
NUMBERS = "demand orderCost holdingCost unitCost volume smallest largest pack safety".split()
# A limit counts as kept up to what a column of 32 bits and HiGHS' own tolerance leave open.
SLACK = 1e-9
GAP = 1e-5


class Instance:
    def __init__(self, line):
        d = json.loads(line)
        self.raw = d
        self.seed, self.answer = d["seed"], d["answer"]
        self.kappa, self.cash = d["kappa"], d["cash"]
        self.space, self.lines = np.array(d["space"]), np.array(d["lines"])
        self.w = np.array(d["warehouse"], int)
        for name in NUMBERS:
            setattr(self, name, np.array(d[name]))
        self.fewest = np.maximum(1, np.ceil(self.smallest / self.pack * (1 - 1e-9)))
        self.most = np.maximum(self.fewest, np.floor(self.largest / self.pack * (1 + 1e-9)))

    def costs(self, lots):
        return self.orderCost * self.demand / lots + self.holdingCost * lots / 2

    def uses(self, lots):
        """What lots take of each limit, as shares of it: spaces, lines, cash."""
        count = len(self.space)
        by = lambda what: np.bincount(self.w, what, count)
        space = by(self.volume * (self.kappa * lots + self.safety)) / self.space
        lines = by(self.demand / lots) / 365 / self.lines
        cash = (self.unitCost * (lots / 2 + self.safety)).sum() / self.cash
        return np.concatenate([space, lines, [cash]])

    def planned(self):
        """Granary's lots: the best of the grid at its prices, and the few that were moved."""
        d = self.raw
        price = (
            self.holdingCost
            + 2 * self.kappa * np.array(d["spacePrices"])[self.w] * self.volume
            + d["cashPrice"] * self.unitCost
        )
        order = self.orderCost + np.array(d["linePrices"])[self.w]
        least = 2 * self.demand * order / (price * self.pack**2)
        # The smallest k with k (k + 1) >= least.
        k = np.maximum(1, np.floor((np.sqrt(4 * least + 1) - 1) / 2))
        k = np.where(k * (k + 1) >= least, k, k + 1)
        lots = np.clip(k, self.fewest, self.most) * self.pack
        for block, index, lot in d["changes"]:
            lots[np.flatnonzero(self.w == block)[index]] = lot
        return lots

    def faults(self):
        """What is wrong with a plan, in words."""
        lots = self.planned()
        packs = lots / self.pack
        if not np.array_equal(packs, np.round(packs)):
            yield "lots off the grid"
        if np.any(packs < self.fewest) or np.any(packs > self.most):
            yield "lots out of their bounds"
        if np.any(self.uses(lots) > 1 + 1e-9):
            yield f"a limit is exceeded: {self.uses(lots).max()}"
        if abs(self.costs(lots).sum() / self.raw["cost"] - 1) > 1e-9:
            yield f"cost {self.costs(lots).sum()} is not {self.raw['cost']}"

    def smallest_fits(self):
        """Whether each limit alone can be kept."""
        low = self.uses(self.fewest * self.pack)
        high = self.uses(self.most * self.pack)
        count = len(self.space)
        return not (
            np.any(low[:count] > 1 + SLACK)
            or np.any(high[count : 2 * count] > 1 + SLACK)
            or low[-1] > 1 + SLACK
        )


def solve(instance, seconds):
    """HiGHS' verdict: `best`, `found`, `none` or `unknown`, and its cost."""
    i = instance
    count = len(i.space)
    steps = (i.most - i.fewest + 1).astype(int)
    pair = np.repeat(np.arange(len(steps)), steps)
    k = np.arange(len(pair)) - np.repeat(np.cumsum(steps) - steps, steps) + i.fewest[pair]
    lots = k * i.pack[pair]
    w = i.w[pair]
    cost = i.orderCost[pair] * i.demand[pair] / lots + i.holdingCost[pair] * lots / 2
    unit = cost.mean()
    fixed_space = np.bincount(i.w, i.volume * i.safety, count)
    fixed_cash = (i.unitCost * i.safety).sum()
    room = np.maximum(i.space - fixed_space, 1e-9)
    cash_room = max(i.cash - fixed_cash, 1e-9)
    # By column: its warehouse's space and lines, cash, and that one lot is chosen.
    index = np.stack([w, count + w, np.full(len(w), 2 * count), 2 * count + 1 + pair], axis=1)
    value = np.stack(
        [
            i.kappa * i.volume[pair] * lots / room[w],
            i.demand[pair] / lots / 365 / i.lines[w],
            i.unitCost[pair] * lots / 2 / cash_room,
            np.ones(len(w)),
        ],
        axis=1,
    )
    rows = 2 * count + 1 + len(steps)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(w), rows
    lp.col_cost_ = cost / unit
    lp.col_lower_, lp.col_upper_ = np.zeros(len(w)), np.ones(len(w))
    free = np.full(2 * count + 1, -highspy.kHighsInf)
    lp.row_lower_ = np.concatenate([free, np.ones(len(steps))])
    lp.row_upper_ = np.concatenate([np.full(2 * count + 1, 1 + SLACK), np.ones(len(steps))])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 4 * len(w) + 1, 4)
    lp.a_matrix_.index_ = index.ravel()
    lp.a_matrix_.value_ = value.ravel()
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(w)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", GAP)
    highs.setOptionValue("time_limit", seconds)
    highs.passModel(lp)
    highs.run()
    status = highs.getModelStatus()
    found = highs.getInfo().primal_solution_status == 2
    if status == highspy.HighsModelStatus.kInfeasible:
        return "none", None
    if not found:
        return "unknown", None
    verdict = "best" if status == highspy.HighsModelStatus.kOptimal else "found"
    return verdict, highs.getInfo().objective_function_value * unit


def main():
    path, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0
    instances = [Instance(line) for line in open(path)]
    counts, ratios, wrong = {}, [], 0
    for i in instances:
        counts[i.answer] = counts.get(i.answer, 0) + 1
        faults = list(i.faults()) if i.answer == "plan" else []
        if (i.answer == "broken") == i.smallest_fits():
            faults.append("a limit alone is judged wrongly")
        if seconds and i.answer != "broken":
            verdict, cost = solve(i, seconds)
            both = f"{i.answer}, HiGHS {verdict}"
            counts[both] = counts.get(both, 0) + 1
            if i.answer == "plan" and verdict == "none":
                faults.append("HiGHS says that there is none")
            if i.answer == "impossible" and cost is not None:
                faults.append("HiGHS has one")
            if i.answer == "plan" and verdict == "best":
                ratios.append(i.raw["cost"] / cost)
                if i.raw["bound"] > cost * (1 + GAP):
                    faults.append(f"the bound {i.raw['bound']} is above the best cost {cost}")
        wrong += bool(faults)
        for fault in faults:
            print(f"seed {i.seed}, {len(i.w)} pairs: {i.answer}: {fault}")
    for name in sorted(counts):
        print(f"{name:32} {counts[name]:6}")
    answer = {
        "instances": len(instances),
        "plans": counts.get("plan", 0),
        "broken": counts.get("broken", 0),
        "impossible": counts.get("impossible", 0),
        "undecided": counts.get("undecided", 0),
        "wrong": wrong,
    }
    if ratios:
        answer["comparedWithBest"] = len(ratios)
        answer["costToBestMedian"] = float(np.median(ratios))
        answer["costToBestMost"] = max(ratios)
    print(json.dumps(answer))


main()
