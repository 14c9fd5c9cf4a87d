"""Turn values into features: fill gaps, scale numbers, encode categories.

What was fitted is a description in plain numbers and texts, not a pickle: the image that serves has
other libraries than the one that fitted, and reading a description can run no code.

    number, integer   the value, scaled
    date              days since 1970, month and weekday, scaled
    text              its characters and its words, scaled
    category          a feature for each value; rare values share one

A column with gaps in the training rows has one more feature, which says that a value is missing.
"""

from typing import Any

import numpy as np
from fields import CATEGORY, DATE, INTEGER, NUMBER, TEXT, Column

Values = dict[str, np.ndarray]

#: A category without declared values keeps those that are in a hundredth of the rows or in ten of
#: them; the others are rare.
RARE_BELOW_SHARE = 100
RARE_BELOW_ROWS = 10
#: Features of a category without declared values, the one for rare values included.
MAXIMUM_FEATURES = 100
#: Rare values that are remembered, to tell them from those that training has not seen.
MAXIMUM_REMEMBERED = 10_000


def fit_columns(columns: list[Column], values: Values) -> list[Column]:
    """Learn of each column how to encode it."""
    return [{**column, **fit_column(column, values[column["name"]])} for column in columns]


def fit_column(column: Column, values: np.ndarray) -> dict[str, Any]:
    """Learn how to encode one column."""
    if column["type"] == CATEGORY:
        return fit_category(column, values)
    numbers = numbers_of(column, values)
    return {
        "parts": [fit_number(part) for part in numbers.T],
        "gap": bool(np.isnan(numbers).any()),
    }


def fit_number(values: np.ndarray) -> dict[str, float]:
    """The median fills gaps; a constant is not scaled."""
    present = values[~np.isnan(values)]
    fill = float(np.median(present)) if len(present) > 0 else 0.0
    filled = np.where(np.isnan(values), fill, values)
    mean, scale = float(filled.mean()), float(filled.std())
    is_constant = scale <= 10 * np.finfo(float).eps * max(1.0, abs(mean))
    return {"fill": fill, "mean": mean, "scale": 1.0 if is_constant else scale}


def fit_category(column: Column, values: np.ndarray) -> dict[str, Any]:
    """The values that get a feature, and the one that fills gaps where training has seen none."""
    present = np.array([value for value in values if value is not None], dtype=object)
    seen, counts = np.unique(present.astype(str), return_counts=True)
    gap = len(present) < len(values)
    fill = str(seen[np.argmax(counts)]) if len(seen) > 0 else ""
    if "values" in column:
        unseen = sorted(set(column["values"]) - set(seen.tolist()))
        return {"categories": column["values"], "fill": fill, "gap": gap, "unseen": unseen}
    is_rare = find_rare(counts, len(values))
    rare = [str(value) for value in seen[is_rare]]
    return {
        "categories": [str(value) for value in seen[~is_rare]],
        "rare": rare[:MAXIMUM_REMEMBERED],
        "fill": fill,
        "gap": gap,
    }


def find_rare(counts: np.ndarray, rows: int) -> np.ndarray:
    """Which values are rare; as scikit-learn's encoder with `min_frequency` and `max_categories`."""
    is_rare = counts < min(RARE_BELOW_ROWS, max(1, rows // RARE_BELOW_SHARE))
    if len(counts) - is_rare.sum() + 1 > MAXIMUM_FEATURES:
        is_rare[np.argsort(counts, kind="stable")[: -(MAXIMUM_FEATURES - 1)]] = True
    return is_rare


def order_columns(columns: list[Column]) -> list[Column]:
    """The order of the features: numbers first, then categories, each in the order of the file."""
    return sorted(columns, key=lambda column: column["type"] == CATEGORY)


def name_sources(columns: list[Column]) -> list[str]:
    """For each feature the column that it is made of."""
    return [
        column["name"] for column in order_columns(columns) for _ in range(count_features(column))
    ]


def count_features(column: Column) -> int:
    """How many features a fitted column has."""
    own = len(column["categories"]) + bool(column.get("rare")) if _is_category(column) else 0
    return own + len(column.get("parts", [])) + column["gap"]


def encode(columns: list[Column], values: Values, rows: int) -> np.ndarray:
    """Give the features of rows, as the numbers that the model computes with."""
    ordered = order_columns(columns)
    numeric = [column for column in ordered if not _is_category(column)]
    blocks = [
        *([encode_numbers(numeric, values)] if numeric else []),
        *(
            encode_category(column, values[column["name"]])
            for column in ordered
            if _is_category(column)
        ),
    ]
    if not blocks:
        return np.zeros((rows, 0), dtype=np.float32)
    return np.concatenate(blocks, axis=1).astype(np.float32)


def encode_numbers(columns: list[Column], values: Values) -> np.ndarray:
    """The features of all columns of numbers: each one's parts, and then its gap.

    Computed at once, because a request has few rows: a call for each column would take most of the time.
    """
    numbers = np.concatenate(
        [numbers_of(column, values[column["name"]]) for column in columns], axis=1
    )
    parts = [part for column in columns for part in column["parts"]]
    learned = np.array([(part["fill"], part["mean"], part["scale"]) for part in parts])
    is_gap = np.isnan(numbers)
    scaled = (np.where(is_gap, learned[:, 0], numbers) - learned[:, 1]) / learned[:, 2]
    if not any(column["gap"] for column in columns):
        return scaled
    return np.concatenate([scaled, is_gap], axis=1)[:, _with_gaps(columns)]


def _with_gaps(columns: list[Column]) -> list[int]:
    """Where the features lie: the parts of all columns, and after them whether each is missing."""
    count = sum(len(column["parts"]) for column in columns)
    places, first = [], 0
    for column in columns:
        after = first + len(column["parts"])
        places += [*range(first, after), *([count + first] if column["gap"] else [])]
        first = after
    return places


def encode_category(column: Column, values: np.ndarray) -> np.ndarray:
    """One feature for each value, then those for rare values and for gaps, if there are any."""
    categories, has_rare = column["categories"], bool(column.get("rare"))
    places = {value: place for place, value in enumerate(categories)}
    features = np.zeros((len(values), len(categories) + has_rare + column["gap"]))
    # What training has not seen counts as rare where something was; else it has no feature.
    unknown = len(categories) if has_rare else None
    missing = features.shape[1] - 1 if column["gap"] else places.get(column["fill"], unknown)
    for row, value in enumerate(values):
        place = missing if value is None else places.get(value, unknown)
        if place is not None:
            features[row, place] = 1.0
    return features


def find_unseen(column: Column, values: np.ndarray) -> list[int]:
    """The rows with a category that training has not seen."""
    if not _is_category(column):
        return []
    if "unseen" in column:
        unseen = set(column["unseen"])
        return [row for row, value in enumerate(values) if value in unseen]
    known = {None, *column["categories"], *column["rare"]}
    if len(column["rare"]) == MAXIMUM_REMEMBERED:
        return []
    return [row for row, value in enumerate(values) if value not in known]


def find_outside(column: Column, values: np.ndarray) -> list[int]:
    """The rows with a number outside the declared range. Training refuses them; a request is answered."""
    if column["type"] not in (NUMBER, INTEGER) or not {"minimum", "maximum"} & column.keys():
        return []
    least, most = column.get("minimum", -np.inf), column.get("maximum", np.inf)
    # A comparison with NaN, which is a gap, is false.
    return np.flatnonzero((values < least) | (values > most)).tolist()


def numbers_of(column: Column, values: np.ndarray) -> np.ndarray:
    """The numbers that a column is seen as, one row for each value; NaN is a gap."""
    if column["type"] == DATE:
        return _numbers_of_dates(values)
    if column["type"] == TEXT:
        return _numbers_of_texts(values)
    return np.asarray(values, dtype=float).reshape(-1, 1)


def _numbers_of_dates(days: np.ndarray) -> np.ndarray:
    is_gap = np.isnan(days)
    dates = np.where(is_gap, 0, np.floor(days)).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(int) % 12 + 1
    # 1970 began on a Thursday; 0 is Monday.
    weekdays = (dates.astype(int) + 3) % 7
    numbers = np.column_stack([days, months, weekdays]).astype(float)
    numbers[is_gap] = np.nan
    return numbers


def _numbers_of_texts(texts: np.ndarray) -> np.ndarray:
    gap = (np.nan, np.nan)
    return np.array(
        [gap if text is None else (len(text), len(text.split())) for text in texts], dtype=float
    ).reshape(-1, 2)


def _is_category(column: Column) -> bool:
    return column["type"] == CATEGORY
