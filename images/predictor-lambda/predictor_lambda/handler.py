"""The service of predictor-http as a Lambda function.

Events of function URLs and HTTP APIs (payload format 2.0) are requests to it: `/ping`, `/invocations`,
`/predict`, `/openapi.json`. A direct invocation is a request to the model itself:
`{"rows": [{"column": value}], "include": ["probabilities"]}` is answered with the model's JSON, and
`{"body": "1,2\\n", "contentType": "text/csv"}` with `{"body": …, "contentType": …}`.
"""

import json
import os
from typing import Any

from mangum import Mangum
from predictor.app import create_app
from predictor.model import load_model
from predictor_lambda.fetch import fetch_model

#: Where a model from S3 is unpacked: Lambda lets functions write nowhere else.
FETCHED = "/tmp/model"


def find_model() -> str:
    """The folder of the model: that of the image, or one from S3 where MODEL_URLS names its archives."""
    urls = os.environ.get("MODEL_URLS", "").split()
    return fetch_model(urls, FETCHED) if urls else os.environ.get("MODEL_DIR", "/opt/ml/model")


# While the function is initialized, as /ping of a container: the first invocation finds the model loaded.
MODEL = load_model(find_model())
HTTP = Mangum(create_app(MODEL), lifespan="off")


def handle(event: Any, context: Any) -> Any:
    """Answer one invocation. A refused direct invocation is an error of the function, with the model's words."""
    if isinstance(event, dict) and "requestContext" in event:
        return HTTP(event, context)
    return ask(event)


def ask(event: Any) -> Any:
    """Ask the model what a direct invocation asks."""
    if isinstance(event, dict) and "body" in event:
        answer, kind = MODEL.ask(str(event["body"]), event.get("contentType", "text/csv"))
        return {"body": answer.decode(), "contentType": kind}
    answer, _ = MODEL.ask(json.dumps(event), "application/json")
    return json.loads(answer)
