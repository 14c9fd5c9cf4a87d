"""Script mode: the user's model_fn, input_fn, predict_fn, output_fn or transform_fn, and the images' defaults.

Both images serve a single model with sagemaker-containers and Flask; test/witness/script-mode compares.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Iterator

from sagemaker_containers.beta.framework import encoders
from stepmill_serving import formats
from stepmill_serving.reply import INTERNAL_ERROR, Reply
from stepmill_serving.response import Response

CODE_FOLDER = "code"
DEFAULT_PROGRAM = "inference.py"


def find_program(settings):
    """Folder and module name of the inference script, or None where the model brings none."""
    folder = code_folder(settings)
    name = settings.program or DEFAULT_PROGRAM
    path = os.path.join(folder, name)
    if os.path.isfile(path):
        return folder, os.path.splitext(name)[0]
    if settings.program is not None:
        raise FileNotFoundError(f"SAGEMAKER_PROGRAM is {name}, but {path} does not exist")
    return None


def code_folder(settings):
    if settings.submit_directory is not None:
        folder = settings.local_path(settings.submit_directory)
        if os.path.isdir(folder):
            return folder
    return os.path.join(settings.model_dir, CODE_FOLDER)


class ScriptApplication:
    def __init__(self, settings, program):
        folder, module_name = program
        os.environ["SM_MODEL_DIR"] = settings.model_dir
        sys.path.insert(0, folder)
        module = importlib.import_module(module_name)
        self._default_accept = settings.default_accept
        self._transform = transformer_of(module, settings.framework)
        # The XGBoost image has no such page in script mode.
        self._execution_parameters = (
            getattr(module, "execution_parameters_fn", None)
            if settings.framework == "sklearn"
            else None
        )
        model_fn = getattr(module, "model_fn", None)
        if model_fn is None:
            raise NotImplementedError(
                f"{module_name}.py has no model_fn(model_dir); the {settings.framework} image has no default for it"
            )
        self._model = model_fn(settings.model_dir)

    def invoke_request(self, content, headers):
        return self.invoke(content, headers.get("content-type"), headers.get("accept"))

    def invoke(self, content, content_type, accept):
        if accept in (None, "", "*/*"):
            accept = self._default_accept
        content_type = content_type or formats.JSON
        if content_type in formats.UTF8_TYPES:
            content = content.decode("utf-8", errors="replace")
        try:
            return reply_of(self._transform(self._model, content, content_type, accept))
        except Exception:
            # The status of the error has no effect: the library wraps it, and Flask sees the wrapper only.
            traceback.print_exc()
            sys.stderr.flush()
            return INTERNAL_ERROR

    def execution_parameters(self):
        if self._execution_parameters is None:
            return None
        return reply_of(self._execution_parameters())


def transformer_of(module, framework):
    """One function from request to result, made of what the script defines."""
    transform_fn = getattr(module, "transform_fn", None)
    given = [name for name in ("input_fn", "predict_fn", "output_fn") if hasattr(module, name)]
    if transform_fn is not None:
        if given:
            raise ValueError(
                "Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn"
            )
        return transform_fn
    input_fn = getattr(module, "input_fn", default_input_fn(framework))
    predict_fn = getattr(module, "predict_fn", default_predict_fn(framework))
    output_fn = getattr(module, "output_fn", default_output_fn)
    return lambda model, content, content_type, accept: output_fn(
        predict_fn(input_fn(content, content_type), model), accept
    )


def default_input_fn(framework):
    return _xgboost_input if framework == "xgboost" else _sklearn_input


def _sklearn_input(content, content_type):
    import numpy as np

    array = encoders.decode(content, content_type)
    return array.astype(np.float32) if content_type in formats.UTF8_TYPES else array


def _xgboost_input(content, content_type):
    from stepmill_serving.xgboost_algorithm import csv_matrix, matrix_of

    if formats.media_type(content_type) == formats.CSV:
        # The image takes a line end after the last row for one more row, and fails.
        return csv_matrix(formats.text_of(content))
    return matrix_of(content, content_type)


def default_predict_fn(framework):
    if framework == "xgboost":
        return lambda data, model: model.predict(data, validate_features=False)
    return lambda data, model: model.predict(data)


def default_output_fn(prediction, accept):
    return Response(encoders.encode(prediction, accept), mimetype=accept)


def reply_of(result):
    """A script answers with (body, content type) or a response; all else is what Flask makes of it."""
    response = response_of(result)
    headers = tuple((str(name), str(value)) for name, value in dict(response.headers).items())
    for name, value in (("Content-Type", response.content_type), *headers):
        if set("\r\n") & set(name + value):
            raise ValueError(f"the answer's header {name!r} has a line break")
    return Reply(response.status_code, response.get_data(), response.content_type, headers)


def response_of(result):
    if isinstance(result, tuple):
        return Response(result[0], mimetype=result[1])
    if isinstance(result, (str, bytes, bytearray, Iterator)):
        return Response(result, mimetype="text/html")
    if isinstance(result, (dict, list)):
        text = json.dumps(result, sort_keys=True, separators=(",", ":")) + "\n"
        return Response(text, mimetype=formats.JSON)
    if hasattr(result, "get_data") and hasattr(result, "status_code"):
        return result
    raise TypeError(
        f"the script's answer is {type(result).__name__}; return a body and its content type"
    )
