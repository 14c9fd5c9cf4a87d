"""Settings as arguments and as variables."""

from stepmill_serving.training_environment import split_by_criteria, to_cmd_args, to_env_vars

__all__ = ["split_by_criteria", "to_cmd_args", "to_env_vars"]
