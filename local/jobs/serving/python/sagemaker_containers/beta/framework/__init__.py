"""The library's public names for its modules."""

import sys

from sagemaker_containers import _content_types as content_types
from sagemaker_containers import _encoders as encoders
from sagemaker_containers import _env as env
from sagemaker_containers import _errors as errors
from sagemaker_containers import _logging as logging
from sagemaker_containers import _mapping as mapping
from sagemaker_containers import _worker as worker
from sagemaker_containers import entry_point  # pyright: ignore[reportAttributeAccessIssue]
from stepmill_serving.absent import declare

__all__ = [
    "content_types",
    "encoders",
    "entry_point",
    "env",
    "errors",
    "logging",
    "mapping",
    "training_env",
    "worker",
]

declare(
    __name__,
    *("files", "functions", "modules", "mpi", "params", "process", "runner", "server"),
    *("trainer", "transformer"),
)
# The library has names here and no modules; older scripts import them as modules, too.
for _name in ("content_types", "encoders", "entry_point", "env", "errors", "logging", "worker"):
    sys.modules[f"{__name__}.{_name}"] = globals()[_name]


def training_env(resource_config=None, input_data_config=None, hyperparameters=None):
    return env.TrainingEnv(resource_config, input_data_config, hyperparameters)
