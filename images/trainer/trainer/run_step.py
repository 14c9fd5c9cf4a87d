"""Run one step: fetch what it reads, run its script unmodified as SageMaker's containers do, store what it wrote."""

import json
import os
import tarfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trainer.failure import JobFailed, JobStopped
from trainer.folders import Folders
from trainer.job import Step
from trainer.process import Script
from trainer.script_mode import (
    RESOURCE_CONFIG,
    describe_script_mode,
    input_data_config,
)
from trainer.storage import Storage

#: What a script may leave for people; more is cut off.
MESSAGE_CHARACTERS = 1_000


@dataclass(frozen=True)
class Run:
    """What the steps of a job share."""

    name: str
    storage: Storage
    folders: Folders
    #: The monotonic instant at which all has to end.
    deadline: float
    #: Raises where the job has to end early.
    check: Callable[[], None]
    now: Callable[[], float] = time.monotonic


def run_step(step: Step, run: Run) -> str:
    """Run a step; returns what its script left for people."""
    run.folders.clear()
    if step.is_training:
        train(step, run)
        return ""
    process_data(step, run)
    return read_message(run.folders.at("output", "message"))


def process_data(step: Step, run: Run) -> None:
    """As a processing job: inputs and outputs are folders, arguments are given as they are."""
    folders = run.folders
    for name, uri in {**step.inputs, "code": step.code}.items():
        run.storage.fetch(uri, folders.at("processing", "input", name))
    for name in step.outputs:
        folders.at("processing", "output", name).mkdir(parents=True, exist_ok=True)
    folders.at("output").mkdir(exist_ok=True)
    folders.at("output", "message").unlink(missing_ok=True)
    # Python imports straight from the zip file of the scripts.
    archive = f"/opt/ml/processing/input/code/{step.code.rsplit('/', 1)[-1]}"
    command = ["python3", "-m", step.script.removesuffix(".py"), *step.arguments]
    run_script(step, run, command, {"PYTHONPATH": archive}, folders.at("processing"))
    run.check()
    for name, uri in step.outputs.items():
        run.storage.store(folders.at("processing", "output", name), uri)


def train(step: Step, run: Run) -> None:
    """As a training job in script mode: channels in, `/opt/ml/model` as `model.tar.gz` out."""
    folders = run.folders
    for name, uri in step.inputs.items():
        run.storage.fetch(uri, folders.at("input", "data", name))
    if step.checkpoints:
        run.storage.fetch(step.checkpoints, folders.at("checkpoints"), optional=True)
    for name in ("input/config", "model", "output/data", "code"):
        folders.at(name).mkdir(parents=True, exist_ok=True)
    fetch_code(step, run)
    write_config(step, folders)
    mode = describe_script_mode(step, run.name)
    code = folders.at("code")
    try:
        run_script(step, run, mode.command, mode.environment, code)
    except JobStopped:
        store_checkpoints(step, run)
        raise
    run.check()
    pack = folders.at("model.tar.gz")
    if not pack_folder(folders.at("model"), pack):
        raise JobFailed(f"{step.script} wrote no file to /opt/ml/model; no model was stored.")
    run.storage.store_model(pack, step.model)


def store_checkpoints(step: Step, run: Run) -> None:
    """Another attempt continues from them."""
    if step.checkpoints:
        run.storage.store(run.folders.at("checkpoints"), step.checkpoints)


def fetch_code(step: Step, run: Run) -> None:
    """Unpack the archive of the scripts."""
    folder = run.folders.at("source")
    run.storage.fetch(step.code, folder)
    with tarfile.open(next(folder.iterdir())) as archive:
        archive.extractall(run.folders.at("code"), filter="data")


def write_config(step: Step, folders: Folders) -> None:
    """The files of `/opt/ml/input/config`."""
    contents = {
        "hyperparameters": step.hyperparameters,
        "inputdataconfig": input_data_config(step),
        "resourceconfig": RESOURCE_CONFIG,
    }
    for name, content in contents.items():
        path = folders.at("input", "config", f"{name}.json")
        path.write_text(json.dumps(content), encoding="utf-8")


def run_script(
    step: Step, run: Run, command: list[str], variables: dict[str, str], folder: Path
) -> None:
    """Run the script; what it left as the reason of its failure stands before its last lines."""
    translate = run.folders.translate
    own = {name: value for name, value in os.environ.items() if name != "STEPMILL_JOB"}
    script = Script(
        name=step.script,
        command=[translate(word) for word in command],
        environment={**own, **{name: translate(value) for name, value in variables.items()}},
        folder=folder,
        deadline=min(run.deadline, run.now() + step.timeout_seconds),
        check=run.check,
        now=run.now,
    )
    print(f"{step.name}: {' '.join(command)}", flush=True)
    try:
        script.run()
    except JobFailed as failure:
        reason = read_message(
            run.folders.at("output", "failure" if step.is_training else "message")
        )
        if not reason:
            raise
        raise type(failure)(f"{reason} ({failure})") from None


def read_message(path: Path) -> str:
    """The message of a script; the empty text where there is none."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(MESSAGE_CHARACTERS).strip()


def pack_folder(folder: Path, archive: Path) -> bool:
    """Pack the files of a folder at the root of an archive; false if there are none."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    with tarfile.open(archive, "w:gz") as packed:
        for path in paths:
            packed.add(path, arcname=path.relative_to(folder).as_posix())
    return len(paths) > 0
