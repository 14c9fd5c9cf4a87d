"""The columns of a window: what is counted of the rows that pass by, beside the baseline of each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from bins import count_bins
from fields import CATEGORY
from profiles import (
    CategoryProfile,
    NumberProfile,
    Profile,
    add_to_profile,
    as_compared,
    read_column,
    start_profile,
)
from sketch import Sketch

#: What a project says of a column; a baseline holds its counts beside it.
COUNTED = (
    *("present", "missing", "invalid", "edges", "counts", "deviation", "sketch"),
    *("isComplete", "forgotten"),
)

Described = dict[str, Any]


@dataclass
class WindowColumn:
    """A column of the window, and its baseline."""

    baseline: Described
    profile: Profile
    in_bins: np.ndarray

    @staticmethod
    def of(baseline: Described) -> "WindowColumn":
        """A column before any row."""
        column = {name: value for name, value in baseline.items() if name not in COUNTED}
        edges = baseline.get("edges", [])
        return WindowColumn(baseline, start_profile(column), np.zeros(len(edges) + 1, dtype=int))

    @property
    def name(self) -> str:
        """The column's name."""
        return self.baseline["name"]

    @property
    def type(self) -> str:
        """The column's type."""
        return self.baseline["type"]

    @property
    def rows(self) -> int:
        """All rows, also without a value."""
        return self.profile.present + self.profile.missing + self.profile.invalid

    def add_fields(self, fields: list[Any], form: dict[str, Any]) -> None:
        """Add fields as requests hold them."""
        self.add(*read_column(fields, self.baseline, form))

    def add(self, values: np.ndarray, invalid: int = 0) -> None:
        """Add values."""
        add_to_profile(self.profile, values, invalid)
        if self.type != CATEGORY:
            self.in_bins += count_bins(self.baseline["edges"], as_compared(self.baseline, values))

    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows in bins then and now. The last of a category is for values that the baseline lacks."""
        if self.type != CATEGORY:
            return np.array(self.baseline["counts"], dtype=int), self.in_bins
        before, now = self.baseline["counts"], self.category_counts()
        known = sum(count for name, count in now.items() if name in before)
        own = [now.get(name, 0) for name in before]
        return (
            np.array([*before.values(), self.baseline["forgotten"]], dtype=int),
            np.array([*own, self.profile.present - known], dtype=int),
        )

    def category_counts(self) -> dict[str, int]:
        """How often each category came."""
        assert isinstance(self.profile, CategoryProfile)
        return self.profile.counts

    def forgotten(self) -> int:
        """Rows of the categories that are counted together."""
        return self.profile.forgotten if isinstance(self.profile, CategoryProfile) else 0

    def sketches(self) -> tuple[Sketch, Sketch] | None:
        """The distributions then and now; a category has none."""
        if not isinstance(self.profile, NumberProfile):
            return None
        return Sketch.of(self.baseline["sketch"]["data"]), self.profile.sketch

    def unseen(self) -> dict[str, int]:
        """Categories that training has not seen, the most frequent first."""
        if self.type != CATEGORY or not self.baseline["isComplete"]:
            return {}
        known = self.baseline["counts"]
        found = {name: n for name, n in self.category_counts().items() if name not in known}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
