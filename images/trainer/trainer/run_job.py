"""Run a job to its end: each of its steps once, in this container."""

import os
import time
from collections.abc import Callable
from typing import Any

import boto3
from trainer.attempt import Attempt
from trainer.failure import JobFailed
from trainer.folders import Folders
from trainer.job import Job
from trainer.run_step import Run, run_step
from trainer.storage import Storage


def run_job(job: Job, owner: str, seconds: float) -> dict[str, Any]:
    """Run all steps, or return the result of the container that ran this attempt.

    owner names this container; seconds is how long it may take.
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    attempt = Attempt(boto3.client("dynamodb", region_name=region), job.claims, job.name, owner)
    deadline = time.monotonic() + seconds
    known = attempt.take(seconds)
    if known is not None:
        print(f"{job.name} was run by another container", flush=True)
        return known
    storage = Storage(boto3.client("s3", region_name=region))
    run = Run(job.name, storage, Folders(), deadline, attempt.check)
    try:
        # Nothing of a step is begun for an attempt that another container has.
        result = run_steps(job, run, attempt.confirm)
        attempt.complete(result)
    except BaseException:
        attempt.fail()
        raise
    return result


def run_steps(job: Job, run: Run, before: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Run each step once; before it, call what may refuse it."""
    said = []
    for step in job.steps:
        before()
        said.append(run_step(step, run))
    return {
        "status": "Completed",
        "name": job.name,
        "model": job.model,
        "said": " ".join(filter(None, said)),
    }


def describe(error: BaseException) -> str:
    """Why a job ended, in one line."""
    if isinstance(error, JobFailed):
        return str(error).replace("\n", " ")
    return f"{type(error).__name__}: {error}".replace("\n", " ")
