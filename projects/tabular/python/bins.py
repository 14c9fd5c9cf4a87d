"""The bins in which two distributions are compared: tenths of the baseline, or its categories."""

import math
from typing import Any

import numpy as np
from profiles import NumberProfile

BINS = 10

Edges = list[float]


def choose_edges(profile: NumberProfile) -> Edges:
    """The inner edges of bins that hold a tenth of the rows each; fewer where values repeat.

    A column of one value has three bins, so that every other value is noticed: below, it, and above.
    """
    if profile.present == 0:
        return []
    if profile.least == profile.most:
        return [math.nextafter(profile.least, -math.inf), profile.least]
    inner = profile.sketch.quantiles(np.arange(1, BINS) / BINS)
    return [float(edge) for edge in np.unique(inner) if edge < profile.most]


def count_bins(edges: Edges, values: np.ndarray) -> np.ndarray:
    """How many values each bin holds; an edge belongs to the bin below it."""
    present = values[~np.isnan(values)]
    places = np.searchsorted(np.array(edges), present, side="left")
    return np.bincount(places, minlength=len(edges) + 1)


def describe_bins(edges: Edges, baseline: Any, current: Any) -> list[dict[str, Any]]:
    """Bins for people: an outer bin has no outer edge."""
    lower = [None, *edges]
    upper = [*edges, None]
    return [
        {"lower": low, "upper": high, "baseline": int(before), "current": int(now)}
        for low, high, before, now in zip(lower, upper, baseline, current)
    ]
