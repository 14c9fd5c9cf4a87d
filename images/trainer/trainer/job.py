"""What a job says: the document that the training workflow renders (workflows/tasks/trainer-job.ts)."""

import json
from dataclasses import dataclass, field
from typing import Any

from trainer.failure import JobFailed

VERSION = 1


@dataclass(frozen=True)
class Step:
    """One script with what it reads and writes; URIs by the names of folders."""

    name: str
    script: str
    code: str
    timeout_seconds: int
    inputs: dict[str, str]
    #: Empty for a training.
    outputs: dict[str, str]
    arguments: list[str]
    #: For a training: the settings that become arguments.
    hyperparameters: dict[str, str]
    #: For a training: the URI of the model archive. Empty for other jobs.
    model: str
    checkpoints: str

    @property
    def is_training(self) -> bool:
        """Whether the script runs as in a training job of SageMaker."""
        return self.model != ""


@dataclass(frozen=True)
class Job:
    """The steps that share this container."""

    name: str
    #: The table with the claims of the project; empty on SageMaker, which runs a job of one name once.
    claims: str
    steps: list[Step]
    #: What SageMaker fetches: URIs by the names of their channels.
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """The URI of the model that it makes, or the empty text."""
        return next((step.model for step in self.steps if step.is_training), "")

    @property
    def timeout_seconds(self) -> int:
        """The time of all steps together."""
        return sum(step.timeout_seconds for step in self.steps)


def read_job(document: Any) -> Job:
    """Read a job, which may be text, or say what is wrong with it."""
    try:
        given = json.loads(document) if isinstance(document, str) else document
        version = given["version"]
        if version != VERSION:
            raise JobFailed(
                f"The job has version {version}, and this image knows {VERSION}; nothing was run. "
                "Deploy the app again, which renders jobs and builds the image together."
            )
        steps = [read_step(step) for step in given["steps"]]
        return Job(given["name"], given.get("claims", ""), steps, given.get("channels", {}))
    except (KeyError, TypeError, ValueError) as error:
        raise JobFailed(f"This is not a job: {error!r}; nothing was run.") from None


def read_step(given: dict[str, Any]) -> Step:
    """Read one step."""
    return Step(
        name=given["step"],
        script=given["script"],
        code=given["code"],
        timeout_seconds=int(given["timeoutSeconds"]),
        inputs=given["inputs"],
        outputs=given.get("outputs", {}),
        arguments=given.get("arguments", []),
        hyperparameters=given.get("hyperparameters", {}),
        model=given.get("model", ""),
        checkpoints=given.get("checkpoints", ""),
    )
