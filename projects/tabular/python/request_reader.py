"""Read a request: CSV rows, or JSON with rows as objects or lists. Every field is checked by its column.

{"rows": [{"sex": "female", "age": 29}, ["female", "29"]], "include": ["probability"]}
"""

import csv
import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from fields import (
    CATEGORY,
    DATE,
    TEXT,
    Column,
    date_format,
    is_ignored,
    is_missing,
    read_date,
    read_number,
    without_affix,
)
from refusal import RefusedRow

CSV, JSON = "text/csv", "application/json"

#: SageMaker's limit for the body of InvokeEndpoint, 6 MB.
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
MAXIMUM_JSON_BYTES = 6 * 1024 * 1024
#: Characters of a caller's field that an answer repeats.
QUOTED_CHARACTERS = 40

INCLUDES = ("probability", "probabilities", "confidence", "riskFactors")


@dataclass(frozen=True)
class Request:
    """The values of all rows, column by column, and what the answer is to include."""

    rows: list[list[Any]]
    include: list[str]
    is_json: bool


def read_request(data: Any, content_type: str, model: dict[str, Any]) -> Request:
    """Read a request by its content type."""
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind not in (CSV, JSON):
        raise RefusedRow(f"Content type {kind!r} is not served. Send {CSV} or {JSON}.")
    if kind == JSON:
        return read_json(data, model)
    return Request(parse_rows(read_text(data), model), [], is_json=False)


def read_text(data: Any) -> str:
    """A body comes as bytes or as text."""
    try:
        return data.decode("utf-8-sig") if isinstance(data, bytes | bytearray) else str(data)
    except UnicodeDecodeError:
        raise RefusedRow("The request is not UTF-8.") from None


def parse_rows(text: str, model: dict[str, Any]) -> list[list[Any]]:
    """Read CSV rows without label and header."""
    try:
        lines = text.removeprefix("\ufeff")
        delimiter = model["form"].get("delimiter", ",")
        records = _records(lines, delimiter)
        if delimiter != "," and any(len(row) != len(model["columns"]) for row in records):
            # Written with the file's delimiter, or with the one that gives CSV its name.
            others = _records(lines, ",")
            is_right = all(len(row) == len(model["columns"]) for row in others)
            records = others if is_right or delimiter not in lines else records
    except csv.Error as error:
        raise RefusedRow(f"The request is not CSV: {error}.") from None
    if not records:
        raise RefusedRow("The request has no row. Send CSV rows without header and label.")
    return [parse_record(number, row, model) for number, row in enumerate(records, 1)]


def _records(text: str, delimiter: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]


def read_json(data: Any, model: dict[str, Any]) -> Request:
    """Read a JSON request."""
    if len(data) > MAXIMUM_JSON_BYTES:
        raise RefusedRow(f"The request is larger than {MAXIMUM_JSON_BYTES} bytes.")
    body = parse_json(read_text(data))
    if not isinstance(body, dict) or not isinstance(body.get("rows"), list) or not body["rows"]:
        raise RefusedRow('The request has no rows. Send {"rows": [{"column": value, …}]}.')
    unknown = sorted(set(body) - {"rows", "include"})
    if unknown:
        raise RefusedRow(f"{_shorten(unknown[0])} is not a field of a request: rows, include.")
    rows = [parse_json_row(number, row, model) for number, row in enumerate(body["rows"], 1)]
    return Request(rows, read_include(body.get("include", [])), is_json=True)


def parse_json(text: str) -> Any:
    """Parse strict JSON."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise RefusedRow("The request is not JSON, or is nested too deeply.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def read_include(include: Any) -> list[str]:
    """What the answer is to include beside the prediction."""
    names = ", ".join(INCLUDES)
    if not isinstance(include, list):
        raise RefusedRow(f"include is a list of {names}.")
    for name in include:
        if name not in INCLUDES:
            raise RefusedRow(f"include: {_shorten(name)} is none of {names}.")
    return include


def parse_json_row(number: int, row: Any, model: dict[str, Any]) -> list[Any]:
    """Check one row: an object by column names, or a list in the order of the file."""
    if isinstance(row, dict):
        return parse_named_row(number, row, model)
    if isinstance(row, list):
        return parse_record(number, row, model)
    raise RefusedRow(f"Row {number} is neither an object nor a list.")


def parse_named_row(number: int, row: dict[str, Any], model: dict[str, Any]) -> list[Any]:
    """Check an object; columns that may be missing may be left out."""
    columns = model["columns"]
    names = {column["name"] for column in columns}
    for name in row:
        if name not in names:
            raise RefusedRow(f"Row {number}: {_shorten(name)} is not a column of the model.")
    return [
        parse_field(number, row.get(column["name"]), column, model["form"]) for column in columns
    ]


def parse_record(number: int, record: list[Any], model: dict[str, Any]) -> list[Any]:
    """Check a row in the order of the file."""
    columns = model["columns"]
    if len(record) != len(columns):
        names = ", ".join(column["name"] for column in columns)
        raise RefusedRow(
            f"Row {number} has {len(record)} fields, the model wants {len(columns)}: {names}."
        )
    return [
        parse_field(number, value, column, model["form"]) for value, column in zip(record, columns)
    ]


def parse_field(number: int, value: Any, column: Column, form: dict[str, Any]) -> Any:
    """Check one field; it may be missing where the project says so."""
    if is_ignored(column):
        return None
    place = f"Row {number}, {column['name']}"
    text = field_text(value, place)
    if text is None or is_missing(text, column):
        if column.get("optional"):
            return None
        raise RefusedRow(f"{place}: the field is missing.")
    if column["type"] == TEXT:
        return text
    if column["type"] == CATEGORY:
        return check_category(text, column, place)
    if column["type"] == DATE:
        return check_date(text, column, place)
    return check_number(value, without_affix(text, column.get("affix")), form, place)


def field_text(value: Any, place: str) -> str | None:
    """A field as the file would hold it."""
    if value is None:
        return None
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
            raise RefusedRow(f"{place}: the text holds half of a surrogate pair, not a character.")
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedRow(f"{place}: send a number, a text or null.")
    if abs(value) > sys.float_info.max:
        raise RefusedRow(f"{place}: the number is not finite.")
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else str(value)


def check_category(text: str, column: Column, place: str) -> str:
    """A category is one of the declared values, if there are any."""
    values = column.get("values")
    if values is not None and text not in values:
        raise RefusedRow(f"{place}: {_shorten(text)} is none of {', '.join(values)}.")
    return text


def check_date(text: str, column: Column, place: str) -> float:
    """A date has the declared form."""
    form = date_format(column)
    days = read_date(text, form)
    if days is None:
        raise RefusedRow(f"{place}: {_shorten(text)} is not a date of the form {form}.")
    return days


def check_number(value: Any, text: str, form: dict[str, Any], place: str) -> float:
    """A number of JSON is one; a text is read as in the file."""
    if not isinstance(value, str):
        return float(value)
    number = read_number(text, form)
    if number is None:
        kind = (
            "a finite number" if text.lower() in ("nan", "inf", "-inf", "infinity") else "a number"
        )
        raise RefusedRow(f"{place}: {_shorten(text)} is not {kind}.")
    return number


def _shorten(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= QUOTED_CHARACTERS else f"{text[:QUOTED_CHARACTERS]}…")


def collect_values(rows: list[list[Any]], columns: list[Column]) -> dict[str, np.ndarray]:
    """The values of the columns that the model sees, as the preprocessor takes them."""
    return {
        column["name"]: np.array(
            [row[place] for row in rows],
            dtype=object if column["type"] in (CATEGORY, TEXT) else float,
        )
        for place, column in enumerate(columns)
        if not is_ignored(column)
    }
