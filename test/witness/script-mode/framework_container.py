"""Start AWS's container toolkits as the framework images start them.

    python3 framework_container.py train sagemaker_containers
    python3 framework_container.py train sagemaker_training
    python3 framework_container.py serve
    python3 framework_container.py answer < requests > answers

The XGBoost image trains with sagemaker_containers, the scikit-learn image with sagemaker_training; both
serve a single model with sagemaker_containers. `answer` passes requests, one JSON object per line, to
the handler service of sagemaker_inference, which model servers for several models call. This file replaces
the few lines that an image adds to its toolkit; everything else is AWS's own code.
"""

import base64
import collections
import collections.abc
import importlib
import json
import os
import sys
from pathlib import Path

# The oldest toolkit is older than Python 3.10; the images restore this name.
collections.Mapping = collections.abc.Mapping  # pyright: ignore[reportAttributeAccessIssue]


class _Container:
    """The WSGI application of a worker process, created at its first request, as in the images."""

    application = None


def train_with_sagemaker_containers():
    """Install the scripts and run the one that the hyperparameters name."""
    framework = importlib.import_module("sagemaker_containers.beta.framework")
    training = framework.env.TrainingEnv()
    framework.modules.run_module(
        training.module_dir, training.to_cmd_args(), training.to_env_vars(), training.module_name
    )


def train_with_sagemaker_training():
    """Unpack the scripts and run the one that the hyperparameters name."""
    entry_point = importlib.import_module("sagemaker_training.entry_point")
    runner = importlib.import_module("sagemaker_training.runner")
    training = importlib.import_module("sagemaker_training.environment").Environment()
    entry_point.run(
        uri=training.module_dir,
        user_entry_point=training.user_entry_point,
        args=training.to_cmd_args(),
        env_vars=training.to_env_vars(),
        runner_type=runner.ProcessRunnerType,
    )


def application(environ, start_response):
    """Answer requests with the functions of the script that the environment names."""
    if _Container.application is None:
        framework = importlib.import_module("sagemaker_containers.beta.framework")
        serving = framework.env.ServingEnv()
        # The toolkit installed it before it started this process.
        script = importlib.import_module(serving.module_name)
        if hasattr(script, "transform_fn"):
            functions = {"transform_fn": script.transform_fn}
        else:
            functions = {
                name: getattr(script, name) for name in ("input_fn", "predict_fn", "output_fn")
            }
        served = framework.transformer.Transformer(model_fn=script.model_fn, **functions)
        served.initialize()
        _Container.application = framework.worker.Worker(
            transform_fn=served.transform, module_name=serving.module_name
        )
    return _Container.application(environ, start_response)


class Context:
    """The context of a model server, as far as sagemaker_inference uses it."""

    def __init__(self, model_dir):
        """Store the headers of the next request, and the status and type of the answer."""
        self.system_properties = {"model_dir": model_dir}
        self.request_processor = [self]
        self.expect({})

    def expect(self, headers):
        """Reset the last answer; the service keeps one context for all requests."""
        self.headers = headers
        self.status = 200
        self.content_type = None

    def get_request_properties(self):
        """Return the headers of the request."""
        return self.headers

    def set_response_content_type(self, request_id, value):
        """Store the type of the answer."""
        self.content_type = value

    def set_response_status(self, code=200, phrase="", idx=0):
        """Store the status of the answer."""
        self.status = code


def answer_requests():
    """Pass each request to the handler service, in this process."""
    service = importlib.import_module("sagemaker_inference.default_handler_service")
    environment = importlib.import_module("sagemaker_inference.environment")
    handler = service.DefaultHandlerService()
    context = Context(environment.model_dir)
    handler.initialize(context)
    for line in sys.stdin:
        request = json.loads(line)
        context.expect(request["headers"])
        [body] = handler.handle([{"body": base64.b64decode(request["body"])}], context)
        text = body.decode() if isinstance(body, bytes) else body
        answer = {"status": context.status, "contentType": context.content_type, "body": text}
        print(json.dumps(answer), flush=True)


def main():
    """Run the command of the first argument."""
    module = Path(__file__).stem
    match sys.argv[1:]:
        case ["train", toolkit]:
            os.environ["SAGEMAKER_TRAINING_MODULE"] = f"{module}:train_with_{toolkit}"
            if toolkit == "sagemaker_training":
                importlib.import_module("sagemaker_training.trainer").train()
            else:
                importlib.import_module("sagemaker_containers.beta.framework").trainer.train()
        case ["serve"]:
            server = importlib.import_module("sagemaker_containers.beta.framework").server
            server.start(f"{module}:application")
        case ["answer"]:
            answer_requests()


if __name__ == "__main__":
    main()
