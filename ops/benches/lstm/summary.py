#!/usr/bin/env python3
"""summary.py FOLDER LANES: the table of ops/bench lstm and, on the last line, one JSON object."""
import json
import pathlib
import statistics
import sys

folder, lanes = pathlib.Path(sys.argv[1]), int(sys.argv[2])
summary = {"bench": "lstm", "lanes": lanes}


def rounds(name):
    path = folder / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


for setting in ("plain", "product"):
    own, peer = rounds(f"{setting}.granary"), rounds(f"{setting}.torch")
    rates = [each["windowsPerSecond"] for each in own]
    found = {"windowsPerSecond": statistics.median(rates)}
    print(f"== {setting}\nGranary           {found['windowsPerSecond']:10.0f} windows/s")
    for name in ("windowsPerSecond", "batchedWindowsPerSecond"):
        if not peer:
            continue
        word = "torch" if name == "windowsPerSecond" else "torchBatched"
        found[word] = statistics.median(each[name] for each in peer)
        ratios = [rate / each[name] for rate, each in zip(rates, peer)]
        found[f"times{word[0].upper()}{word[1:]}"] = statistics.median(ratios)
        print(f"{word:<17} {found[word]:10.0f} windows/s: {statistics.median(ratios):.1f} times as"
              f" fast ({min(ratios):.1f} to {max(ratios):.1f})")
    if peer:
        losses = zip(own[0]["losses"], peer[0]["losses"])
        found["lossDifference"] = max(abs(ours / theirs - 1) for ours, theirs in losses)
        print(f"last epoch's loss differs by {100 * found['lossDifference']:.3f} % at most")
    flops = {name: max(each["gigaflops"][name] for each in own) for name in own[0]["gigaflops"]}
    found["gigaflops"] = flops
    found["shareOfPeak"] = {
        name: rate / flops["registers"] for name, rate in flops.items() if name != "registers"}
    for name, share in found["shareOfPeak"].items():
        print(f"{name:<17} {flops[name]:10.1f} GFLOP/s, {100 * share:.0f} % of registers alone")
    summary[setting] = found
summary["conditions"] = json.loads((folder / "conditions").read_text())
print(json.dumps(summary))
