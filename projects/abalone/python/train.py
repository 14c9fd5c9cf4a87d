"""Train an XGBoost model with early stopping on the validation rows.

    python3 train.py --train train --validation validation --model-dir model

With --preprocessor, or the channel of that name, the model's archive holds the preprocessor too and
answers raw rows in one container.

Run by SageMaker's script mode: hyperparameters arrive as arguments, folders as SM_ variables.
"""

import argparse
import inspect
import os
import sys
import tarfile
from pathlib import Path

import model_inference
import numpy as np
import single_inference
import xgboost


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default; the folders default to the container's own."""
    folder = Path("/opt/ml")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--objective", default="reg:squarederror")
    parser.add_argument("--eval_metric", default="rmse")
    parser.add_argument("--max_depth", type=int, default=5)
    parser.add_argument("--eta", type=float, default=0.2)
    parser.add_argument("--gamma", type=float, default=4)
    parser.add_argument("--min_child_weight", type=float, default=6)
    parser.add_argument("--subsample", type=float, default=0.7)
    parser.add_argument("--num_round", type=int, default=50)
    parser.add_argument("--early_stopping_rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument(
        "--train", type=Path, default=_folder("SM_CHANNEL_TRAIN", folder / "input/data/train")
    )
    parser.add_argument(
        "--validation",
        type=Path,
        default=_folder("SM_CHANNEL_VALIDATION", folder / "input/data/validation"),
    )
    parser.add_argument(
        "--preprocessor",
        type=Path,
        default=_folder("SM_CHANNEL_PREPROCESSOR", folder / "input/data/preprocessor"),
    )
    parser.add_argument("--model-dir", type=Path, default=_folder("SM_MODEL_DIR", folder / "model"))
    return parser.parse_args(arguments)


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable, default))


def read_matrix(folder: Path) -> xgboost.DMatrix:
    """Read all CSV files of a channel: label first, then the features."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no .csv file; the model was not trained.")
    rows = np.concatenate([read_numbers(file) for file in files])
    return xgboost.DMatrix(rows[:, 1:], label=rows[:, 0])


def read_numbers(file: Path) -> np.ndarray:
    """Read one file. An error names it: numpy would quote the field, which is personal data."""
    try:
        return np.loadtxt(file, delimiter=",", ndmin=2)
    except ValueError:
        raise ValueError(
            f"{file.name} has a field that is not a number, or rows of different length; "
            "the model was not trained."
        ) from None


def train_model(
    options: argparse.Namespace, train: xgboost.DMatrix, validation: xgboost.DMatrix
) -> xgboost.Booster:
    """Train until the validation error stops falling."""
    names = (
        "objective",
        "eval_metric",
        "max_depth",
        "eta",
        "gamma",
        "min_child_weight",
        "subsample",
        "seed",
    )
    return xgboost.train(
        {name: getattr(options, name) for name in names},
        train,
        num_boost_round=options.num_round,
        evals=[(train, "train"), (validation, "validation")],
        early_stopping_rounds=options.early_stopping_rounds,
    )


def save_model(booster: xgboost.Booster, folder: Path) -> None:
    """Save the model and the script that serves it."""
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    booster.save_model(folder / "model.ubj")
    (code / "inference.py").write_text(inspect.getsource(model_inference))


def add_preprocessor(archive: Path, folder: Path) -> None:
    """Pack the preprocessor and the script that serves both in one container."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "preprocessor", filter="data")
    code = folder / "code"
    (code / "inference.py").rename(code / "model_inference.py")
    (code / "inference.py").write_text(inspect.getsource(single_inference))


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    booster = train_model(options, read_matrix(options.train), read_matrix(options.validation))
    save_model(booster, options.model_dir)
    preprocessor = options.preprocessor / "model.tar.gz"
    if preprocessor.exists():
        add_preprocessor(preprocessor, options.model_dir)
    print(
        f"best round: {booster.best_iteration}, validation {options.eval_metric}: {booster.best_score}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
