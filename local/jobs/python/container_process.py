"""Turns a fork of the warm parent into the process of a container.

What runs is Python where the request asks for `python3` and nothing about the interpreter itself:
then the script runs right here, with the libraries already imported. Anything else is executed.
"""

import atexit
import ctypes
import io
import os
import random
import resource
import runpy
import signal
import sys
import threading
import time
import traceback
import types

import container_root

PR_SET_PDEATHSIG = 1

CANNOT_START = 125
"""`docker run` exits with this when the container itself could not be set up."""

NOT_FOUND = 127

MAX_OPEN_FILES = 65_536
"""More than the parent ever has open."""

ONLY_AT_START = (
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONHASHSEED",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONMALLOC",
    "PYTHONOPTIMIZE",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONSAFEPATH",
    "PYTHONSTARTUP",
    "PYTHONTRACEMALLOC",
    "PYTHONVERBOSE",
    "PYTHONWARNINGS",
)
"""Variables that an interpreter reads once, when it starts."""


def become(request: dict, output: int, warm: bool, scratch: str) -> None:
    """Never returns: the process is the container's from here on."""
    code = CANNOT_START
    try:
        _prepare(request, output, scratch)
        code = _run(request, warm)
    except BaseException:  # noqa: BLE001 - the parent's loop must never continue in the child
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
    finally:
        os._exit(code)


def _prepare(request: dict, output: int, scratch: str) -> None:
    os.setpgid(0, 0)
    # Set while the parent lives for certain: it waits for nothing but pipes and children.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _redirect(output)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request.get("max_file_bytes"):
        size = int(request["max_file_bytes"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if request.get("namespace"):
        container_root.enter(request["root"], scratch)
        needed = [request["root"], sys.prefix, sys.base_prefix, *sys.path]
        container_root.hide(request.get("hidden", []), needed)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    if "TZ" in os.environ:
        time.tzset()


def _redirect(output: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # Pipes of the parent and of other containers must end when their owners do.
    os.closerange(3, MAX_OPEN_FILES)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, "r"), encoding="utf-8")
    sys.stdout = _text_stream(1, "strict")
    sys.stderr = _text_stream(2, "backslashreplace")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr


def _text_stream(number: int, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
    # By the line, so that a process that is killed has said what it had to say.
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=True)


def _run(request: dict, warm: bool) -> int:
    command = request["command"]
    if warm and not request.get("fresh") and _is_plain_python(command):
        return _run_here(command[1:])
    return _execute(request)


def _is_plain_python(command: list[str]) -> bool:
    """Whether this interpreter, as it is, can stand for a new one."""
    if os.path.basename(command[0]) not in ("python", "python3") or len(command) < 2:
        return False
    if any(name in os.environ for name in ONLY_AT_START):
        return False
    if command[1] == "-m":
        return len(command) > 2
    return (
        not command[1].startswith("-") and os.path.isfile(command[1]) and command[1].endswith(".py")
    )


def _execute(request: dict) -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    command = request["command"]
    program = command[0]
    if os.path.basename(program) in ("python", "python3"):
        program = sys.executable
    try:
        os.execvp(program, [program, *command[1:]])
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
    return NOT_FOUND


def _run_here(arguments: list[str]) -> int:
    _start_anew()
    search = os.environ.get("PYTHONPATH", "")
    sys.path[0:0] = [os.path.abspath(path) for path in search.split(os.pathsep) if path]
    if arguments[0] == "-m":
        sys.path.insert(0, os.getcwd())
        sys.argv = ["-m", *arguments[2:]]
        return _guarded(lambda: _run_module(arguments[1]))
    sys.path.insert(0, os.path.dirname(os.path.realpath(arguments[0])))
    sys.argv = arguments
    return _guarded(lambda: _run_file(arguments[0]))


def _start_anew() -> None:
    """Undoes what a fork shares and two fresh interpreters would not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
    threads = {
        api: int(os.environ[name])
        for api, name in (("openmp", "OMP_NUM_THREADS"), ("blas", "OPENBLAS_NUM_THREADS"))
        if os.environ.get(name, "").isdigit()
    }
    pools = sys.modules.get("threadpoolctl")
    if threads and pools is not None:
        # These libraries read their variables when they are loaded, which was before the fork.
        pools.threadpool_limits(limits=threads)


def _run_module(name: str) -> None:
    # What the interpreter itself calls for -m; it has no public name.
    runpy._run_module_as_main(name)  # pyright: ignore[reportAttributeAccessIssue]


def _run_file(path: str) -> None:
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    with io.open_code(path) as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    exec(code, main.__dict__)  # noqa: S102 - this is what a Python interpreter does


def _guarded(run: types.FunctionType) -> int:
    """Runs it to its end as an interpreter does: threads, exit functions, buffers, exit code."""
    try:
        run()
        code = 0
    except SystemExit as leave:
        code = _exit_code(leave)
    except KeyboardInterrupt:
        traceback.print_exc()
        code = 128 + signal.SIGINT
    except BaseException as error:  # noqa: BLE001 - any exception of the script
        _print_traceback(error)
        code = 1
    # An interpreter's own steps at its end; they have no public names.
    threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue]
    atexit._run_exitfuncs()
    return code if _flushed() else code or 120


def _exit_code(leave: SystemExit) -> int:
    if leave.code is None:
        return 0
    if isinstance(leave.code, int):
        return leave.code & 0xFF
    print(leave.code, file=sys.stderr)
    return 1


def _print_traceback(error: BaseException) -> None:
    """Prints it without the frames of this file and of runpy, which a script knows nothing of."""
    trace = error.__traceback__
    own = (__file__, runpy.__file__, "<frozen runpy>")
    while trace is not None and trace.tb_frame.f_code.co_filename in own:
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)


def _flushed() -> bool:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True
