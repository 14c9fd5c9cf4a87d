"""Data capture of the predictor images, beside a line that SageMaker's documentation shows."""

import base64
import json
import sys
import threading
import unittest
from datetime import UTC, datetime, timedelta
from typing import Any

sys.path.insert(0, "images/predictor-http")
sys.path.insert(0, "projects/tabular/python")
sys.path.insert(0, "monitoring/python")

from captures import LineReader, Tally, Window
from predictor import capture
from predictor.capture import Capture, Exchange, render_line

NOON = datetime(2026, 11, 30, 12, 59, 59, 987_654, UTC)


class Objects:
    """An S3 that remembers, or refuses."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.refuses = False

    def put_object(self, **request: Any) -> None:
        """Store an object once the gate is open."""
        self.gate.wait(10)
        if self.refuses:
            raise OSError("no route to host")
        self.stored[f"{request['Bucket']}/{request['Key']}"] = request["Body"]

    def lines(self) -> list[dict[str, Any]]:
        """All stored lines."""
        return [json.loads(line) for body in self.stored.values() for line in body.splitlines()]


def exchange(body: bytes = b"1,2", time: datetime = NOON, **more: Any) -> Exchange:
    return Exchange(body, "text/csv", b"3.5", "text/csv; charset=utf-8", time=time, **more)


class CaptureTest(unittest.TestCase):
    """What is kept, and where."""

    def setUp(self) -> None:
        self.objects = Objects()
        self.capture = Capture("s3://data/captured/abalone/live", 100, self.objects)

    def test_writes_the_line_that_sagemaker_documents(self) -> None:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
        line = json.loads(render_line(exchange(inference_id="one", event_id="0-1")))

        self.assertEqual(
            line,
            {
                "captureData": {
                    "endpointInput": {
                        "observedContentType": "text/csv",
                        "mode": "INPUT",
                        "data": "1,2",
                        "encoding": "CSV",
                    },
                    "endpointOutput": {
                        "observedContentType": "text/csv; charset=utf-8",
                        "mode": "OUTPUT",
                        "data": "3.5",
                        "encoding": "CSV",
                    },
                },
                "eventMetadata": {
                    "eventId": "0-1",
                    "inferenceId": "one",
                    "inferenceTime": "2026-11-30T12:59:59Z",
                },
                "eventVersion": "0",
            },
        )

    def test_is_read_by_the_monitoring_job(self) -> None:
        tally = Tally()
        reader = LineReader(["length", "weight"], {}, Window(), tally)
        lines = [
            render_line(exchange(inference_id="one")),
            render_line(
                Exchange(
                    b'{"rows": [{"length": 1, "weight": 2}]}',
                    "application/json",
                    b'{"predictions": [{"prediction": 3.5}]}',
                    "application/json",
                    "two",
                )
            ),
        ]

        rows = [row for line in lines for row in reader.read("file", 1, line)]

        self.assertEqual([row.event_id for row in rows], ["one", "two"])
        self.assertEqual([[float(field) for field in row.fields] for row in rows], [[1, 2], [1, 2]])
        self.assertEqual(
            [float(row.answer.prediction) for row in rows if row.answer is not None], [3.5, 3.5]
        )
        self.assertEqual(tally.broken, 0)

    def test_dates_a_request_by_the_clock_in_front_where_that_is_ahead(self) -> None:
        now = datetime.now(UTC)
        root = "1-{:x}-5759e988bd862e3fe1be46a9".format
        ahead, behind = (now + timedelta(hours=hours) for hours in (5, -5))
        headers = {
            f"Root={root(int(ahead.timestamp()))};Parent=53995c3f42cd8ad8;Sampled=1": ahead,
            f"Self={root(int(ahead.timestamp()))};Root={root(int(behind.timestamp()))}": ahead,
            f"Root={root(int(behind.timestamp()))}": now,
            "Root=2-ffffffff-0;Parent=1-ffffffff-0": now,
            "": now,
        }
        for header, expected in headers.items():
            found = capture.time_of_request(header)
            self.assertLess(abs((found - expected).total_seconds()), 5, header)

    def test_keeps_what_is_no_text_in_base64(self) -> None:
        for kind, body in (("text/csv", b"\xff,1"), ("application/x-recordio", b"1,2")):
            line = json.loads(render_line(Exchange(body, kind, b"", "text/csv")))
            side = line["captureData"]["endpointInput"]
            self.assertEqual((side["encoding"], base64.b64decode(side["data"])), ("BASE64", body))

    def test_writes_one_object_an_hour_when_it_is_flushed(self) -> None:
        self.capture.note(exchange())
        self.capture.note(exchange())
        self.capture.note(exchange(time=NOON + timedelta(seconds=1)))
        self.capture.flush()

        folders = sorted(key.rsplit("/", 1)[0] for key in self.objects.stored)
        self.assertEqual(
            folders,
            [f"data/captured/abalone/live/2026/11/30/{hour}" for hour in ("12", "13")],
        )
        self.assertEqual(len(self.objects.lines()), 3)
        self.assertRegex(next(iter(self.objects.stored)), r"/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$")

    def test_writes_by_itself_after_a_while(self) -> None:
        self.addCleanup(setattr, capture, "FLUSH_SECONDS", capture.FLUSH_SECONDS)
        capture.FLUSH_SECONDS = 0.01
        stored = threading.Event()
        self.objects.put_object = lambda **_: stored.set()
        self.capture.note(exchange())
        self.assertTrue(stored.wait(10))

    def test_keeps_the_share_that_it_is_told(self) -> None:
        chances = iter([0.0, 0.0999, 0.1, 0.9])
        sample = Capture("s3://data/x", 10, self.objects, lambda: next(chances))
        for name in "abcd":
            sample.note(exchange(inference_id=name))
        sample.flush()
        kept = [line["eventMetadata"]["inferenceId"] for line in self.objects.lines()]
        self.assertEqual(kept, ["a", "b"])
        none = Capture("s3://data/y", 0, self.objects, lambda: 0.0)
        none.note(exchange())
        none.flush()
        self.assertEqual(len(self.objects.lines()), 2)

    def test_loses_lines_rather_than_requests_while_s3_does_not_answer(self) -> None:
        self.objects.gate.clear()
        for number in range(4 * capture.MAXIMUM_LINES + 1):
            self.capture.note(exchange(inference_id=str(number)))
        self.objects.gate.set()
        self.capture.flush()
        kept = {line["eventMetadata"]["inferenceId"] for line in self.objects.lines()}
        # The last line is the first that may be written after the gate is open.
        kept.discard(str(4 * capture.MAXIMUM_LINES))
        earliest = range(capture.MAXIMUM_WRITES * capture.MAXIMUM_LINES)
        self.assertEqual(kept, {str(number) for number in earliest})

    def test_outlives_a_refusal(self) -> None:
        self.objects.refuses = True
        self.capture.note(exchange())
        self.capture.flush()
        self.objects.refuses = False
        self.capture.note(exchange(inference_id="after"))
        self.capture.flush()
        self.assertEqual(
            [line["eventMetadata"]["inferenceId"] for line in self.objects.lines()], ["after"]
        )

    def test_keeps_a_line_that_is_larger_than_an_object_alone(self) -> None:
        self.capture.note(exchange(b"x" * (capture.MAXIMUM_BYTES + 1)))
        self.capture.note(exchange())
        self.capture.flush()
        counts = sorted(body.count(b"\n") for body in self.objects.stored.values())
        self.assertEqual(counts, [1, 1])

    def test_refuses_settings_that_make_no_sense(self) -> None:
        for url, percent in (("https://data/x", 10), ("s3:///x", 10), ("s3://data", 101)):
            with self.assertRaisesRegex(SystemExit, "nothing is served"):
                Capture(url, percent, self.objects)


if __name__ == "__main__":
    unittest.main()
