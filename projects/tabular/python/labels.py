"""The classes of a label, and labels as numbers."""

from typing import Any

import numpy as np
from fields import CATEGORY
from problems import BINARY, REGRESSION
from split import FOLDS, TEST, TRAIN, VALIDATION, Split
from table import Settings, parse_numbers

MAXIMUM_CLASSES = 1000
#: Class names in a message.
SHOWN = 5
NAMED_PARTS = ((TRAIN, "training"), (VALIDATION, "validation"), (TEST, "test"))

Class = str | int | float


class LabelError(ValueError):
    """The labels of a dataset do not fit its problem."""


def read_labels(texts: Any, settings: Settings) -> tuple[np.ndarray, list[Class]]:
    """Labels as numbers: their values for regression, else the number of the class; and the classes."""
    if settings.problem == REGRESSION:
        return _read_regression(texts, settings), []
    canonical = canonical_labels(texts, settings)
    classes = find_classes(canonical, settings)
    places = {value: place for place, value in enumerate(classes)}
    numbers = np.array([places.get(value, -1) for value in canonical], dtype=float)
    if (numbers < 0).any():
        raise LabelError(
            f"{settings.label}: {int((numbers < 0).sum())} rows have a label that is not one of the "
            "declared values; nothing was prepared."
        )
    return numbers, classes


def _read_regression(texts: Any, settings: Settings) -> np.ndarray:
    labels = parse_numbers(texts, settings.form, _affix(settings))
    if len(labels) > 0 and labels.min() == labels.max():
        raise LabelError(
            f"{settings.label}: all {len(labels)} rows have the same label, so there is nothing to "
            "learn; nothing was prepared."
        )
    return labels


def canonical_labels(texts: Any, settings: Settings) -> list[Class]:
    """Labels as answers give them: numbers where the column is numeric, else texts."""
    column = settings.label_column
    if column is not None and column["type"] == CATEGORY:
        return list(texts)
    return [int(value) if value.is_integer() else value for value in _floats(texts, settings)]


def _floats(texts: Any, settings: Settings) -> list[float]:
    return parse_numbers(texts, settings.form, _affix(settings)).tolist()


def _affix(settings: Settings) -> str | None:
    column = settings.label_column
    return None if column is None else column.get("affix")


def find_classes(labels: list[Class], settings: Settings) -> list[Class]:
    """The declared values in their order, else the distinct labels, sorted."""
    column = settings.label_column
    declared = (column or {}).get("values")
    found: list[Any] = sorted(set(labels))
    classes: list[Class] = list(declared) if declared else found
    missing = [value for value in classes if value not in set(labels)]
    if missing:
        raise LabelError(
            f"{settings.label}: no row is of the class {_name(missing)}; nothing was prepared. "
            "Leave it out of the declared values, or add rows."
        )
    _check_count(classes, settings)
    return classes


def _check_count(classes: list[Class], settings: Settings) -> None:
    count = len(classes)
    if count < 2:
        raise LabelError(
            f"{settings.label}: all rows are of one class, so there is nothing to learn; "
            "nothing was prepared."
        )
    if settings.problem == BINARY and count != 2:
        raise LabelError(
            f"{settings.label}: a binary label has two classes, this one has {count}; nothing was "
            "prepared. Use the problem multiclass."
        )
    if count > MAXIMUM_CLASSES:
        raise LabelError(
            f"{settings.label}: {count} classes are more than the {MAXIMUM_CLASSES} that are "
            "supported; nothing was prepared. Use the problem regression for numbers."
        )


def check_parts(
    labels: np.ndarray, parts: np.ndarray, classes: list[Class], settings: Settings
) -> list[str]:
    """Check that what is learned can be measured; give warnings."""
    for part, name in NAMED_PARTS:
        if not (parts == part).any():
            raise LabelError(
                f"The {name} part of {len(labels)} rows is empty; nothing was prepared. Add rows."
            )
    if settings.problem == REGRESSION:
        return _check_constant(labels, parts, settings)
    return _check_classes(labels, parts, classes, settings)


def _check_constant(labels: np.ndarray, parts: np.ndarray, settings: Settings) -> list[str]:
    for part, name in NAMED_PARTS:
        if part == VALIDATION:
            continue
        own = labels[parts == part]
        if own.min() == own.max():
            raise LabelError(
                f"{settings.label}: the label is the same in all {len(own)} rows of the {name} part; "
                "nothing was prepared. Add rows."
            )
    return []


def _check_classes(
    labels: np.ndarray, parts: np.ndarray, classes: list[Class], settings: Settings
) -> list[str]:
    warnings = []
    for number, value in enumerate(classes):
        for part, name in NAMED_PARTS:
            if (labels[parts == part] == number).any():
                continue
            rows = int((labels == number).sum())
            fact = f"class {value} has {rows} rows, none of them in the {name} part"
            if part == TRAIN or settings.problem == BINARY:
                raise LabelError(
                    f"{settings.label}: {fact}; nothing was prepared. Add rows, or leave the class "
                    "out with dataset.exclude."
                )
            warnings.append(f"{settings.label}: {fact}")
    return warnings


def check_folds(labels: np.ndarray, split: Split, settings: Settings) -> None:
    """Check that each fold can be predicted by the others: they hold more than one class."""
    for fold in range(FOLDS):
        learn = (split.folds != fold) & (split.parts != TEST)
        if len(np.unique(labels[learn])) < 2:
            raise LabelError(
                f"{settings.label}: without fold {fold + 1} of {FOLDS}, no two labels are left to learn "
                "from; nothing was prepared. Add rows of the rare class."
            )


def _name(values: list[Class]) -> str:
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return ", ".join(str(value) for value in values[:SHOWN]) + more
