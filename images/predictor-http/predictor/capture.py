"""Keep a sample of requests and answers in S3, in the lines and folders of SageMaker's data capture.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html

CAPTURE_URL names the folder (`s3://bucket/captured/<endpoint>/<variant>`), CAPTURE_PERCENT the share of the
answered requests; without them nothing is kept. Capture never fails a request: lines that cannot be written are
dropped, and the log says how many. No log line quotes a request.
"""

import base64
import json
import os
import random
import re
import sys
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

#: How long a line waits for others before it is written, in seconds.
FLUSH_SECONDS = 60.0
#: What is written as one object, beyond a single line that is longer.
MAXIMUM_LINES = 1_000
MAXIMUM_BYTES = 8 * 1024 * 1024
#: Objects that wait at most while S3 does not answer.
MAXIMUM_WRITES = 2
#: Clients name their requests in it: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
INFERENCE_ID_HEADER = "X-Amzn-SageMaker-Inference-Id"
MAXIMUM_INFERENCE_ID = 64
#: What load balancers, API Gateway and Lambda write: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
TRACE_HEADER = "X-Amzn-Trace-Id"
TRACE_TIME = re.compile(r"\b(?:Root|Self)=1-([0-9a-f]{8})-")
ENCODINGS = {"text/csv": "CSV", "application/json": "JSON"}


@dataclass(frozen=True)
class Exchange:
    """A request that the model answered."""

    body: bytes
    content_type: str
    answer: bytes
    answer_type: str
    #: The caller's name of the request.
    inference_id: str | None = None
    #: The platform's name of the request.
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))


def time_of_request(trace: str | None) -> datetime:
    """Now, or what the tracing header says, if that is later.

    Windows of requests are cut by the clock of whoever received them, which may be ahead of this one.
    """
    now = datetime.now(UTC)
    times = [int(found, 16) for found in TRACE_TIME.findall(trace or "")]
    return max([now, *(datetime.fromtimestamp(each, UTC) for each in times)])


class Bucket(Protocol):
    """What of S3's client is used."""

    def put_object(self, **request: Any) -> Any:
        """Store an object."""


class Capture:
    """Collects lines and writes them to S3 in a thread of its own; safe to use from several threads."""

    def __init__(
        self, url: str, percent: float, s3: Bucket, chance: Callable[[], float] = random.random
    ) -> None:
        """The chance is a number from 0 on, below 1, for each request."""
        address = urlsplit(url)
        if address.scheme != "s3" or not address.netloc:
            raise SystemExit(f"CAPTURE_URL: {url!r} is not a folder in S3; nothing is served.")
        if not 0 <= percent <= 100:
            raise SystemExit(f"CAPTURE_PERCENT: {percent} is not from 0 to 100; nothing is served.")
        self._bucket = address.netloc
        self._folder = address.path.strip("/")
        self._percent = percent
        self._s3 = s3
        self._chance = chance
        self._guard = threading.Lock()
        self._batch = Batch()
        self._timer: threading.Timer | None = None
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="capture")
        self._writes: list[Future[None]] = []

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange, if it is in the sample, until the next write."""
        if self._chance() * 100 >= self._percent:
            return
        line = render_line(exchange)
        hour = exchange.time.replace(minute=0, second=0, microsecond=0)
        with self._guard:
            if self._batch.lines and not self._batch.takes(line, hour):
                self._begin_write()
            self._batch.add(line, hour)
            if self._timer is None:
                self._timer = threading.Timer(FLUSH_SECONDS, self._write_waiting)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write all that waits. Returns once it is in S3, or is lost."""
        self._write_waiting()
        with self._guard:
            writes = list(self._writes)
        wait(writes)

    def _write_waiting(self) -> None:
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._batch.lines:
                self._begin_write()

    def _begin_write(self) -> None:
        batch, self._batch = self._batch, Batch()
        self._writes = [write for write in self._writes if not write.done()]
        if len(self._writes) < MAXIMUM_WRITES:
            self._writes.append(self._writer.submit(self._write, batch))
        else:
            report_loss(batch, "earlier ones are still being written")

    def _write(self, batch: "Batch") -> None:
        now = datetime.now(UTC)
        name = f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
        parts = (self._folder, f"{batch.hour:%Y/%m/%d/%H}", name)
        key = "/".join(part for part in parts if part)
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=b"".join(batch.lines))
        # S3's client has many errors, and none of them may end the service.
        except Exception as error:
            report_loss(batch, str(error))


@dataclass
class Batch:
    """Lines of one hour, which become one object."""

    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    hour: datetime | None = None

    def takes(self, line: bytes, hour: datetime) -> bool:
        """Whether a line belongs to the same object."""
        is_full = len(self.lines) >= MAXIMUM_LINES or self.size + len(line) > MAXIMUM_BYTES
        return not is_full and hour == self.hour

    def add(self, line: bytes, hour: datetime) -> None:
        """Add a line to those of its hour."""
        self.lines.append(line)
        self.size += len(line)
        self.hour = hour


def report_loss(batch: Batch, reason: str) -> None:
    """Tell the log how many requests are not kept, and why."""
    print(f"Capture: {len(batch.lines)} requests were not kept: {reason}", file=sys.stderr)


def render_line(exchange: Exchange) -> bytes:
    """One line of a capture file."""
    inference_id = exchange.inference_id
    event = {
        "eventId": exchange.event_id,
        **({} if inference_id is None else {"inferenceId": inference_id[:MAXIMUM_INFERENCE_ID]}),
        "inferenceTime": f"{exchange.time:%Y-%m-%dT%H:%M:%SZ}",
    }
    line = {
        "captureData": {
            "endpointInput": render_side("INPUT", exchange.content_type, exchange.body),
            "endpointOutput": render_side("OUTPUT", exchange.answer_type, exchange.answer),
        },
        "eventMetadata": event,
        "eventVersion": "0",
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def render_side(mode: str, content_type: str, data: bytes) -> dict[str, Any]:
    """The input or output of a request: text as it is, all else in base64."""
    kind = content_type.split(";")[0].strip().lower()
    encoding = ENCODINGS.get(kind, "BASE64")
    try:
        text = None if encoding == "BASE64" else data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    return {
        "observedContentType": content_type,
        "mode": mode,
        "data": base64.b64encode(data).decode() if text is None else text,
        "encoding": "BASE64" if text is None else encoding,
    }


def find_capture() -> Capture | None:
    """The capture that the environment asks for."""
    url = os.environ.get("CAPTURE_URL", "")
    if not url:
        return None
    text = os.environ.get("CAPTURE_PERCENT", "100")
    try:
        percent = float(text)
    except ValueError:
        raise SystemExit(f"CAPTURE_PERCENT: {text!r} is not a number; nothing is served.") from None
    # Imported where it is needed: it takes a third of a second.
    import boto3
    from botocore.config import Config

    # A request waits for it on Lambda, where nothing runs between invocations.
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2})
    return Capture(url, percent, boto3.client("s3", config=config))
