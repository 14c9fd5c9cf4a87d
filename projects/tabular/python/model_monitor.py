"""Statistics and constraints in the shapes of SageMaker Model Monitor, so that its readers read ours.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
"""

from typing import Any

import numpy as np
from fields import INTEGER, NUMBER
from profiles import CategoryProfile, NumberProfile, Profile

BUCKETS = 10
#: Categories that are written; Model Monitor writes the most frequent ones.
MAXIMUM_BUCKETS = 1_000
COMPARISON_THRESHOLD = 0.1

INTEGRAL, FRACTIONAL, STRING, UNKNOWN = "Integral", "Fractional", "String", "Unknown"


def infer_type(profile: Profile) -> str:
    """Model Monitor's name of a column's type."""
    if profile.column["type"] not in (NUMBER, INTEGER):
        return STRING
    if profile.present == 0:
        return UNKNOWN
    return INTEGRAL if isinstance(profile, NumberProfile) and profile.is_integral else FRACTIONAL


def describe_statistics(profiles: list[Profile], rows: int) -> dict[str, Any]:
    """`statistics.json`."""
    return {
        "version": 0.0,
        "dataset": {"item_count": rows},
        "features": [describe_feature(profile) for profile in profiles],
    }


def describe_feature(profile: Profile) -> dict[str, Any]:
    """One column of `statistics.json`. What is not of the column's type counts as missing."""
    common = {"num_present": profile.present, "num_missing": profile.missing + profile.invalid}
    head = {"name": profile.column["name"], "inferred_type": infer_type(profile)}
    if isinstance(profile, NumberProfile) and profile.column["type"] in (NUMBER, INTEGER):
        return {**head, "numerical_statistics": describe_numbers(profile, common)}
    return {**head, "string_statistics": describe_strings(profile, common)}


def describe_numbers(profile: NumberProfile, common: dict[str, Any]) -> dict[str, Any]:
    """Moments and distribution of numbers; a column without any has no more than its counts."""
    if profile.present == 0:
        return {"common": common}
    return {
        "common": common,
        "mean": profile.mean,
        "sum": profile.mean * profile.present,
        "std_dev": profile.deviation,
        "min": profile.least,
        "max": profile.most,
        "distribution": {
            "kll": {"buckets": describe_buckets(profile), "sketch": profile.sketch.describe()}
        },
    }


def describe_buckets(profile: NumberProfile) -> list[dict[str, float]]:
    """Ten buckets of the same width, from the sketch."""
    edges = np.linspace(profile.least, profile.most, BUCKETS + 1)
    counts = profile.sketch.counts_between(edges)
    return [
        {"lower_bound": float(low), "upper_bound": float(high), "count": float(count)}
        for low, high, count in zip(edges[:-1], edges[1:], counts)
    ]


def describe_strings(profile: Profile, common: dict[str, Any]) -> dict[str, Any]:
    """Categories with their counts; of texts and dates only how many different ones there are."""
    counts = [] if isinstance(profile, NumberProfile) else most_frequent(profile)
    distinct = profile.distinct if isinstance(profile, NumberProfile) else profile.counts
    buckets = [{"value": value, "count": count} for value, count in counts[:MAXIMUM_BUCKETS]]
    return {
        "common": common,
        "distinct_count": float(len(distinct)),
        "distribution": {"categorical": {"buckets": buckets}},
    }


def most_frequent(profile: CategoryProfile) -> list[tuple[str, int]]:
    """Values by their number of rows, and then by name."""
    return sorted(profile.counts.items(), key=lambda pair: (-pair[1], pair[0]))


def describe_constraints(profiles: list[Profile]) -> dict[str, Any]:
    """`constraints.json`: what the rows that a model was trained on kept."""
    return {
        "version": 0.0,
        "features": [describe_constraint(profile) for profile in profiles],
        "monitoring_config": {
            "evaluate_constraints": "Enabled",
            "emit_metrics": "Enabled",
            "datatype_check_threshold": 1.0,
            "domain_content_threshold": 1.0,
            "distribution_constraints": {
                "perform_comparison": "Enabled",
                "comparison_threshold": COMPARISON_THRESHOLD,
                "comparison_method": "Robust",
            },
        },
    }


def describe_constraint(profile: Profile) -> dict[str, Any]:
    """One column of `constraints.json`."""
    rows = profile.present + profile.missing + profile.invalid
    head = {
        "name": profile.column["name"],
        "inferred_type": infer_type(profile),
        "completeness": profile.present / rows if rows > 0 else 0.0,
    }
    if isinstance(profile, CategoryProfile):
        domain = profile.column.get("values") or [name for name, _ in most_frequent(profile)]
        is_known = profile.forgotten == 0 and len(domain) <= MAXIMUM_BUCKETS
        return {**head, **({"string_constraints": {"domains": domain}} if is_known else {})}
    if profile.column["type"] not in (NUMBER, INTEGER) or profile.present == 0:
        return head
    least = profile.column.get("minimum", profile.least)
    return {**head, "num_constraints": {"is_non_negative": bool(least >= 0)}}
