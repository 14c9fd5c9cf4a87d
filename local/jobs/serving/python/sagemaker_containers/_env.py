"""The settings of a training job, and where it finds what."""

from stepmill_serving.training_environment import (
    TrainingEnvironment as TrainingEnv,
)
from stepmill_serving.training_environment import (
    channel_path,
    num_cpus,
    num_gpus,
    read_hyperparameters,
    read_input_data_config,
    read_resource_config,
)

__all__ = [
    "TrainingEnv",
    "channel_path",
    "num_cpus",
    "num_gpus",
    "read_hyperparameters",
    "read_input_data_config",
    "read_resource_config",
]
