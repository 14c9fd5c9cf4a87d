"""Train a model, and predict all rows out of fold to calibrate and to judge it.

    python3 train.py --algorithm xgboost --train train --validation validation --model-dir model

With --preprocessor, or the channel of that name, the model's archive holds the preprocessor too and
answers raw rows in one container.

Run by SageMaker's script mode: hyperparameters arrive as arguments, folders as SM_ variables. Written
to the model's folder:

    model.ubj or linear.json   the model
    model.json                 classes, calibration, threshold, support, warnings
    out-of-fold.csv            label, prediction and group of every row, predicted without its fold
    code/                      the modules that serve the model
"""

import argparse
import json
import os
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from algorithms import PROBLEMS, Rows, Task, train, train_on_all
from answers import DESCRIPTION_FILE
from archive import MODEL_MODULES, SINGLE_MODULES, write_code
from calibration import calibrate, choose_classes, choose_threshold, fit_calibration
from confidence import count_errors, count_support
from hyperparameters import choose, read_table
from predictors import Predictor
from preprocessor import Values, encode, fit_columns
from problems import REGRESSION
from split import FOLDS, TEST
from table import parse_columns

Schema = dict[str, Any]

#: What is predicted out of fold, beside the model.
OUT_OF_FOLD_FILE = "out-of-fold.csv"


@dataclass(frozen=True)
class AllRows:
    """All rows of the dataset, and where each belongs."""

    values: Values
    places: pd.DataFrame


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default; the folders default to the container's own."""
    folder = Path("/opt/ml")
    table = read_table()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--algorithm", choices=list(table), default="xgboost")
    for name in dict.fromkeys(name for known in table.values() for name in known):
        parser.add_argument(*_flags(name), dest=f"hyperparameter_{name}")
    for name in ("train", "validation", "preprocessor"):
        default = _folder(f"SM_CHANNEL_{name.upper()}", folder / "input/data" / name)
        parser.add_argument(f"--{name}", type=Path, default=default)
    parser.add_argument("--model-dir", type=Path, default=_folder("SM_MODEL_DIR", folder / "model"))
    return parser.parse_args(arguments)


def _flags(name: str) -> tuple[str, ...]:
    # The toolkit writes a name of one letter with one hyphen.
    # https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/mapping.py
    return (f"--{name}",) if len(name) > 1 else (f"--{name}", f"-{name}")


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable, default))


def read_task(options: argparse.Namespace, schema: Schema) -> Task:
    """What is to be learned, by which algorithm."""
    algorithm, problem = options.algorithm, schema["problem"]
    if problem not in PROBLEMS[algorithm]:
        raise ValueError(
            f"{algorithm} is not for the problem {problem}; the model was not trained."
        )
    given = {
        name.removeprefix("hyperparameter_"): value
        for name, value in vars(options).items()
        if name.startswith("hyperparameter_") and value is not None
    }
    chosen = choose(read_table(), algorithm, given)
    return Task(problem, len(schema["classes"]), algorithm, chosen)


def read_matrix(folder: Path) -> Rows:
    """Read the CSV files of a channel: label first, then the features."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no .csv file; the model was not trained.")
    rows = np.concatenate([read_numbers(file) for file in files])
    return Rows(rows[:, 1:].astype(np.float32), rows[:, 0])


def read_numbers(file: Path) -> np.ndarray:
    """Read one file. An error names it: numpy would quote the field, which is personal data."""
    try:
        return np.loadtxt(file, delimiter=",", ndmin=2)
    except ValueError:
        raise ValueError(
            f"{file.name} has a field that is not a number, or rows of different length; "
            "the model was not trained."
        ) from None


def read_all_rows(folder: Path, schema: Schema) -> AllRows:
    """Read all rows as they came, with their parts and folds."""
    columns = schema["columns"]
    texts = pd.read_csv(
        folder / "out-of-fold/rows.csv",
        header=None,
        names=[column["name"] for column in columns],
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
    )
    places = pd.read_csv(folder / "out-of-fold/folds.csv")
    return AllRows(parse_columns(texts, columns, schema["form"]), places)


def predict_out_of_fold(task: Task, schema: Schema, rows: AllRows) -> np.ndarray:
    """The margins of every row, by a model that saw neither its fold nor the test part.

    Without the test part, because the calibration comes from these margins: the evaluation on the test
    rows would not be one on unknown rows. When training stops is decided by the next fold, which is among
    the rows that are learned.
    """
    places = rows.places
    shape = (len(places),) if task.classes <= 2 else (len(places), task.classes)
    margins = np.full(shape, np.nan)
    labels = places["label"].to_numpy(dtype=float)
    for fold in range(FOLDS):
        is_own = (places["fold"] == fold).to_numpy()
        is_next = (places["fold"] == (fold + 1) % FOLDS).to_numpy()
        learn = ~is_own & (places["part"] != TEST).to_numpy()
        if not is_own.any():
            continue
        fitted = fit_columns(schema["columns"], _select(rows.values, learn))
        known = Rows(_encode(fitted, rows.values, learn), labels[learn])
        model = train_on_all(task, known, is_next[learn])
        margins[is_own] = model.margins(_encode(fitted, rows.values, is_own))
    return margins


def _select(values: Values, chosen: np.ndarray) -> Values:
    return {name: column[chosen] for name, column in values.items()}


def _encode(fitted: list[dict[str, Any]], values: Values, chosen: np.ndarray) -> np.ndarray:
    return encode(fitted, _select(values, chosen), int(chosen.sum()))


@dataclass(frozen=True)
class Judgement:
    """What the out-of-fold margins say: how to read margins, and the predictions of all rows."""

    description: dict[str, Any]
    predictions: pd.DataFrame


def judge(schema: Schema, rows: AllRows, margins: np.ndarray) -> Judgement:
    """Calibrate on the rows outside of the test part."""
    if schema["problem"] == REGRESSION:
        return judge_numbers(rows, margins)
    return judge_classes(schema, rows, margins)


def judge_numbers(rows: AllRows, margins: np.ndarray) -> Judgement:
    """A regression is not calibrated; its errors say how sure it is."""
    labels = rows.places["label"].to_numpy(dtype=float)
    known = (rows.places["part"] != TEST).to_numpy()
    support = count_errors(margins[known].astype(float), labels[known])
    return Judgement({"support": support}, _table(rows, margins, np.zeros((len(labels), 0))))


def judge_classes(schema: Schema, rows: AllRows, margins: np.ndarray) -> Judgement:
    """Calibration and threshold of the model; and of each fold, learned from the other folds."""
    labels = rows.places["label"].to_numpy(dtype=float)
    known = (rows.places["part"] != TEST).to_numpy()
    folds, groups = rows.places["fold"].to_numpy(), rows.places["group"].to_numpy()
    probabilities = np.zeros((len(labels), len(schema["classes"])))
    chosen = np.zeros(len(labels), dtype=int)
    for fold in range(FOLDS):
        own, others = folds == fold, known & (folds != fold)
        calibration = fit_calibration(margins[others], labels[others])
        probabilities[own] = calibrate(margins[own], calibration)
        threshold = find_threshold(calibrate(margins[others], calibration), labels[others])
        chosen[own] = choose_classes(probabilities[own], threshold)
    calibration = fit_calibration(margins[known], labels[known])
    predicted = probabilities[np.arange(len(labels)), chosen]
    description = {
        "calibration": calibration,
        "threshold": find_threshold(calibrate(margins[known], calibration), labels[known]),
        "support": count_support(predicted[known], (chosen == labels)[known], groups[known]),
    }
    return Judgement(description, _table(rows, chosen, probabilities))


def find_threshold(probabilities: np.ndarray, labels: np.ndarray) -> float | None:
    """Only a binary problem has one."""
    return choose_threshold(probabilities[:, 1], labels) if probabilities.shape[1] == 2 else None


def _table(rows: AllRows, predicted: np.ndarray, probabilities: np.ndarray) -> pd.DataFrame:
    table = {
        "actual": rows.places["label"],
        "predicted": predicted,
        "group": rows.places["group"],
    }
    more = {f"probability_{number}": column for number, column in enumerate(probabilities.T)}
    return pd.DataFrame({**table, **more})


def save_model(model: Predictor, description: dict[str, Any], table: pd.DataFrame, folder: Path):
    """Save the model as data, with the modules that serve it."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder)
    text = json.dumps(description, allow_nan=False, ensure_ascii=False)
    (folder / DESCRIPTION_FILE).write_text(text, encoding="utf-8")
    table.to_csv(folder / OUT_OF_FOLD_FILE, index=False, float_format="%.9g")
    write_code(folder / "code", "model_inference", MODEL_MODULES)


def add_preprocessor(archive: Path, folder: Path) -> None:
    """Pack the preprocessor and the script that serves both in one container."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "preprocessor", filter="data")
    write_code(folder / "code", "single_inference", SINGLE_MODULES)


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    schema = json.loads((options.train / "schema.json").read_text(encoding="utf-8"))
    task = read_task(options, schema)
    model = train(task, read_matrix(options.train), read_matrix(options.validation))
    rows = read_all_rows(options.train, schema)
    judgement = judge(schema, rows, predict_out_of_fold(task, schema, rows))
    names = ("problem", "label", "classes", "sources", "rows", "warnings")
    description = {
        **{name: schema[name] for name in names},
        "algorithm": task.algorithm,
        "hyperparameters": task.hyperparameters,
        **judgement.description,
    }
    save_model(model, description, judgement.predictions, options.model_dir)
    preprocessor = options.preprocessor / "model.tar.gz"
    if preprocessor.exists():
        add_preprocessor(preprocessor, options.model_dir)
    print(f"trained: {task.algorithm} on {schema['rows']['train']} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
