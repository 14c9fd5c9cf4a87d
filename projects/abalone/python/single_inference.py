"""Serve preprocessor and model in one container: raw CSV rows in, one prediction a line out.

Packed as `code/inference.py` beside the two scripts that a pipeline would serve, for endpoints that
take one container only. SageMaker's XGBoost image calls `model_fn` once and `transform_fn` for every
request.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any


def model_fn(model_dir: str) -> tuple[ModuleType, Any, ModuleType, Any]:
    """Load both scripts, each with what it serves. The image may have moved this file elsewhere."""
    root = Path(model_dir)
    prepare = load_script("preprocessor_inference", root / "preprocessor/code/inference.py")
    score = load_script("model_inference", root / "code/model_inference.py")
    return prepare, prepare.model_fn(str(root / "preprocessor")), score, score.model_fn(model_dir)


def load_script(name: str, file: Path) -> ModuleType:
    """Import a script by its place."""
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be imported; the model cannot be served.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def transform_fn(model: Any, data: Any, content_type: str, accept: str, context: Any = None) -> Any:
    """Pass the rows through both, as two containers would; a refusal is the answer."""
    prepare, fitted, score, booster = model
    try:
        rows = prepare.parse_rows(data, content_type, fitted["features"])
    except prepare.RefusedRow as refusal:
        return prepare.answer_refusal(refusal, context)
    features = score.input_fn(prepare.format_rows(rows, fitted), "text/csv")
    return score.output_fn(score.predict_fn(features, booster), accept)
