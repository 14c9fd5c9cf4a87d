"""Metrics of the three problems, with bootstrap intervals over rows, or over groups of rows.

A resample is a weight for each row: how often it was drawn. A metric that is not a number is an error
that names it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from problems import BINARY, MULTICLASS, REGRESSION

#: SageMaker's keys in evaluation.json.
KEYS = {
    REGRESSION: "regression_metrics",
    BINARY: "binary_classification_metrics",
    MULTICLASS: "multiclass_classification_metrics",
}
INTERVAL = (2.5, 97.5)
LEAST_PROBABILITY = 1e-15
#: Classes that have metrics of their own.
MAXIMUM_NAMED_CLASSES = 20

Measured = dict[str, float]


@dataclass(frozen=True)
class Predictions:
    """Labels and predictions of rows: numbers, or numbers of classes with their probabilities."""

    actual: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray
    groups: np.ndarray


#: Computes metrics of rows, each with its weight.
Measurer = Callable[[Predictions, np.ndarray], Measured]


def measure(
    problem: str, classes: list, predictions: Predictions, resamples: int, seed: int
) -> dict[str, dict[str, float]]:
    """Give every metric with its standard deviation and its 95 % interval over resamples."""
    return measure_by(measurer(problem, classes), predictions, resamples, seed)


def measure_by(
    function: Measurer, predictions: Predictions, resamples: int, seed: int
) -> dict[str, dict[str, float]]:
    """The same by any function of predictions and weights."""
    values = function(predictions, np.ones(len(predictions.actual)))
    check_numbers(values)
    drawn = [
        function(predictions, weights) for weights in draw_weights(predictions, resamples, seed)
    ]
    return {
        name: {"value": float(value), **describe_spread(name, [each[name] for each in drawn])}
        for name, value in values.items()
    }


def check_numbers(values: Measured) -> None:
    """A metric that cannot be computed must not pass for one that is not there."""
    for name, value in values.items():
        if not np.isfinite(value):
            raise ValueError(
                f"The metric {name} is not a number ({value}): the label may be the same in all rows "
                "that it is measured on; nothing was evaluated."
            )


def describe_spread(name: str, values: list[float]) -> dict[str, float]:
    """Resamples without a class have no value; the others give the interval."""
    found = np.array(values)
    found = found[np.isfinite(found)]
    if len(found) == 0:
        raise ValueError(f"The metric {name} has no value in any resample; nothing was evaluated.")
    lower, upper = np.percentile(found, INTERVAL)
    return {
        "standard_deviation": float(np.std(found)),
        "lower": float(lower),
        "upper": float(upper),
    }


def draw_weights(predictions: Predictions, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """For each resample how often each row was drawn; rows of a group are drawn together."""
    numbers, names = pd.factorize(predictions.groups)
    generator = np.random.default_rng(seed)
    draws = generator.integers(0, len(names), size=(resamples, len(names)))
    for drawn in draws:
        yield np.bincount(drawn, minlength=len(names)).astype(float)[numbers]


def measurer(problem: str, classes: list) -> Measurer:
    """The function that computes the metrics of a problem from predictions and weights."""
    if problem == REGRESSION:
        return measure_numbers
    if problem == BINARY:
        return measure_binary
    names = name_classes(classes)
    return lambda predictions, weights: measure_classes(predictions, weights, names)


def measure_numbers(rows: Predictions, weights: np.ndarray) -> Measured:
    """MSE, MAE and the share of the variance that is explained."""
    errors = rows.actual - rows.predicted
    mean = np.average(rows.actual, weights=weights)
    total = np.average((rows.actual - mean) ** 2, weights=weights)
    mse = np.average(errors**2, weights=weights)
    return {
        "mse": mse,
        "mae": np.average(np.abs(errors), weights=weights),
        "r2": 1 - mse / total if total > 0 else float("nan"),
    }


def measure_binary(rows: Predictions, weights: np.ndarray) -> Measured:
    """How rows are ranked, how true their probabilities are, and how right their classes."""
    actual, positive = rows.actual, rows.probabilities[:, 1]
    brier = np.average((positive - actual) ** 2, weights=weights)
    rate = np.average(actual, weights=weights)
    precision, recall, f1 = score_class(rows, weights, 1)
    return {
        "auc": area_under_curve(actual, positive, weights),
        "log_loss": log_loss(rows, weights),
        "brier": brier,
        "brier_skill": skill(brier, rate * (1 - rate)),
        "f1": f1,
        "accuracy": np.average(rows.predicted == actual, weights=weights),
        "precision": precision,
        "recall": recall,
    }


def measure_classes(rows: Predictions, weights: np.ndarray, names: list[str]) -> Measured:
    """The same over all classes, and F1, precision and recall of each."""
    shape = rows.probabilities.shape
    is_class = np.zeros(shape)
    is_class[np.arange(shape[0]), rows.actual.astype(int)] = 1
    present = np.flatnonzero(is_class.any(axis=0))
    scores = np.array([score_class(rows, weights, number) for number in present])
    squares = ((rows.probabilities - is_class) ** 2).sum(axis=1)
    brier = np.average(squares, weights=weights)
    rates = np.average(is_class, axis=0, weights=weights)
    # A resample may lack a class.
    macro = np.nanmean(scores, axis=0)
    own = {
        f"{metric}_{names[number]}": scores[place, at]
        for place, number in enumerate(present)
        if len(names) <= MAXIMUM_NAMED_CLASSES
        for at, metric in ((2, "f1"), (0, "precision"), (1, "recall"))
    }
    return {
        "accuracy": np.average(rows.predicted == rows.actual, weights=weights),
        "log_loss": log_loss(rows, weights),
        "brier": brier,
        "brier_skill": skill(brier, (rates * (1 - rates)).sum()),
        "macro_f1": macro[2],
        "macro_precision": macro[0],
        "macro_recall": macro[1],
        **own,
    }


def skill(brier: float, constant: float) -> float:
    """How much better than the one who always says how frequent a class is; 0 is no better."""
    return 1 - brier / constant if constant > 0 else float("nan")


def score_class(rows: Predictions, weights: np.ndarray, number: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of one class: 0 where it was never predicted, no numbers without its rows."""
    is_class, is_predicted = rows.actual == number, rows.predicted == number
    hits = weights[is_class & is_predicted].sum()
    predicted, actual = weights[is_predicted].sum(), weights[is_class].sum()
    if actual == 0:
        return float("nan"), float("nan"), float("nan")
    return (
        hits / predicted if predicted > 0 else 0.0,
        hits / actual,
        2 * hits / (predicted + actual),
    )


def log_loss(rows: Predictions, weights: np.ndarray) -> float:
    """Minus the logarithm of the probability that the true class was given."""
    own = rows.probabilities[np.arange(len(rows.actual)), rows.actual.astype(int)]
    return float(-np.average(np.log(np.maximum(own, LEAST_PROBABILITY)), weights=weights))


def area_under_curve(actual: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> float:
    """The probability that a positive row has a higher score than a negative one; ties count half."""
    levels, places = np.unique(scores, return_inverse=True)
    positive = np.bincount(places, weights=weights * actual, minlength=len(levels))
    negative = np.bincount(places, weights=weights * (1 - actual), minlength=len(levels))
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return float("nan")
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


#: What signs mean, so that `<30` and `>30` stay apart.
SIGNS = {
    "<=": " le ",
    ">=": " ge ",
    "<": " lt ",
    ">": " gt ",
    "+": " plus ",
    "%": " percent ",
    "&": " and ",
    "ß": "ss",
}


def name_classes(classes: list) -> list[str]:
    """Classes as parts of metric names: letters, digits and underscores, each name once."""
    names: list[str] = []
    for index, value in enumerate(classes, 1):
        plain = name_class(str(value)) or f"class_{index}"
        name, number = plain, 2
        while name in names:
            name, number = f"{plain}_{number}", number + 1
        names.append(name)
    return names


def name_class(text: str) -> str:
    """`größer` is `grosser`, `<30` is `lt_30`, `A-` is `A_minus`; of other letters nothing is left."""
    words = re.sub(r"^-(?=[0-9])|-$", " minus ", text)
    for sign, word in SIGNS.items():
        words = words.replace(sign, word)
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "_", letters if _keeps_letters(words) else "").strip("_")


def _keeps_letters(text: str) -> bool:
    # Half of a word in another script would name another class.
    return all(
        unicodedata.normalize("NFKD", letter)[0].isascii() for letter in text if letter.isalnum()
    )
