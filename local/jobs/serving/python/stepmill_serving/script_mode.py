"""Script mode: the user's model_fn, input_fn, predict_fn, output_fn or transform_fn, and the images' defaults."""

import importlib
import inspect
import json
import os
import sys
import traceback

from stepmill_serving import formats
from stepmill_serving.reply import Reply

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
        self._execution_parameters = getattr(module, "execution_parameters_fn", None)
        model_fn = getattr(module, "model_fn", None)
        if model_fn is None:
            raise NotImplementedError(
                f"{module_name}.py has no model_fn(model_dir); the {settings.framework} image has no default for it"
            )
        self._model = with_context(model_fn, 1)(settings.model_dir)

    def invoke(self, content, content_type, accept):
        if accept in (None, "", "*/*"):
            accept = self._default_accept
        if content_type is None:
            content_type = formats.JSON
        if content_type.startswith("text/") or formats.is_text(content_type):
            try:
                content = content.decode("utf-8")
            except UnicodeDecodeError as error:
                return Reply(
                    415, f"The body is not UTF-8 text as {content_type} says: {error}", "text/plain"
                )
        try:
            return self._transform(self._model, content, content_type, accept)
        except Exception as error:
            return reply_of_error(error)

    def execution_parameters(self):
        if self._execution_parameters is None:
            return None
        return reply_of(self._execution_parameters(), formats.JSON)


def transformer_of(module, framework):
    """One function from request to reply, made of what the script defines."""
    transform_fn = getattr(module, "transform_fn", None)
    names = ("input_fn", "predict_fn", "output_fn")
    given = [name for name in names if hasattr(module, name)]
    if transform_fn is not None:
        if given:
            raise ValueError(
                "Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn"
            )
        transform = with_context(transform_fn, 4)
        return lambda model, content, kind, accept: reply_of(
            transform(model, content, kind, accept), accept
        )
    input_fn = with_context(getattr(module, "input_fn", default_input_fn(framework)), 2)
    predict_fn = with_context(getattr(module, "predict_fn", default_predict_fn(framework)), 2)
    output_fn = with_context(getattr(module, "output_fn", default_output_fn), 2)

    def chain(model, content, content_type, accept):
        try:
            data = input_fn(content, content_type)
        except formats.UnsupportedFormatError as error:
            return unsupported(error, 415)
        prediction = predict_fn(data, model)
        try:
            return reply_of(output_fn(prediction, accept), accept)
        except formats.UnsupportedFormatError as error:
            return unsupported(error, 406)

    return chain


def default_input_fn(framework):
    return _xgboost_input if framework == "xgboost" else _sklearn_input


def _sklearn_input(content, content_type):
    import numpy as np

    array = formats.decode(content, content_type)
    return array.astype(np.float32) if formats.is_text(content_type) else array


def _xgboost_input(content, content_type):
    from stepmill_serving.xgboost_algorithm import matrix_of

    return matrix_of(content, content_type)


def default_predict_fn(framework):
    if framework == "xgboost":
        return lambda data, model: model.predict(data, validate_features=False)
    return lambda data, model: model.predict(data)


def default_output_fn(prediction, accept):
    return formats.encode(prediction, accept), accept


def with_context(function, arguments):
    """The inference toolkit passes a context to functions that take one argument more."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return function
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    if len(required) > arguments or (
        len(positional) > arguments and positional[arguments].name == "context"
    ):
        return lambda *given: function(*given, None)
    return function


def reply_of(result, accept):
    """A script answers with a body, with (body, content type), or with a Flask-like response object."""
    if isinstance(result, tuple):
        body, content_type = result
        return Reply(200, to_bytes(body), content_type)
    if hasattr(result, "get_data") and hasattr(result, "status_code"):
        return Reply(
            result.status_code, result.get_data(), getattr(result, "mimetype", None) or accept
        )
    return Reply(200, to_bytes(result), accept)


def to_bytes(body):
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode()
    return formats.encode(body, formats.JSON)


def unsupported(error, status):
    body = {
        "error": type(error).__name__,
        "error-message": str(error),
        "stack-trace": traceback.format_exc(),
    }
    return Reply(status, json.dumps(body).encode(), formats.JSON)


def reply_of_error(error):
    """Errors that know their status (of the inference toolkit, of werkzeug) keep it; all others are 500."""
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(error, "code", None)
    if isinstance(status, int) and 400 <= status <= 599:
        message = (
            getattr(error, "message", None) or getattr(error, "description", None) or str(error)
        )
        return Reply(status, str(message), "text/plain")
    trace = traceback.format_exc()
    sys.stderr.write(trace)
    sys.stderr.flush()
    return Reply(500, f"{error}\n{trace}", "text/plain")
