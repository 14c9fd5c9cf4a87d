"""Use what public scripts import of the toolkits, and print it: run with AWS's packages and with Stepmill's."""

import json
import sys
from typing import Any

import numpy as np
from sagemaker_containers import (
    _content_types,
    _errors,
    entry_point,  # pyright: ignore[reportAttributeAccessIssue]
    training_env,
)
from sagemaker_containers.beta import framework
from sagemaker_containers.beta.framework import (
    content_types,
    encoders,
    env,
    mapping,
    modules,  # pyright: ignore[reportAttributeAccessIssue]
    transformer,  # pyright: ignore[reportAttributeAccessIssue]
    worker,
)
from sagemaker_inference import (
    decoder,
    default_inference_handler,
    encoder,
    environment,
    errors,
    utils,
)
from sagemaker_training import environment as training
from sagemaker_training import errors as training_errors
from sagemaker_training import logging_config
from sagemaker_training import mapping as training_mapping

#: Of a training environment, what a script can rely on.
SETTINGS = (
    *("channel_input_dirs", "current_host", "hosts", "hyperparameters", "input_data_config"),
    *("is_master", "log_level", "master_hostname", "network_interface_name", "num_gpus"),
    *("resource_config", "user_entry_point"),
)
VALUES: tuple[Any, ...] = ([1, 2.5], [[1.5, 2], [3, 4]], ["a", "b"])
VALUE_MAPPING = {"b": 1, "depth": 5, "none": None, "list": [1, "ä"], "map": {"y": 2, "x": 1}}


class Handler(default_inference_handler.DefaultInferenceHandler):
    """A handler of a user, which takes over what the toolkit does."""


def outcome(call: Any) -> Any:
    """What a call gives, or the class of its error."""
    try:
        result = call()
    except Exception as error:  # noqa: BLE001 - its class is what is compared
        return f"{type(error).__name__}"
    if isinstance(result, np.ndarray):
        return [str(result.dtype.kind), result.tolist()]
    return result.decode("latin1") if isinstance(result, bytes) else result


def describe() -> dict[str, Any]:
    """Everything that is compared."""
    settings = training.Environment()
    older = training_env()
    handler = Handler()
    return {
        "settings": {name: settings[name] for name in SETTINGS},
        "attributes": {name: getattr(settings, name) for name in SETTINGS},
        "older": {name: older[name] for name in SETTINGS},
        "arguments": settings.to_cmd_args(),
        "read": [training.read_hyperparameters(), env.read_resource_config()],
        "mapping": [
            mapping.to_cmd_args(VALUE_MAPPING),
            training_mapping.to_env_vars(VALUE_MAPPING),
            list(mapping.split_by_criteria(VALUE_MAPPING, keys=["b"], prefix="de")),
        ],
        "types": [content_types.CSV, _content_types.JSON, list(content_types.UTF8_TYPES)],
        "encoded": [
            outcome(lambda v=value, t=kind, e=encode: e(v, t))
            for value in VALUES
            for kind in ("application/json", "text/csv", "image/png")
            for encode in (encoders.encode, encoder.encode)
        ],
        "decoded": [
            outcome(lambda b=body, t=kind, d=decode: d(b, t))
            for body in ("1,2.5", "[1, 2.5]", "1,2\n3,4")
            for kind in ("application/json", "text/csv", "image/png")
            for decode in (encoders.decode, decoder.decode)
        ],
        "handler": [
            outcome(lambda: handler.default_input_fn("[1, 2]", "application/json")),
            outcome(lambda: list(handler.default_output_fn([1], "image/png, application/json"))),
            outcome(lambda: handler.default_output_fn([1], "image/png")),
            outcome(lambda: handler.default_model_fn("model")),
        ],
        "utils": [
            utils.parse_accept("text/csv, application/json"),
            utils.retrieve_content_type_header({"accept": "a", "ContentType": "text/csv"}),
            utils.retrieve_content_type_header({}),
            utils.remove_crlf("a\r\nb"),
        ],
        "folders": [environment.model_dir, environment.code_dir],
        "module": environment.Environment().module_name,
        "errors": [
            str(training_errors.ChannelDoesNotExistError("x")),
            str(_errors.ChannelDoesNotExistException("x")),
            issubclass(_errors.ImportModuleError, framework.errors.ClientError),
            errors.GenericInferenceToolkitError(429, "busy").phrase,
        ],
        "loggers": [logging_config.get_logger().name, framework.logging.get_logger().name],
        "response": worker.Response("a", mimetype="text/csv").status_code,
        "there": [hasattr(module, "__name__") for module in (entry_point, modules, transformer)],
    }


if __name__ == "__main__":
    json.dump(describe(), sys.stdout, sort_keys=True)
