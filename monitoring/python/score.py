"""Score the rows of files with the model as it is served, and say of each how sure that is, and why.

    python3 -m score --rows rows --model model --preprocessor preprocessor --output scores

Run by a processing job, whose inputs and output the defaults name. The rows are CSV as a request has
them: without label, a header only if it names the columns. Memory does not grow with the rows. Written
to --output:

    <file>.jsonl   a line a row: its line number in the file, prediction, probability, confidence and
                   risk factors; or `error`, where the model refuses the row
    scores.json    how many rows were scored and refused

With the input `baseline`, the drift of the batch is judged as `monitor` does, into --report.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import monitor
from baseline import BASELINE_FILE
from batch import list_files, read_records
from problems import REGRESSION
from served import ServedModel, load_served
from settings import add_arguments, read_settings

#: A request of the model stays far below the limit of a body.
ROWS_AT_ONCE = 1_000
CHARACTERS_AT_ONCE = 1_000_000
INCLUDE = {True: ["confidence", "riskFactors"], False: ["probability", "confidence", "riskFactors"]}

Row = tuple[int, list[str]]


class Refused(ValueError):
    """The model refuses the rows; the message is its own."""


@dataclass
class Counts:
    """What became of the rows."""

    scored: int = 0
    refused: int = 0


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every argument has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("rows", "model", "preprocessor", "baseline", "evaluation"):
        parser.add_argument(f"--{name}", type=Path, default=root / "input" / name)
    parser.add_argument("--output", type=Path, default=root / "output/scores")
    parser.add_argument("--report", type=Path, default=root / "output/report")
    parser.add_argument("--message", type=Path, default=Path("/opt/ml/output/message"))
    add_arguments(parser)
    return parser.parse_args(arguments)


def request_columns(served: ServedModel) -> tuple[list[str], str]:
    """The names of a request's columns, and the delimiter of the project's files."""
    first = served.containers[0].model
    description = first[0] if isinstance(first, tuple) else first
    names = [column["name"] for column in description["columns"]]
    return names, description["form"].get("delimiter") or ","


def read_parts(path: Path, names: list[str], delimiter: str) -> Iterator[list[Row]]:
    """The rows of a file with their line numbers, in parts that fit a request."""
    part: list[Row] = []
    size = 0
    for number, fields in enumerate(read_records(path, delimiter, len(names)), 1):
        if not fields or (number == 1 and fields == names):
            continue
        length = sum(map(len, fields))
        if part and (len(part) == ROWS_AT_ONCE or size + length > CHARACTERS_AT_ONCE):
            yield part
            part, size = [], 0
        part.append((number, fields))
        size += length
    if part:
        yield part


def ask(served: ServedModel, rows: list[list[str]]) -> list[dict[str, Any]]:
    """The answers to rows, through the scripts of one container or two.

    The images' toolkit makes a refusal a response, and elsewhere it is raised.
    """
    include = INCLUDE[served.description["problem"] == REGRESSION]
    body: Any = json.dumps({"rows": rows, "include": include}, ensure_ascii=False)
    kind = "application/json"
    for container in served.containers:
        try:
            answer = container.answer(body, kind)
        except ValueError as error:
            if type(error).__name__ != "RefusedRow":
                raise
            raise Refused(str(error)) from None
        if not isinstance(answer, tuple):
            raise Refused(answer.get_data(as_text=True))
        body, kind = answer
    return json.loads(body)["predictions"]


def score_part(served: ServedModel, part: list[Row]) -> list[dict[str, Any]]:
    """The answers to a part; where the model refuses it, row by row."""
    try:
        found = ask(served, [fields for _, fields in part])
    except Refused as refusal:
        if len(part) == 1:
            # The model counts the rows of a request, and this one has a number of its own.
            return [{"row": part[0][0], "error": str(refusal).removeprefix("Row 1, ")}]
        # By halves, so that one bad row in a thousand costs twenty requests and not a thousand.
        middle = len(part) // 2
        return score_part(served, part[:middle]) + score_part(served, part[middle:])
    return [{"row": number, **answer} for (number, _), answer in zip(part, found)]


def score_file(served: ServedModel, path: Path, target: Path, counts: Counts) -> None:
    """Score one file."""
    names, delimiter = request_columns(served)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as lines:
        for part in read_parts(path, names, delimiter):
            for answer in score_part(served, part):
                counts.refused += "error" in answer
                counts.scored += "error" not in answer
                lines.write(json.dumps(answer, ensure_ascii=False, allow_nan=False) + "\n")


def judge_drift(options: argparse.Namespace) -> None:
    """The drift of the batch, by its rows and the answers just written."""
    settings = read_settings(options, monitor.SETTINGS_FILE)
    options.answers = options.output
    options.captures = options.labels = Path("/nonexistent")
    monitor.report(options, options.report, settings)


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    files = list_files(options.rows)
    if not files:
        raise FileNotFoundError(f"{options.rows} holds no file; nothing was scored.")
    counts = Counts()
    with tempfile.TemporaryDirectory() as workspace:
        served = load_served(options.preprocessor, options.model, "model", Path(workspace))
        if "problem" not in served.description:
            raise ValueError("The model is none of the kit's, so that it explains nothing.")
        for path in files:
            target = options.output / f"{path.relative_to(options.rows)}.jsonl"
            score_file(served, path, target, counts)
    if (options.baseline / BASELINE_FILE).exists():
        judge_drift(options)
    # Written last, so that the monitor does not take it for answers.
    summary = {"version": 1, "files": len(files), **vars(counts)}
    (options.output / "scores.json").write_text(json.dumps(summary), encoding="utf-8")
    print(json.dumps(summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
