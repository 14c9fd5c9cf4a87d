"""The service of predictor-http as a Lambda function.

Events of function URLs and HTTP APIs (payload format 2.0) are requests to it: `/ping`, `/invocations`,
`/predict`, `/openapi.json`. A direct invocation is a request to the model itself:
`{"rows": [{"column": value}], "include": ["probabilities"]}` is answered with the model's JSON, and
`{"body": "1,2\\n", "contentType": "text/csv"}` with `{"body": …, "contentType": …}`, and one that the model refuses with
its status and words, `{"statusCode": 400, "body": …, "contentType": "text/plain"}`: the caller's mistake is no error of
the function. `inferenceId` in either is the caller's name of the request.
"""

import json
import os
from typing import Any

from mangum import Mangum
from predictor.app import create_app
from predictor.capture import Exchange, find_capture, time_of_request
from predictor.fetch import find_model
from predictor.model import Refused, load_model

# While the function is initialized, as /ping of a container: the first invocation finds the model loaded.
MODEL = load_model(find_model())
CAPTURE = find_capture()
HTTP = Mangum(create_app(MODEL, CAPTURE), lifespan="off")


def handle(event: Any, context: Any) -> Any:
    """Answer one invocation. Refused rows are an error of the function, with the model's words."""
    try:
        if isinstance(event, dict) and "requestContext" in event:
            return HTTP(event, context)
        return ask(event, context.aws_request_id)
    finally:
        # Nothing runs between invocations.
        if CAPTURE is not None:
            CAPTURE.flush()


def ask(event: Any, request_id: str) -> Any:
    """Ask the model what a direct invocation asks."""
    inference_id = event.pop("inferenceId", None) if isinstance(event, dict) else None
    if not isinstance(inference_id, str | None):
        raise Refused("inferenceId is not a text; the model was not asked.", 400)

    def answer(body: str, kind: str) -> tuple[str, str]:
        data = body.encode()
        found, found_kind = MODEL.ask(data, kind)
        if CAPTURE is not None:
            # Lambda sets it for each invocation.
            when = time_of_request(os.environ.get("_X_AMZN_TRACE_ID"))
            CAPTURE.note(Exchange(data, kind, found, found_kind, inference_id, request_id, when))
        return found.decode(), found_kind

    if isinstance(event, dict) and "body" in event:
        try:
            text, kind = answer(str(event["body"]), str(event.get("contentType", "text/csv")))
        except Refused as error:
            return {"statusCode": error.status, "body": str(error), "contentType": "text/plain"}
        return {"body": text, "contentType": kind}
    text, _ = answer(json.dumps(event), "application/json")
    return json.loads(text)
