"""The toolkit's logger."""

import logging

from stepmill_serving.training_environment import configure_logger

__all__ = ["configure_logger", "get_logger"]


def get_logger():
    return logging.getLogger("sagemaker-containers")
