"""From requests to matrices, as the image's scripts decode them."""

import csv
import json

import numpy as np
import xgboost as xgb
from sagemaker_containers._errors import UnsupportedFormatError
from sagemaker_xgboost_container.constants import xgb_content_types
from stepmill_serving import formats


def csv_to_dmatrix(input, dtype=None):
    """Rows without a label; an empty field is missing. The delimiter is guessed from the first line."""
    text = formats.text_of(input)
    sniffed = csv.Sniffer().sniff(text.split("\n")[0][:512]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    rows = [[field or "nan" for field in line.split(delimiter)] for line in text.split("\n")]
    return xgb.DMatrix(np.array(rows).astype(dtype))


def libsvm_to_dmatrix(string_like):
    """Rows of `index:value`, with a label or without; the first index is 0 or 1."""
    rows = []
    for line in formats.text_of(string_like).strip().split("\n"):
        pairs = [token.split(":", 1) for token in line.split() if ":" in token]
        rows.append({int(index): float(value) for index, value in pairs})
    indices = [index for row in rows for index in row]
    if not indices:
        return xgb.DMatrix(np.empty((0, 0)))
    first = 1 if min(indices) >= 1 else 0
    data = np.zeros((len(rows), max(indices) - first + 1))
    for at, row in enumerate(rows):
        for index, value in row.items():
            data[at, index - first] = value
    return xgb.DMatrix(data)


def recordio_protobuf_to_dmatrix(string_like):
    raise ImportError(
        "sagemaker_xgboost_container.encoder.recordio_protobuf_to_dmatrix is part of SageMaker's "
        "image, but not of Stepmill's local endpoints. Send text/csv or text/libsvm."
    )


def json_to_jsonlines(json_data):
    """The entries of the one list of an object, a line each."""
    content = json_data if isinstance(json_data, dict) else json.loads(json_data)
    if len(content) != 1:
        raise ValueError("JSON response is not compatible for conversion to jsonlines.")
    [entries] = content.values()
    return "".join(f"{json.dumps(entry)}\n" for entry in entries).encode()


DECODERS = {
    formats.CSV: csv_to_dmatrix,
    xgb_content_types.LIBSVM: libsvm_to_dmatrix,
    xgb_content_types.X_LIBSVM: libsvm_to_dmatrix,
    xgb_content_types.X_RECORDIO_PROTOBUF: recordio_protobuf_to_dmatrix,
}


def decode(obj, content_type):
    kind = formats.media_type(content_type)
    if kind not in DECODERS:
        raise UnsupportedFormatError(kind)
    return DECODERS[kind](obj)
