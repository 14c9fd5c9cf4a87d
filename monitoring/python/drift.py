"""Whether a column is distributed as in the rows that the model was trained on.

A column drifts if all three hold:

    rows          it has enough values, and every bin enough that are expected: else `not enough data`
    effect        the population stability index exceeds the least that matters, and what chance gives:
                  chi-squared(bins − 1) · (1/n + 1/m), n rows now, m in the baseline
    significance  a permutation test of the index, over all columns at a false discovery rate
                  (Benjamini, Hochberg 1995)

Without the first, small windows alarm about nothing; without the second, large ones do.
"""

import math
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from bins import describe_bins
from fields import CATEGORY, DATE
from scipy import stats
from scipy.spatial.distance import jensenshannon
from settings import Settings
from sketch import Sketch
from window import WindowColumn

DRIFTED, OK = "drifted", "ok"
NOT_ENOUGH_DATA, NO_TRAFFIC, NOT_COMPARED = "not enough data", "no traffic", "not compared"

#: Categories with a bin of their own; all others share one.
CATEGORY_BINS = 19
#: Every column can be found among so many others: a p-value cannot be below 1/(draws + 1).
DRAWS_A_COLUMN = 40
#: What stands for a bin without rows, whose share would make the index infinite.
EMPTY_ROWS = 0.5
#: Draws of the permutation test that are in memory at a time.
DRAWS_AT_ONCE = 1_000

Distances = dict[str, float | None]


@dataclass(frozen=True)
class Comparison:
    """A column now and then, and what the three parts of the rule say."""

    column: WindowColumn
    verdict: str
    reason: str | None
    baseline: np.ndarray
    current: np.ndarray
    psi: float | None = None
    chance: float | None = None
    threshold: float | None = None
    p: float | None = None
    q: float | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


def population_stability(baseline: np.ndarray, current: np.ndarray) -> np.ndarray:
    """The index of counts in bins; of many windows at once, one a line."""
    n, m = current.sum(axis=-1, keepdims=True), baseline.sum(axis=-1, keepdims=True)
    # The smaller of both decides what can be seen: else a larger baseline alone would make a larger index.
    least = EMPTY_ROWS / np.minimum(n, m)
    p, q = np.maximum(current / n, least), np.maximum(baseline / m, least)
    return ((p - q) * np.log(p / q)).sum(axis=-1)


def chance_effect(bins: int, n: int, m: int, confidence: float) -> float:
    """The index that chance alone seldom exceeds: n rows now, m in the baseline."""
    return float(stats.chi2.ppf(confidence, bins - 1)) * (1 / n + 1 / m)


def permute(baseline: np.ndarray, current: np.ndarray, draws: int, seed: list[int]) -> float:
    """The probability of such an index if rows of now and then were mixed.

    To mix the rows and to take n of them is to draw from the counts of both together.
    """
    found = population_stability(baseline, current)
    pooled, n = baseline + current, int(current.sum())
    generator = np.random.default_rng(seed)
    reached = 0
    for first in range(0, draws, DRAWS_AT_ONCE):
        size = min(DRAWS_AT_ONCE, draws - first)
        mixed = generator.multivariate_hypergeometric(pooled, n, size=size, method="marginals")
        reached += int((population_stability(pooled - mixed, mixed) >= found - 1e-12).sum())
    return (reached + 1) / (draws + 1)


def compare_columns(columns: list[WindowColumn], settings: Settings) -> list[Comparison]:
    """The verdict about each column."""
    prepared = [prepare(column, settings) for column in columns]
    tested = [each for each in prepared if each.verdict == OK]
    draws = max(settings.permutations, DRAWS_A_COLUMN * len(tested) - 1)
    ps = [
        permute(each.baseline, each.current, draws, [settings.seed, zlib.crc32(each.name.encode())])
        for each in tested
    ]
    qs = stats.false_discovery_control(ps, method="bh") if ps else []
    judged = {
        each.name: judge(replace(each, p=p, q=float(q)), settings)
        for each, p, q in zip(tested, ps, qs)
    }
    return [judged.get(each.name, each) for each in prepared]


def judge(found: Comparison, settings: Settings) -> Comparison:
    """Whether the effect is large enough, and not by chance."""
    assert found.psi is not None and found.threshold is not None and found.q is not None
    is_large = found.psi > found.threshold
    is_significant = found.q <= settings.significance
    return replace(found, verdict=DRIFTED if is_large and is_significant else OK)


def prepare(column: WindowColumn, settings: Settings) -> Comparison:
    """Join bins that hold too few rows, and measure the effect."""
    baseline, current = column.counts()
    n, m = int(current.sum()), int(baseline.sum())
    reason = why_not_compared(column, settings)
    if reason is not None:
        return Comparison(column, NOT_COMPARED, reason, baseline, current)
    if n == 0 and column.rows == 0:
        return Comparison(column, NO_TRAFFIC, "no row", baseline, current)
    if min(n, m) < settings.minimum_rows:
        reason = f"{n} values now and {m} in the baseline, of {settings.minimum_rows} needed"
        return Comparison(column, NOT_ENOUGH_DATA, reason, baseline, current)
    baseline, current = join_bins(column, baseline, current, settings.minimum_expected)
    if len(baseline) < 2:
        reason = f"no two bins in which {settings.minimum_expected:g} rows are expected"
        return Comparison(column, NOT_ENOUGH_DATA, reason, baseline, current)
    chance = chance_effect(len(baseline), n, m, settings.confidence)
    return Comparison(
        column,
        OK,
        None,
        baseline,
        current,
        psi=float(population_stability(baseline, current)),
        chance=chance,
        threshold=max(settings.minimum_effect, chance),
    )


def why_not_compared(column: WindowColumn, settings: Settings) -> str | None:
    """Dates move with time, which is no drift."""
    if column.name in settings.exclude_columns:
        return "excluded by the project"
    return "a date moves with time" if column.type == DATE else None


def join_bins(
    column: WindowColumn, baseline: np.ndarray, current: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """Bins in each of which so many rows are expected, were nothing changed.

    A bin that holds few rows of the baseline and many now stays as well: joined with another, it would
    hide what is new.
    """
    own = int((baseline > 0).sum())
    if own == 1:
        # All values were the same, so that any other is new: one bin for it, one for all others.
        is_own = baseline > 0
        return (
            np.array([baseline[is_own].sum(), baseline[~is_own].sum()]),
            np.array([current[is_own].sum(), current[~is_own].sum()]),
        )
    expected = baseline / baseline.sum() * current.sum()
    join = _join_categories if column.type == CATEGORY else _join_neighbours
    return _sum_groups(join(expected, current, least), baseline, current)


def halfway(expected: Any, current: Any) -> Any:
    """Expected rows of a bin: by the baseline, or halfway between it and the window, the larger of both."""
    return np.maximum(expected, (expected + current) / 2)


def _join_neighbours(expected: np.ndarray, current: np.ndarray, least: float) -> np.ndarray:
    groups, group = np.zeros(len(expected), dtype=int), 0
    rows = found = 0.0
    for place in range(len(expected)):
        groups[place] = group
        rows, found = rows + expected[place], found + current[place]
        if halfway(rows, found) >= least:
            group, rows, found = group + 1, 0.0, 0.0
    # What is left at the end is too little for a bin.
    groups[groups == group] = max(group - 1, 0)
    return groups


def _join_categories(expected: np.ndarray, current: np.ndarray, least: float) -> np.ndarray:
    # The last count is that of all categories which have none of their own.
    order = np.argsort(-expected[:-1], kind="stable")[:CATEGORY_BINS]
    kept = order[halfway(expected[order], current[order]) >= least]
    groups = np.full(len(expected), len(kept))
    groups[kept] = np.arange(len(kept))
    others = groups == len(kept)
    if len(kept) > 0 and halfway(expected[others].sum(), current[others].sum()) < least:
        groups[others] = len(kept) - 1
    return groups


def _sum_groups(
    groups: np.ndarray, baseline: np.ndarray, current: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    count = int(groups.max()) + 1
    return (
        np.bincount(groups, weights=baseline, minlength=count).astype(int),
        np.bincount(groups, weights=current, minlength=count).astype(int),
    )


def kolmogorov_smirnov(before: Sketch, now: Sketch) -> float:
    """The largest difference between the cumulative distributions."""
    (x, x_weights), (y, y_weights) = before.weighted(), now.weighted()
    points = np.concatenate([x, y])
    return float(np.max(np.abs(_reached(x, x_weights, points) - _reached(y, y_weights, points))))


def _reached(values: np.ndarray, weights: np.ndarray, points: np.ndarray) -> np.ndarray:
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    return sums[np.searchsorted(values, points, side="right")] / sums[-1]


def normed_wasserstein(before: Sketch, now: Sketch, deviation: float) -> float | None:
    """The mean distance that values have moved, in standard deviations of the baseline."""
    if deviation == 0:
        return None
    (x, x_weights), (y, y_weights) = before.weighted(), now.weighted()
    return float(stats.wasserstein_distance(x, y, x_weights, y_weights)) / deviation


def measure_distances(found: Comparison) -> Distances:
    """What other tools call drift; no verdict depends on it."""
    column = found.column
    nothing: Distances = dict.fromkeys(("kolmogorovSmirnov", "wasserstein", "jensenShannon"))
    baseline, current = column.counts()
    if baseline.sum() == 0 or current.sum() == 0:
        return nothing
    distance = float(jensenshannon(baseline, current))
    own = {**nothing, "jensenShannon": 0.0 if math.isnan(distance) else distance}
    sketches = column.sketches()
    if sketches is None:
        return own
    before, now = sketches
    return {
        **own,
        "kolmogorovSmirnov": kolmogorov_smirnov(before, now),
        "wasserstein": normed_wasserstein(before, now, column.baseline["deviation"]),
    }


def describe_distribution(column: WindowColumn, settings: Settings) -> dict[str, Any]:
    """Both distributions, to be drawn: bins, or the most frequent categories and all others."""
    if column.type != CATEGORY:
        baseline, current = column.counts()
        return {"bins": describe_bins(column.baseline["edges"], baseline, current)}
    before, now = column.baseline["counts"], column.category_counts()
    names = sorted(
        {*before, *now}, key=lambda name: (-before.get(name, 0) - now.get(name, 0), name)
    )
    shown = names[: settings.maximum_categories]
    rest = names[settings.maximum_categories :]
    return {
        "categories": [
            {"value": name, "baseline": before.get(name, 0), "current": now.get(name, 0)}
            for name in shown
        ],
        "others": {
            "values": len(rest),
            "baseline": sum(before.get(name, 0) for name in rest) + column.baseline["forgotten"],
            "current": sum(now.get(name, 0) for name in rest) + column.forgotten(),
        },
    }
