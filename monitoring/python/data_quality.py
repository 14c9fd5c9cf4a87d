"""Whether the rows of a window are still what the model was trained on: types, gaps, categories, ranges.

Every number stands beside the threshold that it was held against. What exceeds one is a violation, in
the words of Model Monitor.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html
"""

from typing import Any

from captures import EXTRA_FIELDS, MISSING_FIELDS, Tally
from fields import CATEGORY
from profiles import NumberProfile
from scipy import stats
from settings import Settings
from window import WindowColumn

#: Model Monitor's names of checks; it has none for a declared range.
DATA_TYPE, COMPLETENESS = "data_type_check", "completeness_check"
CATEGORIES, DRIFT = "categorical_values_check", "baseline_drift_check"
MISSING_COLUMN, EXTRA_COLUMN = "missing_column_check", "extra_column_check"
RANGE = "range_check"

#: Characters of a category that a report repeats.
QUOTED_CHARACTERS = 40
QUOTED_CATEGORIES = 20

Described = dict[str, Any]


def check_column(column: WindowColumn, settings: Settings) -> Described:
    """All checks of a column."""
    return {
        "typed": check_type(column, settings),
        "missing": check_missing(column, settings),
        "known": check_categories(column, settings),
        "within": check_range(column, settings),
    }


def check_type(column: WindowColumn, settings: Settings) -> Described:
    """The share of fields that are of the column's type."""
    profile = column.profile
    given = profile.present + profile.invalid
    return _at_least(profile.present, given, settings.minimum_typed)


def _at_least(good: int, all_of: int, threshold: float) -> Described:
    share = good / all_of if all_of > 0 else None
    return {
        "share": share,
        "threshold": threshold,
        "violated": share is not None and share < threshold,
    }


def check_missing(column: WindowColumn, settings: Settings) -> Described:
    """The share of gaps then and now, and the probability of so many if nothing had changed."""
    before, now = column.baseline["missing"], column.profile.missing
    all_before = before + column.baseline["present"] + column.baseline["invalid"]
    found: Described = {
        "baseline": before / all_before if all_before > 0 else None,
        "current": now / column.rows if column.rows > 0 else None,
        "increase": None,
        "threshold": settings.maximum_missing_increase,
        "p": None,
        "significance": settings.missing_significance,
        "violated": False,
    }
    if all_before == 0 or column.rows == 0:
        return found
    increase = now / column.rows - before / all_before
    # Fisher's exact test, one-sided.
    p = stats.hypergeom.sf(now - 1, all_before + column.rows, before + now, column.rows)
    is_more = increase > settings.maximum_missing_increase and p <= settings.missing_significance
    return {**found, "increase": increase, "p": float(p), "violated": bool(is_more)}


def check_categories(column: WindowColumn, settings: Settings) -> Described | None:
    """Categories that training has not seen; None where that is not known."""
    if column.type != CATEGORY or not column.baseline["isComplete"]:
        return None
    unseen = column.unseen()
    rows = sum(unseen.values()) + column.forgotten()
    present = column.profile.present
    named = [
        {"value": name[:QUOTED_CHARACTERS], "rows": count}
        for name, count in list(unseen.items())[:QUOTED_CATEGORIES]
    ]
    share = _at_least(present - rows, present, settings.minimum_known)
    return {**share, "unseenRows": rows, "unseenValues": len(unseen), "unseen": named}


def check_range(column: WindowColumn, settings: Settings) -> Described | None:
    """The share of numbers within the declared range; None where none is declared."""
    profile = column.profile
    is_declared = "minimum" in column.baseline or "maximum" in column.baseline
    if not isinstance(profile, NumberProfile) or not is_declared:
        return None
    return _at_least(profile.present - profile.outside, profile.present, settings.minimum_within)


def find_violations(column: WindowColumn, checks: Described) -> list[Described]:
    """The violated checks of a column."""
    typed, missing = checks["typed"], checks["missing"]
    known, within = checks["known"], checks["within"]
    found = []
    if typed["violated"]:
        text = f"Only {typed['share']:.2%} of the fields are of the type {column.type}."
        found.append(violation(column.name, DATA_TYPE, text, typed["threshold"]))
    if missing["violated"]:
        text = f"{missing['current']:.2%} of the fields are missing, in the baseline {missing['baseline']:.2%}."
        found.append(violation(column.name, COMPLETENESS, text, missing["threshold"]))
    if known is not None and known["violated"]:
        text = f"{known['unseenRows']} rows have one of {known['unseenValues']} categories that the baseline lacks."
        found.append(violation(column.name, CATEGORIES, text, known["threshold"]))
    if within is not None and within["violated"]:
        text = f"Only {within['share']:.2%} of the numbers are within the declared range."
        found.append(violation(column.name, RANGE, text, within["threshold"]))
    return found


def violation(name: str, check: str, text: str, threshold: float) -> Described:
    """One violation in Model Monitor's shape."""
    return {
        "feature_name": name,
        "constraint_check_type": check,
        "description": f"{text} Threshold: {threshold:g}.",
    }


def find_row_violations(tally: Tally, columns: int) -> list[Described]:
    """Rows of another shape, which no column shows."""
    checks = (
        ("Missing columns", MISSING_COLUMN, MISSING_FIELDS, "fewer"),
        ("Extra columns", EXTRA_COLUMN, EXTRA_FIELDS, "more"),
    )
    return [
        {
            "feature_name": name,
            "constraint_check_type": check,
            "description": f"{tally.reasons[reason]} rows have {word} than the {columns} columns of a request.",
        }
        for name, check, reason, word in checks
        if tally.reasons.get(reason, 0) > 0
    ]
