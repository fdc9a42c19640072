#!/usr/bin/env python3
"""torch_peer.py [--product] [--epochs N] [--batched N]: trains the networks of `bench lstm-train`.

One series at a time with torch.nn.LSTM, and 64 at once by a plain cell loop over torch.bmm. Prints
one JSON object: windows per second of one thread's processor time, and the loss of the last epoch.
"""
import argparse
import json
import math
import time
import numpy
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--product", action="store_true")
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batched", type=int, default=2, help="epochs of 64 series at once")
options = parser.parse_args()
torch.set_num_threads(1)
torch.set_flush_denormal(True)

HIDDEN, STEPS, BATCH, WINDOWS, RATE = 16, 28, 32, 702, 0.003
INPUTS, UNITS, DAYS = (8, 16, 28) if options.product else (1, 0, 1)
FEATURES = INPUTS - 1 if options.product else 0
LEVELS = [k / 10 for k in range(1, 10)] if options.product else []
OUTPUTS = 1 + len(LEVELS)
ROWS = WINDOWS + STEPS + DAYS


def draw(seed, count):
    """Numbers of 24 bits in -1/2..<1/2, the same in any language."""
    x = (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(seed * 7919))
    x = (x * numpy.uint64(2654435761)) & numpy.uint64(0xFFFFFFFF)
    x ^= x >> numpy.uint64(15)
    x = (x * numpy.uint64(2246822519)) & numpy.uint64(0xFFFFFFFF)
    x ^= x >> numpy.uint64(13)
    return (x >> numpy.uint64(8)).astype(float) / 2**24 - 0.5


def series(lane):
    values = 0.5 * draw(1000 + lane, ROWS * INPUTS).reshape(ROWS, INPUTS)
    values[:, 0] += [0.5 * math.sin(2 * math.pi * day / 7) for day in range(ROWS)]
    return torch.tensor(values, dtype=torch.float32)


class Drawn:
    """Reads matrices from the column of weights, which has them in panels of four rows."""

    def __init__(self, lane):
        self.all = torch.tensor(0.5 * draw(2000 + lane, 100000), dtype=torch.float32)
        self.at = 0

    def matrix(self, rows, columns):
        filled = (rows + 3) // 4 * 4
        part = self.all[self.at:self.at + filled * columns]
        self.at += filled * columns
        return part.reshape(filled // 4, columns, 4).transpose(1, 2).reshape(filled, columns)[:rows]

    def vector(self, rows):
        part = self.all[self.at:self.at + rows]
        self.at += (rows + 3) // 4 * 4
        return part


def first_weights(lane):
    """Of torch's names, in torch's order of gates."""
    drawn = Drawn(lane)
    order = [unit * 4 + gate for gate in range(4) for unit in range(HIDDEN)]
    gates = drawn.matrix(4 * HIDDEN, INPUTS + HIDDEN)[order]
    weights = {"ih": gates[:, :INPUTS], "hh": gates[:, INPUTS:],
               "bias": drawn.vector(4 * HIDDEN)[order]}
    if UNITS:
        weights |= {"state": drawn.matrix(UNITS, HIDDEN), "known": drawn.matrix(UNITS, FEATURES),
                    "base": drawn.vector(UNITS)}
    weights |= {"output": drawn.matrix(OUTPUTS, UNITS or HIDDEN), "last": drawn.vector(OUTPUTS)}
    return {name: weight.clone().contiguous() for name, weight in weights.items()}


def loss_of(outputs, targets):
    """By window: half the square of the mean's error, and the pinball losses."""
    error = outputs[..., 0] - targets
    loss = error * error / 2
    if LEVELS:
        levels = torch.tensor(LEVELS)
        short = targets[..., None] - outputs[..., 1:]
        loss = loss + torch.maximum(levels * short, (levels - 1) * short).sum(-1)
    return loss.mean(-1)


def windows_of(values):
    """Inputs, features and targets of every window."""
    unfolded = values.unfold(-2, STEPS + DAYS, 1).transpose(-1, -2)[..., :WINDOWS, :, :]
    ahead = unfolded[..., STEPS:, :]
    inputs = unfolded[..., :STEPS, :].contiguous()
    return inputs, ahead[..., 1:].contiguous(), ahead[..., 0].contiguous()


def head(weights, last, features, times):
    if not UNITS:
        return (times(last, weights["output"]) + weights["last"])[..., None, :]
    base = times(last, weights["state"]) + weights["base"]
    flat = features.reshape(*features.shape[:-3], -1, FEATURES)
    known = times(flat, weights["known"]).reshape(*features.shape[:-1], UNITS)
    units = torch.tanh(base[..., None, :] + known)
    said = times(units.reshape(*units.shape[:-3], -1, UNITS), weights["output"])
    bias = weights["last"]
    return said.reshape(*units.shape[:-1], OUTPUTS) + (bias if bias.dim() == 1 else bias[:, None])


def single(lane):
    weights = first_weights(lane)
    network = torch.nn.LSTM(INPUTS, HIDDEN, batch_first=True)
    with torch.no_grad():
        network.weight_ih_l0.copy_(weights["ih"])
        network.weight_hh_l0.copy_(weights["hh"])
        network.bias_ih_l0.copy_(weights["bias"])
        network.bias_hh_l0.zero_()
    network.bias_hh_l0.requires_grad = False
    learned = {k: w.requires_grad_() for k, w in weights.items() if k not in ("ih", "hh", "bias")}
    inputs, features, targets = windows_of(series(lane))
    parameters = [p for p in network.parameters() if p.requires_grad] + list(learned.values())

    def say(part):
        last = network(inputs[part])[0][:, -1]
        return head(learned, last, features[part], torch.nn.functional.linear)

    return train(parameters, say, lambda part: targets[part], 1, options.epochs)


def train(parameters, say, target, series_count, epochs):
    optimizer = torch.optim.Adam(parameters, lr=RATE)
    start = time.process_time()
    for _ in range(epochs):
        total = 0.0
        for first in range(0, WINDOWS, BATCH):
            part = slice(first, min(first + BATCH, WINDOWS))
            optimizer.zero_grad()
            loss = loss_of(say(part), target(part))
            loss.mean(-1).sum().backward()
            optimizer.step()
            total += loss.detach().sum(-1)
    seconds = time.process_time() - start
    return series_count * WINDOWS * epochs / seconds, total / WINDOWS


def batched(count):
    lanes = [first_weights(lane) for lane in range(count)]
    weights = {name: torch.stack([lane[name] for lane in lanes]) for name in lanes[0]}
    for name in ("bias", "base", "last"):
        if name in weights:
            weights[name] = weights[name][:, None].contiguous()
    weights = {name: weight.requires_grad_() for name, weight in weights.items()}
    inputs, features, targets = windows_of(torch.stack([series(lane) for lane in range(count)]))

    def times(values, matrix):
        return torch.bmm(values, matrix.transpose(1, 2))

    def say(part):
        read = inputs[:, part]
        hidden = torch.zeros(count, read.shape[1], HIDDEN)
        cell = hidden
        for step in range(STEPS):
            sums = times(read[:, :, step], weights["ih"]) + times(hidden, weights["hh"])
            i, f, g, o = (sums + weights["bias"]).chunk(4, -1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
        return head(weights, hidden, features[:, part], times)

    return train(list(weights.values()), say, lambda part: targets[:, part], count, options.batched)


rates, losses = zip(*(single(lane) for lane in range(2)))
answer = {"torch": torch.__version__, "windowsPerSecond": len(rates) / sum(1 / r for r in rates),
          "losses": [float(loss) for loss in losses]}
if options.batched:
    answer["batchedWindowsPerSecond"] = batched(64)[0]
print(json.dumps(answer))
