"""Content types and the defaults by which the images decode requests and encode predictions."""

import io
import json

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
LIBSVM = ("text/libsvm", "text/x-libsvm")


class UnsupportedFormatError(Exception):
    """Becomes 415 for a request and 406 for an answer."""

    def __init__(self, content_type):
        super().__init__(f"Content type {content_type} is not supported by this framework.")
        self.content_type = content_type


def media_type(content_type):
    """`text/csv; charset=utf-8` is `text/csv`."""
    return (content_type or "").partition(";")[0].strip().lower()


def decode(content, content_type):
    kind = media_type(content_type)
    if kind not in (JSON, CSV, NPY):
        raise UnsupportedFormatError(content_type)
    import numpy as np

    if kind == JSON:
        return np.array(json.loads(content))
    if kind == CSV:
        return np.genfromtxt(io.StringIO(text_of(content)), delimiter=",", dtype=None)
    return np.load(io.BytesIO(content), allow_pickle=False)


def encode(prediction, accept):
    kind = media_type(accept)
    if kind == JSON:
        return json.dumps(prediction, default=_json_default).encode()
    if kind not in (CSV, NPY):
        raise UnsupportedFormatError(accept)
    import numpy as np

    if kind == CSV:
        rows = io.StringIO()
        np.savetxt(rows, np.asarray(prediction), delimiter=",", fmt="%s")
        return rows.getvalue().encode()
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(prediction), allow_pickle=False)
    return buffer.getvalue()


def text_of(content):
    return content if isinstance(content, str) else bytes(content).decode("utf-8")


def is_text(content_type):
    return media_type(content_type) in (JSON, CSV)


def _json_default(value):
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
