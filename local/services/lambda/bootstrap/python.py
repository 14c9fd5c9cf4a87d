"""The Python runtime of a function: python3 python.py [--spare]

Loads the handler, asks the Lambda Runtime API for invocations and answers them. It runs in its own
process; its settings are in the environment, as on AWS. A spare process reads its environment and
folder from its input when it is needed, and ends when the input is closed.
"""

import http.client
import importlib
import importlib.abc
import importlib.machinery
import json
import logging
import os
import socket
import sys
import time
import traceback

request_id = ""


class LambdaState:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = None
        self.identity = None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


class LambdaFormatter(logging.Formatter):
    """Marks one record as one log event, even if it has several lines."""

    converter = time.gmtime

    def format(self, record):
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        text = super().format(record)
        line = f"[{record.levelname}]\t{when}.{int(record.msecs):03d}Z\t{request_id}\t{text}"
        return line.replace("\n", "\r")


def call(connection, method, path, body=None, headers=None):
    connection.request(method, f"/2018-06-01/runtime/{path}", body, headers or {})
    response = connection.getresponse()
    return response.headers, response.read()


def describe(error, frames_to_skip=1):
    frames = traceback.extract_tb(error.__traceback__)[frames_to_skip:]
    described: dict[str, object] = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
    }
    if request_id:
        described["requestId"] = request_id
    described["stackTrace"] = traceback.format_list(frames)
    return described


def log_error(described):
    lines = [
        f"[ERROR] {described['errorType']}: {described['errorMessage']}",
        "Traceback (most recent call last):",
    ]
    text = "\r".join(
        lines + [line.rstrip("\n").replace("\n", "\r") for line in described["stackTrace"]]
    )
    print(text, file=sys.stdout, flush=True)
    explain_opt(described["errorMessage"])


def mark_end():
    """Marks the end of the output of an invocation."""
    for stream in (sys.stdout, sys.stderr):
        stream.write(f"\0stepmill {request_id}\n")
        stream.flush()


def explain_opt(message):
    """Says where the layers are, if an error names their path on AWS."""
    layers = os.environ.get("STEPMILL_LAYERS")
    if layers and "/opt/" in message:
        print(
            f"[WARNING] The layers of this function are in {layers} on this machine, which is the"
            " value of STEPMILL_LAYERS; nothing of them is in /opt. PATH, LD_LIBRARY_PATH and"
            " sys.path lead to them.",
            flush=True,
        )


def send_error(connection, path, described):
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-Error-Type": described["errorType"],
    }
    # The answer has AWS's path of the code, the log the path on this machine.
    root = os.environ["LAMBDA_TASK_ROOT"]
    trace = [line.replace(root, "/var/task") for line in described["stackTrace"]]
    body = json.dumps({**described, "stackTrace": trace})
    call(connection, "POST", path, body, headers)


def layer_paths():
    layers = os.environ.get("STEPMILL_LAYERS")
    if not layers:
        return []
    version = os.environ["AWS_EXECUTION_ENV"].rpartition("_")[2]
    return [f"{layers}/python/lib/{version}/site-packages", f"{layers}/python"]


class SdkFinder(importlib.abc.MetaPathFinder):
    """Finds boto3 and what it needs, which AWS's runtimes include, where the interpreter has none."""

    PACKAGES = frozenset(
        ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"]
    )

    def __init__(self, folder):
        self._folder = folder

    def find_spec(self, fullname, path=None, target=None):
        if path is not None or fullname not in self.PACKAGES:
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, [self._folder])


def bring_sdk():
    """Comes last: packages of the function, of its layers and of the interpreter are found first."""
    folder = os.environ.get("STEPMILL_PYTHON_SDK")
    if folder:
        sys.meta_path.append(SdkFinder(folder))


def load_handler():
    named = os.environ["_HANDLER"]
    module_name, dot, function_name = named.rpartition(".")
    if not dot:
        return None, {
            "errorType": "Runtime.MalformedHandlerName",
            "errorMessage": f"Bad handler '{named}'",
            "stackTrace": [],
        }
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        return None, {
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": message,
            "stackTrace": [],
        }
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        return None, {
            "errorType": "Runtime.UserCodeSyntaxError",
            "errorMessage": message,
            "stackTrace": [],
        }
    except Exception as error:
        return None, describe(error, 0)
    handler = getattr(module, function_name, None)
    if handler is None:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        return None, {
            "errorType": "Runtime.HandlerNotFound",
            "errorMessage": message,
            "stackTrace": [],
        }
    return handler, None


def to_json(value):
    # AWS's runtime sends bytes without encoding them as JSON.
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, default=refuse).encode()


def refuse(value):
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def handle(connection, handler, headers, body):
    try:
        result = handler(json.loads(body), LambdaState(headers))
    except BaseException as error:
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            mark_end()
            raise
        described = describe(error)
        log_error(described)
        mark_end()
        send_error(connection, f"invocation/{request_id}/error", described)
        return
    try:
        answer = to_json(result)
    except (TypeError, ValueError) as error:
        described = {
            "errorType": "Runtime.MarshalError",
            "errorMessage": f"Unable to marshal response: {error}",
            "requestId": request_id,
            "stackTrace": [],
        }
        log_error(described)
        mark_end()
        send_error(connection, f"invocation/{request_id}/error", described)
        return
    mark_end()
    call(connection, "POST", f"invocation/{request_id}/response", answer)


def redirect_responses():
    """Sends responses of custom resources to their port.

    CloudFormation's address has the default port of HTTPS, and many handlers send to that port
    whatever the URL says.
    """
    host, _, port = os.environ.get("STEPMILL_RESPONSES", "").partition(":")
    if not port:
        return
    connect = socket.create_connection

    def redirected(address, *args, **kwargs):
        target = (host, int(port)) if tuple(address) == (host, 443) else address
        return connect(target, *args, **kwargs)

    socket.create_connection = redirected


def become_needed():
    """Waits until this spare process is assigned to a function; False if it never is."""
    message = sys.stdin.buffer.read()
    if not message:
        return False
    needed = json.loads(message)
    os.environ.clear()
    os.environ.update(needed["environment"])
    os.chdir(needed["folder"])
    time.tzset()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return True


def main():
    global request_id
    if sys.argv[1:] == ["--spare"]:
        if not become_needed():
            return 0
        del sys.argv[1:]
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], *layer_paths()]
    bring_sdk()
    redirect_responses()
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(LambdaFormatter())
    logging.getLogger().addHandler(output)
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    handler, problem = load_handler()
    if problem is not None:
        log_error(problem)
        mark_end()
        send_error(connection, "init/error", problem)
        return 1
    while True:
        headers, body = call(connection, "GET", "invocation/next")
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        handle(connection, handler, headers, body)


if __name__ == "__main__":
    sys.exit(main())
