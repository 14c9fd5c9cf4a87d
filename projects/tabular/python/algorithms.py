"""The algorithms: each takes features and labels, and gives a predictor.

    xgboost               boosted trees; stops when the validation rows do not improve
    random-forest         XGBoost's: many trees and one round, so that contributions are exact
    logistic-regression   binary and multiclass, with an L2 penalty
    linear-regression     regression, with an L2 penalty (ridge)

No algorithm weights classes: probabilities would be wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from predictors import BoosterPredictor, LinearPredictor, Predictor, threads_for
from problems import BINARY, MULTICLASS, REGRESSION

OBJECTIVES = {
    REGRESSION: {"objective": "reg:squarederror", "eval_metric": "rmse"},
    BINARY: {"objective": "binary:logistic", "eval_metric": "logloss"},
    MULTICLASS: {"objective": "multi:softprob", "eval_metric": "mlogloss"},
}
PROBLEMS = {
    "xgboost": (REGRESSION, BINARY, MULTICLASS),
    "random-forest": (REGRESSION, BINARY, MULTICLASS),
    "logistic-regression": (BINARY, MULTICLASS),
    "linear-regression": (REGRESSION,),
}

#: The margin of a class that no row was of.
NO_CHANCE = -30.0


@dataclass(frozen=True)
class Rows:
    """Features and labels."""

    features: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Task:
    """What is to be learned, and how."""

    problem: str
    classes: int
    algorithm: str
    hyperparameters: dict[str, Any]


def train(task: Task, rows: Rows, validation: Rows) -> Predictor:
    """Train with early stopping on the validation rows, where the algorithm has it."""
    if task.algorithm == "xgboost":
        return train_boosted(task, rows, validation)
    return train_fixed(task, rows, None)


def train_on_all(task: Task, rows: Rows, is_inner: np.ndarray) -> Predictor:
    """Train on all rows, with as many rounds as are best for the inner ones by a model of the others.

    So no row beside these decides when training stops.
    """
    if task.algorithm != "xgboost" or not is_inner.any() or is_inner.all():
        return train_fixed(task, rows, None)
    inner = Rows(rows.features[is_inner], rows.labels[is_inner])
    others = Rows(rows.features[~is_inner], rows.labels[~is_inner])
    return train_fixed(task, rows, train_boosted(task, others, inner).rounds[1])


def train_boosted(task: Task, rows: Rows, validation: Rows) -> BoosterPredictor:
    """Train until the validation error stops falling."""
    settings = dict(task.hyperparameters)
    rounds, patience = settings.pop("num_round"), settings.pop("early_stopping_rounds")
    train_rows = xgboost.DMatrix(rows.features, label=rows.labels)
    validation_rows = xgboost.DMatrix(validation.features, label=validation.labels)
    booster = xgboost.train(
        {**objective_of(task), **settings, "nthread": threads_for(rows.features)},
        train_rows,
        num_boost_round=rounds,
        evals=[(train_rows, "train"), (validation_rows, "validation")],
        early_stopping_rounds=patience,
    )
    return BoosterPredictor(booster)


def train_fixed(task: Task, rows: Rows, rounds: int | None) -> Predictor:
    """Train without looking at other rows."""
    if task.algorithm == "logistic-regression":
        return train_logistic(task, rows)
    if task.algorithm == "linear-regression":
        return train_linear(task, rows)
    settings = dict(task.hyperparameters)
    if task.algorithm == "random-forest":
        settings, rounds = {**settings, "eta": 1.0}, 1
    else:
        del settings["early_stopping_rounds"]
        rounds = rounds or settings["num_round"]
        del settings["num_round"]
    booster = xgboost.train(
        {**objective_of(task), **settings, "nthread": threads_for(rows.features)},
        xgboost.DMatrix(rows.features, label=rows.labels),
        num_boost_round=rounds,
    )
    return BoosterPredictor(booster)


def objective_of(task: Task) -> dict[str, Any]:
    """XGBoost's objective for a problem."""
    more = {"num_class": task.classes} if task.problem == MULTICLASS else {}
    return {**OBJECTIVES[task.problem], **more}


def train_logistic(task: Task, rows: Rows) -> Predictor:
    """scikit-learn's; a class that these rows lack gets no chance."""
    from sklearn.linear_model import LogisticRegression

    settings = task.hyperparameters
    model = LogisticRegression(C=settings["c"], max_iter=settings["max_iter"])
    model.fit(np.asarray(rows.features, dtype=float), rows.labels)
    coefficients, constants = np.asarray(model.coef_), np.asarray(model.intercept_)
    found = np.asarray(model.classes_).astype(int)
    if task.problem == MULTICLASS:
        if len(found) == 2:
            # Two classes have one line of coefficients.
            zeros = np.zeros_like(coefficients)
            coefficients = np.vstack([zeros, coefficients])
            constants = np.array([0.0, constants[0]])
        coefficients, constants = _spread(coefficients, constants, found, task.classes)
    return _linear(coefficients, constants, rows)


def _spread(
    coefficients: np.ndarray, constants: np.ndarray, found: np.ndarray, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    lines = np.zeros((classes, coefficients.shape[1]))
    lines[found] = coefficients
    ends = np.full(classes, NO_CHANCE)
    ends[found] = constants
    return lines, ends


def train_linear(task: Task, rows: Rows) -> Predictor:
    """Ordinary least squares where the penalty is 0, else ridge regression."""
    from sklearn.linear_model import LinearRegression, Ridge

    alpha = task.hyperparameters["alpha"]
    model = LinearRegression() if alpha == 0 else Ridge(alpha=alpha)
    model.fit(np.asarray(rows.features, dtype=float), rows.labels)
    return _linear(np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_), rows)


def _linear(coefficients: np.ndarray, constants: np.ndarray, rows: Rows) -> Predictor:
    return LinearPredictor(
        {
            "coefficients": np.asarray(coefficients, dtype=float).tolist(),
            "constants": np.asarray(constants, dtype=float).tolist(),
            "means": np.asarray(rows.features, dtype=float).mean(axis=0).tolist(),
        }
    )
