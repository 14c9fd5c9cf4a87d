"""The entry in a training job of SageMaker, which runs all steps.

SageMaker has fetched the channels when the container starts, and stores `/opt/ml/model` after its end; what lies
between is read and stored by the steps themselves. The job is in hyperparameters `stepmill_job_0`, `_1` and so on;
the others are the settings of the training.
"""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import boto3
from trainer.failure import JobFailed
from trainer.folders import Folders
from trainer.job import Job, read_job
from trainer.run_job import describe, run_steps
from trainer.run_step import Run
from trainer.storage import Storage

#: SageMaker filled these, or stores them after the end. `model.tar.gz` is the model as the evaluation reads it.
KEPT = frozenset(["checkpoints", "input", "model", "model.tar.gz", "output"])
_PART = re.compile(r"stepmill_job_(\d+)")


class ChannelStorage(Storage):
    """S3, without what is in this container already."""

    def __init__(self, client: Any, places: dict[str, Path]) -> None:
        super().__init__(client)
        self._places = places

    def fetch(self, uri: str, folder: Path, optional: bool = False) -> None:
        """Copy what a channel has, and fetch the rest."""
        place = self._places.get(uri)
        if place is None:
            super().fetch(uri, folder, optional)
        elif place.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(place, folder)
        else:
            shutil.copytree(place, folder, dirs_exist_ok=True)

    def store_model(self, path: Path, uri: str) -> None:
        """Keep the archive for the evaluation; SageMaker stores the model itself."""
        self._places[uri] = path


def run_training_job() -> dict[str, Any]:
    """Run all steps; the reason of a failure is where SageMaker looks for it."""
    folders = Folders(kept=KEPT)
    try:
        job = read_training_job(folders)
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        places = {uri: folders.at("input", "data", name) for name, uri in job.channels.items()}
        storage = ChannelStorage(boto3.client("s3", region_name=region), places)
        deadline = time.monotonic() + job.timeout_seconds
        return run_steps(job, Run(job.name, storage, folders, deadline, check=lambda: None))
    except Exception as error:
        failure = folders.at("output", "failure")
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(describe(error), encoding="utf-8")
        raise


def read_training_job(folders: Folders) -> Job:
    """Join the parts of the job, and give its training the settings."""
    path = folders.at("input", "config", "hyperparameters.json")
    given: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    parts = {int(match[1]): given[name] for name in given if (match := _PART.fullmatch(name))}
    if not parts:
        raise JobFailed("The hyperparameters have no stepmill_job_0; nothing was run.")
    job = read_job("".join(parts[number] for number in sorted(parts)))
    settings = {name: value for name, value in given.items() if not _PART.fullmatch(name)}
    for step in job.steps:
        if step.is_training:
            step.hyperparameters.update(settings)
    return job
