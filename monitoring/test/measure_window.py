"""Measure how a large window is judged: 100,000 captured requests of ten columns, in a process of its own.

    python monitoring/test/measure_window.py [requests] [--labels] [--profile]

The goals, on an idle machine, are 10 s and 500 MB. Processor seconds say more than seconds where others work; they are
shown beside those that json.loads alone takes for the same lines, so that machines can be compared.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from window_run import HOUR, WindowRun, capture, label_line, side

REQUESTS = 100_000
TRAINING_ROWS = 3_000
FILES = 100
NUMBERS = 8
SKIES = ["clear", "cloudy", "overcast", "fog"]
COLUMNS = [
    *({"name": f"number {at}", "type": "number"} for at in range(NUMBERS)),
    {"name": "sky", "type": "category", "values": SKIES},
    {"name": "code", "type": "category"},
]
GOAL_SECONDS, GOAL_MEGABYTES = 10, 500


def make_row(chance: random.Random) -> tuple[str, str]:
    """Ten fields, and the label."""
    numbers = [chance.gauss(at, 1 + at) for at in range(NUMBERS)]
    label = int(numbers[0] + chance.gauss(0, 0.5) > 0)
    fields = [f"{value:.4f}" for value in numbers]
    return ",".join([*fields, chance.choice(SKIES), f"c{chance.randrange(50)}"]), str(label)


def make_window(requests: int, with_labels: bool) -> tuple[WindowRun, Any]:
    """A trained model, and files of requests to it."""
    from kit_run import Run

    chance = random.Random(20_261_130)
    rows = [make_row(chance) for _ in range(TRAINING_ROWS)]
    manifest = {
        "header": False,
        "delimiter": ",",
        "problem": "binary",
        "label": "wet",
        "columns": [*COLUMNS, {"name": "wet", "type": "integer"}],
    }
    text = "".join(f"{row},{label}\n" for row, label in rows)
    run = Run(manifest, text, "--algorithm", "logistic-regression").prepare().train()
    run.evaluate()
    window = WindowRun.of(run)
    for file in range(FILES):
        made = [make_row(chance) for _ in range(requests // FILES)]
        window.write(
            "captures",
            [
                capture(side(row), side(f"{chance.random():.6f}"), f"{file}-{number}")
                for number, (row, _) in enumerate(made)
            ],
            f"e/v/{HOUR}/{file:02}-00-000-a.jsonl",
        )
        if with_labels:
            labels = [label_line(f"{file}-{at}", label) for at, (_, label) in enumerate(made)]
            window.write("labels", labels, f"{HOUR}/{file:02}.jsonl")
    return window, run


def read_lines(window: WindowRun) -> float:
    """Processor seconds of reading the lines as JSON, and nothing else."""
    began = time.process_time()
    for file in sorted((window.folder / "captures").rglob("*.jsonl")):
        with file.open("rb") as lines:
            for line in lines:
                json.loads(line)
    return time.process_time() - began


def judge(window: WindowRun, profile: bool) -> tuple[float, float, float]:
    """Seconds, processor seconds and megabytes of the monitor's process."""
    kinds = [
        f"--{kind}={window.folder / kind}" for kind in ("captures", "labels", "rows", "answers")
    ]
    folders = [f"--baseline={window.baseline}", f"--evaluation={window.evaluation}"]
    program = Path(__file__).parents[1] / "python/monitor.py"
    path = [str(program.parent), str(program.parents[2] / "projects/tabular/python")]
    profiler = ["-m", "cProfile", "-s", "tottime"] if profile else []
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *profiler, str(program), *kinds, *folders]
        + [f"--output={window.output}", f"--message={window.folder / 'message'}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(process.returncode)
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(arguments: list[str]) -> None:
    """Measure, and print."""
    numbers = [int(text) for text in arguments if text.isdigit()]
    window, _ = make_window(numbers[0] if numbers else REQUESTS, "--labels" in arguments)
    alone = read_lines(window)
    seconds, processor, megabytes = judge(window, "--profile" in arguments)
    report = window.read("stepmill-drift.json")
    print(f"{report['rows']} rows, {len(report['columns'])} columns: {report['verdict']}")
    print(
        f"{seconds:.1f} s, of the processor {processor:.1f} s (goal {GOAL_SECONDS}), "
        f"{processor / alone:.1f} times json.loads ({alone:.2f} s)"
    )
    print(f"{megabytes:.0f} MB (goal {GOAL_MEGABYTES})")


if __name__ == "__main__":
    main(sys.argv[1:])
