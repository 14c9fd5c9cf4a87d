"""A sketch of a column of numbers: quantiles and distributions in constant memory.

KLL (Karnin, Lang, Liberty 2016) with the parameters of Model Monitor's `statistics.json`: the rank of a
value is right to about 0.2 % of the rows. Up to 2,048 values all are kept, and everything is exact.
"""

from typing import Any

import numpy as np

PARAMETER_K = 2_048
PARAMETER_C = 0.64
LEAST_CAPACITY = 2


class Sketch:
    """Levels of values; a value of level h stands for 2^h values that were added."""

    def __init__(self, seed: int = 0) -> None:
        """The seed decides which of two neighbours stands for both."""
        self.levels: list[np.ndarray] = [np.zeros(0)]
        self.generator = np.random.default_rng(seed)

    @staticmethod
    def of(levels: list[list[float]]) -> "Sketch":
        """Read the `data` of a sketch."""
        sketch = Sketch()
        sketch.levels = [np.array(level, dtype=float) for level in levels] or [np.zeros(0)]
        return sketch

    def add(self, values: np.ndarray) -> None:
        """Add numbers; none of them is NaN."""
        self.levels[0] = np.concatenate([self.levels[0], values])
        while sum(map(len, self.levels)) > sum(map(self._capacity, range(len(self.levels)))):
            self._compact(self._first_full())

    def _capacity(self, level: int) -> int:
        depth = len(self.levels) - 1 - level
        return max(LEAST_CAPACITY, int(np.ceil(PARAMETER_K * PARAMETER_C**depth)))

    def _first_full(self) -> int:
        return next(
            level for level, values in enumerate(self.levels) if len(values) > self._capacity(level)
        )

    def _compact(self, level: int) -> None:
        values = np.sort(self.levels[level])
        # With an odd number, one value stays, so that no weight is lost.
        pairs = len(values) // 2 * 2
        half = values[:pairs][self.generator.integers(2) :: 2]
        self.levels[level] = values[pairs:]
        if level + 1 == len(self.levels):
            self.levels.append(np.zeros(0))
        self.levels[level + 1] = np.concatenate([self.levels[level + 1], half])

    def weighted(self) -> tuple[np.ndarray, np.ndarray]:
        """The values in their order, and how many each stands for."""
        values = np.concatenate(self.levels)
        weights = np.concatenate(
            [np.full(len(level), 2.0**height) for height, level in enumerate(self.levels)]
        )
        order = np.argsort(values, kind="stable")
        return values[order], weights[order]

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """For each share the least value that so many values do not exceed."""
        values, weights = self.weighted()
        reached = np.cumsum(weights) / weights.sum()
        places = np.searchsorted(reached, np.asarray(shares) - 1e-12, side="left")
        return values[np.minimum(places, len(values) - 1)]

    def counts_between(self, edges: np.ndarray) -> np.ndarray:
        """How many values lie between neighbouring edges; an edge belongs to what is below it."""
        values, weights = self.weighted()
        places = np.searchsorted(edges[1:-1], values, side="left")
        return np.bincount(places, weights=weights, minlength=len(edges) - 1)

    def describe(self) -> dict[str, Any]:
        """As `statistics.json` writes it."""
        return {
            "parameters": {"c": PARAMETER_C, "k": float(PARAMETER_K)},
            "data": [np.sort(level).tolist() for level in self.levels],
        }
