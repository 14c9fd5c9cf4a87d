"""XGBoost's algorithm mode: a bare model file, rows in, scores out."""

import json
import os
import sys
import traceback

import numpy as np
import xgboost as xgb
from stepmill_serving import formats
from stepmill_serving.reply import HTML, Reply

JSONLINES = "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"
SUPPORTED = ("text/csv", *formats.LIBSVM)
MAX_CONCURRENT_TRANSFORMS = os.cpu_count() or 1


class AlgorithmApplication:
    def __init__(self, settings):
        self._booster = load_booster(settings.model_dir)
        self._batch = settings.batch
        self._max_payload_mb = settings.max_payload_mb
        self._default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT") or "text/csv"

    def invoke_request(self, content, headers):
        return self.invoke(content, headers.get("content-type"), headers.get("accept"))

    def invoke(self, content, content_type, accept):
        if len(content) == 0:
            return Reply(204, b"", HTML)
        try:
            matrix = matrix_of(content, content_type or "text/csv")
        except Exception as error:
            return Reply(415, str(error), HTML)
        try:
            check_features(self._booster, matrix)
            scores = self._booster.predict(matrix, validate_features=False)
        except Exception as error:
            traceback.print_exc()
            sys.stderr.flush()
            return Reply(400, f"Unable to evaluate payload provided: {error}", HTML)
        return self._encode(scores, accept)

    def _encode(self, scores, accept):
        kind = formats.media_type(accept)
        if kind in ("", "*/*"):
            kind = self._default_accept
        values = scores.tolist()
        if kind == formats.CSV:
            separator = "\n" if self._batch else ","
            ending = "\n" if self._batch else ""
            return Reply(
                200, separator.join(map(csv_text, values)) + ending, "text/csv; charset=utf-8"
            )
        predictions = [{"score": value} for value in values]
        if kind == formats.JSON:
            return Reply(200, json.dumps({"predictions": predictions}), formats.JSON)
        if kind == JSONLINES:
            return Reply(200, "".join(json.dumps(item) + "\n" for item in predictions), JSONLINES)
        return Reply(
            406,
            f"Accept type {accept} is not supported. Supported: text/csv, {formats.JSON}, {JSONLINES}",
            HTML,
        )

    def execution_parameters(self):
        body = {
            "MaxConcurrentTransforms": MAX_CONCURRENT_TRANSFORMS,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": self._max_payload_mb,
        }
        return Reply(200, json.dumps(body), formats.JSON)


def csv_text(value):
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def load_booster(model_dir):
    """The image takes the first file there is, pickled or in XGBoost's own format."""
    names = sorted(name for name in os.listdir(model_dir) if not name.startswith("."))
    names.sort(key=lambda name: name != "xgboost-model")
    files = [name for name in names if os.path.isfile(os.path.join(model_dir, name))]
    if not files:
        raise FileNotFoundError(
            "model.tar.gz holds no model file at its root (expected: xgboost-model)"
        )
    path = os.path.join(model_dir, files[0])
    booster = xgb.Booster()
    try:
        booster.load_model(path if path.endswith((".json", ".ubj")) else read_bytes(path))
    except xgb.core.XGBoostError as native:
        booster = load_pickled(path, native)
    booster.set_param({"nthread": 1})
    return booster


def read_bytes(path):
    """XGBoost detects the format by the file extension; without one, the content decides."""
    with open(path, "rb") as file:
        return bytearray(file.read())


def load_pickled(path, native):
    import pickle

    try:
        with open(path, "rb") as file:
            model = pickle.load(file)
    except Exception as pickled:
        raise RuntimeError(f"Unable to load model: {pickled} {native}") from pickled
    return model.get_booster() if hasattr(model, "get_booster") else model


def check_features(booster, matrix):
    """AWS's own sentence; one column fewer is allowed, as the label may have been counted."""
    trained, got = booster.num_features(), matrix.num_col()
    if got > trained or got < trained - 1:
        raise ValueError(
            f"Feature size of csv inference data {got} is not consistent with feature size of trained model {trained}."
        )


def matrix_of(content, content_type):
    kind = formats.media_type(content_type)
    if kind == "text/csv":
        return csv_matrix(formats.text_of(content).strip())
    if kind in formats.LIBSVM:
        return xgb.DMatrix(libsvm_rows(formats.text_of(content).strip()), nthread=1)
    if kind == RECORDIO:
        raise ValueError(
            f"{RECORDIO} is not supported by the local server; send text/csv or text/libsvm."
        )
    raise formats.UnsupportedFormatError(
        f"Content-type {kind} not supported. Supported content-type is text/csv, text/libsvm, {RECORDIO}"
    )


def csv_matrix(text):
    return xgb.DMatrix(csv_rows(text), nthread=1)


def csv_rows(text):
    lines = text.split("\n")
    try:
        rows = [
            [float(cell) if cell.strip() else np.nan for cell in line.split(",")] for line in lines
        ]
        return np.array(rows, dtype=np.float32)
    except ValueError as error:
        raise ValueError(
            f"Loading csv data failed with Exception, please ensure data is in csv format:\n {type(error)}\n {error}"
        ) from error


def libsvm_rows(text):
    from scipy.sparse import csr_matrix

    row, column, data = [], [], []
    lines = text.split("\n")
    try:
        for index, line in enumerate(lines):
            for item in line.split():
                if ":" in item:
                    key, _, value = item.partition(":")
                    row.append(index)
                    column.append(int(key))
                    data.append(float(value))
    except ValueError as error:
        raise ValueError(
            f"Loading libsvm data failed with Exception, please ensure data is in libsvm format:\n {type(error)}\n {error}"
        ) from error
    return csr_matrix((data, (row, column)), shape=(len(lines), max(column, default=0) + 1))
