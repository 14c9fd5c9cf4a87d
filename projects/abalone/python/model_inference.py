"""Serve the trained model: feature rows in, one prediction a line out.

Second container of the pipeline model. Packed as `code/inference.py`; SageMaker's XGBoost image
imports it and calls these four functions.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
import xgboost


def model_fn(model_dir: str) -> xgboost.Booster:
    """Load the booster."""
    booster = xgboost.Booster()
    booster.load_model(Path(model_dir) / "model.ubj")
    return booster


def input_fn(data: Any, content_type: str) -> xgboost.DMatrix:
    """Read the feature rows of the preprocessor."""
    text = data.decode("utf-8") if isinstance(data, bytes) else str(data)
    matrix = np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)
    return xgboost.DMatrix(matrix)


def predict_fn(features: xgboost.DMatrix, booster: xgboost.Booster) -> np.ndarray:
    """Predict with the trees up to the best round."""
    best = booster.attr("best_iteration")
    rounds = (0, 0) if best is None else (0, int(best) + 1)
    return booster.predict(features, iteration_range=rounds)


def output_fn(predictions: np.ndarray, accept: str) -> tuple[str, str]:
    """Render one prediction a line."""
    return "\n".join(format(float(value), ".9g") for value in predictions) + "\n", "text/csv"
