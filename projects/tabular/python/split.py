"""Split rows into training, validation and test rows, and into folds, by what is in them.

A row is in the same part of every dataset: a champion that was trained on older data meets no row in
a later test that it has learned from. With groups, all rows of a group are in one part and one fold.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FOLDS = 5
TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")

#: Folds are independent of parts: their places come from another seed.
FOLD_SEED_OFFSET = 1_000_003

#: No name of a project's column: those hold no line breaks.
COPY_COLUMN = "copy\n"


@dataclass(frozen=True)
class Split:
    """For each row its part, its fold and the number of its group; and the order of the rows."""

    order: np.ndarray
    parts: np.ndarray
    folds: np.ndarray
    groups: np.ndarray


def split_rows(
    rows: pd.DataFrame,
    groups: pd.Series | None,
    shares: tuple[float, float],
    seed: int,
) -> Split:
    """Give every row its part and fold; the seed decides which, and the order."""
    validation_share, test_share = shares
    rows = rows.assign(**number_copies(rows))
    places = place_rows(rows, seed)
    keys = places if groups is None else place_groups(groups, places, seed)
    other = place_rows(rows, seed + FOLD_SEED_OFFSET)
    fold_keys = other if groups is None else place_groups(groups, other, seed + FOLD_SEED_OFFSET)
    parts = np.full(len(rows), TRAIN)
    parts[keys < test_share + validation_share] = VALIDATION
    parts[keys < test_share] = TEST
    folds = np.minimum((fold_keys * FOLDS).astype(int), FOLDS - 1)
    return Split(np.argsort(places, kind="stable"), parts, folds, number_groups(groups, len(rows)))


def place_rows(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Give each row a number from 0 to 1 that depends on its values and the seed alone."""
    return pd.util.hash_pandas_object(rows.assign(seed=float(seed)), index=False).to_numpy() / (
        2.0**64
    )


def number_copies(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Numbers for the copies of rows, where most rows are copies: a table of few categories.

    Elsewhere all copies of a row stay in one part, so that no test row was learned by heart.
    """
    is_copy = rows.duplicated()
    if len(rows) == 0 or is_copy.mean() <= 0.5:
        return {}
    numbers = rows.groupby(list(rows.columns), dropna=False, sort=False).cumcount()
    return {COPY_COLUMN: numbers.to_numpy(dtype=float)}


def place_groups(groups: pd.Series, places: np.ndarray, seed: int) -> np.ndarray:
    """The same for groups; a row without one is a group of its own."""
    named = place_rows(pd.DataFrame({"group": groups.to_numpy(dtype=object)}), seed)
    return np.where((groups == "").to_numpy(), places, named)


def number_groups(groups: pd.Series | None, count: int) -> np.ndarray:
    """Number the groups, or the rows where there are none."""
    if groups is None:
        return np.arange(count)
    numbers, names = pd.factorize(groups.to_numpy(dtype=object))
    alone = (groups == "").to_numpy()
    numbers[alone] = len(names) + np.arange(alone.sum())
    return numbers
