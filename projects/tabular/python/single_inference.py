"""Serve preprocessor and model in one container: raw rows in, answers out.

Packed as `code/inference.py` beside the modules that a pipeline would serve, for endpoints that take
one container only. SageMaker's XGBoost image calls `model_fn` once and `transform_fn` for every
request.
"""

from pathlib import Path
from typing import Any

import model_inference
import preprocessor_inference
from answers import Extras, Model, answer_csv, answer_json
from model_inference import CSV, JSON
from refusal import RefusedRow, answer_refusal
from request_reader import read_request


def model_fn(model_dir: str) -> tuple[dict[str, Any], Model]:
    """Load both."""
    preprocessor = preprocessor_inference.model_fn(str(Path(model_dir) / "preprocessor"))
    return preprocessor, model_inference.model_fn(model_dir)


def transform_fn(
    both: tuple[dict[str, Any], Model],
    data: Any,
    content_type: str,
    accept: str,
    context: Any = None,
) -> Any:
    """Pass the rows through both; a refusal is the answer."""
    preprocessor, model = both
    try:
        request = read_request(data, content_type, preprocessor)
        features, notes = preprocessor_inference.prepare(request, preprocessor)
        if not request.is_json:
            return answer_csv(model, features), CSV
        values = preprocessor_inference.name_values(request, preprocessor)
        return answer_json(model, features, Extras(request.include, notes, values)), JSON
    except RefusedRow as refusal:
        return answer_refusal(refusal, context)
