"""Describe the rows that a model is trained on, for later comparison with what it is asked.

    python3 -m baseline --manifest manifest.json --data data --output output/baseline

For a project with scripts of its own, whose rows lie as files of the declared columns; `preprocess` of
the kit writes the same of its training part. Memory does not grow with the rows. Written to --output:

    statistics.json         in Model Monitor's shape
    constraints.json        in Model Monitor's shape
    stepmill-baseline.json  the columns of a request, and of each the bins and counts to compare with
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from bins import choose_edges, count_bins
from fields import CATEGORY, NUMBER, Column, is_ignored
from metrics import Predictions
from model_monitor import describe_constraints, describe_statistics, most_frequent
from problems import BINARY
from profiles import (
    NumberProfile,
    Profile,
    Values,
    add_to_profile,
    as_compared,
    read_column,
    start_profile,
)
from table import Settings, read_chunks
from target import hidden_by_target

VERSION = 1
BASELINE_FILE = "stepmill-baseline.json"
PREDICTIONS_FILE = "stepmill-predictions.json"
STATISTICS_FILE, CONSTRAINTS_FILE = "statistics.json", "constraints.json"

#: Names of what a model answers.
PREDICTION, PROBABILITY = "prediction", "probability"

#: Values of all columns, and how many fields of each are not of its type.
Chunk = tuple[Values, dict[str, int]]
#: Gives all rows in chunks, and again when it is called again.
Source = Callable[[], Iterator[Chunk]]


def profile_rows(columns: list[Column], source: Source) -> list[Profile]:
    """Read all rows once."""
    profiles = [start_profile(column) for column in columns]
    for values, invalid in source():
        for profile in profiles:
            name = profile.column["name"]
            add_to_profile(profile, values[name], invalid.get(name, 0))
    return profiles


def describe_profiles(profiles: list[Profile], source: Source) -> list[dict[str, Any]]:
    """Read all rows again, and count them in bins."""
    edges = {
        profile.column["name"]: choose_edges(profile)
        for profile in profiles
        if isinstance(profile, NumberProfile)
    }
    counts = {name: np.zeros(len(own) + 1, dtype=int) for name, own in edges.items()}
    columns = {profile.column["name"]: profile.column for profile in profiles}
    for values, _ in source():
        for name, own in edges.items():
            counts[name] += count_bins(own, as_compared(columns[name], values[name]))
    return [describe_profile(profile, edges, counts) for profile in profiles]


def describe_profile(
    profile: Profile, edges: dict[str, list[float]], counts: dict[str, np.ndarray]
) -> dict[str, Any]:
    """What a column is compared with later."""
    name = profile.column["name"]
    head = {
        **profile.column,
        "present": profile.present,
        "missing": profile.missing,
        "invalid": profile.invalid,
    }
    if isinstance(profile, NumberProfile):
        bins = {"edges": edges[name], "counts": counts[name].tolist()}
        return {**head, **bins, "deviation": profile.deviation, "sketch": profile.sketch.describe()}
    return {
        **head,
        "counts": dict(most_frequent(profile)),
        "isComplete": profile.forgotten == 0,
        "forgotten": profile.forgotten,
    }


def describe_rows(
    settings: Settings, used: list[Column], source: Source, rows: int
) -> dict[str, dict[str, Any]]:
    """The content of the three files."""
    profiles = profile_rows(used, source)
    return {
        STATISTICS_FILE: describe_statistics(profiles, rows),
        CONSTRAINTS_FILE: describe_constraints(profiles),
        BASELINE_FILE: {
            "version": VERSION,
            "problem": settings.problem,
            "label": settings.label,
            "form": settings.form,
            "rows": rows,
            "request": [describe_requested(column) for column in settings.requested()],
            "columns": describe_profiles(profiles, source),
        },
    }


def describe_requested(column: Column) -> dict[str, Any]:
    """A column of a request, in the order of the file."""
    return {"name": column["name"], "type": column["type"], "ignore": is_ignored(column)}


def write_baseline(folder: Path, files: dict[str, dict[str, Any]]) -> None:
    """Write the files as strict JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = json.dumps(content, allow_nan=False, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")


def output_columns(classes: list) -> list[Column]:
    """What a model answers to a row, as columns; a model without named classes answers numbers.

    A binary problem's probability is that of the second class, a multiclass problem's that of the
    answered one.
    """
    if not classes:
        return [{"name": PREDICTION, "type": NUMBER}]
    return [{"name": PREDICTION, "type": CATEGORY}, {"name": PROBABILITY, "type": NUMBER}]


def describe_predictions(problem: str, classes: list, found: Predictions) -> dict[str, Any]:
    """The content of `stepmill-predictions.json`: how often which answer is to be expected."""
    values: Values = {PREDICTION: found.predicted}
    if classes:
        names = np.array([str(name) for name in classes], dtype=object)
        chosen = found.predicted.astype(int)
        own = np.ones(len(chosen), dtype=int) if problem == BINARY else chosen
        values = {
            PREDICTION: names[chosen],
            PROBABILITY: found.probabilities[np.arange(len(chosen)), own],
        }

    def source() -> Iterator[Chunk]:
        yield values, {}

    profiles = profile_rows(output_columns(classes), source)
    return {
        "version": VERSION,
        "problem": problem,
        "classes": classes,
        "rows": len(found.predicted),
        "columns": describe_profiles(profiles, source),
    }


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--manifest", type=Path, default=root / "input/manifest/manifest.json")
    parser.add_argument("--data", type=Path, default=root / "input/data")
    parser.add_argument("--output", type=Path, default=root / "output/baseline")
    return parser.parse_args(arguments)


def read_source(settings: Settings, columns: list[Column], folder: Path) -> Source:
    """All rows of the files, that the project does not exclude."""

    def source() -> Iterator[Chunk]:
        for texts in read_chunks(settings, folder):
            read = {
                column["name"]: read_column(texts[column["name"]].tolist(), column, settings.form)
                for column in columns
            }
            yield (
                {name: values for name, (values, _) in read.items()},
                {name: invalid for name, (_, invalid) in read.items()},
            )

    return source


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    settings = Settings.of(json.loads(options.manifest.read_text(encoding="utf-8")))
    hidden = hidden_by_target(settings)
    settings = replace(
        settings,
        columns=[
            {**column, "ignore": True} if column["name"] in hidden else column
            for column in settings.columns
        ],
    )
    used = [column for column in settings.requested() if not is_ignored(column)]
    source = read_source(settings, used, options.data)
    rows = sum(len(texts) for texts in read_chunks(settings, options.data))
    if rows == 0:
        raise ValueError("The dataset has no row; no baseline was written.")
    write_baseline(options.output, describe_rows(settings, used, source, rows))
    print(f"baseline: {rows} rows, {len(used)} columns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
