"""The generated instance, drawn as Granary draws it (Sources/Allocation/Measuring)."""

import numpy as np

SEED = 0x5EED2024
GAMMA = np.uint64(0x9E3779B97F4A7C15)


def uniform(first, count):
    """Draws `first` to `first + count - 1` of SplitMix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        k = np.arange(first + 1, first + count + 1, dtype=np.uint64)
        z = np.uint64(SEED) + k * GAMMA
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53


class Instance:
    """Columns of pairs, the pairs of a warehouse side by side, and what they share.

    `demand`, `order`, `holding`, `cost`, `volume`: arrays of warehouses by SKUs; `space`: by
    warehouse, for full lots; `cash`: for half lots.
    """

    def __init__(self, skus, warehouses=10):
        draws = uniform(0, skus * (3 + warehouses)).reshape(skus, 3 + warehouses)
        shape = (warehouses, skus)
        self.demand = np.ascontiguousarray((5 * 1000.0 ** draws[:, 3:]).T)
        spread = lambda column: np.ascontiguousarray(np.broadcast_to(column, shape))
        self.cost = spread(2 * 100.0 ** draws[:, 0])
        self.volume = spread(0.0005 * 100.0 ** draws[:, 1])
        self.order = spread(10 + 40 * draws[:, 2])
        self.holding = 0.25 * self.cost + 20 * self.volume
        free = np.sqrt(2 * self.demand * self.order / self.holding)
        shares = 0.5 + 0.05 * np.arange(warehouses)
        self.space = shares * np.einsum("wi,wi->w", self.volume, free)
        self.cash = 0.75 * np.einsum("wi,wi->", self.cost, free) / 2
        self.least = np.full(shape, 1e-6)
        self.most = np.full(shape, 1e15)

    @property
    def pairs(self):
        return self.demand.size
