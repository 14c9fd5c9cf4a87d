"""Compare what an endpoint was asked in a window with what its model was trained on.

    python3 -m monitor --captures captures --labels labels --baseline baseline --output report

Run by a processing job, whose inputs and output the defaults name. Instead of captures, --rows and
--answers give the files of a scoring batch. Memory does not grow with the rows. An empty window is a
verdict, not an error. Written to --output:

    stepmill-drift.json         our own report: every number beside its threshold
    summary.json                what a state machine decides by
    statistics.json             of this window, in Model Monitor's shape
    constraints.json            of this window, in Model Monitor's shape
    constraint_violations.json  what the window violates, in Model Monitor's shape
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from baseline import BASELINE_FILE, PREDICTIONS_FILE, VERSION, describe_predictions
from batch import read_batch
from captures import CapturedRow, Tally, Window, read_captures
from drift import compare_columns
from ground_truth import read_labels
from metrics import Predictions
from outputs import Outputs
from problems import REGRESSION
from quality import QualityReader
from report import Findings, write_message, write_report
from settings import Settings, add_arguments, read_settings
from window import WindowColumn

SETTINGS_FILE = Path("/opt/ml/processing/input/settings/settings.json")
#: Rows that are in memory at a time.
ROWS_AT_ONCE = 5_000

Described = dict[str, Any]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every argument has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("captures", "labels", "baseline", "evaluation", "rows", "answers"):
        parser.add_argument(f"--{name}", type=Path, default=root / "input" / name)
    parser.add_argument("--output", type=Path, default=root / "output/report")
    parser.add_argument("--message", type=Path, default=Path("/opt/ml/output/message"))
    add_arguments(parser)
    return parser.parse_args(arguments)


def read_baseline(folder: Path, file: str) -> Described:
    """What training wrote; another version cannot be compared with."""
    path = folder / file
    if not path.exists():
        raise FileNotFoundError(
            f"{folder} holds no {file}, which training writes; nothing was monitored. Train the model "
            "again, or write one with `python3 -m baseline`."
        )
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.get("version") != VERSION:
        raise ValueError(
            f"{file} has version {found.get('version')}, and this program reads {VERSION}; nothing "
            "was monitored. Train the model again."
        )
    return found


def read_expected(folder: Path, problem: str, notes: list[str]) -> Described | None:
    """How often which answer is to be expected; a project's own evaluation may say it by its test rows."""
    if (folder / PREDICTIONS_FILE).exists():
        return read_baseline(folder, PREDICTIONS_FILE)
    file = folder / "predictions.csv"
    if not file.exists():
        notes.append("There is no baseline of predictions, so they were not compared.")
        return None
    predicted = pd.to_numeric(pd.read_csv(file)["predicted"], errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(predicted).all() or len(predicted) == 0:
        notes.append("predictions.csv holds answers that are not numbers; they were not compared.")
        return None
    nothing = np.zeros((len(predicted), 0))
    found = Predictions(predicted, predicted, nothing, np.arange(len(predicted)))
    return describe_predictions(problem, [], found)


class WindowReader:
    """Counts the rows of a window, column by column."""

    def __init__(self, baseline: Described, expected: Described | None) -> None:
        """The baseline decides which columns are compared."""
        self.form = baseline["form"]
        self.columns = [WindowColumn.of(column) for column in baseline["columns"]]
        places = {column["name"]: place for place, column in enumerate(baseline["request"])}
        self.places = [places[column.name] for column in self.columns]
        self.outputs = Outputs(baseline["problem"], (expected or {}).get("classes", []))
        self.predictions = [
            WindowColumn.of(column) for column in (expected or {}).get("columns", [])
        ]

    def add(self, rows: list[CapturedRow]) -> None:
        """Count rows."""
        for column, place in zip(self.columns, self.places):
            column.add_fields([row.fields[place] for row in rows], self.form)
        answers = [row.answer for row in rows if row.answer is not None]
        if not answers or not self.predictions:
            return
        values, invalid = self.outputs.columns(answers)
        for column in self.predictions:
            column.add(values[column.name], invalid)


def read_window(
    rows: Iterable[CapturedRow], reader: WindowReader, quality: QualityReader | None
) -> None:
    """Read all rows of a window, a part at a time."""
    for part in in_parts(rows):
        reader.add(part)
        if quality is not None:
            for row in part:
                quality.add(row)


def in_parts(rows: Iterable[CapturedRow]) -> Iterator[list[CapturedRow]]:
    """Lists of so many rows."""
    part: list[CapturedRow] = []
    for row in rows:
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def monitor(options: argparse.Namespace, settings: Settings) -> Findings:
    """Read everything and judge it."""
    baseline = read_baseline(options.baseline, BASELINE_FILE)
    notes = [settings.unreadable] if settings.unreadable else []
    expected = read_expected(options.evaluation, baseline["problem"], notes)
    reader, tally = WindowReader(baseline, expected), Tally()
    request, form = baseline["request"], baseline["form"]
    is_batch = options.rows.is_dir()
    quality = None
    if is_batch:
        rows = read_batch(options.rows, options.answers, request, form, tally)
    else:
        window = Window(settings.start, settings.end)
        rows = read_captures(options.captures, request, form, window, tally)
        quality = prepare_quality(options, settings, reader.outputs, notes)
    read_window(rows, reader, quality)
    return Findings(
        settings=settings,
        source="batch" if is_batch else "captures",
        tally=tally,
        baseline_rows=baseline["rows"],
        request_columns=len(request),
        columns=compare_columns(reader.columns, settings),
        # A family of tests of its own: many columns must not hide them.
        predictions=compare_columns(reader.predictions, settings),
        quality=None if quality is None else quality.describe(),
        notes=notes,
    )


def prepare_quality(
    options: argparse.Namespace, settings: Settings, outputs: Outputs, notes: list[str]
) -> QualityReader | None:
    """Labels are read first: a window's captures are more than its labels."""
    if outputs.problem != REGRESSION and not outputs.names:
        notes.append("The model's classes are not known, so that its answers are read as numbers.")
    return QualityReader(outputs, read_labels(options.labels), settings)


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    report(options, options.output, read_settings(options, SETTINGS_FILE))
    return 0


def report(options: argparse.Namespace, folder: Path, settings: Settings) -> None:
    """Judge, write the report, and leave the verdict as the job's message."""
    summary = write_report(folder, monitor(options, settings))
    write_message(options.message, summary)
    print(json.dumps({key: summary[key] for key in ("verdict", "rows", "broken", "violations")}))


if __name__ == "__main__":
    sys.exit(main())
