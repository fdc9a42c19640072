#!/usr/bin/env python3
"""Writes torch-networks.json: what torch.nn.LSTM and a head beside it find for weights and data that
a formula gives, so that only answers are stored.

    python3 torch_networks.py > torch-networks.json      (PyTorch 2.13.0, double precision)

Four windows of one series. Derivatives and outputs before the first step; the loss after each of 20
steps of AdamW on a gradient shortened to 0.3. One of PyTorch's two biases stays 0 and fixed.
"""
import json
import torch

torch.set_default_dtype(torch.float64)
WINDOWS, STEP, DECAY, LIMIT = 4, 0.01, 0.1, 0.3
LEVELS = [0.1, 0.5, 0.95]


def draw(seed, index):
    """A number of 24 bits in -1/2..<1/2, the same in any language."""
    x = ((index + seed * 7919) * 2654435761) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> 13
    return (x >> 8) / 2**24 - 0.5


def drawn(seed, *size):
    count = 1
    for length in size:
        count *= length
    return torch.tensor([draw(seed, k) for k in range(count)]).reshape(size)


class Network(torch.nn.Module):
    def __init__(self, case):
        super().__init__()
        hidden, count = case["hidden"], case["layers"]
        self.case = case
        # With masks between them, layers are networks of one layer each.
        if case["masked"]:
            self.layers = torch.nn.ModuleList(
                torch.nn.LSTM(case["inputs"] if k == 0 else hidden, hidden, batch_first=True)
                for k in range(count))
        else:
            self.layers = torch.nn.ModuleList(
                [torch.nn.LSTM(case["inputs"], hidden, count, batch_first=True)])
        units, features, outputs = case["units"], case["features"], 1 + len(LEVELS)
        if units:
            self.state = torch.nn.Linear(hidden, units)
            self.known = torch.nn.Linear(features, units, bias=False)
            if case["statics"]:
                self.given = torch.nn.Linear(case["statics"], units, bias=False)
        self.output = torch.nn.Linear(units or hidden, outputs)

    def ordered(self):
        """Weights in the order in which they are drawn."""
        for layer in self.layers:
            for depth in range(layer.num_layers):
                for kind in ("weight_ih", "weight_hh", "bias_ih"):
                    yield getattr(layer, f"{kind}_l{depth}")
        if self.case["units"]:
            yield self.state.weight
            if self.case["statics"]:
                yield self.given.weight
            yield from (self.known.weight, self.state.bias)
        yield from (self.output.weight, self.output.bias)

    def forward(self, inputs, statics, features, masks):
        read = inputs
        for depth, layer in enumerate(self.layers):
            read, _ = layer(read * masks if depth else read)
        last = read[:, -1]
        if not self.case["units"]:
            return self.output(last)[:, None].expand(-1, self.case["days"], -1)
        base = self.state(last)
        if self.case["statics"]:
            base = base + self.given(statics)
        return self.output(torch.tanh(base[:, None] + self.known(features)))


def loss_of(case, outputs, targets, weights, bases, mean_weights):
    error, threshold = outputs[..., 0] - targets, case["threshold"]
    if case["poisson"]:
        logarithm = torch.clamp(outputs[..., 0], -6, 4)
        mean = torch.exp(logarithm) - targets * logarithm
    elif threshold is None:
        mean = error**2 / 2
    else:
        mean = torch.where(
            error.abs() <= threshold, error**2 / 2, threshold * (error.abs() - threshold / 2))
    total = 0.7 * mean_weights[:, None] * mean
    for index, level in enumerate(LEVELS):
        short = targets - (bases + outputs[..., index + 1])
        total = total + torch.maximum(level * short, (level - 1) * short)
    return (weights * total).sum()


def answer(case):
    network = Network(case)
    seed = case["seed"]
    with torch.no_grad():
        count = 0
        for weight in network.ordered():
            for place in range(weight.numel()):
                weight.view(-1)[place] = draw(seed, count) * case["scale"]
                count += 1
        for layer in network.layers:
            for depth in range(layer.num_layers):
                bias = getattr(layer, f"bias_hh_l{depth}")
                bias.zero_()
                bias.requires_grad = False
    days, steps = case["days"], case["steps"]
    inputs = drawn(seed + 1, WINDOWS, steps, case["inputs"]) * 4
    features = drawn(seed + 2, WINDOWS, days, case["features"]) * 2
    targets = drawn(seed + 3, WINDOWS, days) * 3
    weights = torch.clamp(drawn(seed + 4, WINDOWS, days), min=0)
    masks = torch.where(drawn(seed + 5, WINDOWS, steps, case["hidden"]) > -0.25, 1.25, 0.0)
    statics = drawn(seed + 6, WINDOWS, case["statics"]) * 3
    bases, mean_weights = torch.zeros(WINDOWS, days), torch.ones(WINDOWS)
    if case["based"]:
        bases = drawn(seed + 7, WINDOWS, days)
        mean_weights = drawn(seed + 8, WINDOWS) + 0.75
    if case["poisson"]:
        targets = targets.abs()
    learned = list(network.ordered())
    optimizer = torch.optim.AdamW(learned, lr=STEP, weight_decay=DECAY)
    found = {"losses": []}
    for _ in range(21):
        optimizer.zero_grad()
        outputs = network(inputs, statics, features, masks)
        loss = loss_of(case, outputs, targets, weights, bases, mean_weights)
        loss.backward()
        if not found["losses"]:
            found["outputs"] = [round(x, 9) for x in outputs.flatten().tolist()]
            slopes = torch.cat([weight.grad.flatten() for weight in learned]).tolist()
            found["slopes"] = [float(f"{x:.8g}") for x in slopes[:: case["every"]]]
        found["losses"].append(float(f"{loss.item():.10g}"))
        torch.nn.utils.clip_grad_norm_(learned, LIMIT)
        optimizer.step()
    return case | found


def case(hidden, layers, inputs, steps, units, features, days, every, **others):
    return {"hidden": hidden, "layers": layers, "inputs": inputs, "steps": steps, "units": units,
            "statics": 0, "features": features, "days": days, "every": every, "masked": False,
            "threshold": None, "poisson": False, "based": False, "scale": 1.0, "seed": hidden + 100 * layers} | others


CASES = [
    case(8, 1, 1, 28, 0, 0, 1, 1),
    case(8, 1, 3, 20, 8, 3, 5, 1, threshold=0.5),
    case(16, 1, 8, 28, 16, 4, 7, 7, threshold=1.0),
    case(8, 2, 2, 15, 8, 2, 3, 5),
    case(16, 2, 3, 12, 12, 5, 4, 11, masked=True),
    case(52, 1, 2, 14, 16, 3, 4, 61, scale=0.5),
    case(52, 2, 2, 10, 32, 3, 4, 149, scale=0.5, threshold=1.0),
    case(16, 1, 3, 14, 16, 4, 7, 7, statics=5, poisson=True, based=True),
]

print("[" + ",\n".join(json.dumps(answer(each)) for each in CASES) + "]")
