"""Load a trained model, and compute its margins and what each feature contributes to them.

A margin is the prediction of a regression, the log-odds of the second class of a binary problem, or
one number for each class, from which probabilities are made by the softmax. Contributions and a
constant sum up to it.
"""

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import xgboost

BOOSTER_FILE = "model.ubj"
LINEAR_FILE = "linear.json"


# Below so many fields, threads wait for each other longer than they work.
FIELDS_WORTH_THREADS = 2_000_000


def threads_for(features: np.ndarray) -> int:
    """How many threads XGBoost shall use; 0 is one a core."""
    return 0 if features.size >= FIELDS_WORTH_THREADS else 1


class Predictor(Protocol):
    """A trained model."""

    def margins(self, features: np.ndarray) -> np.ndarray:
        """One number for each row, or one for each row and class."""
        ...

    def contributions(self, features: np.ndarray) -> np.ndarray:
        """For each row and margin what each feature adds, without the constant."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model as data."""
        ...


class BoosterPredictor:
    """Trees of XGBoost: boosted, or a random forest."""

    def __init__(self, booster: xgboost.Booster) -> None:
        """Predicts with the trees up to the best round, where training stopped early."""
        self.booster = booster
        # Once, and not for each request: a booster is not to be changed while other threads predict.
        booster.set_param({"nthread": 1})
        best = booster.attr("best_iteration")
        self.rounds = (0, 0) if best is None else (0, int(best) + 1)
        # The first prediction applies the setting.
        self.margins(np.zeros((1, booster.num_features()), dtype=np.float32))

    def margins(self, features: np.ndarray) -> np.ndarray:
        """XGBoost's own, without a copy of the features: it would take as long as the trees of one row."""
        return self.booster.inplace_predict(
            features, predict_type="margin", iteration_range=self.rounds
        )

    def contributions(self, features: np.ndarray) -> np.ndarray:
        """Exact for trees; the last column is the constant."""
        found = self.booster.predict(
            xgboost.DMatrix(features), pred_contribs=True, iteration_range=self.rounds
        )
        found = found[..., :-1]
        return found if found.ndim == 3 else found[:, np.newaxis, :]

    def save(self, folder: Path) -> None:
        """XGBoost's binary JSON."""
        self.booster.save_model(folder / BOOSTER_FILE)


class LinearPredictor:
    """Coefficients, one line for each margin."""

    def __init__(self, description: dict[str, Any]) -> None:
        """Reads the coefficients, the constants and the means of the training rows."""
        self.description = description
        self.coefficients = np.array(description["coefficients"], dtype=float)
        self.constants = np.array(description["constants"], dtype=float)
        self.means = np.array(description["means"], dtype=float)

    def margins(self, features: np.ndarray) -> np.ndarray:
        """The sum of the products."""
        found = np.asarray(features, dtype=float) @ self.coefficients.T + self.constants
        return found[:, 0] if found.shape[1] == 1 else found

    def contributions(self, features: np.ndarray) -> np.ndarray:
        """How far a row is from the average row, by feature."""
        distance = np.asarray(features, dtype=float) - self.means
        return distance[:, np.newaxis, :] * self.coefficients[np.newaxis, :, :]

    def save(self, folder: Path) -> None:
        """Plain JSON."""
        text = json.dumps(self.description, allow_nan=False)
        (folder / LINEAR_FILE).write_text(text, encoding="utf-8")


def load_predictor(folder: Path) -> Predictor:
    """Load what `save` wrote."""
    linear = folder / LINEAR_FILE
    if linear.exists():
        return LinearPredictor(json.loads(linear.read_text(encoding="utf-8")))
    booster = xgboost.Booster()
    booster.load_model(folder / BOOSTER_FILE)
    return BoosterPredictor(booster)
