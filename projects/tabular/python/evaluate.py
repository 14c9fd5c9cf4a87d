"""Evaluate a model on the raw test rows, and the champion on the same rows.

    python3 -m evaluate --manifest manifest.json --test test --model model --preprocessor preprocessor

The rows pass through the scripts that will serve them, so that what is measured is what goes live.
Written below --output:

    evaluation.json   metrics in SageMaker's model-quality shape; `out_of_fold` holds those of all rows,
                      `champion` the champion's
    smoke.json        raw rows with the answers that the endpoint must give
    predictions.csv   label and prediction of every test row, and the probability of each class
    stepmill-predictions.json  how often which answer is to be expected, for later comparison
    champion-predictions.csv   the champion's on the same rows, where there is a champion
"""

import argparse
import csv
import io
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from baseline import PREDICTIONS_FILE, describe_predictions
from metrics import KEYS, Predictions, measure
from problems import REGRESSION
from served import ServedModel, load_served
from table import Settings

#: A request of one part of the test rows stays below the limit of a body.
PART_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class TestRows:
    """Raw rows without the label, and their labels: numbers, or numbers of classes."""

    rows: list[list[str]]
    labels: np.ndarray
    groups: np.ndarray


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--manifest", type=Path, default=root / "input/manifest/manifest.json")
    for name in ("test", "preprocessor", "model", "champion-preprocessor", "champion-model"):
        parser.add_argument(f"--{name}", type=Path, default=root / "input" / name)
    parser.add_argument("--output", type=Path, default=root / "output/evaluation")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument(
        "--resamples", type=int, default=200, help="bootstrap resamples of the rows"
    )
    parser.add_argument("--smoke-rows", type=int, default=20)
    return parser.parse_args(arguments)


def read_test_rows(settings: Settings, folder: Path) -> TestRows:
    """Read the raw test rows without the label, and the labels."""
    names = [column["name"] for column in settings.columns]
    # Read as text, so that the rows go to the model exactly as they came.
    texts = pd.read_csv(
        folder / "test.csv",
        header=None,
        names=names,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
    )
    truth = pd.read_csv(folder / "truth.csv")
    rows = texts.drop(columns=[settings.label], errors="ignore").to_numpy().tolist()
    return TestRows(rows, truth["label"].to_numpy(dtype=float), truth["group"].to_numpy())


def format_row(row: list[str], delimiter: str) -> str:
    """Render a raw row as a client sends it."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(row)
    return line.getvalue()


def split_lines(lines: list[str]) -> list[list[str]]:
    """Parts that are small enough for a request."""
    parts: list[list[str]] = [[]]
    size = 0
    for line in lines:
        if parts[-1] and size + len(line) > PART_CHARACTERS:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line)
    return parts


def predict(served: ServedModel, test: TestRows, settings: Settings, classes: list) -> Predictions:
    """Send all rows through the scripts of one container or two, as the endpoint does."""
    if settings.problem == REGRESSION:
        return predict_numbers(served, test, settings)
    return predict_classes(served, test, classes)


def predict_numbers(served: ServedModel, test: TestRows, settings: Settings) -> Predictions:
    """One number a line."""
    lines = [format_row(row, settings.form["delimiter"]) for row in test.rows]
    answers = [
        answer
        for part in split_lines(lines)
        for answer in served.ask("\n".join(part) + "\n", "text/csv").split()
    ]
    predicted = np.array([served.read_number(answer) for answer in answers])
    if len(predicted) != len(lines):
        raise served.no_answer()
    return Predictions(test.labels, predicted, np.zeros((len(lines), 0)), test.groups)


def predict_classes(served: ServedModel, test: TestRows, classes: list) -> Predictions:
    """The probability of each class. A champion may know other classes."""
    names = [str(value) for value in classes]
    rows = [json.dumps(row, ensure_ascii=False) for row in test.rows]
    answers = [
        answer
        for part in split_lines(rows)
        for answer in served.ask_probabilities(f"[{', '.join(part)}]")
    ]
    if len(answers) != len(rows):
        raise served.no_answer()
    probabilities = np.array(
        [[answer["probabilities"].get(name, 0.0) for name in names] for answer in answers]
    )
    places = {name: place for place, name in enumerate(names)}
    predicted = np.array([places.get(str(answer["prediction"]), -1) for answer in answers])
    return Predictions(test.labels, predicted, probabilities, test.groups)


def read_out_of_fold(served: ServedModel) -> Predictions | None:
    """What training predicted without each row's fold."""
    file = served.folder / "out-of-fold.csv"
    if not file.exists():
        return None
    table = pd.read_csv(file)
    own = [name for name in table.columns if name.startswith("probability_")]
    return Predictions(
        table["actual"].to_numpy(dtype=float),
        table["predicted"].to_numpy(dtype=float),
        table[own].to_numpy(dtype=float),
        table["group"].to_numpy(),
    )


def describe_smoke_test(
    served: ServedModel, test: TestRows, found: Predictions, settings: Settings, count: int
) -> dict[str, Any]:
    """Keep a few rows with the answers this very model gives to them."""
    chosen = range(min(count, len(test.rows)))
    lines = [format_row(test.rows[index], settings.form["delimiter"]) for index in chosen]
    is_regression = settings.problem == REGRESSION
    answers = served.ask("\n".join(lines) + "\n", "text/csv").splitlines()
    classes = served.classes
    return {
        "contentType": "text/csv",
        "rows": [
            {
                "row": lines[index],
                "expected": float(answers[index]) if is_regression else answers[index],
                "actual": float(found.actual[index])
                if is_regression
                else classes[int(found.actual[index])],
            }
            for index in chosen
        ],
        **({} if is_regression else {"labels": [str(name) for name in classes]}),
        "tolerance": 1e-4,
        "bounds": {
            "minimum": float(np.min(found.predicted)) if is_regression else 0.0,
            "maximum": float(np.max(found.predicted)) if is_regression else 1.0,
        },
    }


def write_predictions(path: Path, found: Predictions, classes: list) -> None:
    """Write label and prediction of every test row."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["actual", "predicted", *(f"probability_{name}" for name in classes)])
        for actual, predicted, own in zip(found.actual, found.predicted, found.probabilities):
            pair = (
                [classes[int(actual)], classes[int(predicted)]] if classes else [actual, predicted]
            )
            writer.writerow([_format(value) for value in [*pair, *own]])


def _format(value: Any) -> Any:
    return format(value, ".9g") if isinstance(value, float) else value


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    settings = Settings.of(json.loads(options.manifest.read_text(encoding="utf-8")))
    test = read_test_rows(settings, options.test)
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workspace:
        served = load_served(options.preprocessor, options.model, "candidate", Path(workspace))
        evaluation, found = evaluate_candidate(served, test, settings, options)
        if (options.champion_model / "model.tar.gz").exists():
            folders = (options.champion_preprocessor, options.champion_model)
            champion = load_served(*folders, "champion", Path(workspace))
            own = predict(champion, test, settings, served.classes)
            write_predictions(options.output / "champion-predictions.csv", own, served.classes)
            metrics = measure(
                settings.problem, served.classes, own, options.resamples, options.seed
            )
            evaluation["champion"] = {KEYS[settings.problem]: metrics}
        smoke = describe_smoke_test(served, test, found, settings, options.smoke_rows)
        # Of all rows where there are predictions out of fold, because the test rows are fewer.
        expected = read_out_of_fold(served) or found
    write_json(options.output / "evaluation.json", evaluation)
    write_json(options.output / "smoke.json", smoke)
    write_json(
        options.output / PREDICTIONS_FILE,
        describe_predictions(settings.problem, served.classes, expected),
    )
    write_predictions(options.output / "predictions.csv", found, served.classes)
    print(json.dumps(evaluation[KEYS[settings.problem]]))
    return 0


def evaluate_candidate(
    served: ServedModel, test: TestRows, settings: Settings, options: argparse.Namespace
) -> tuple[dict[str, Any], Predictions]:
    """The metrics of the test rows, and of all rows out of fold."""
    problem, classes = settings.problem, served.classes
    found = predict(served, test, settings, classes)
    evaluation: dict[str, Any] = {
        "version": 0,
        "dataset": {"item_count": len(test.rows)},
        KEYS[problem]: measure(problem, classes, found, options.resamples, options.seed),
        "warnings": served.description.get("warnings", []),
    }
    everything = read_out_of_fold(served)
    if everything is not None:
        metrics = measure(problem, classes, everything, options.resamples, options.seed)
        evaluation["out_of_fold"] = {KEYS[problem]: metrics}
    return evaluation, found


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write strict JSON: no NaN."""
    path.write_text(json.dumps(content, indent=2, allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
