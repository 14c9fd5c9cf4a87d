"""How right a model was, where labels have arrived; and an estimate where they have not.

Metrics and their intervals are those of the kit's evaluation. The estimate takes the model's
probabilities at their word (confidence-based performance estimation): where 70 % is answered, three of
ten answers are wrong. It is as good as the calibration, and no measurement.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from captures import Answer, CapturedRow
from ground_truth import Labels
from metrics import (
    KEYS,
    MAXIMUM_NAMED_CLASSES,
    Measured,
    Predictions,
    area_under_curve,
    measure_by,
    measurer,
    name_classes,
    score_class,
)
from outputs import Outputs
from problems import BINARY, REGRESSION
from profiles import read_column
from settings import Settings

#: Rows that an estimate is made of; of more, a random sample.
ESTIMATED_ROWS = 100_000


@dataclass
class Sample:
    """At most so many of the items that pass by, each with the same chance."""

    size: int
    generator: np.random.Generator
    seen: int = 0
    items: list[Any] = field(default_factory=list)

    def add(self, item: Any) -> None:
        """Keep an item, perhaps in the place of another (Vitter's algorithm R)."""
        self.seen += 1
        if len(self.items) < self.size:
            self.items.append(item)
            return
        place = int(self.generator.integers(self.seen))
        if place < self.size:
            self.items[place] = item


class QualityReader:
    """Collects the rows of a window whose label is known, and probabilities for the estimate."""

    def __init__(self, outputs: Outputs, labels: Labels, settings: Settings) -> None:
        """The seed decides which rows a sample takes."""
        generator = np.random.default_rng(settings.seed)
        self.outputs = outputs
        self.labels = labels
        self.settings = settings
        self.rows = 0
        self.with_label = 0
        self.unusable = 0
        self.labelled = Sample(settings.maximum_labels, generator)
        self.estimated = Sample(ESTIMATED_ROWS, generator)

    def add(self, row: CapturedRow) -> None:
        """Take a row of the window."""
        self.rows += 1
        label = self.labels.find(row.event_id, row.index)
        self.with_label += label is not None
        if row.answer is None:
            return
        if self.outputs.problem == BINARY and self.outputs.names:
            probability = self.outputs.probability(row.answer)
            if not math.isnan(probability):
                chosen = row.answer.prediction
                self.estimated.add((probability, str(chosen) == self.outputs.names[1]))
        if label is None:
            return
        pair = self.read_pair(label, row.answer)
        if pair is None:
            self.unusable += 1
        else:
            self.labelled.add((*pair, row.event_id))

    def read_pair(self, label: str, answer: Answer) -> tuple[float, float, list[float]] | None:
        """Label, answer and probabilities as numbers; None where one is not of this problem."""
        outputs = self.outputs
        if not outputs.names:
            return read_numbers(label, answer, outputs.problem)
        chosen = outputs.predicted(answer)
        if label not in outputs.names or chosen is None:
            return None
        own = outputs.all_probabilities(answer) or []
        return outputs.names.index(label), outputs.names.index(chosen), own

    def describe(self) -> dict[str, Any]:
        """The part of the report that is about quality."""
        return {
            "labels": {
                **self.labels.describe(),
                "rows": self.rows,
                "labelled": self.with_label,
                "coverage": self.with_label / self.rows if self.rows > 0 else None,
                "unusable": self.unusable,
                "threshold": self.settings.minimum_labels,
            },
            "measured": self.measure(),
            "estimated": self.estimate(),
        }

    def measure(self) -> dict[str, Any] | None:
        """Metrics of the labelled rows, in the shape of `evaluation.json`; None where they are few."""
        items = self.labelled.items
        if len(items) < self.settings.minimum_labels:
            return None
        found, settings = to_predictions(items), self.settings
        function = choose_measurer(self.outputs, found)
        rows = {"rows": len(items), "of": self.labelled.seen}
        try:
            metrics = measure_by(function, found, settings.resamples, settings.seed)
        except ValueError as error:
            # All labels of a window may be the same.
            return {**rows, "reason": str(error)}
        return {**rows, KEYS[self.outputs.problem]: metrics}

    def estimate(self) -> dict[str, Any] | None:
        """What the metrics of a binary problem would be, were the probabilities right."""
        items = self.estimated.items
        if len(items) < self.settings.minimum_labels:
            return None
        positive = np.array([own for own, _ in items])
        chosen = np.array([is_second for _, is_second in items])
        return {
            "rows": len(items),
            "of": self.estimated.seen,
            "method": "confidence-based performance estimation",
            KEYS[BINARY]: {
                name: {"value": float(value)}
                for name, value in estimate_binary(positive, chosen).items()
                if np.isfinite(value)
            },
        }


def estimate_binary(positive: np.ndarray, chosen: np.ndarray) -> dict[str, float]:
    """Expected metrics: a row is positive with its probability, and negative with the rest."""
    negative = 1 - positive
    hits, false_alarms = positive[chosen].sum(), negative[chosen].sum()
    misses, rejections = positive[~chosen].sum(), negative[~chosen].sum()
    predicted, actual = hits + false_alarms, hits + misses
    both = np.concatenate([positive, positive])
    labels = np.concatenate([np.ones(len(positive)), np.zeros(len(positive))])
    return {
        "auc": area_under_curve(labels, both, np.concatenate([positive, negative])),
        "brier": float((positive * negative).mean()),
        "accuracy": float((hits + rejections) / len(positive)),
        "precision": float(hits / predicted) if predicted > 0 else 0.0,
        "recall": float(hits / actual) if actual > 0 else math.nan,
        "f1": float(2 * hits / (predicted + actual)) if predicted + actual > 0 else math.nan,
    }


def read_numbers(
    label: str, answer: Answer, problem: str
) -> tuple[float, float, list[float]] | None:
    """The same of a model that answers numbers: a value, the number of a class, or a probability."""
    column = {"name": "label", "type": "number"}
    (actual, predicted), _ = read_column([label, answer.prediction], column, {})
    if math.isnan(actual) or math.isnan(predicted):
        return None
    if problem == REGRESSION:
        return float(actual), float(predicted), []
    is_probability = problem == BINARY and 0 < predicted < 1
    if is_probability:
        return float(actual), float(predicted >= 0.5), [1 - predicted, predicted]
    is_class = actual >= 0 and predicted >= 0 and actual % 1 == 0 and predicted % 1 == 0
    return (float(actual), float(predicted), []) if is_class else None


def to_predictions(items: list[Any]) -> Predictions:
    """Labelled rows as the kit's metrics take them. Rows of one request are drawn together."""
    actual, predicted, probabilities, events = zip(*items)
    width = min(len(own) for own in probabilities)
    return Predictions(
        np.array(actual, dtype=float),
        np.array(predicted, dtype=float),
        np.array([own[:width] for own in probabilities], dtype=float).reshape(len(items), width),
        np.array(events, dtype=object),
    )


def choose_measurer(outputs: Outputs, found: Predictions) -> Callable:
    """The metrics of the problem; those of probabilities only where every answer gave them."""
    if outputs.problem == REGRESSION:
        return measurer(REGRESSION, [])
    if found.probabilities.shape[1] > 0:
        return measurer(outputs.problem, outputs.classes)
    is_binary = outputs.problem == BINARY
    names = name_classes(outputs.names or name_numbers(found))
    return lambda rows, weights: measure_decisions(rows, weights, names, is_binary)


def name_numbers(found: Predictions) -> list[str]:
    """The classes of a model that answers their numbers."""
    return [str(n) for n in range(int(max(found.actual.max(), found.predicted.max())) + 1)]


def measure_decisions(
    rows: Predictions, weights: np.ndarray, names: list[str], is_binary: bool
) -> Measured:
    """What can be said of answered classes alone."""
    accuracy = np.average(rows.predicted == rows.actual, weights=weights)
    if is_binary:
        precision, recall, f1 = score_class(rows, weights, 1)
        return {"f1": f1, "accuracy": accuracy, "precision": precision, "recall": recall}
    present = np.unique(rows.actual).astype(int)
    scores = np.array([score_class(rows, weights, number) for number in present])
    precision, recall, f1 = np.nanmean(scores, axis=0)
    macro = {"macro_f1": f1, "macro_precision": precision, "macro_recall": recall}
    if len(names) > MAXIMUM_NAMED_CLASSES:
        return {"accuracy": accuracy, **macro}
    own = {f"f1_{names[number]}": scores[place, 2] for place, number in enumerate(present)}
    return {"accuracy": accuracy, **macro, **own}
