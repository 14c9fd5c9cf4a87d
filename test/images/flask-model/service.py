"""SageMaker's contract in Flask: GET /ping, POST /invocations."""

import json
import os
from pathlib import Path

from flask import Flask, Response, request

MODEL = json.loads(
    Path(os.environ.get("MODEL_FILE", "/opt/ml/model/model.json")).read_text(encoding="utf-8")
)

app = Flask(__name__)


@app.get("/ping")
def ping() -> Response:
    """The model is loaded before the first request."""
    return Response("\n", mimetype="application/json")


@app.post("/invocations")
def invocations() -> Response:
    """One prediction for each row of numbers: the mean, and the scaled sum of the row."""
    if request.content_type != "text/csv":
        return Response(f"This model takes text/csv, not {request.content_type}.", status=415)
    rows = [line.split(",") for line in request.get_data(as_text=True).splitlines()]
    try:
        sums = [sum(float(field) for field in row) for row in rows]
    except ValueError as error:
        return Response(f"A row has a field that is not a number: {error}", status=400)
    answers = [f"{MODEL['mean'] + MODEL['scale'] * value}" for value in sums]
    return Response("\n".join(answers) + "\n", mimetype="text/csv")
