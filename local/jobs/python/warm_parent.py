"""Forks the processes of containers from one parent that has imported the libraries already.

    python3 warm_parent.py [--cold] <scratch folder>

Importing NumPy, pandas, scikit-learn and XGBoost takes seconds; a fork takes milliseconds. The
runtime (local/jobs/python-host.ts) starts this process once, writes requests to its standard input,
one JSON object a line, and reads frames from its standard output: one JSON object a line, and where
it says `bytes`, as many raw bytes after it.

    -> {"op": "start", "id": 1, "command": [...], "cwd": "...", "env": {...}, "root": "..."}
    -> {"op": "kill", "id": 1, "signal": "SIGTERM"}
    <- {"event": "ready", "namespace": true, "reason": null}
    <- {"event": "started", "id": 1, "pid": 4711}
    <- {"event": "output", "id": 1, "bytes": 12}
    <- {"event": "exited", "id": 1, "code": 0, "signal": null, "cpu_seconds": 0.2, ...}

When its standard input ends, the runtime is gone: everything it started is killed. With `--cold` it
imports nothing and executes a fresh interpreter per container (systems where a fork of a process
with these libraries is not safe, macOS above all).
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import selectors
import signal
import sys
import tempfile
import time

import container_process
import container_root

LIBRARIES = ("numpy", "pandas", "scipy", "scipy.stats", "sklearn", "xgboost")
"""What almost every script imports; the modules below are the slow ones beneath them."""

MODULES = (
    "joblib",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.impute",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "argparse",
    "csv",
    "http.server",
    "logging",
    "pickle",
    "tarfile",
    "zipimport",
)

PR_SET_CHILD_SUBREAPER = 36
READ_BYTES = 65_536

KILL_SECONDS = 1.0
"""Longer than a chain of daemons takes to end, and less than the runtime waits."""


class Parent:
    """The processes that run, and the pipes to the runtime."""

    def __init__(self, warm: bool, scratch: str) -> None:
        """Keeps the pipe to the runtime for frames alone: a library that prints must not break them."""
        self.frames = os.dup(1)
        os.dup2(2, 1)
        self.warm = warm
        self.scratch = scratch
        self.requests = b""
        self.processes: dict[int, dict] = {}
        self.selector = selectors.DefaultSelector()

    def send(self, frame: dict, body: bytes = b"") -> None:
        """Writes one frame, all of it."""
        data = memoryview(json.dumps(frame).encode() + b"\n" + body)
        while data:
            data = data[os.write(self.frames, data) :]

    def serve(self) -> None:
        """Handles requests, output and ends of processes until the runtime is gone."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(0, selectors.EVENT_READ, self.read_requests)
        self.selector.register(wake_read, selectors.EVENT_READ, lambda: self.woken(wake_read))
        while True:
            for key, _ in self.selector.select():
                if key.data() is False:
                    return

    def read_requests(self) -> bool:
        """Carries out every complete line; false when the runtime has closed the pipe."""
        data = os.read(0, READ_BYTES)
        *lines, self.requests = (self.requests + data).split(b"\n")
        for line in lines:
            self.carry_out(json.loads(line))
        return data != b""

    def carry_out(self, request: dict) -> None:
        """Starts or signals a process."""
        if request["op"] == "start":
            self.start(request)
        elif request["op"] == "kill":
            for pid, process in self.processes.items():
                if process["id"] == request["id"]:
                    signal_group(pid, getattr(signal, request["signal"]))

    def start(self, request: dict) -> None:
        """Forks one process; what it prints comes back through a pipe."""
        read_end, write_end = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(read_end)
            os.close(write_end)
            self.send({"event": "failed", "id": request["id"], "error": str(error)})
            return
        if pid == 0:
            container_process.become(request, write_end, self.warm, self.scratch)
        os.close(write_end)
        os.set_blocking(read_end, False)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # The child was faster.
        self.processes[pid] = {"id": request["id"], "output": read_end}
        self.selector.register(read_end, selectors.EVENT_READ, lambda: self.pass_output(pid))
        self.send({"event": "started", "id": request["id"], "pid": pid})

    def pass_output(self, pid: int) -> bool:
        """Hands on what a process printed; false of no meaning to the loop is never returned."""
        process = self.processes.get(pid)
        if process is None or process["output"] is None:
            return True
        try:
            data = os.read(process["output"], READ_BYTES)
        except BlockingIOError:
            return True
        if data == b"":
            self.close_output(process)
        else:
            frame = {"event": "output", "id": process["id"], "bytes": len(data)}
            self.send(frame, data)
        return True

    def close_output(self, process: dict) -> None:
        """Stops listening to a process."""
        self.selector.unregister(process["output"])
        os.close(process["output"])
        process["output"] = None

    def woken(self, wake_read: int) -> bool:
        """Collects every process that has ended."""
        try:
            os.read(wake_read, READ_BYTES)
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return True
            if pid in self.processes:
                self.ended(pid, status, usage)

    def ended(self, pid: int, status: int, usage: resource.struct_rusage) -> None:
        """Ends what the process left behind, hands on its last output, and says how it ended."""
        signal_group(pid, signal.SIGKILL)
        process = self.processes[pid]
        while process["output"] is not None:
            before = process["output"]
            readable = selectors.SelectSelector()
            readable.register(before, selectors.EVENT_READ)
            waiting = readable.select(0)
            readable.close()
            if not waiting:
                self.close_output(process)
                break
            self.pass_output(pid)
        del self.processes[pid]
        code = os.waitstatus_to_exitcode(status)
        self.send(
            {
                "event": "exited",
                "id": process["id"],
                "code": code if code >= 0 else None,
                "signal": signal.Signals(-code).name if code < 0 else None,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "max_memory_bytes": usage.ru_maxrss * 1024,
            }
        )

    def kill_everything(self) -> None:
        """Ends all process groups, and the daemons that come to this process as their parents end."""
        for pid in self.processes:
            signal_group(pid, signal.SIGKILL)
        deadline = time.monotonic() + KILL_SECONDS
        while time.monotonic() < deadline:
            for pid in orphans():
                signal_group(pid, signal.SIGKILL)
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass  # Already gone.
            try:
                collected, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if collected == 0:
                time.sleep(0.005)


def signal_group(pid: int, number: int) -> None:
    """Signals a process group; one that has ended already is fine."""
    try:
        os.killpg(pid, number)
    except OSError:
        pass


def orphans() -> list[int]:
    """Processes that became ours because their parents have ended."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
            return [int(pid) for pid in children.read().split()]
    except OSError:
        return []


def remove_empty(folder: str) -> None:
    """Removes a folder with nothing in it; any other stays."""
    try:
        os.rmdir(folder)
    except OSError:
        pass  # It does not belong to this process.


def import_libraries() -> None:
    """Imports all there is; what is missing is missing in the script too, and said there."""
    for name in (*LIBRARIES, *MODULES):
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    gc.collect()
    # Pages of objects that the collector never touches again stay shared with every child.
    gc.freeze()


def main() -> int:
    """Prepares, says that it is ready, and serves."""
    warm = "--cold" not in sys.argv[1:]
    scratch = sys.argv[-1]
    # The script's own folder is not a place for containers to import from.
    sys.path.pop(0)
    parent = Parent(warm, tempfile.mkdtemp(prefix="root-", dir=scratch))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if warm:
        import_libraries()
    reason = container_root.why_not(parent.scratch)
    parent.send({"event": "ready", "namespace": reason is None, "reason": reason})
    try:
        parent.serve()
    finally:
        parent.kill_everything()
        container_root.clear(parent.scratch)
        remove_empty(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
