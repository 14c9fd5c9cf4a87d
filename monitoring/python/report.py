"""Write what was found: Model Monitor's files, our own report, and a summary for a state machine."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baseline import CONSTRAINTS_FILE, STATISTICS_FILE
from captures import Tally
from data_quality import DRIFT, RANGE, check_column, find_row_violations, find_violations, violation
from drift import (
    DRIFTED,
    NO_TRAFFIC,
    NOT_ENOUGH_DATA,
    OK,
    Comparison,
    describe_distribution,
    halfway,
    measure_distances,
)
from model_monitor import describe_constraints, describe_statistics
from settings import Settings

VERSION = 1
REPORT_FILE, SUMMARY_FILE = "stepmill-drift.json", "summary.json"
VIOLATIONS_FILE = "constraint_violations.json"

#: SageMaker gives the first 1,024 bytes of a message as the job's ExitMessage.
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeProcessingJob.html
MAXIMUM_MESSAGE_BYTES = 1_024
#: Names in a summary, which a state machine reads whole.
MAXIMUM_NAMES = 50

Described = dict[str, Any]


@dataclass
class Findings:
    """All that is known about a window."""

    settings: Settings
    source: str
    tally: Tally
    baseline_rows: int
    request_columns: int
    columns: list[Comparison]
    predictions: list[Comparison]
    quality: Described | None
    notes: list[str] = field(default_factory=list)

    @property
    def drifted(self) -> list[str]:
        """Names of columns that drifted."""
        return [each.name for each in self.columns if each.verdict == DRIFTED]

    @property
    def drifted_predictions(self) -> list[str]:
        """Names of what the model answers that drifted."""
        return [each.name for each in self.predictions if each.verdict == DRIFTED]

    @property
    def verdict(self) -> str:
        """About the window as a whole."""
        if self.tally.rows == 0:
            return NO_TRAFFIC
        verdicts = [each.verdict for each in [*self.columns, *self.predictions]]
        if DRIFTED in verdicts:
            return DRIFTED
        return OK if OK in verdicts else NOT_ENOUGH_DATA


def describe_report(found: Findings) -> tuple[Described, list[Described]]:
    """Our own report, and all violations."""
    violations = find_row_violations(found.tally, found.request_columns)
    columns = [describe_column(each, found.settings, violations) for each in found.columns]
    predictions = [describe_comparison(each, found.settings) for each in found.predictions]
    settings = found.settings
    report = {
        "version": VERSION,
        "project": settings.project,
        "modelPackageArn": settings.model_package_arn,
        "endpointName": settings.endpoint_name,
        "source": found.source,
        "window": {"start": settings.window_start, "end": settings.window_end},
        "verdict": found.verdict,
        "rows": found.tally.rows,
        "baselineRows": found.baseline_rows,
        "samplingPercent": settings.sampling_percent,
        "estimatedRows": estimate_rows(found),
        "drifted": found.drifted,
        "driftedPredictions": found.drifted_predictions,
        "thresholds": describe_thresholds(settings),
        "columns": columns,
        "predictions": predictions,
        "violations": violations,
        "quality": found.quality,
        "read": found.tally.describe(),
        "notes": found.notes,
    }
    return report, violations


def estimate_rows(found: Findings) -> int | None:
    """How many rows were sent, where only a part is captured."""
    percent = found.settings.sampling_percent
    return round(found.tally.rows * 100 / percent) if percent > 0 else None


def describe_thresholds(settings: Settings) -> Described:
    """What the verdicts were held against."""
    return {
        "minimumRows": settings.minimum_rows,
        "minimumExpected": settings.minimum_expected,
        "minimumEffect": settings.minimum_effect,
        "confidence": settings.confidence,
        "significance": settings.significance,
        "permutations": settings.permutations,
        "seed": settings.seed,
    }


def describe_column(each: Comparison, settings: Settings, violations: list[Described]) -> Described:
    """A column of requests: its drift, and its checks."""
    checks = check_column(each.column, settings)
    violations += find_violations(each.column, checks)
    if each.verdict == DRIFTED and each.psi is not None and each.threshold is not None:
        text = f"The population stability index is {each.psi:.4f}."
        violations.append(violation(each.name, DRIFT, text, each.threshold))
    return {**describe_comparison(each, settings), "checks": checks}


def describe_comparison(each: Comparison, settings: Settings) -> Described:
    """The three parts of the rule, each beside its threshold, and both distributions."""
    expected = None
    if each.psi is not None:
        rows = each.baseline / each.baseline.sum() * each.current.sum()
        expected = float(halfway(rows, each.current).min())
    return {
        "name": each.name,
        "type": each.column.type,
        "verdict": each.verdict,
        "reason": each.reason,
        "rows": {
            "current": int(each.current.sum()),
            "baseline": int(each.baseline.sum()),
            "threshold": settings.minimum_rows,
        },
        "expected": {"least": expected, "threshold": settings.minimum_expected},
        "effect": {
            "psi": each.psi,
            "threshold": each.threshold,
            "minimum": settings.minimum_effect,
            "chance": each.chance,
            "bins": len(each.baseline),
        },
        "significance": {"p": each.p, "q": each.q, "threshold": settings.significance},
        "distances": measure_distances(each),
        **describe_distribution(each.column, settings),
    }


def write_report(folder: Path, found: Findings) -> Described:
    """Write all files; give the summary."""
    folder.mkdir(parents=True, exist_ok=True)
    report, violations = describe_report(found)
    summary = summarize(report)
    profiles = [each.column.profile for each in found.columns]
    # Model Monitor has no name for a check of a declared range.
    known = [each for each in violations if each["constraint_check_type"] != RANGE]
    files = {
        STATISTICS_FILE: describe_statistics(profiles, found.tally.rows),
        CONSTRAINTS_FILE: describe_constraints(profiles),
        VIOLATIONS_FILE: {"violations": known},
        REPORT_FILE: report,
        SUMMARY_FILE: summary,
    }
    for name, content in files.items():
        (folder / name).write_text(render(content), encoding="utf-8")
    return summary


def render(content: Any) -> str:
    """Strict JSON: no NaN."""
    return json.dumps(content, allow_nan=False, ensure_ascii=False)


def summarize(report: Described) -> Described:
    """What a state machine decides by; a few kilobytes at most."""
    quality = report["quality"] or {}
    compared = [each for each in report["columns"] if each["effect"]["psi"] is not None]
    worst = max(compared, key=lambda each: each["effect"]["psi"], default=None)
    labels = quality.get("labels") or {}
    return {
        "version": VERSION,
        "verdict": report["verdict"],
        "window": report["window"],
        "rows": report["rows"],
        "broken": report["read"]["broken"]["count"],
        "drifted": report["drifted"][:MAXIMUM_NAMES],
        "driftedPredictions": report["driftedPredictions"],
        "notEnoughData": sum(each["verdict"] == NOT_ENOUGH_DATA for each in report["columns"]),
        "violations": len(report["violations"]),
        "worst": None
        if worst is None
        else {
            "column": worst["name"],
            "psi": worst["effect"]["psi"],
            "threshold": worst["effect"]["threshold"],
        },
        "effects": {each["name"]: each["effect"]["psi"] for each in compared[:MAXIMUM_NAMES]},
        "labelled": labels.get("labelled", 0),
        "coverage": labels.get("coverage"),
        "measured": values_of(quality.get("measured")),
        "estimated": values_of(quality.get("estimated")),
    }


def values_of(measured: Described | None) -> dict[str, float] | None:
    """Metrics without their intervals."""
    own = [
        metrics
        for key, metrics in (measured or {}).items()
        if key.endswith("_metrics") and isinstance(metrics, dict)
    ]
    if not own:
        return None
    return {name: metric["value"] for name, metric in list(own[0].items())[:MAXIMUM_NAMES]}


def write_message(path: Path, summary: Described) -> None:
    """Leave the verdict as the job's ExitMessage, which names fewer columns where there are many."""
    names = list(summary["drifted"])
    short = {key: summary[key] for key in ("verdict", "rows", "violations", "coverage")}
    while True:
        text = render({**short, "drifted": names})
        if len(text.encode()) <= MAXIMUM_MESSAGE_BYTES or not names:
            break
        names.pop()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
