"""Evaluate a pipeline model on the raw test rows, and the champion on the same rows.

    python3 -m evaluate --manifest manifest.json --test test --model model --preprocessor preprocessor

The rows pass through the scripts that will serve them, so that what is measured is what goes live.
Written below --output:

    evaluation.json   metrics in SageMaker's model-quality shape; `champion` holds the champion's
    smoke.json        raw rows with the answers that the endpoint must give
    predictions.csv   label and prediction of every test row
"""

import argparse
import csv
import importlib.util
import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--manifest", type=Path, default=root / "input/manifest/manifest.json")
    parser.add_argument("--test", type=Path, default=root / "input/test")
    parser.add_argument("--preprocessor", type=Path, default=root / "input/preprocessor")
    parser.add_argument("--model", type=Path, default=root / "input/model")
    parser.add_argument(
        "--champion-preprocessor", type=Path, default=root / "input/champion-preprocessor"
    )
    parser.add_argument("--champion-model", type=Path, default=root / "input/champion-model")
    parser.add_argument("--output", type=Path, default=root / "output/evaluation")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument(
        "--resamples", type=int, default=200, help="bootstrap resamples of the test rows"
    )
    parser.add_argument("--smoke-rows", type=int, default=20)
    return parser.parse_args(arguments)


def load_stage(folder: Path, name: str, workspace: Path) -> tuple[ModuleType, Any]:
    """Unpack a model archive and load it with its own serving script."""
    target = workspace / name
    with tarfile.open(folder / "model.tar.gz") as archive:
        archive.extractall(target, filter="data")
    # Several scripts are called inference.py; each gets a module name of its own.
    spec = importlib.util.spec_from_file_location(f"{name}_inference", target / "code/inference.py")
    if spec is None or spec.loader is None:
        raise ImportError(
            f"{folder}/model.tar.gz holds no code/inference.py; nothing was evaluated."
        )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.model_fn(str(target))


def predict(preprocessor: Path, model: Path, name: str, workspace: Path, rows: str) -> np.ndarray:
    """Send rows through the scripts of one container or two, as the endpoint does."""
    try:
        answer = ask(preprocessor, model, name, workspace, rows)
        return np.array([float(line) for line in answer.split()])
    except Exception as error:
        if not isinstance(error, ValueError) and type(error).__name__ != "RefusedRow":
            raise
        # Its message may quote a row, which is personal data and would reach the job's failure.
        raise ValueError(
            f"The {name} does not answer the test rows with numbers; nothing was evaluated."
        ) from None


def ask(preprocessor: Path, model: Path, name: str, workspace: Path, rows: str) -> str:
    """Give the answer to rows, one line each."""
    score, booster = load_stage(model, f"{name}_model", workspace)
    if hasattr(score, "transform_fn"):
        # One container: its script takes raw rows.
        answer, _ = score.transform_fn(booster, rows, "text/csv", "text/csv")
    else:
        prepare, fitted = load_stage(preprocessor, f"{name}_preprocessor", workspace)
        features, content_type = prepare.transform_fn(fitted, rows, "text/csv", "text/csv")
        answer, _ = score.output_fn(
            score.predict_fn(score.input_fn(features, content_type), booster), "text/csv"
        )
    return answer


def mean_squared_error(actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """MSE along the last axis."""
    return np.mean((actual - predicted) ** 2, axis=-1)


def mean_absolute_error(actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """MAE along the last axis."""
    return np.mean(np.abs(actual - predicted), axis=-1)


def r_squared(actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Share of the variance explained, along the last axis."""
    total = np.sum((actual - actual.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
    return 1 - np.sum((actual - predicted) ** 2, axis=-1) / np.where(total == 0, np.nan, total)


METRICS: dict[str, Metric] = {
    "mse": mean_squared_error,
    "mae": mean_absolute_error,
    "r2": r_squared,
}


def measure(actual: np.ndarray, predicted: np.ndarray, resamples: int, seed: int) -> dict[str, Any]:
    """Give every metric with its standard deviation over bootstrap resamples of the rows."""
    draws = np.random.default_rng(seed).integers(0, len(actual), size=(resamples, len(actual)))
    return {
        name: {
            "value": float(metric(actual, predicted)),
            "standard_deviation": float(np.nanstd(metric(actual[draws], predicted[draws]))),
        }
        for name, metric in METRICS.items()
    }


def format_rows(rows: pd.DataFrame) -> list[str]:
    """Render raw rows as a client sends them."""
    buffer = io.StringIO()
    rows.to_csv(buffer, header=False, index=False, quoting=csv.QUOTE_MINIMAL)
    return buffer.getvalue().splitlines()


def read_test_rows(manifest: dict[str, Any], folder: Path) -> tuple[list[str], np.ndarray]:
    """Read the raw test rows without the label, and the labels."""
    names = [column["name"] for column in manifest["columns"]]
    # Read as text, so that the rows go to the model exactly as they came.
    table = pd.concat(
        pd.read_csv(file, header=None, names=names, dtype=str, keep_default_na=False)
        for file in sorted(folder.glob("*.csv"))
    )
    label = manifest["label"]
    return format_rows(table.drop(columns=[label])), table[label].to_numpy(dtype=float)


def describe_smoke_test(
    rows: list[str], actual: np.ndarray, predicted: np.ndarray, count: int
) -> dict[str, Any]:
    """Keep a few rows with the answers this very model gives to them."""
    chosen = range(min(count, len(rows)))
    return {
        "contentType": "text/csv",
        "rows": [
            {
                "row": rows[index],
                "expected": float(predicted[index]),
                "actual": float(actual[index]),
            }
            for index in chosen
        ],
        "tolerance": 1e-4,
        "bounds": {"minimum": float(np.min(predicted)), "maximum": float(np.max(predicted))},
    }


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    manifest = json.loads(options.manifest.read_text())
    rows, actual = read_test_rows(manifest, options.test)
    text = "\n".join(rows) + "\n"
    options.output.mkdir(parents=True, exist_ok=True)

    with tempfile.TemporaryDirectory() as workspace:
        candidate = predict(options.preprocessor, options.model, "candidate", Path(workspace), text)
        evaluation: dict[str, Any] = {
            "version": 0,
            "dataset": {"item_count": len(rows)},
            "regression_metrics": measure(actual, candidate, options.resamples, options.seed),
        }
        if (options.champion_model / "model.tar.gz").exists():
            champion = predict(
                options.champion_preprocessor,
                options.champion_model,
                "champion",
                Path(workspace),
                text,
            )
            metrics = measure(actual, champion, options.resamples, options.seed)
            evaluation["champion"] = {"regression_metrics": metrics}

    (options.output / "evaluation.json").write_text(json.dumps(evaluation, indent=2))
    smoke = describe_smoke_test(rows, actual, candidate, options.smoke_rows)
    (options.output / "smoke.json").write_text(json.dumps(smoke))
    np.savetxt(
        options.output / "predictions.csv",
        np.column_stack([actual, candidate]),
        delimiter=",",
        fmt="%.9g",
        header="actual,predicted",
        comments="",
    )
    print(json.dumps(evaluation["regression_metrics"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
