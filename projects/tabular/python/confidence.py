"""How much a probability rests on: rows that the model was not trained on, by tenths of probability.

A row's tenth has so many of those rows, and the prediction was right in such a share of them. The
level is the width of the interval of that share (Wilson, 95 %), in which a group counts as one row. For regression, rows with similar
predictions say how far the truth was from them.
"""

from typing import Any

import numpy as np

TENTHS = 10
HIGH_WIDTH, MEDIUM_WIDTH = 0.1, 0.2
WILSON_Z = 1.96
#: The middle share of the errors that an interval covers.
COVERAGE = 0.9
#: An interval is this much of the one that knows nothing of a row.
HIGH_SHARE, MEDIUM_SHARE = 0.5, 0.8

Support = dict[str, Any]


def count_support(probabilities: np.ndarray, is_right: np.ndarray, groups: np.ndarray) -> Support:
    """Count rows, right predictions and groups, by tenths of the predicted class's probability."""
    tenths = _tenths(probabilities)
    return {
        "groups": [len(np.unique(groups[tenths == tenth])) for tenth in range(TENTHS)],
        "rows": np.bincount(tenths, minlength=TENTHS).tolist(),
        "right": np.bincount(tenths, weights=is_right, minlength=TENTHS).astype(int).tolist(),
    }


def describe_class(probability: float, support: Support) -> dict[str, Any]:
    """What is known about predictions of that probability."""
    tenth = int(_tenths(np.array([probability]))[0])
    rows, right = support["rows"][tenth], support["right"][tenth]
    # Rows of one group resemble each other, so a group is no more evidence than one row of its own.
    groups = support["groups"][tenth]
    width = wilson_width(right / max(rows, 1) * groups, groups)
    level = "high" if width <= HIGH_WIDTH else "medium" if width <= MEDIUM_WIDTH else "low"
    return {
        "level": level,
        "supportRows": rows,
        "observedRate": None if rows == 0 else right / rows,
    }


def wilson_width(right: float, rows: int) -> float:
    """The width of Wilson's interval of a share."""
    if rows == 0:
        return 1.0
    share, z2 = right / rows, WILSON_Z**2
    half = WILSON_Z * np.sqrt(share * (1 - share) / rows + z2 / (4 * rows**2)) / (1 + z2 / rows)
    return float(2 * half)


def _tenths(probabilities: np.ndarray) -> np.ndarray:
    return np.minimum((np.asarray(probabilities) * TENTHS).astype(int), TENTHS - 1)


def count_errors(predicted: np.ndarray, actual: np.ndarray) -> Support:
    """The errors of rows with similar predictions: ten groups of the same size."""
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, TENTHS + 1)[1:-1]))
    groups = np.searchsorted(edges, predicted, side="right")
    tails = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    errors = actual - predicted
    own = [errors[groups == group] for group in range(len(edges) + 1)]
    return {
        "edges": edges.tolist(),
        "rows": [len(group) for group in own],
        "errors": [np.quantile(group if len(group) else errors, tails).tolist() for group in own],
        "spread": float(np.subtract(*np.quantile(actual, tails[::-1]))),
    }


def describe_number(prediction: float, support: Support) -> dict[str, Any]:
    """Between which numbers the truth was for nine of ten such predictions."""
    group = int(np.searchsorted(support["edges"], prediction, side="right"))
    below, above = support["errors"][group]
    share = (above - below) / (support["spread"] or 1.0)
    level = "high" if share <= HIGH_SHARE else "medium" if share <= MEDIUM_SHARE else "low"
    return {
        "level": level,
        "supportRows": support["rows"][group],
        "lower": prediction + below,
        "upper": prediction + above,
    }
