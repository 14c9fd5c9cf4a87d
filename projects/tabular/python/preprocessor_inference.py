"""Serve the fitted preprocessor: raw rows in, feature rows out.

First container of the pipeline model. Packed as `code/inference.py`; SageMaker's scikit-learn
image imports it and calls `model_fn` once and `transform_fn` for every request.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from fields import DATE, is_ignored
from preprocessor import encode, find_outside, find_unseen
from refusal import RefusedRow, answer_refusal
from request_reader import CSV, JSON, Request, collect_values, read_request

#: What an answer says about its row, by kind: the names of columns.
Notes = dict[str, list[str]]


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load what was fitted: for each column how to fill a gap, to scale or to encode."""
    return json.loads((Path(model_dir) / "preprocessor.json").read_text(encoding="utf-8"))


def transform_fn(
    model: dict[str, Any], data: Any, content_type: str, accept: str, context: Any = None
) -> Any:
    """Turn raw rows into feature rows, or say which field of which row is wrong."""
    try:
        request = read_request(data, content_type, model)
    except RefusedRow as refusal:
        return answer_refusal(refusal, context)
    features, notes = prepare(request, model)
    if not request.is_json:
        return format_features(features), CSV
    body = {
        "features": features.tolist(),
        "include": request.include,
        "notes": notes,
        "values": name_values(request, model),
    }
    return json.dumps(body), JSON


def prepare(request: Request, model: dict[str, Any]) -> tuple[np.ndarray, list[Notes]]:
    """The features of all rows, and for each row the columns whose value training did not have.

    `unseen` names categories that training has not seen, `outOfRange` numbers outside the declared range.
    """
    values = collect_values(request.rows, model["columns"])
    used = [column for column in model["columns"] if not is_ignored(column)]
    notes: list[Notes] = [{} for _ in request.rows]
    for column in used:
        name = column["name"]
        unseen = find_unseen(column, values[name])
        outside = find_outside(column, values[name])
        for key, places in (("unseen", unseen), ("outOfRange", outside)):
            for place in places:
                notes[place].setdefault(key, []).append(name)
        # The column and the number of rows; a value may be personal data.
        if unseen:
            print(f"unseen categories: {name}, {len(unseen)} rows", file=sys.stderr)
        if outside:
            print(f"outside the declared range: {name}, {len(outside)} rows", file=sys.stderr)
    return encode(used, values, len(request.rows)), notes


def name_values(request: Request, model: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of each row by column, for explanations."""
    if "riskFactors" not in request.include:
        return []
    used = [
        (place, column) for place, column in enumerate(model["columns"]) if not is_ignored(column)
    ]
    return [
        {column["name"]: _readable(row[place], column) for place, column in used}
        for row in request.rows
    ]


def _readable(value: Any, column: dict[str, Any]) -> Any:
    if value is None:
        return None
    if column["type"] == DATE:
        return str(np.datetime64(round(value * 86_400), "s"))
    return int(value) if isinstance(value, float) and value.is_integer() else value


def format_features(features: np.ndarray) -> str:
    """Render feature rows as the next container reads them."""
    return "".join(",".join(format(value, ".9g") for value in row) + "\n" for row in features)
