"""What is known of a column after its rows have passed by, in constant memory.

number, integer   moments, extremes, and a sketch of the distribution
date              the same of days since 1970
text              the same of the number of characters
category          a count for each value
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from fields import (
    CATEGORY,
    DATE,
    INTEGER,
    NUMBER,
    TEXT,
    Column,
    date_format,
    read_date,
    read_number,
    without_affix,
)
from sketch import Sketch

#: Values of a category that are counted one by one; rows with further ones are counted together.
MAXIMUM_VALUES = 10_000

Values = dict[str, np.ndarray]


@dataclass
class NumberProfile:
    """Numbers that passed by."""

    column: Column
    present: int = 0
    missing: int = 0
    invalid: int = 0
    #: Below the declared minimum, or above the maximum.
    outside: int = 0
    mean: float = 0.0
    squares: float = 0.0
    least: float = math.inf
    most: float = -math.inf
    is_integral: bool = True
    sketch: Sketch = field(default_factory=Sketch)
    #: Of texts and dates, whose values are not numbers.
    distinct: set[int] = field(default_factory=set)

    def add(self, values: np.ndarray, invalid: int = 0) -> None:
        """Add values: NaN is a gap, or a field that is not of the column's type."""
        present = values[~np.isnan(values)]
        self.invalid += invalid
        self.missing += len(values) - len(present) - invalid
        if len(present) == 0:
            return
        self._add_moments(present)
        self.least = min(self.least, float(present.min()))
        self.most = max(self.most, float(present.max()))
        self.is_integral = self.is_integral and bool((present == np.floor(present)).all())
        self.outside += count_outside(self.column, present)
        self.sketch.add(present)

    def _add_moments(self, values: np.ndarray) -> None:
        # Chan's way to join moments, which loses no digits where the mean is large.
        count, mean = len(values), float(values.mean())
        total, difference = self.present + count, mean - self.mean
        self.squares += float(((values - mean) ** 2).sum())
        self.squares += difference**2 * self.present * count / total
        self.mean += difference * count / total
        self.present = total

    def remember(self, texts: list[str]) -> None:
        """Count different texts, as far as they are counted one by one."""
        if len(self.distinct) < MAXIMUM_VALUES:
            self.distinct.update(map(hash, texts))

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.squares / self.present) if self.present > 0 else 0.0


@dataclass
class CategoryProfile:
    """Categories that passed by."""

    column: Column
    present: int = 0
    missing: int = 0
    invalid: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    #: Rows with values that came after 10,000 others.
    forgotten: int = 0

    def add(self, values: np.ndarray, invalid: int = 0) -> None:
        """Add values: None is a gap."""
        self.invalid += invalid
        own: dict[str, int] = {}
        for value in values:
            own[value] = own.get(value, 0) + 1
        missing = own.pop(None, 0)  # type: ignore[call-overload]
        self.missing += missing - invalid
        self.present += len(values) - missing
        for value, count in own.items():
            if value in self.counts or len(self.counts) < MAXIMUM_VALUES:
                self.counts[value] = self.counts.get(value, 0) + count
            else:
                self.forgotten += count


Profile = NumberProfile | CategoryProfile


def start_profile(column: Column) -> Profile:
    """An empty profile of a column."""
    return CategoryProfile(column) if column["type"] == CATEGORY else NumberProfile(column)


def add_to_profile(profile: Profile, values: np.ndarray, invalid: int = 0) -> None:
    """Add the values of a column, as `parse_columns` gives them."""
    if isinstance(profile, NumberProfile) and profile.column["type"] == TEXT:
        profile.remember([value for value in values if value is not None])
    if isinstance(profile, NumberProfile) and profile.column["type"] == DATE:
        profile.remember([str(value) for value in values[~np.isnan(values)]])
    profile.add(as_compared(profile.column, values), invalid)


def as_compared(column: Column, values: np.ndarray) -> np.ndarray:
    """The values that are counted: of a text its number of characters."""
    if column["type"] != TEXT:
        return values
    return np.array([math.nan if text is None else len(text) for text in values], dtype=float)


def count_outside(column: Column, present: np.ndarray) -> int:
    """How many numbers are outside the declared range."""
    if column["type"] not in (NUMBER, INTEGER):
        return 0
    least, most = column.get("minimum", -math.inf), column.get("maximum", math.inf)
    return int(((present < least) | (present > most)).sum())


def read_column(texts: list[Any], column: Column, form: dict[str, Any]) -> tuple[np.ndarray, int]:
    """Values of fields as a request holds them, and how many are not of the column's type.

    A field is a text, None, or a number of JSON. Nothing is refused: these requests were answered.
    """
    gaps = ("", *column.get("missingValues", ()))
    plain = [None if text is None else _as_text(text) for text in texts]
    plain = [None if text is None or text in gaps else text for text in plain]
    if column["type"] in (CATEGORY, TEXT):
        return np.array(plain, dtype=object), 0
    if column["type"] == DATE:
        pattern = date_format(column)
        known = {text: read_date(text, pattern) for text in set(plain) if text is not None}
        found = [None if text is None else known[text] for text in plain]
    else:
        quick = _read_quickly(plain, column, form)
        if quick is not None:
            return quick, 0
        affix = column.get("affix")
        found = [
            None if text is None else read_number(without_affix(text, affix), form)
            for text in plain
        ]
    values = np.array([math.nan if value is None else value for value in found], dtype=float)
    return values, sum(value is None for value in found) - sum(text is None for text in plain)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _read_quickly(
    texts: list[str | None], column: Column, form: dict[str, Any]
) -> np.ndarray | None:
    """All at once, where every field is a plain number."""
    if column.get("affix") or form.get("thousands") or form.get("decimal", ".") != ".":
        return None
    is_gap = np.array([text is None for text in texts])
    try:
        values = np.array(["nan" if text is None else text for text in texts]).astype(float)
    except ValueError:
        return None
    # Python reads `nan`, `inf` and `1_000` as well, which a request may not hold.
    is_plain = np.isfinite(values[~is_gap]).all() and "_" not in "".join(filter(None, texts))
    return values if is_plain else None
