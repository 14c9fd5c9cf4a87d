"""The arguments and variables of SageMaker's script mode.

https://github.com/aws/sagemaker-training-toolkit: every hyperparameter is an argument, sorted by name, and
everything else is in `SM_` variables.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

from trainer.job import Step

CODE_FOLDER = "/opt/ml/code"
_RESERVED = ("default_user_module_name", "_tuning_objective_metric")


@dataclass(frozen=True)
class ScriptMode:
    """The process that the toolkit starts."""

    command: list[str]
    environment: dict[str, str]


def describe_script_mode(step: Step, job_name: str) -> ScriptMode:
    """The command and the variables of a training script."""
    values = {name: read_value(raw) for name, raw in sorted(step.hyperparameters.items())}
    own = {name: value for name, value in values.items() if not _is_reserved(name)}
    arguments = [
        word
        for name, value in own.items()
        for word in (f"--{name}" if len(name) > 1 else f"-{name}", argument_text(value))
    ]
    return ScriptMode(
        ["python3", step.script, *arguments], describe_environment(step, job_name, own, arguments)
    )


def describe_environment(
    step: Step, job_name: str, own: dict[str, Any], arguments: list[str]
) -> dict[str, str]:
    """The variables of the toolkit, with one host and no accelerators."""
    channels = {name: f"/opt/ml/input/data/{name}" for name in sorted(step.inputs)}
    config = input_data_config(step)
    variables = {
        "HOSTS": '["algo-1"]',
        "CURRENT_HOST": "algo-1",
        "NETWORK_INTERFACE_NAME": "eth0",
        "HPS": compact(own),
        "USER_ARGS": compact(arguments),
        "USER_ENTRY_POINT": step.script,
        "RESOURCE_CONFIG": compact(RESOURCE_CONFIG),
        "INPUT_DATA_CONFIG": compact(config),
        "CHANNELS": compact(list(channels)),
        "MODULE_NAME": step.script.removesuffix(".py"),
        "MODULE_DIR": CODE_FOLDER,
        "LOG_LEVEL": "20",
        "INPUT_DIR": "/opt/ml/input",
        "INPUT_CONFIG_DIR": "/opt/ml/input/config",
        "OUTPUT_DIR": "/opt/ml/output",
        "OUTPUT_DATA_DIR": "/opt/ml/output/data",
        "OUTPUT_INTERMEDIATE_DIR": "/opt/ml/output/intermediate",
        "MODEL_DIR": "/opt/ml/model",
        "NUM_CPUS": str(os.cpu_count() or 1),
        "NUM_GPUS": "0",
        "NUM_NEURONS": "0",
    }
    return {
        **{f"SM_{name}": value for name, value in variables.items()},
        **{f"SM_CHANNEL_{name.upper()}": folder for name, folder in channels.items()},
        **{f"SM_HP_{name.upper()}": variable_text(value) for name, value in own.items()},
        "TRAINING_JOB_NAME": job_name,
        "PYTHONPATH": CODE_FOLDER,
    }


RESOURCE_CONFIG = {
    "current_host": "algo-1",
    "hosts": ["algo-1"],
    "network_interface_name": "eth0",
}


def input_data_config(step: Step) -> dict[str, dict[str, str]]:
    """The content of `inputdataconfig.json`."""
    return {
        name: {
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
        }
        for name in sorted(step.inputs)
    }


def read_value(raw: str) -> Any:
    """The toolkit decodes every value from JSON where it can, and keeps it as text where not."""
    try:
        return json.loads(raw)
    except (TypeError, ValueError):
        return raw


def argument_text(value: Any) -> str:
    """As the toolkit writes an argument: a dictionary is `key=value,key=value`."""
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return str(value)


def variable_text(value: Any) -> str:
    """Texts as they are, nothing for None, JSON for others."""
    if isinstance(value, str):
        return value
    return "" if value is None else compact(value)


def compact(value: Any) -> str:
    """JSON as in all variables of the toolkit."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _is_reserved(name: str) -> bool:
    return name.startswith("sagemaker_") or name in _RESERVED
