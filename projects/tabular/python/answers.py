"""Answer feature rows: one line each, or JSON with what was asked for."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from calibration import calibrate, choose_classes
from confidence import describe_class, describe_number
from explain import name_factors, sum_by_column
from predictors import Predictor, load_predictor
from problems import REGRESSION
from refusal import RefusedRow

DESCRIPTION_FILE = "model.json"


@dataclass(frozen=True)
class Model:
    """A trained model and how its margins become answers."""

    predictor: Predictor
    description: dict[str, Any]


@dataclass(frozen=True)
class Extras:
    """What a JSON request asks for, and knows about its rows."""

    include: list[str]
    #: `unseen` and `outOfRange`: the columns of each row whose value training did not have.
    notes: list[dict[str, list[str]]]
    values: list[dict[str, Any]]


def load_model(folder: Path) -> Model:
    """Load the model of an unpacked archive."""
    description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    return Model(load_predictor(folder), description)


def answer_csv(model: Model, features: np.ndarray) -> str:
    """A number a line, or a class and its probability."""
    margins = model.predictor.margins(features)
    if model.description["problem"] == REGRESSION:
        return "".join(f"{format_number(value)}\n" for value in margins)
    probabilities, chosen = classify(model, margins)
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for row, place in enumerate(chosen):
        name = model.description["classes"][place]
        writer.writerow([name, format_number(probabilities[row, place])])
    return lines.getvalue()


def format_number(value: float) -> str:
    """Nine digits, which is what a 32-bit number holds."""
    return format(float(value), ".9g")


def classify(model: Model, margins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The calibrated probabilities of each row, and the class that is predicted."""
    probabilities = calibrate(margins, model.description["calibration"])
    return probabilities, choose_classes(probabilities, model.description.get("threshold"))


def answer_json(model: Model, features: np.ndarray, extras: Extras) -> str:
    """Predictions with what was asked for."""
    is_regression = model.description["problem"] == REGRESSION
    if is_regression and {"probability", "probabilities"} & set(extras.include):
        raise RefusedRow("include: a regression has no probability.")
    margins = model.predictor.margins(features)
    answers = describe_numbers(model, margins, extras) if is_regression else []
    chosen = np.zeros(len(features), dtype=int)
    if not is_regression:
        probabilities, chosen = classify(model, margins)
        answers = describe_classes(model, probabilities, chosen, extras)
    if "riskFactors" in extras.include:
        factors = find_factors(model, features, chosen, extras)
        answers = [{**answer, "riskFactors": own} for answer, own in zip(answers, factors)]
    answers = [{**answer, **notes} for answer, notes in zip(answers, extras.notes)]
    return json.dumps({"predictions": answers}, ensure_ascii=False, allow_nan=False)


def describe_numbers(model: Model, margins: np.ndarray, extras: Extras) -> list[dict[str, Any]]:
    """The answers of a regression."""
    answers: list[dict[str, Any]] = [{"prediction": float(value)} for value in margins]
    if "confidence" not in extras.include:
        return answers
    support = model.description["support"]
    return [
        {**answer, "confidence": describe_number(answer["prediction"], support)}
        for answer in answers
    ]


def describe_classes(
    model: Model, probabilities: np.ndarray, chosen: np.ndarray, extras: Extras
) -> list[dict[str, Any]]:
    """The answers of a classification."""
    classes, support = model.description["classes"], model.description["support"]
    answers = []
    for row, place in zip(probabilities, chosen):
        answer: dict[str, Any] = {"prediction": classes[place]}
        if "probability" in extras.include:
            answer["probability"] = float(row[place])
        if "probabilities" in extras.include:
            answer["probabilities"] = {str(name): float(p) for name, p in zip(classes, row)}
        if "confidence" in extras.include:
            answer["confidence"] = describe_class(float(row[place]), support)
        answers.append(answer)
    return answers


def find_factors(
    model: Model, features: np.ndarray, chosen: np.ndarray, extras: Extras
) -> list[list[dict[str, Any]]]:
    """Contributions to the log-odds of the positive class, or to the margin of the predicted one."""
    contributions = model.predictor.contributions(features)
    lines = chosen if contributions.shape[1] > 1 else np.zeros(len(features), dtype=int)
    own = contributions[np.arange(len(features)), lines]
    names, sums = sum_by_column(own, model.description["sources"])
    return [name_factors(names, row, values) for row, values in zip(sums, extras.values)]
