"""Run a script as a process: its output is passed on, its last lines are kept, its time is bounded."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from trainer.failure import JobFailed, JobOutOfMemory, JobTimedOut

#: How often a running script's time, and what may stop it, is looked at.
LOOK_SECONDS = 0.2
#: How long a script may take to end after SIGTERM; Spot gives two minutes in all.
GRACE_SECONDS = 60.0
LAST_LINES = 12
LINE_CHARACTERS = 500


@dataclass
class Script:
    """A script that runs."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    #: The monotonic instant at which it has to end.
    deadline: float
    #: Raises where the script has to end early.
    check: Callable[[], None]
    #: The clock of the deadline.
    now: Callable[[], float]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))

    def run(self) -> None:
        """Run it to its end, or raise the reason why it has none that counts."""
        process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
        )
        reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        reader.start()
        try:
            code = self._wait(process)
        finally:
            end(process)
            # A process that the script left behind may hold the pipe for ever.
            reader.join(timeout=5)
        if code == -9:
            raise JobOutOfMemory(
                f"{self.name} was killed (signal 9), as the system does when memory is short."
                f"{self.said()}"
            )
        if code != 0:
            raise JobFailed(f"{self.name} ended with exit code {code}.{self.said()}")

    def _wait(self, process: subprocess.Popen) -> int:
        while True:
            self.check()
            if self.now() > self.deadline:
                raise JobTimedOut(f"{self.name} ran into its time limit.{self.said()}")
            try:
                return process.wait(timeout=LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue

    def said(self) -> str:
        """The last lines, as the end of a sentence."""
        return f" Last lines: {' | '.join(self.lines)}" if self.lines else " It wrote nothing."

    def _read(self, process: subprocess.Popen) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                sys.stdout.write(line)
                sys.stdout.flush()
                text = line.rstrip()[:LINE_CHARACTERS]
                if text:
                    self.lines.append(text)


def end(process: subprocess.Popen) -> None:
    """Let a process end by itself, then kill it."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
