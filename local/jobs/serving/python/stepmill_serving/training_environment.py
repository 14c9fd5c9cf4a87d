"""What the training toolkits tell a script about its job, from the variables that the job sets."""

import collections.abc
import json
import os
import sys

#: What `SM_TRAINING_ENV` lacks, by its own variable.
FURTHER = {
    "additional_framework_parameters": ("SM_FRAMEWORK_PARAMS", json.loads),
    "current_instance_group": ("SM_CURRENT_INSTANCE_GROUP", str),
    "current_instance_group_hosts": ("SM_CURRENT_INSTANCE_GROUP_HOSTS", json.loads),
    "current_instance_type": ("SM_CURRENT_INSTANCE_TYPE", str),
    "distribution_instance_groups": ("SM_DISTRIBUTION_INSTANCE_GROUPS", json.loads),
    "hyperparameters": ("SM_HPS", json.loads),
    "instance_groups": ("SM_INSTANCE_GROUPS", json.loads),
    "instance_groups_dict": ("SM_INSTANCE_GROUPS_DICT", json.loads),
    "is_hetero": ("SM_IS_HETERO", json.loads),
    "log_level": ("SM_LOG_LEVEL", int),
    "num_neurons": ("SM_NUM_NEURONS", int),
}


class TrainingEnvironment(collections.abc.Mapping):
    """The job's settings as attributes, and as a dictionary."""

    def __init__(self, resource_config=None, input_data_config=None, hyperparameters=None):
        if "SM_TRAINING_ENV" not in os.environ:
            raise RuntimeError("Only the script of a training job has a training environment.")
        given = {
            "resource_config": resource_config,
            "input_data_config": input_data_config,
            "hyperparameters": hyperparameters,
        }
        self._values = {
            **json.loads(os.environ["SM_TRAINING_ENV"]),
            **{
                name: read(os.environ[variable])
                for name, (variable, read) in FURTHER.items()
                if variable in os.environ
            },
            **{name: value for name, value in given.items() if value},
        }

    def __getattr__(self, name):
        values = self.__dict__.get("_values", {})
        if name not in values:
            raise AttributeError(f"A training environment has no {name}.")
        return values[name]

    def __getitem__(self, name):
        return self._values[name]

    def __iter__(self):
        return iter(sorted(self._values))

    def __len__(self):
        return len(self._values)

    def __str__(self):
        return str(dict(self))

    def to_cmd_args(self):
        return to_cmd_args(self.hyperparameters)


def read_hyperparameters():
    environment = TrainingEnvironment()
    return {**environment.hyperparameters, **environment.additional_framework_parameters}


def read_resource_config():
    return TrainingEnvironment().resource_config


def read_input_data_config():
    return TrainingEnvironment().input_data_config


def channel_path(channel):
    folder = TrainingEnvironment().input_dir
    return os.path.join(folder, "data", channel)


def num_cpus():
    return os.cpu_count()


def num_gpus():
    return 0


def to_cmd_args(mapping):
    """`{'a': 1, 'depth': 5}` is `-a 1 --depth 5`, sorted by name."""
    arguments = []
    for name in sorted(mapping):
        if name:
            arguments.append(f"--{name}" if len(name) > 1 else f"-{name}")
        else:
            arguments.append("")
        arguments.append(_argument(mapping[name]))
    return arguments


def _argument(value):
    if hasattr(value, "items"):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    if isinstance(value, bytes):
        return value.decode("latin1")
    return "" if value is None else str(value)


def to_env_vars(mapping):
    """`{'batch_size': 25}` is `{'SM_BATCH_SIZE': '25'}`."""
    return {f"SM_{str(name).upper()}" if name else "": _variable(v) for name, v in mapping.items()}


def _variable(value):
    if isinstance(value, bytes):
        return value.decode("latin1")
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


Split = collections.namedtuple("Split", "included excluded")


def split_by_criteria(dictionary, keys=None, prefix=None):
    """The entries with one of the keys or the prefix, and the others."""
    wanted = set(keys or ())
    included = {
        name: value
        for name, value in dictionary.items()
        if name in wanted or (prefix and name.startswith(prefix))
    }
    return Split(included, {k: v for k, v in dictionary.items() if k not in included})


def configure_logger(level, log_format="%(asctime)s %(name)-12s %(levelname)-8s %(message)s"):
    import logging

    logging.basicConfig(format=log_format, level=level, stream=sys.stderr)
