"""Read what an endpoint captured, line by line: SageMaker's JSON lines of requests and answers.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html

A line that cannot be read is counted, with its reason and the first places, and never ends the job. No
message quotes a line: requests are personal data.
"""

import base64
import binascii
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from request_reader import CSV, JSON

#: Places of broken lines that a report names.
MAXIMUM_PLACES = 20
#: The longest line that is read. A request has at most 25 MB, and base64 adds a third.
MAXIMUM_LINE_BYTES = 100 * 1024 * 1024
#: Begins the inference ids of a rollout's own test requests: `SMOKE_TEST_INFERENCE_ID` in events/smoke-test.ts.
SMOKE_TEST_INFERENCE_ID = "stepmill-smoke-test-"
#: What JSON bodies call their rows, beside the kit's `rows`.
ROW_KEYS = ("rows", "instances")
ANSWER_KEYS = ("predictions", "scores")

#: Reasons for which a row is left out.
MISSING_FIELDS = "a row has fewer fields than a request of this model"
EXTRA_FIELDS = "a row has more fields than a request of this model"

Fields = list[Any]


class BrokenLine(ValueError):
    """A line, or a row of it, that cannot be read; the message is a reason without values."""


@dataclass(frozen=True)
class Answer:
    """What a model answered to one row; what it did not say is None."""

    prediction: Any = None
    #: Of each class, or of the answered one.
    probabilities: dict[str, float] | None = None
    probability: float | None = None


@dataclass(frozen=True)
class CapturedRow:
    """One row of a request, and its answer if that was captured."""

    #: The caller's inference id, else SageMaker's event id.
    event_id: str
    #: The place of the row in its request.
    index: int
    #: In the order of the request's columns.
    fields: Fields
    answer: Answer | None


@dataclass
class Tally:
    """What was read, and what could not be."""

    files: int = 0
    lines: int = 0
    requests: int = 0
    rows: int = 0
    outside_window: int = 0
    without_answer: int = 0
    broken: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)

    def note(self, file: str, line: int, reason: str) -> None:
        """Count something broken, and remember the first places."""
        self.broken += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.places) < MAXIMUM_PLACES:
            self.places.append({"file": file, "line": line, "reason": reason})

    def describe(self) -> dict[str, Any]:
        """For the report."""
        return {
            "files": self.files,
            "lines": self.lines,
            "requests": self.requests,
            "rows": self.rows,
            "outsideWindow": self.outside_window,
            "withoutAnswer": self.without_answer,
            "broken": {"count": self.broken, "reasons": self.reasons, "places": self.places},
        }


@dataclass(frozen=True)
class Window:
    """From the start on, before the end; an open one holds everything."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment is in it."""
        if self.start is None and self.end is None:
            return True
        if moment is None:
            raise BrokenLine("eventMetadata.inferenceTime is missing or not a time")
        after = self.start is None or moment >= self.start
        return after and (self.end is None or moment < self.end)


def read_captures(
    folder: Path, request: list[dict[str, Any]], form: dict[str, Any], window: Window, tally: Tally
) -> Iterator[CapturedRow]:
    """All rows of the window, file by file."""
    reader = LineReader([column["name"] for column in request], form, window, tally)
    for file, number, line in read_lines(folder, tally):
        try:
            yield from reader.read(file, number, line)
        except BrokenLine as error:
            tally.note(file, number, str(error))


def read_lines(folder: Path, tally: Tally) -> Iterator[tuple[str, int, bytes]]:
    """The lines of all files below a folder, in the order of their names; empty ones are left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in files:
        tally.files += 1
        name = str(path.relative_to(folder))
        with path.open("rb") as lines:
            number = 0
            while line := lines.readline(MAXIMUM_LINE_BYTES):
                number += 1
                is_whole = line.endswith(b"\n") or len(line) < MAXIMUM_LINE_BYTES
                if not is_whole:
                    _skip_line(lines)
                    tally.note(name, number, f"the line is longer than {MAXIMUM_LINE_BYTES} bytes")
                elif line.strip():
                    tally.lines += 1
                    yield name, number, line


def _skip_line(lines: Any) -> None:
    while (part := lines.readline(MAXIMUM_LINE_BYTES)) and not part.endswith(b"\n"):
        pass


def parse_object(line: bytes) -> dict[str, Any]:
    """A line as a JSON object."""
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BrokenLine("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BrokenLine("the line is not JSON") from None
    if not isinstance(found, dict):
        raise BrokenLine("the line is not a JSON object")
    return found


def read_moment(text: Any) -> datetime | None:
    """When a request came; None where that cannot be read."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_event_id(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """By what labels find a request, and the rest of what is known about it."""
    event = line.get("eventMetadata")
    if not isinstance(event, dict):
        raise BrokenLine("eventMetadata is missing")
    found = event.get("inferenceId") or event.get("eventId")
    if not isinstance(found, str):
        raise BrokenLine("eventMetadata has neither inferenceId nor eventId")
    return found, event


class LineReader:
    """Reads lines of one model's endpoint."""

    def __init__(
        self, names: list[str], form: dict[str, Any], window: Window, tally: Tally
    ) -> None:
        """The names of a request's columns decide how many fields a row has."""
        self.names = names
        self.delimiter = form.get("delimiter") or ","
        self.window = window
        self.tally = tally

    def read(self, file: str, number: int, text: bytes) -> Iterator[CapturedRow]:
        """The rows of a line; a broken row does not spoil the others."""
        line = parse_object(text)
        event_id, event = read_event_id(line)
        if event_id.startswith(SMOKE_TEST_INFERENCE_ID):
            return
        if not self.window.holds(read_moment(event.get("inferenceTime"))):
            self.tally.outside_window += 1
            return
        data = line.get("captureData")
        if not isinstance(data, dict) or "endpointInput" not in data:
            raise BrokenLine("captureData.endpointInput is missing")
        rows = self.read_rows(data["endpointInput"])
        answers = self.read_answers(file, number, data.get("endpointOutput"), len(rows))
        self.tally.requests += 1
        for index, (row, answer) in enumerate(zip(rows, answers)):
            fields = self.order_fields(row)
            if isinstance(fields, str):
                self.tally.note(file, number, fields)
                continue
            self.tally.rows += 1
            self.tally.without_answer += answer is None
            yield CapturedRow(event_id, index, fields, answer)

    def read_rows(self, side: Any) -> list[Any]:
        """The rows of a request, each a list of fields or an object."""
        text, kind = decode(side, "endpointInput")
        if kind == JSON:
            return find_rows(parse_json(text, "endpointInput"))
        lines = text.removeprefix("\ufeff")
        rows = read_records(lines, self.delimiter)
        if self.delimiter != "," and any(len(row) != len(self.names) for row in rows):
            # Written with the file's delimiter, or with commas: as serving reads it.
            others = read_records(lines, ",")
            is_right = all(len(row) == len(self.names) for row in others)
            return others if is_right or self.delimiter not in lines else rows
        return rows

    def order_fields(self, row: Any) -> Fields | str:
        """The fields in the order of the columns, or why the row is not one of this model."""
        if isinstance(row, dict):
            if not set(row) <= set(self.names):
                return EXTRA_FIELDS
            row = [row.get(name) for name in self.names]
        if not isinstance(row, list) or any(isinstance(field, list | dict) for field in row):
            return "a row is neither a list nor an object of fields"
        if len(row) != len(self.names):
            return MISSING_FIELDS if len(row) < len(self.names) else EXTRA_FIELDS
        return row

    def read_answers(self, file: str, number: int, side: Any, rows: int) -> list[Answer | None]:
        """An answer for each row, or None for each."""
        nothing: list[Answer | None] = [None] * rows
        if side is None:
            return nothing
        try:
            text, kind = decode(side, "endpointOutput")
            found = read_json_answers(text) if kind == JSON else read_csv_answers(text)
        except BrokenLine as error:
            self.tally.note(file, number, str(error))
            return nothing
        if len(found) != rows:
            self.tally.note(file, number, "endpointOutput has not one answer for each row")
            return nothing
        return [*found]


def decode(side: Any, name: str) -> tuple[str, str]:
    """The text of one side of a line, and whether it is CSV or JSON."""
    if not isinstance(side, dict) or not isinstance(side.get("data"), str):
        raise BrokenLine(f"{name}.data is missing")
    encoding, data = str(side.get("encoding", "")).upper(), side["data"]
    kind, charset = _content_type(side.get("observedContentType"))
    if encoding == "BASE64":
        data = _decode_bytes(data, charset, name)
    elif encoding not in ("CSV", "JSON"):
        raise BrokenLine(f"{name}.encoding is none of CSV, JSON, BASE64")
    if kind in (CSV, JSON):
        return data, kind
    if encoding == "BASE64":
        raise BrokenLine(f"{name}.observedContentType is neither {CSV} nor {JSON}")
    return data, JSON if encoding == "JSON" else CSV


def _decode_bytes(data: str, charset: str, name: str) -> str:
    try:
        return base64.b64decode(data, validate=True).decode(charset)
    except (binascii.Error, ValueError):
        raise BrokenLine(f"{name}.data is not base64 of a text in {charset[:20]}") from None
    except LookupError:
        raise BrokenLine(f"{name}.observedContentType names an unknown charset") from None


def _content_type(text: Any) -> tuple[str, str]:
    """`text/csv; charset=utf-8` in its parts."""
    kind, *parameters = [part.strip() for part in str(text or "").lower().split(";")]
    given = dict(part.split("=", 1) for part in parameters if "=" in part)
    return kind, given.get("charset", "utf-8").strip('"')


def parse_json(text: str, name: str) -> Any:
    """A body as JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenLine(f"{name}.data is not JSON") from None


def find_rows(body: Any) -> list[Any]:
    """The rows of a JSON body: below `rows` or `instances`, a list, or the body itself."""
    if isinstance(body, dict):
        own = [body[key] for key in ROW_KEYS if isinstance(body.get(key), list)]
        return own[0] if own else [body]
    if isinstance(body, list):
        return body if all(isinstance(row, list | dict) for row in body) else [body]
    raise BrokenLine("endpointInput.data holds no rows")


def read_records(text: str, delimiter: str) -> list[list[str]]:
    """CSV rows; empty lines are none."""
    if '"' not in text and "\r" not in text:
        # What csv.reader would give, four times as fast.
        return [line.split(delimiter) for line in text.split("\n") if line]
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        raise BrokenLine("data is not CSV") from None


def read_csv_answers(text: str) -> list[Answer]:
    """A line a row: `9.87`, or a class and its probability; one line of numbers is one a row, too."""
    records = read_records(text, ",")
    return [read_csv_answer(record) for record in records]


def read_csv_answer(record: list[str]) -> Answer:
    """One line."""
    if len(record) == 1:
        return Answer(prediction=record[0].strip())
    probability = read_probability(record[1]) if len(record) == 2 else None
    if probability is None:
        raise BrokenLine("an answer is neither a value nor a class and its probability")
    return Answer(prediction=record[0].strip(), probability=probability)


def read_json_answers(text: str) -> list[Answer]:
    """The kit's answers, a list of values, or what else calls itself predictions."""
    body = parse_json(text, "endpointOutput")
    if isinstance(body, dict):
        own = [body[key] for key in ANSWER_KEYS if isinstance(body.get(key), list)]
        body = own[0] if own else [body]
    if not isinstance(body, list):
        body = [body]
    return [read_json_answer(value) for value in body]


def read_json_answer(value: Any) -> Answer:
    """One answer."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        if isinstance(value, list) or value is None:
            raise BrokenLine("an answer is neither a value nor an object")
        return Answer(prediction=value)
    prediction = value.get("prediction", value.get("predicted_label", value.get("score")))
    own = value.get("probabilities")
    probabilities = None
    if isinstance(own, dict):
        read = {str(name): read_probability(each) for name, each in own.items()}
        probabilities = {name: each for name, each in read.items() if each is not None}
    return Answer(prediction, probabilities, read_probability(value.get("probability")))


def read_probability(value: Any) -> float | None:
    """A number from 0 to 1."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number <= 1 else None
