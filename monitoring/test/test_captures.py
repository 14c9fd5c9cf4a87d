"""Captured requests as endpoints write them, and everything that may be wrong with them."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import captures
from window_run import capture, in_base64, side

REQUEST = [{"name": "sex"}, {"name": "age"}]
#: The example of https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html,
#: with two columns.
DOCUMENTED = (
    b'{"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"f,29\\n",'
    b'"encoding":"CSV"},"endpointOutput":{"observedContentType":"text/csv; charset=utf-8","mode":"OUTPUT",'
    b'"data":"0.0254181120544672","encoding":"CSV"}},"eventMetadata":{"eventId":'
    b'"bfeb0ae9-3bdb-4f0f-a6f4-7d0ab2c2e2a3","inferenceTime":"2026-11-30T10:25:11Z"},"eventVersion":"0"}'
)


def read(
    *lines: Any,
    window: captures.Window | None = None,
    delimiter: str = ",",
    name: str = "e/v/2026/11/30/10/a.jsonl",
) -> tuple[list[captures.CapturedRow], captures.Tally]:
    """Read lines from a file."""
    tally = captures.Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        path.write_bytes(b"\n".join(texts))
        form = {"delimiter": delimiter}
        window = window or captures.Window()
        found = list(captures.read_captures(Path(folder), REQUEST, form, window, tally))
    return found, tally


def only(asked: Any, answered: Any = None, **more: Any) -> captures.CapturedRow:
    """The only row of a line."""
    rows, tally = read(capture(asked, answered, "event"), **more)
    assert tally.broken == 0, tally.reasons
    assert len(rows) == 1
    return rows[0]


def answer_of(answered: Any) -> captures.Answer | None:
    """What is read of an answer."""
    return only(side("f,29"), answered).answer


class FormsTest(unittest.TestCase):
    """The ways in which an endpoint writes a request."""

    def test_reads_the_documented_line(self) -> None:
        rows, tally = read(DOCUMENTED)
        self.assertEqual(rows[0].event_id, "bfeb0ae9-3bdb-4f0f-a6f4-7d0ab2c2e2a3")
        self.assertEqual(rows[0].fields, ["f", "29"])
        self.assertEqual(rows[0].answer, captures.Answer("0.0254181120544672"))
        self.assertEqual((tally.files, tally.lines, tally.requests, tally.rows), (1, 1, 1, 1))

    def test_reads_csv_json_and_base64_alike(self) -> None:
        kind = "application/json"
        objects = json.dumps({"rows": [{"sex": "f", "age": "29"}], "include": ["probability"]})
        for asked in (
            side("f,29\n"),
            side("f,29\r\n"),
            side('"f","29"'),
            side("\ufefff,29", kind="text/csv; charset=utf-8"),
            side(objects, "JSON", kind),
            side('[["f", "29"]]', "JSON", kind),
            side('{"instances": [["f", "29"]]}', "JSON", kind),
            side('{"age": "29", "sex": "f"}', "JSON", kind),
            in_base64("f,29\n"),
            in_base64(objects, kind),
            in_base64("f,29", "text/csv; charset=utf-16", "utf-16"),
            in_base64("f,29", 'text/csv; header=absent; charset="iso-8859-1"', "latin-1"),
        ):
            self.assertEqual(only(asked).fields, ["f", "29"], asked)

    def test_reads_the_delimiter_of_the_file_or_commas(self) -> None:
        self.assertEqual(only(side("f;29"), delimiter=";").fields, ["f", "29"])
        self.assertEqual(only(side("f,29"), delimiter=";").fields, ["f", "29"])
        self.assertEqual(only(side('"f";2,5'), delimiter=";").fields, ["f", "2,5"])

    def test_gives_a_field_that_json_leaves_out_as_a_gap(self) -> None:
        row = only(side('{"rows": [{"sex": "f"}]}', "JSON", "application/json"))
        self.assertEqual(row.fields, ["f", None])

    def test_splits_a_request_of_several_rows(self) -> None:
        rows, tally = read(capture(side("f,29\nm,30\n"), side("1\n2\n"), "event"))
        self.assertEqual(
            [(row.index, row.fields) for row in rows], [(0, ["f", "29"]), (1, ["m", "30"])]
        )
        self.assertEqual([row.answer for row in rows], [captures.Answer("1"), captures.Answer("2")])
        self.assertEqual((tally.requests, tally.rows), (1, 2))

    def test_prefers_the_callers_inference_id(self) -> None:
        rows, _ = read(capture(side("f,29"), None, "event", inferenceId="mine"))
        self.assertEqual(rows[0].event_id, "mine")

    def test_leaves_out_the_test_requests_of_a_rollout(self) -> None:
        sent = "stepmill-smoke-test-0b0aa4d5-5c6e-4b6e-9d0a-3f0e0b6f6a11"
        rows, tally = read(capture(side("f,29"), None, "event", inferenceId=sent))
        self.assertEqual((rows, tally.lines, tally.requests), ([], 1, 0))

    def test_reads_answers_of_each_kind(self) -> None:
        kind = "application/json"
        full = {"prediction": "sun", "probability": 0.8, "probabilities": {"sun": 0.8, "rain": 0.2}}
        answer = captures.Answer
        for answered, expected in (
            (side("9.87\n"), answer("9.87")),
            (side("sun,0.83\n"), answer("sun", probability=0.83)),
            (
                side(json.dumps({"predictions": [full]}), "JSON", kind),
                answer("sun", {"sun": 0.8, "rain": 0.2}, 0.8),
            ),
            (side("[1.5]", "JSON", kind), answer(1.5)),
            (side("[[1.5]]", "JSON", kind), answer(1.5)),
            (side("1.5", "JSON", kind), answer(1.5)),
            (side('{"predictions": [{"score": 0.1}]}', "JSON", kind), answer(0.1)),
            (in_base64("9.87", "text/csv; charset=utf-8"), answer("9.87")),
            (None, None),
        ):
            self.assertEqual(answer_of(answered), expected, answered)


class WindowTest(unittest.TestCase):
    """Which requests are in a window."""

    def test_begins_with_its_start_and_ends_before_its_end(self) -> None:
        hour = captures.Window(
            captures.read_moment("2026-11-30T10:00:00Z"),
            captures.read_moment("2026-11-30T11:00:00Z"),
        )
        times = [
            "09:59:59Z",
            "10:00:00Z",
            "10:59:59Z",
            "11:00:00Z",
            "11:30:00+01:00",
            "10:30:00.123Z",
        ]
        lines = [capture(side("f,29"), None, time, f"2026-11-30T{time}") for time in times]
        rows, tally = read(*lines, window=hour)
        self.assertEqual([row.event_id for row in rows], [times[1], times[2], times[4], times[5]])
        self.assertEqual((tally.outside_window, tally.broken), (2, 0))

    def test_needs_the_time_only_where_there_is_a_window(self) -> None:
        line = capture(side("f,29"), None, "event", "yesterday")
        self.assertEqual(len(read(line)[0]), 1)
        rows, tally = read(
            line, window=captures.Window(captures.read_moment("2026-11-30T10:00:00Z"))
        )
        self.assertEqual(rows, [])
        self.assertEqual(tally.reasons, {"eventMetadata.inferenceTime is missing or not a time": 1})


class BrokenTest(unittest.TestCase):
    """What cannot be read is counted with its place, and the rest is read."""

    def test_counts_broken_lines_and_reads_the_others(self) -> None:
        good = capture(side("f,29"), side("1"), "event")
        no_event = {**good, "eventMetadata": {}}
        cases: list[tuple[Any, str]] = [
            (b"{", "the line is not JSON"),
            (b'{"captureData": {"endpointInput', "the line is not JSON"),
            (b"[" * 100_000, "the line is not JSON"),
            (b"\xff\xfe", "the line is not UTF-8"),
            (b"[]", "the line is not a JSON object"),
            ({**good, "eventMetadata": None}, "eventMetadata is missing"),
            (no_event, "eventMetadata has neither inferenceId nor eventId"),
            ({**good, "captureData": {}}, "captureData.endpointInput is missing"),
            (capture({"encoding": "CSV"}, None, "e"), "endpointInput.data is missing"),
            (
                capture(side("f,29", "GZIP"), None, "e"),
                "endpointInput.encoding is none of CSV, JSON, BASE64",
            ),
            (
                capture(side("?", "BASE64"), None, "e"),
                "endpointInput.data is not base64 of a text in utf-8",
            ),
            (
                capture(in_base64("ü,29", "text/csv", "latin-1"), None, "e"),
                "endpointInput.data is not base64 of a text in utf-8",
            ),
            (
                capture(in_base64("f", "text/csv; charset=klingon"), None, "e"),
                "endpointInput.observedContentType names an unknown charset",
            ),
            (
                capture(in_base64("f", "image/png"), None, "e"),
                "endpointInput.observedContentType is neither text/csv nor application/json",
            ),
            (
                capture(side("{", "JSON", "application/json"), None, "e"),
                "endpointInput.data is not JSON",
            ),
            (
                capture(side("5", "JSON", "application/json"), None, "e"),
                "endpointInput.data holds no rows",
            ),
            (capture(side("f"), None, "e"), captures.MISSING_FIELDS),
            (capture(side("f,29,1"), None, "e"), captures.EXTRA_FIELDS),
            (
                capture(side('[{"sex": "f", "name": "x"}]', "JSON", "application/json"), None, "e"),
                captures.EXTRA_FIELDS,
            ),
            (
                capture(side('[["f", {"a": 1}]]', "JSON", "application/json"), None, "e"),
                "a row is neither a list nor an object of fields",
            ),
        ]
        for line, reason in cases:
            rows, tally = read(line, good, b"", b"  ")
            self.assertEqual([row.event_id for row in rows], ["event"], reason)
            self.assertEqual(tally.reasons, {reason: 1})
            place = {"file": "e/v/2026/11/30/10/a.jsonl", "line": 1, "reason": reason}
            self.assertEqual(tally.places, [place])

    def test_keeps_the_row_whose_answer_is_broken(self) -> None:
        for answered, reason in (
            (side("1\n2\n"), "endpointOutput has not one answer for each row"),
            (side("{", "JSON", "application/json"), "endpointOutput.data is not JSON"),
            (side("a,b,c"), "an answer is neither a value nor a class and its probability"),
            (
                side("[null]", "JSON", "application/json"),
                "an answer is neither a value nor an object",
            ),
        ):
            rows, tally = read(capture(side("f,29"), answered, "event"))
            self.assertEqual([row.answer for row in rows], [None])
            self.assertEqual((tally.reasons, tally.without_answer), ({reason: 1}, 1))

    def test_names_the_first_places_only_and_quotes_no_value(self) -> None:
        lines = [capture(side("secret,29,30"), None, "e") for _ in range(50)]
        _, tally = read(*lines)
        found = tally.describe()
        self.assertEqual(found["broken"]["count"], 50)
        self.assertEqual(len(found["broken"]["places"]), captures.MAXIMUM_PLACES)
        self.assertNotIn("secret", json.dumps(found))

    def test_leaves_out_a_line_that_is_too_long(self) -> None:
        before = captures.MAXIMUM_LINE_BYTES
        captures.MAXIMUM_LINE_BYTES = 1_000
        try:
            good = capture(side("f,29"), None, "event")
            for length in (999, 1_000, 1_001, 5_000):
                rows, tally = read(b"x" * length, good)
                self.assertEqual([row.event_id for row in rows], ["event"])
                self.assertEqual(tally.broken, 1)
        finally:
            captures.MAXIMUM_LINE_BYTES = before

    def test_has_no_rows_where_there_is_no_folder(self) -> None:
        tally = captures.Tally()
        with tempfile.TemporaryDirectory() as folder:
            missing = Path(folder) / "missing"
            rows = captures.read_captures(missing, REQUEST, {}, captures.Window(), tally)
            self.assertEqual((list(rows), tally.files), ([], 0))


if __name__ == "__main__":
    unittest.main()
