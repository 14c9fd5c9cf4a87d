"""Serve the trained model: feature rows in, answers out.

Second container of the pipeline model. Packed as `code/inference.py`; SageMaker's XGBoost image
imports it and calls `model_fn` once and `transform_fn` for every request.
"""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from answers import Extras, Model, answer_csv, answer_json, load_model
from refusal import RefusedRow, answer_refusal

CSV, JSON = "text/csv", "application/json"


def model_fn(model_dir: str) -> Model:
    """Load the model."""
    return load_model(Path(model_dir))


def transform_fn(
    model: Model, data: Any, content_type: str, accept: str, context: Any = None
) -> Any:
    """Answer what the preprocessor wrote, in the form of the request.

    `accept` cannot decide: the images' toolkit gives application/json where a request has no Accept header.
    """
    text = data.decode("utf-8") if isinstance(data, bytes | bytearray) else str(data)
    if (content_type or "").split(";")[0].strip().lower() != JSON:
        return answer_csv(model, read_features(text)), CSV
    body = json.loads(text)
    features = np.array(body["features"], dtype=np.float32)
    extras = Extras(body["include"], body["notes"], body["values"])
    try:
        return answer_json(model, features, extras), JSON
    except RefusedRow as refusal:
        return answer_refusal(refusal, context)


def read_features(text: str) -> np.ndarray:
    """Feature rows as the model was trained on them."""
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2, dtype=np.float32)
