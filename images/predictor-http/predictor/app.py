"""The HTTP service: SageMaker's contract, and predictions by named fields.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from predictor.capture import (
    INFERENCE_ID_HEADER,
    TRACE_HEADER,
    Capture,
    Exchange,
    time_of_request,
)
from predictor.model import Model, Refused
from predictor.schema import row_type
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The largest body that SageMaker passes on, 25 MB.
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
MAXIMUM_BODY_BYTES = 25 * 1024 * 1024

#: A larger body is never answered in the event loop.
SMALL_BODY_BYTES = 16 * 1024
#: What answers within it may hold up the event loop: with 64 clients, /ping still answers within the 2 seconds that
#: SageMaker waits.
QUICK_SECONDS = 0.02
#: How many requests are answered in threads for each QUICK_SECONDS that an answer took.
CAUTIOUS_REQUESTS = 100

Include = Literal["probability", "probabilities", "confidence", "riskFactors"]


TEXT = {"text/plain": {"schema": {"type": "string"}}}
#: What the OpenAPI document says of answers that are none.
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The model refuses the rows.", "content": TEXT},
    413: {"description": f"More than {MAXIMUM_BODY_BYTES} bytes.", "content": TEXT},
}
#: What the OpenAPI document says of a body that the model reads itself.
ROWS = {
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["rows"],
                "properties": {"rows": {"type": "array"}, "include": {"type": "array"}},
            }
        },
    },
}


class TooLarge(HTTPException):
    """A body beyond the limit."""

    def __init__(self) -> None:
        super().__init__(413, f"The body is larger than {MAXIMUM_BODY_BYTES} bytes.")


class BodyLimit:
    """Ends the reading of a body that is too large, whoever reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count what is read of it."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAXIMUM_BODY_BYTES:
                raise TooLarge
            return message

        await self._app(scope, counted, send)


class Pace:
    """Whether a model is quick enough for the event loop: there, a small model answers faster than in a thread.

    The first requests, and those after a slow answer, go to threads: the slower it was, the more of them.
    """

    def __init__(self) -> None:
        self._cautious = CAUTIOUS_REQUESTS

    def is_quick(self, body: bytes) -> bool:
        """Whether to answer this request in the event loop."""
        return self._cautious <= 0 and len(body) <= SMALL_BODY_BYTES

    def note(self, body: bytes, seconds: float) -> None:
        """Learn how long an answer took."""
        if len(body) > SMALL_BODY_BYTES:
            return
        if seconds > QUICK_SECONDS:
            self._cautious = int(CAUTIOUS_REQUESTS * seconds / QUICK_SECONDS)
        elif self._cautious > 0:
            self._cautious -= 1


class PlainRoute(APIRoute):
    """A route whose function takes the request and gives the response: nothing of it is validated."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself, without FastAPI's dependencies around it."""
        return self.endpoint


def create_app(model: Model, capture: Capture | None = None) -> FastAPI:
    """The service of a loaded model. What it captured is in S3 when the service has ended."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if capture is not None:
            await run_in_threadpool(capture.flush)

    pace = Pace()

    def ask(request: Request, body: bytes, kind: str) -> tuple[bytes, str]:
        began = time.perf_counter()
        try:
            answer, answer_kind = model.ask(body, kind)
        finally:
            pace.note(body, time.perf_counter() - began)
        if capture is not None:
            inference_id = request.headers.get(INFERENCE_ID_HEADER)
            when = time_of_request(request.headers.get(TRACE_HEADER))
            capture.note(Exchange(body, kind, answer, answer_kind, inference_id, time=when))
        return answer, answer_kind

    app = FastAPI(
        title="Predictor", description="Predictions of one model.", version="1", lifespan=lifespan
    )

    app.add_middleware(BodyLimit)

    @app.exception_handler(Refused)
    async def refuse(_: Request, error: Refused) -> Response:
        return PlainTextResponse(str(error), status_code=error.status)

    @app.exception_handler(TooLarge)
    async def refuse_large(_: Request, error: TooLarge) -> Response:
        return PlainTextResponse(error.detail, status_code=error.status_code)

    @app.get("/ping", response_class=PlainTextResponse)
    async def ping() -> str:
        """Whether the model is loaded; it is loaded before the first request is taken."""
        return ""

    async def invocations(request: Request) -> Response:
        """CSV rows without header, or JSON: answered as SageMaker's endpoint answers them."""
        body = await request.body()
        kind = request.headers.get("content-type", "text/csv")
        if pace.is_quick(body):
            answer, answer_kind = ask(request, body, kind)
        else:
            # /ping is answered at the same time.
            answer, answer_kind = await run_in_threadpool(ask, request, body, kind)
        return Response(answer, media_type=answer_kind)

    app.router.add_api_route(
        "/invocations",
        invocations,
        methods=["POST"],
        responses=REFUSALS,
        openapi_extra={"requestBody": ROWS},
        route_class_override=PlainRoute,
    )
    if model.columns:
        add_predict(app, model, ask)
    return app


Ask = Callable[[Request, bytes, str], tuple[bytes, str]]


def add_predict(app: FastAPI, model: Model, ask: Ask) -> None:
    """Add predictions by named fields, with the columns of the project in the OpenAPI page."""
    row = row_type(model.columns)

    @app.post("/predict", responses=REFUSALS)
    def predict(
        request: Request,
        row: row,  # type: ignore[valid-type]
        include: Annotated[list[Include] | None, Query()] = None,
    ) -> Any:
        """The prediction for one row, given by the names of its columns."""
        # Dumped as it came: a number stays a number of JSON, and a column that is left out is missing.
        fields = row.model_dump(by_alias=True, exclude_unset=True)
        body = json.dumps({"rows": [fields], "include": include or []}).encode()
        answer, _ = ask(request, body, "application/json")
        return json.loads(answer)["predictions"][0]
