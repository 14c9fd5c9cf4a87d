"""Turn a model's answers into columns: the answer, and the probability that is watched."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from baseline import PREDICTION, PROBABILITY
from captures import Answer
from problems import BINARY
from profiles import Values, read_column


@dataclass(frozen=True)
class Outputs:
    """How the answers of one model are read."""

    problem: str
    #: In the order of the model; none where it answers numbers.
    classes: list[Any]
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Classes are compared as texts, as a line of CSV holds them."""
        object.__setattr__(self, "names", [str(name) for name in self.classes])

    def columns(self, answers: list[Answer]) -> tuple[Values, int]:
        """The values of both columns, and how many answers are not ones of this model."""
        if not self.names:
            column = {"name": PREDICTION, "type": "number"}
            values, invalid = read_column([each.prediction for each in answers], column, {})
            return {PREDICTION: values}, invalid
        predictions = [self.predicted(each) for each in answers]
        values = np.array(predictions, dtype=object)
        probabilities = np.array([self.probability(each) for each in answers], dtype=float)
        invalid = sum(value is None for value in predictions)
        return {PREDICTION: values, PROBABILITY: probabilities}, invalid

    def predicted(self, answer: Answer) -> str | None:
        """The answered class; None where it is not one of the model's."""
        text = str(answer.prediction)
        return text if text in self.names else None

    def probability(self, answer: Answer) -> float:
        """Of the second class of two, of the answered one of several; NaN where it was not given."""
        chosen = self.predicted(answer)
        if chosen is None:
            return math.nan
        given = answer.probabilities or {}
        if self.problem == BINARY:
            own = given.get(self.names[1], answer.probability)
            is_other = self.names[1] not in given and chosen != self.names[1]
            return math.nan if own is None else 1 - own if is_other else own
        own = given.get(chosen, answer.probability)
        return math.nan if own is None else own

    def all_probabilities(self, answer: Answer) -> list[float] | None:
        """Of each class; None where an answer does not give them."""
        if self.problem == BINARY:
            own = self.probability(answer)
            return None if math.isnan(own) else [1 - own, own]
        given = answer.probabilities or {}
        return [given[name] for name in self.names] if set(self.names) <= set(given) else None
