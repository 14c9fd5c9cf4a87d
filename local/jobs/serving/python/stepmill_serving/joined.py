"""The containers of a pipeline in one process, so that a request changes processes once and not once a container.

Each has its own modules, its own `/opt/ml` while it is loaded, and its own log. Only scripts that cannot notice share a
process (`stepmill_serving/shareable.py`). One that opens a file, a socket or a process while it answers is interrupted
before it does; then the containers are started apart, and the request is sent to them. An error that a script raises
leads there too, because a traceback reads the script's file.
"""

import base64
import ctypes
import importlib
import json
import mmap
import os
import sys
import sysconfig
import threading
import traceback

from stepmill_serving import script_mode, server, shareable
from stepmill_serving.reply import INTERNAL_ERROR, Reply
from stepmill_serving.settings import Settings

ROOT = "/opt/ml"
MS_BIND_RECURSIVE = 4096 | 16384
#: The process ends with this if the containers cannot share it.
APART = 3
APART_REPLY = Reply(503, b"", "text/plain", (("X-Stepmill-Apart", "1"),))
CONTAINER_HEADER = "X-Stepmill-Container"
#: In characters. The reader cuts longer ones as well.
LONGEST_LINE = 64 * 1024
#: Marks the lines of a container: mark, number, mark.
MARK = "\x1f"
#: What a script does with the world outside. `import` is not among them: the files are.
OUTSIDE = ("open", "time.sleep", "mmap.__new__", "ctypes.dlopen")
OUTSIDE_PREFIXES = (
    "os.",
    "socket.",
    "subprocess.",
    "shutil.",
    "tempfile.",
    "glob.",
    "signal.",
    "_thread.",
    "fcntl.",
    "resource.",
    "urllib.",
    "sqlite3.",
    "pathlib.",
)


class Current(threading.local):
    """What this thread does."""

    def __init__(self):
        self.container = 0
        self.is_answering = False
        self.left_for: str | None = None


current = Current()


class Apart(BaseException):
    """A script does what only a process of its own can do truthfully."""


def main(description):
    """Serves until SIGTERM; ends at once with APART where the containers need processes of their own."""
    pipeline = json.loads(base64.b64decode(description))
    sys.stdout, sys.stderr = Lines(1), Lines(2)
    try:
        application = JoinedApplication(pipeline["containers"], pipeline["places"])
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return APART
    sys.addaudithook(guard)
    socket_path = pipeline["socket"]
    server.serve(socket_path, application, application.threads)
    return 0


def guard(event, arguments):
    """Called by the interpreter before what the event names happens."""
    if not current.is_answering:
        return
    if event not in OUTSIDE and not event.startswith(OUTSIDE_PREFIXES):
        return
    if is_of_library(arguments):
        return
    current.left_for = event
    raise Apart(event)


def is_of_library(arguments):
    """A library that imports another one at its first use reads files of the environment."""
    path = arguments[0] if arguments else None
    return isinstance(path, str) and path.startswith(LIBRARIES)


LIBRARIES = tuple(
    {
        os.path.join(sysconfig.get_paths()[name], "")
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
    }
)


class JoinedApplication:
    def __init__(self, containers, places):
        loaded = [load(number, given) for number, given in enumerate(containers)]
        self._applications = [application for application, _ in loaded]
        self.threads = min(threads for _, threads in loaded)
        with open(places, "r+b") as file:
            self._places = mmap.mmap(file.fileno(), 0)

    def invoke_request(self, body, headers):
        """The answer of the last container, or the first that is not a success, and which container gave it."""
        content, content_type = body, headers.get("content-type")
        accept = headers.get("accept")
        place = int(headers.get("x-stepmill-place", 0))
        reply, number = INTERNAL_ERROR, 0
        current.left_for, current.is_answering = None, True
        try:
            for number, application in enumerate(self._applications):
                current.container = self._places[place] = number
                reply = application.invoke(content, content_type, accept)
                if not 200 <= reply.status < 300:
                    break
                content, content_type = handed_on(reply)
        except Apart:
            pass
        except Exception:
            traceback.print_exc()
            reply = INTERNAL_ERROR
        finally:
            current.is_answering = False
        return APART_REPLY if current.left_for is not None else signed(reply, number)

    def execution_parameters(self):
        """Pipelines have none."""


def handed_on(reply):
    """What the next container reads of an answer that went over a connection."""
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    content_type = reply.content_type.encode("latin-1").decode("latin-1").strip()
    return body, content_type


def signed(reply, number):
    """Says which container answered; a script cannot."""
    own = tuple(pair for pair in reply.headers if not pair[0].lower().startswith("x-stepmill-"))
    return reply._replace(headers=((CONTAINER_HEADER, str(number)), *own))


def load(number, given):
    """Imports a container's script and loads its model, and leaves none of its modules behind."""
    current.container = number
    environment = {
        **given["environment"],
        "STEPMILL_FRAMEWORK": given["framework"],
        "STEPMILL_SOCKET": "",
    }
    is_mapped = os.environ.get("SAGEMAKER_BASE_DIR") == ROOT
    if is_mapped and number > 0:
        map_root(given["folder"])
    environment["SAGEMAKER_BASE_DIR"] = ROOT if is_mapped else given["folder"]
    settings = Settings.from_environment(environment)
    program = script_mode.find_program(settings)
    if program is None:
        raise RuntimeError("a container without a script has a process of its own")
    folder, _ = program
    reason = shareable.why_not(folder)
    if reason is not None:
        raise RuntimeError(reason)
    before, path = set(sys.modules), list(sys.path)
    try:
        return script_mode.ScriptApplication(settings, program), settings.threads
    finally:
        sys.path[:] = path
        forget(folder, before)


def forget(folder, before):
    """The next container has modules of the same names."""
    place = os.path.join(folder, "")
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(place):
            del sys.modules[name]
    importlib.invalidate_caches()
    sys.path_importer_cache.pop(folder, None)


def map_root(folder):
    """Puts the folder of the next container over `/opt/ml`, which is this process's own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(os.fsencode(folder), os.fsencode(ROOT), None, MS_BIND_RECURSIVE, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")


class Lines:
    """Standard output or error: whole lines, each with the number of the container that wrote it."""

    encoding = "utf-8"

    def __init__(self, number):
        self._number = number
        self._partial = {}
        self._writing = threading.Lock()

    def write(self, text):
        with self._writing:
            container = current.container
            *lines, rest = (self._partial.get(container, "") + text).split("\n")
            if len(rest) > LONGEST_LINE:
                lines.append(rest)
                rest = ""
            self._partial[container] = rest
            if lines:
                marked = "".join(f"{MARK}{container}{MARK}{line}\n" for line in lines)
                write_all(self._number, marked.encode("utf-8", "backslashreplace"))
        return len(text)

    def flush(self):
        """Lines are written when they end."""

    def isatty(self):
        return False


def write_all(number, data):
    """The system may take less than all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(number, view) :]
