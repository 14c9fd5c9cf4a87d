"""A serving script that runs the command in the body of the request, to test how the toolkit handles it."""

from typing import Any

from sagemaker_containers.beta.framework import encoders, errors, worker


class RefusedRow(ValueError):
    """An error with a status."""

    status_code = 400
    code = 400


def model_fn(model_dir: str) -> None:
    """Load nothing."""


def transform_fn(model: None, data: Any, content_type: str, accept: str) -> Any:
    """Run the command of the first word."""
    text = data if isinstance(data, str) else bytes(data).decode("utf-8", errors="replace")
    word, _, rest = text.partition(" ")
    return ACTIONS[word](rest, data, content_type, accept)


def fail(error: Exception) -> None:
    """Raise the error."""
    raise error


ACTIONS = {
    "raise": lambda *_: fail(ValueError("boom")),
    "refuse": lambda *_: fail(RefusedRow("row 1")),
    "unsupported": lambda *_: fail(errors.UnsupportedFormatError("image/png")),
    "request": lambda rest, data, *types: ([f"{type(data).__name__} {rest} {types}"], "text/plain"),
    "typed": lambda rest, *_: ("typed", rest),
    "untyped": lambda *_: ("untyped", None),
    "parts": lambda *_: (["ä", b"b"], "application/octet-stream"),
    "nothing": lambda *_: None,
    "number": lambda *_: 1,
    "text": lambda *_: "a text",
    "bytes": lambda *_: b"bytes",
    "iterator": lambda *_: iter(["a", "b"]),
    "object": lambda *_: {"b": [1, "ä"], "a": None},
    "list": lambda *_: [{"b": 1, "a": 2}],
    "response": lambda rest, *_: worker.Response(response=rest, status=422, mimetype="text/plain"),
    "positions": lambda *_: worker.Response("body", "text/csv", 201, None, "text/csv"),
    "phrase": lambda *_: worker.Response("body", status="409 Conflict"),
    "empty": lambda *_: worker.Response(status=200),
    "header": lambda *_: worker.Response("body", headers={"Content-Type": "text/own"}),
    "custom": lambda *_: worker.Response(
        "body", headers={"X-Amzn-SageMaker-Custom-Attributes": "trace=1"}
    ),
    "injection": lambda rest, *_: ("body", f"text/csv\r\nX-Other: {rest}"),
    "decode": lambda rest, _data, content_type, _accept: (
        str(encoders.decode(rest, content_type).tolist()),
        "text/plain",
    ),
    "encode": lambda rest, _data, _type, accept: (
        encoders.encode([[1.5, 2], [3, 4]] if rest else [1.5, 2], accept),
        accept,
    ),
}
