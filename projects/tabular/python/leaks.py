"""Find columns that give the label away: one alone separates it almost without a mistake.

Such a column is usually known only after the label is, as the number of the lifeboat of a passenger
who survived. It is named in a warning; a person decides.
"""

import numpy as np
import pandas as pd
from fields import CATEGORY, Column
from metrics import area_under_curve
from preprocessor import numbers_of
from problems import REGRESSION

SUSPICIOUS = 0.95
BINS = 20
#: Rows that are looked at, so that many columns take no long time.
MAXIMUM_ROWS = 20_000
MINIMUM_ROWS = 40

Values = dict[str, np.ndarray]


def find_leaks(
    columns: list[Column], values: Values, labels: np.ndarray, problem: str, classes: list
) -> list[str]:
    """Warnings that name each column which separates the label alone."""
    if len(labels) < MINIMUM_ROWS:
        return []
    half = np.arange(min(len(labels), MAXIMUM_ROWS)) % 2 == 0
    labels = labels[: len(half)]
    warnings = []
    for column in columns:
        keys = group_values(column, values[column["name"]][: len(half)])
        score = score_column(keys, labels, half, problem, len(classes))
        if score > SUSPICIOUS:
            measure = "R²" if problem == REGRESSION else "AUC"
            verb = "gives" if problem == REGRESSION else "separates"
            warnings.append(
                f"probable leak: {column['name']} {verb} the label alone ({measure} {score:.2f})"
            )
    return warnings


def group_values(column: Column, values: np.ndarray) -> np.ndarray:
    """Numbers of groups: a category's values, or twenty bins of numbers; a gap is a group."""
    if column["type"] == CATEGORY:
        return pd.factorize(pd.Series(values, dtype=object), use_na_sentinel=False)[0]
    numbers = numbers_of(column, values)[:, 0]
    is_gap = np.isnan(numbers)
    if is_gap.all():
        return np.zeros(len(numbers), dtype=int)
    distinct = np.unique(numbers[~is_gap])
    edges = (
        distinct
        if len(distinct) <= BINS
        else np.unique(np.quantile(numbers[~is_gap], np.linspace(0, 1, BINS + 1)[1:-1]))
    )
    return np.where(is_gap, len(edges) + 1, np.searchsorted(edges, numbers, side="right"))


def score_column(
    keys: np.ndarray, labels: np.ndarray, half: np.ndarray, problem: str, classes: int
) -> float:
    """How well the averages of one half of the rows predict the other half."""
    if problem == REGRESSION:
        found = average_of_others(keys, labels, half)
        total = ((labels - labels.mean()) ** 2).sum()
        return 0.0 if total == 0 else float(1 - ((labels - found) ** 2).sum() / total)
    scores = [0.0]
    for number in range(1 if classes == 2 else 0, classes):
        is_class = (labels == number).astype(float)
        if 0 < is_class.sum() < len(is_class):
            found = average_of_others(keys, is_class, half)
            scores.append(area_under_curve(is_class, found, np.ones(len(is_class))))
    return max(scores)


def average_of_others(keys: np.ndarray, labels: np.ndarray, half: np.ndarray) -> np.ndarray:
    """For each row the average label of the rows with the same key in the other half."""
    found = np.empty(len(labels))
    count = int(keys.max()) + 1
    for own in (half, ~half):
        rows = np.bincount(keys[~own], minlength=count)
        sums = np.bincount(keys[~own], weights=labels[~own], minlength=count)
        # One row more, of the average label: a value that was seen once says little.
        averages = (sums + labels[~own].mean()) / (rows + 1)
        found[own] = averages[keys[own]]
    return found
