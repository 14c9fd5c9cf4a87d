"""Content types and the defaults by which the images decode requests and encode predictions."""

import io
import json

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
LIBSVM = ("text/libsvm", "text/x-libsvm")
#: Bodies that scripts get as text. A type with parameters, `text/csv; charset=utf-8`, is none of them.
UTF8_TYPES = (JSON, CSV)


class UnsupportedFormatError(Exception):
    """No decoder or encoder of the toolkit is for this type."""

    def __init__(self, content_type):
        super().__init__(f"Content type {content_type} is not supported by this framework.")
        self.content_type = content_type


def media_type(content_type):
    """`text/csv; charset=utf-8` is `text/csv`."""
    return (content_type or "").partition(";")[0].strip().lower()


def decode(content, content_type):
    """As sagemaker_inference; types are compared as they are, parameters included."""
    if content_type not in (JSON, CSV, NPY):
        raise UnsupportedFormatError(content_type)
    import numpy as np

    if content_type == JSON:
        return np.array(json.loads(content))
    if content_type == CSV:
        return np.genfromtxt(io.StringIO(content), delimiter=",", dtype=None)
    # The library of the scikit-learn image would unpickle what a client sends.
    return np.load(io.BytesIO(content), allow_pickle=False)


def encode(prediction, accept):
    """As sagemaker_inference."""
    if accept not in (JSON, CSV, NPY):
        raise UnsupportedFormatError(accept)
    if accept == JSON:
        return json.dumps(prediction, default=_json_default)
    import numpy as np

    if accept == CSV:
        rows = io.StringIO()
        np.savetxt(rows, np.asarray(prediction), delimiter=",", fmt="%s")
        return rows.getvalue()
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(prediction), allow_pickle=False)
    return buffer.getvalue()


def text_of(content):
    return content if isinstance(content, str) else bytes(content).decode("utf-8")


def _json_default(value):
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
