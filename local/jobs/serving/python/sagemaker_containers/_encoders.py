"""Between bodies and arrays; CSV differs from the newer toolkit's."""

import csv
import io

from sagemaker_containers._errors import ClientError
from stepmill_serving import formats

__all__ = ["decode", "encode"]


def decode(content, content_type):
    return (
        rows_of(content) if content_type == formats.CSV else formats.decode(content, content_type)
    )


def encode(prediction, accept):
    return csv_of(prediction) if accept == formats.CSV else formats.encode(prediction, accept)


def rows_of(text):
    """The library's quirks: one row has one dimension, and what is not a number leaves all as texts."""
    import numpy as np

    try:
        fields = np.array(list(csv.reader(io.StringIO(text), strict=True))).squeeze()
    except Exception as error:
        raise ClientError(f"The body is not CSV: {error}") from error
    try:
        return fields.astype(float)
    except ValueError:
        return fields


def csv_of(prediction):
    import numpy as np

    array = np.array(prediction)
    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n", strict=True).writerows(
        array.reshape(-1, 1) if array.ndim == 1 else array
    )
    return rows.getvalue()
