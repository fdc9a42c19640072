#!/usr/bin/env python3
"""summary.py DIR: the table and the last line of ops/bench allocation."""

import json
import sys
from pathlib import Path

# Least costs of the generated instances, found by a conic solver to 1e-9.
OPTIMA = {"optimum-100k": 44195471.354911, "optimum-1m": 444114468.289}


def main():
    folder = Path(sys.argv[1])
    found = {p.stem: json.loads(p.read_text().splitlines()[-1]) for p in folder.glob("*.json")}
    granary = lambda name: found[f"granary-{name}"]
    answer = {"bench": "allocation", "optima": {}, "packs": {}, "large": {}, "ratios": {}}

    print("== against stated optima")
    for name, optimum in OPTIMA.items():
        g = granary(name)
        answer["optima"][str(g["pairs"])] = {
            "relative": g["cost"] / optimum - 1,
            "boundRelative": g["bound"] / optimum - 1,
            "gap": g["gap"],
            "passes": g["passes"],
        }
        print(
            f"{g['pairs']:>11,} pairs: cost {g['cost'] / optimum - 1:+.1e} of the optimum, "
            f"gap {g['gap']:.1e}, {g['passes']} passes"
        )
    for name in ("packs-5k", "packs-100k"):
        g = granary(name)
        answer["packs"][str(g["pairs"])] = {"gap": g["gap"], "passes": g["passes"]}
        print(f"{g['pairs']:>11,} pairs in packs: gap {g['gap']:.1e}, {g['passes']} passes")

    print("== large")
    rows = [("Granary", "granary-large"), ("numpy, one thread", "numpy-one")]
    rows += [("numpy, two threads", "numpy-two"), ("Granary, with lines", "granary-lines")]
    rows += [("Granary, packs", "granary-packs")]
    rows += [("Granary, for Clarabel", "granary-conic"), ("Clarabel", "conic")]
    for label, name in rows:
        if name not in found:
            continue
        f = found[name]
        passes = f.get("passes", f.get("iterations"))
        gap = f"gap {f['gap']:.1e}" if "gap" in f else f["status"]
        print(f"{label:24} {f['pairs']:>11,} pairs {f['seconds']:9.4f} s, {passes:3} passes, {gap}")
        keys = ("pairs", "seconds", "passes", "iterations", "gap", "cost", "peakMiB")
        answer["large"][name] = {k: f[k] for k in keys if k in f}
    for peer, mine in (("numpy-one", "large"), ("numpy-two", "large"), ("conic", "conic")):
        if peer in found:
            ratio = found[peer]["seconds"] / granary(mine)["seconds"]
            answer["ratios"][f"{peer}ToGranary"] = ratio
            print(f"{peer} takes {ratio:.1f} times as long; costs differ by "
                  f"{granary(mine)['cost'] / found[peer]['cost'] - 1:+.1e}")

    clusters = [found[name] for name in sorted(found) if name.startswith("cluster-")]
    answer["cluster"] = {str(f["workers"]): f for f in clusters}
    for f in clusters:
        print(
            f"{'cluster, workers: ' + str(f['workers']):24} {f['pairs']:>11,} pairs "
            f"{f['seconds']:9.4f} s, {f['rounds']:3} rounds of {f['bytesARound'] / 1e6:.1f} MB, "
            f"in one process {f['secondsInProcess']:.4f} s"
        )
    if clusters:
        plans = {f["plan"] for f in clusters}
        answer["clusterSameBits"] = len(plans) == 1 and all(f["sameBits"] for f in clusters)
        print(f"the same plan bit for bit: {'yes' if answer['clusterSameBits'] else 'NO'}")

    same = [f for name, f in found.items() if name.startswith("granary-bits")]
    bits = {(f["cost"], f["bound"], f["passes"]) for f in same}
    answer["sameBits"] = len(bits) == 1
    verdict = "yes" if len(bits) == 1 else "NO"
    print(f"the same bits for 1, 2, 3 and 7 threads, 4 and 8 lanes: {verdict}")
    for name in ("free", "lines", "exact"):
        if f"small-{name}" in found:
            answer[f"small{name.capitalize()}"] = found[f"small-{name}"]
    answer["conditions"] = json.loads((folder / "conditions").read_text())
    print(json.dumps(answer))


main()
