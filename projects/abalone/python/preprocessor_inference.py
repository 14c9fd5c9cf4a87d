"""Serve the fitted preprocessor: raw CSV rows in, feature rows out.

First container of the pipeline model. Packed as `code/inference.py`; SageMaker's scikit-learn
image imports it and calls `model_fn` once and `transform_fn` for every request.
"""

import csv
import io
import json
import math
from pathlib import Path
from typing import Any


class RefusedRow(ValueError):
    """A row that cannot be scored: the caller's mistake, answered with 400."""

    status_code = 400


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load what was fitted: for each column how to fill a gap, to scale or to encode."""
    return json.loads((Path(model_dir) / "preprocessor.json").read_text())


def transform_fn(
    model: dict[str, Any], data: Any, content_type: str, accept: str, context: Any = None
) -> Any:
    """Turn raw rows into feature rows, or say which field of which row is wrong."""
    try:
        rows = parse_rows(data, content_type, model["features"])
    except RefusedRow as refusal:
        return answer_refusal(refusal, context)
    return format_rows(rows, model), "text/csv"


def parse_rows(data: Any, content_type: str, features: list[dict[str, Any]]) -> list[list[Any]]:
    """Read CSV rows without label and header; every field is checked by its column's type."""
    if (content_type or "").split(";")[0].strip() != "text/csv":
        raise RefusedRow(f"Content type {content_type!r} is not served. Send text/csv.")
    text = data.decode("utf-8") if isinstance(data, bytes) else str(data)
    records = [record for record in csv.reader(io.StringIO(text)) if record]
    if not records:
        raise RefusedRow("The request has no row. Send CSV rows without header and label.")
    return [parse_record(number, record, features) for number, record in enumerate(records, 1)]


def parse_record(number: int, record: list[str], features: list[dict[str, Any]]) -> list[Any]:
    """Check one row."""
    if len(record) != len(features):
        names = ", ".join(feature["name"] for feature in features)
        raise RefusedRow(
            f"Row {number} has {len(record)} fields, the model wants {len(features)}: {names}."
        )
    return [parse_field(number, text.strip(), feature) for text, feature in zip(record, features)]


def parse_field(number: int, text: str, feature: dict[str, Any]) -> Any:
    """Check one field; it may be missing where the project says so."""
    name = feature["name"]
    if text == "" or text in feature.get("missingValues", []):
        if feature.get("optional"):
            return None
        raise RefusedRow(f"Row {number}, {name}: the field is missing.")
    if feature["type"] == "category":
        values = feature.get("values")
        if values is not None and text not in values:
            raise RefusedRow(f"Row {number}, {name}: {text!r} is none of {', '.join(values)}.")
        return text
    try:
        value = float(text)
    except ValueError:
        raise RefusedRow(f"Row {number}, {name}: {text!r} is not a number.") from None
    if not math.isfinite(value):
        raise RefusedRow(f"Row {number}, {name}: {text!r} is not a finite number.")
    return value


def format_rows(rows: list[list[Any]], model: dict[str, Any]) -> str:
    """Render feature rows as the next container reads them."""
    positions = {feature["name"]: index for index, feature in enumerate(model["features"])}
    columns = [(positions[name], model["features"][positions[name]]) for name in model["order"]]
    return "".join(
        ",".join(
            format(value, ".9g") for at, column in columns for value in encode(row[at], column)
        )
        + "\n"
        for row in rows
    )


def encode(value: Any, column: dict[str, Any]) -> list[float]:
    """Fill a gap, then scale a number or one-hot encode a category."""
    if value is None:
        value = column["fill"]
    if column["type"] == "category":
        return [1.0 if value == category else 0.0 for category in column["categories"]]
    return [(value - column["mean"]) / column["scale"]]


def answer_refusal(refusal: RefusedRow, context: Any) -> Any:
    """Answer 400 in the way of the toolkit that serves."""
    if context is not None:
        # Only sagemaker-inference passes one; its status is that of the answer.
        context.set_response_status(code=refusal.status_code, phrase="Bad Request")
        return str(refusal), "text/plain"
    try:
        # sagemaker-containers turns every exception of a user's function into a 500; only a
        # response of its own carries another status.
        from sagemaker_containers.beta.framework import worker
    except ImportError:
        raise refusal from None
    return worker.Response(response=str(refusal), status=refusal.status_code, mimetype="text/plain")
