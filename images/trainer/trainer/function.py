"""The entry on Lambda: the event is the job, and the reason of a failure is the error that the function ends with."""

from typing import Any

from trainer.job import read_job
from trainer.run_job import run_job

#: Before Lambda ends the function without a reason, the job ends with a reason.
RESERVE_SECONDS = 15


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run the job within the time that the function has left."""
    job = read_job(event)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    return run_job(job, f"{context.invoked_function_arn} {context.aws_request_id}", seconds)
