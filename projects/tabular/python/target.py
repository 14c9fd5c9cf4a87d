"""Give every row its label: the file's, or one that is derived from other columns.

    is                1 where a column holds one of some values, else 0
    dropped-by-next   1 where one of some columns is absent in the next row of the same group, else 0

A row without a label is marked, and left out and counted by the caller.
"""

from typing import Any

import numpy as np
import pandas as pd
from table import Settings, parse_column

Derivation = dict[str, Any]


def hidden_by_target(settings: Settings) -> set[str]:
    """Columns that no model may see: what the label was made of, and what only identifies."""
    target = settings.target
    hidden = set() if settings.group_by is None else {settings.group_by}
    if target is None:
        return hidden
    if target["type"] == "is":
        return hidden | {target["column"]}
    return hidden | {target["groupBy"], target["orderBy"]}


def label_texts(texts: pd.DataFrame, settings: Settings) -> pd.Series:
    """The label of each row as a text; empty where a row has none."""
    target = settings.target
    if target is None:
        return texts[settings.label]
    if target["type"] == "is":
        return derive_is(texts, target)
    return derive_dropped_by_next(texts, target, settings)


def derive_is(texts: pd.DataFrame, target: Derivation) -> pd.Series:
    """1 where the column holds one of the values; a gap gives no label."""
    source = texts[target["column"]]
    return _as_texts(source.isin(target["values"]).to_numpy(), (source != "").to_numpy())


def derive_dropped_by_next(
    texts: pd.DataFrame, target: Derivation, settings: Settings
) -> pd.Series:
    """1 where a column that holds something is absent in the next row of the group.

    A gap says nothing about absence: a row whose next one has only gaps in question has no label.
    """
    order = order_rows(texts, target, settings)
    groups = texts[target["groupBy"]].to_numpy()[order]
    has_next = np.append(groups[1:] == groups[:-1], False) & (groups != "")
    values = texts[target["columns"]].to_numpy()[order]
    is_absent, is_gap = np.isin(values, target["absent"]), values == ""
    holds = ~is_absent & ~is_gap
    dropped = (holds & _next_of(is_absent)).any(axis=1)
    unknown = ~dropped & (holds & _next_of(is_gap)).any(axis=1)
    labels = _as_texts(dropped, has_next & holds.any(axis=1) & ~unknown)
    labels.index = pd.Index(order)
    return _prefer_known(labels.sort_index(), texts, settings, holds[np.argsort(order)])


def _prefer_known(
    labels: pd.Series, texts: pd.DataFrame, settings: Settings, holds: np.ndarray
) -> pd.Series:
    """The label that stands in the file counts; of a row with nothing to drop, neither."""
    if settings.label not in texts:
        return labels
    known = texts[settings.label]
    return labels.where((known == "") | ~holds.any(axis=1), known)


def _next_of(rows: np.ndarray) -> np.ndarray:
    """The rows after these; the last one is repeated."""
    return np.vstack([rows[1:], rows[-1:]])


def order_rows(texts: pd.DataFrame, target: Derivation, settings: Settings) -> np.ndarray:
    """Positions of the rows, group by group in the order of `orderBy`."""
    column = next(column for column in settings.columns if column["name"] == target["orderBy"])
    keys = parse_column(texts[target["orderBy"]], column, settings.form)
    frame = pd.DataFrame({"group": texts[target["groupBy"]].to_numpy(), "key": keys})
    return frame.sort_values(["group", "key"], kind="stable").index.to_numpy()


def _as_texts(positive: np.ndarray, has_label: np.ndarray) -> pd.Series:
    return pd.Series(np.where(has_label, np.where(positive, "1", "0"), ""), dtype=object)
