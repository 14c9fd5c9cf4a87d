"""The entry on ECS: the job is in the variable STEPMILL_JOB, the reason of a failure the last line of the log.

SageMaker adds the word `train`.
"""

import json
import os
import signal
import sys
import urllib.request
import uuid
from types import FrameType
from typing import Any

from trainer.failure import JobFailed, JobStopped
from trainer.job import read_job
from trainer.run_job import describe, run_job
from trainer.training_job import run_training_job


def stop(number: int, _frame: FrameType | None) -> None:
    """Spot gives two minutes, StopTask the task's stopTimeout."""
    signal.signal(number, signal.SIG_IGN)
    raise JobStopped("SIGTERM: Spot took the machine, or the task was stopped.")


def read_owner() -> str:
    """The ARN of this task where ECS says it; every process is another owner."""
    address = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    task = "container"
    if address:
        try:
            with urllib.request.urlopen(f"{address}/task", timeout=5) as answer:
                task = str(json.load(answer).get("TaskARN", task))
        except (OSError, ValueError) as error:
            print(f"The metadata of the task cannot be read: {error}", flush=True)
    return f"{task} {uuid.uuid4()}"


def run_task() -> dict[str, Any]:
    """Run the job of a task on ECS."""
    text = os.environ.get("STEPMILL_JOB")
    if text is None:
        raise JobFailed("STEPMILL_JOB is not set; nothing was run.")
    job = read_job(text)
    return run_job(job, read_owner(), job.timeout_seconds)


def main() -> int:
    """Run the job; the exit code says how it ended."""
    signal.signal(signal.SIGTERM, stop)
    try:
        result = run_training_job() if sys.argv[1:] == ["train"] else run_task()
    except Exception as error:  # noqa: BLE001 - the log is the only place for the reason
        print(describe(error), file=sys.stderr, flush=True)
        return error.code if isinstance(error, JobFailed) else 1
    print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
