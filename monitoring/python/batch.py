"""Read the rows of a scoring batch, and the answers to them, as if an endpoint had captured them.

The rows are CSV files as a request has them: without label, a header only if it names the columns. The
answers are files in the same order, a line a row: CSV as the endpoint answers, or a JSON object in a
file whose name ends in `.jsonl`. Without files of answers, each row ends with its answer, as a
transform job joins them.
"""

import csv
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from captures import (
    Answer,
    BrokenLine,
    CapturedRow,
    LineReader,
    Tally,
    Window,
    parse_json,
    read_csv_answer,
    read_json_answer,
)

#: A row's answer is a value, or a class and its probability.
MAXIMUM_ANSWER_FIELDS = 2

Record = tuple[str, int, list[str]]


def read_batch(
    rows: Path, answers: Path, request: list[dict[str, Any]], form: dict[str, Any], tally: Tally
) -> Iterator[CapturedRow]:
    """All rows with their answers."""
    names = [column["name"] for column in request]
    reader = LineReader(names, form, Window(), tally)
    has_answers = any(path.is_file() for path in answers.rglob("*")) if answers.is_dir() else False
    records = read_rows(rows, names, reader.delimiter, tally)
    given = read_answers(answers, tally) if has_answers else None
    for record, answer in pair(records, given, len(names), tally):
        file, number, fields = record
        ordered = reader.order_fields(fields)
        if isinstance(ordered, str):
            tally.note(file, number, ordered)
            continue
        tally.rows += 1
        tally.without_answer += answer is None
        yield CapturedRow(f"{file}:{number}", 0, ordered, answer)


def pair(
    records: Iterator[Record], answers: Iterator[Answer | None] | None, width: int, tally: Tally
) -> Iterator[tuple[Record, Answer | None]]:
    """Each row with its answer."""
    if answers is None:
        for file, number, fields in records:
            yield (file, number, fields[:width]), joined_answer(fields[width:])
        return
    for record, answer in zip_longest(records, answers):
        if record is None:
            tally.note("", 0, "there are more answers than rows")
            return
        yield record, answer


def joined_answer(fields: list[str]) -> Answer | None:
    """The answer at the end of a row."""
    if not 1 <= len(fields) <= MAXIMUM_ANSWER_FIELDS:
        return None
    try:
        return read_csv_answer(fields)
    except BrokenLine:
        return None


def read_rows(folder: Path, names: list[str], delimiter: str, tally: Tally) -> Iterator[Record]:
    """The rows of all files, in the order of their names."""
    for path in list_files(folder):
        tally.files += 1
        for number, fields in enumerate(read_records(path, delimiter, len(names)), 1):
            if not fields or (number == 1 and fields[: len(names)] == names):
                continue
            tally.lines += 1
            yield str(path.relative_to(folder)), number, fields


def read_records(path: Path, delimiter: str, width: int) -> Iterator[list[str]]:
    """Records of a file, written with the project's delimiter or with commas: as serving reads it."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = next(csv.reader(file, delimiter=delimiter), [])
        file.seek(0)
        own = delimiter if len(first) >= width else ","
        yield from csv.reader(file, delimiter=own)


def read_answers(folder: Path, tally: Tally) -> Iterator[Answer | None]:
    """The answers of all files, in the order of their names; None where one cannot be read."""
    for path in list_files(folder):
        name = str(path.relative_to(folder))
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = file if path.suffix == ".jsonl" else csv.reader(file)
            for number, line in enumerate(lines, 1):
                try:
                    yield read_answer(line)
                except BrokenLine as error:
                    tally.note(name, number, str(error))
                    yield None


def read_answer(line: Any) -> Answer | None:
    """A line of JSON, or the fields of one of CSV; None where the model refused the row."""
    if not isinstance(line, str):
        return read_csv_answer(line)
    found = parse_json(line, "answer")
    is_refusal = isinstance(found, dict) and "error" in found
    return None if is_refusal else read_json_answer(found)


def list_files(folder: Path) -> list[Path]:
    """The files below a folder, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
