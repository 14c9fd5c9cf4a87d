"""What the environment of a serving container says, with the images' defaults."""

import os
from dataclasses import dataclass

# The images run one gevent worker per CPU, each with many greenlets: a model that waits does not hold up the
# next request. Threads do the same here.
DEFAULT_THREADS = 8


@dataclass(frozen=True)
class Settings:
    base_dir: str
    socket_path: str
    framework: str
    program: str | None
    submit_directory: str | None
    default_accept: str
    threads: int
    max_payload_mb: int
    batch: bool

    @staticmethod
    def from_environment(environ):
        return Settings(
            base_dir=environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"),
            socket_path=environ["STEPMILL_SOCKET"],
            framework=environ.get("STEPMILL_FRAMEWORK", "sklearn"),
            program=environ.get("SAGEMAKER_PROGRAM") or None,
            submit_directory=environ.get("SAGEMAKER_SUBMIT_DIRECTORY") or None,
            default_accept=environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT")
            or "application/json",
            threads=int(environ.get("SAGEMAKER_MODEL_SERVER_WORKERS") or DEFAULT_THREADS),
            max_payload_mb=int(environ.get("SAGEMAKER_MAX_PAYLOAD_IN_MB") or 6),
            batch=environ.get("SAGEMAKER_BATCH", "").lower() in ("1", "true"),
        )

    @property
    def model_dir(self):
        return os.path.join(self.base_dir, "model")

    def local_path(self, path):
        """Containers see `/opt/ml`; here it lies elsewhere."""
        path = path.removeprefix("file://")
        if path == "/opt/ml" or path.startswith("/opt/ml/"):
            return self.base_dir + path[len("/opt/ml") :]
        return path
