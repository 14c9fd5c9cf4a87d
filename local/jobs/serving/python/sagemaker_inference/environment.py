"""Where an endpoint finds its model."""

import os

base_dir = os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")
model_dir = os.path.join(base_dir, "model")
code_dir = os.path.join(model_dir, "code")


class Environment:
    """The settings of a model server."""

    def __init__(self):
        program = os.environ.get("SAGEMAKER_PROGRAM", "inference.py")
        self.module_name = program.removesuffix(".py")
        self.default_accept = os.environ.get(
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json"
        )
        self.model_server_timeout = int(os.environ.get("SAGEMAKER_MODEL_SERVER_TIMEOUT", "60"))
        self.model_server_workers = os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS")
