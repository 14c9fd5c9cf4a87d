"""From the files of a channel to matrices."""

import csv
import logging
import os

import numpy as np
import xgboost as xgb
from sagemaker_algorithm_toolkit.exceptions import UserError
from sagemaker_xgboost_container.constants import xgb_content_types
from stepmill_serving import formats

CSV = "csv"
LIBSVM = "libsvm"
PARQUET = "parquet"
RECORDIO_PROTOBUF = "recordio-protobuf"
#: Folders in folders that are searched for files.
MAX_FOLDER_DEPTH = 3

KINDS = {
    CSV: CSV,
    formats.CSV: CSV,
    LIBSVM: LIBSVM,
    xgb_content_types.LIBSVM: LIBSVM,
    xgb_content_types.X_LIBSVM: LIBSVM,
    PARQUET: PARQUET,
    xgb_content_types.X_PARQUET: PARQUET,
    RECORDIO_PROTOBUF: RECORDIO_PROTOBUF,
    xgb_content_types.X_RECORDIO_PROTOBUF: RECORDIO_PROTOBUF,
}


def get_content_type(content_type_cfg_val):
    """`text/csv; label_size=1` is `csv`; without a type, data is LIBSVM."""
    if content_type_cfg_val is None:
        return LIBSVM
    kind, *parameters = [part.strip() for part in content_type_cfg_val.lower().split(";")]
    if kind not in KINDS:
        raise UserError(
            f"{content_type_cfg_val} is not an accepted ContentType: {', '.join(KINDS)}."
        )
    sizes = [text.split("=")[1] for text in parameters if text.startswith("label_size=")]
    if KINDS[kind] == CSV and sizes not in ([], ["1"]):
        raise UserError(
            f"{content_type_cfg_val} is not an accepted csv ContentType. "
            "Optional parameter label_size must be equal to 1"
        )
    return KINDS[kind]


def get_dmatrix(data_path, content_type, csv_weights=0, is_pipe=False):
    """Read all files below a path; the first column of CSV and Parquet is the label."""
    if is_pipe:
        raise UserError("Pipe mode is not supported. Set the input mode to File.")
    files = data_files(data_path)
    if not files:
        return None
    kind = content_type.lower()
    readers = {CSV: lambda: read_csv(files, csv_weights), LIBSVM: lambda: read_libsvm(files)}
    readers[PARQUET] = lambda: read_parquet(files)
    if kind not in readers:
        raise ImportError(
            f"sagemaker_xgboost_container.data_utils reads {kind} in SageMaker's image, but not in "
            "Stepmill's local jobs. Use csv, libsvm or parquet."
        )
    matrix = readers[kind]()
    if matrix.get_label().size == 0:
        raise UserError("Got input data without labels. Please check the input data set.")
    return matrix


def data_files(data_path):
    """The files of a path or of several, without hidden ones."""
    paths = data_path if isinstance(data_path, list) else [data_path]
    return [file for path in paths for file in _files_below(path, 1)]


def _files_below(path, depth):
    if os.path.isfile(path):
        return [path]
    if not os.path.isdir(path):
        logging.info("File path %s does not exist!", path)
        return []
    if depth > MAX_FOLDER_DEPTH:
        raise UserError(f"Folder depth exceed the limit: {MAX_FOLDER_DEPTH}.")
    names = sorted(name for name in os.listdir(path) if not name.startswith((".", "_")))
    return [file for name in names for file in _files_below(os.path.join(path, name), depth + 1)]


def read_csv(files, csv_weights):
    delimiter = _delimiter_of(files[0])
    try:
        rows = [
            [
                float(field) if field.strip() else np.nan
                for field in line.rstrip("\r\n").split(delimiter)
            ]
            for file in files
            for line in _lines_of(file)
        ]
        table = np.array(rows, dtype=np.float32)
        begin = 2 if csv_weights == 1 else 1
        weights = table[:, 1] if csv_weights == 1 else None
        return xgb.DMatrix(table[:, begin:], label=table[:, 0], weight=weights)
    except Exception as error:
        raise UserError(f"Failed to load csv data with exception:\n{error}") from error


def _lines_of(file):
    with open(file, encoding="utf-8") as lines:
        return [line for line in lines if line.strip()]


def _delimiter_of(file):
    with open(file, encoding="utf-8", errors="ignore") as lines:
        line = lines.readline()
    try:
        return csv.Sniffer().sniff(line).delimiter
    except csv.Error as error:
        raise UserError(f"Could not determine delimiter on line {line[:50]}:\n{error}") from error


def read_libsvm(files):
    from scipy.sparse import csr_matrix

    labels, weights, places, columns, data = [], [], [], [], []
    try:
        for line in (line for file in files for line in _lines_of(file)):
            label, *pairs = line.split()
            value, _, weight = label.partition(":")
            for index, number in (pair.split(":") for pair in pairs):
                places.append(len(labels))
                columns.append(int(index))
                data.append(float(number))
            labels.append(float(value))
            weights.append(float(weight or 1))
        shape = (len(labels), max(columns, default=0) + 1)
        matrix = csr_matrix((data, (places, columns)), shape=shape)
        return xgb.DMatrix(matrix, label=labels, weight=weights)
    except Exception as error:
        raise UserError(f"Failed to load libsvm data with exception:\n{error}") from error


def read_parquet(files):
    import pandas as pd

    try:
        table = pd.concat([pd.read_parquet(file) for file in files]).to_numpy()
        return xgb.DMatrix(table[:, 1:], label=table[:, 0])
    except Exception as error:
        raise UserError(f"Failed to load parquet data with exception:\n{error}") from error


def get_size(data_path, is_pipe=False):
    """The bytes of all files below a path."""
    if os.path.isfile(data_path):
        return os.path.getsize(data_path)
    total = 0
    for root, _folders, names in os.walk(data_path):
        if any(name.startswith(".") for name in names):
            raise UserError("Hidden file found in the data path! Remove that before training.")
        total += sum(os.path.getsize(os.path.join(root, name)) for name in names)
    return total


def validate_data_file_path(data_path, content_type):
    """Refuse a path that is not there and a type that is none."""
    get_content_type(content_type)
    if not os.path.exists(data_path):
        raise UserError(f"{data_path} is not a valid path!")
