"""Start AWS's container toolkit as the framework images start it: train, or serve on a port.

    python3 framework_container.py train
    python3 framework_container.py serve

Stands in for the few lines that an image adds to the toolkit: which of its functions train, and which
WSGI application serves. Everything else, above all how scripts are installed, is AWS's own code.
"""

import collections
import collections.abc
import importlib
import os
import sys
from pathlib import Path

# The toolkit on PyPI is of a time before Python 3.10; the images have this name put back.
collections.Mapping = collections.abc.Mapping  # pyright: ignore[reportAttributeAccessIssue]

framework = importlib.import_module("sagemaker_containers.beta.framework")

_application = None


def run_training():
    """Install the scripts and run the one that the hyperparameters name."""
    training = framework.env.TrainingEnv()
    framework.modules.run_module(
        training.module_dir, training.to_cmd_args(), training.to_env_vars(), training.module_name
    )


def application(environ, start_response):
    """Answer requests with the functions of the script that the environment names."""
    global _application
    if _application is None:
        serving = framework.env.ServingEnv()
        script = framework.modules.import_module(serving.module_dir, serving.module_name)
        if hasattr(script, "transform_fn"):
            functions = {"transform_fn": script.transform_fn}
        else:
            functions = {
                name: getattr(script, name) for name in ("input_fn", "predict_fn", "output_fn")
            }
        served = framework.transformer.Transformer(model_fn=script.model_fn, **functions)
        served.initialize()
        _application = framework.worker.Worker(
            transform_fn=served.transform, module_name=serving.module_name
        )
    return _application(environ, start_response)


def main():
    """Do what the first argument says."""
    module = Path(__file__).stem
    if sys.argv[1] == "train":
        os.environ["SAGEMAKER_TRAINING_MODULE"] = f"{module}:run_training"
        framework.trainer.train()
    else:
        framework.server.start(f"{module}:application")


if __name__ == "__main__":
    main()
