"""Print a report of each kind, for the test that compares them with their schema."""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from window_run import (
    LABELS,
    Run,
    WindowRun,
    capture,
    csv_row,
    label_line,
    side,
    trained,
    weather_rows,
)


def answered(run: Run, rows: list[dict]) -> list[str]:
    """The model's answers."""
    return run.ask("\n".join(map(csv_row, rows)) + "\n").splitlines()


def windows(problem: str) -> list[tuple[str, WindowRun]]:
    """Windows of one model."""
    run = trained(problem, 900)
    rows, chance = weather_rows(260, seed=7), random.Random(1)
    plain = WindowRun.of(run)
    plain.write(
        "captures",
        [
            *(
                capture(side(csv_row(row)), side(answer), f"e{place}")
                for place, (row, answer) in enumerate(zip(rows, answered(run, rows)))
            ),
            b"not JSON",
        ],
    )
    label = LABELS[problem]["name"]
    plain.write("labels", [label_line(f"e{place}", str(rows[place][label])) for place in range(90)])
    if problem != "binary":
        return [(problem, plain)]
    windy = [{**row, "wind": f"{chance.uniform(8, 12):.1f}", "sky": "red"} for row in rows]
    drifted, empty, batch = WindowRun.of(run), WindowRun.of(run), WindowRun.of(run)
    drifted.write("captures", [capture(side(csv_row(row)), None, "same") for row in windy])
    batch.write("rows", [csv_row(row).encode() for row in rows], "rows.csv")
    batch.write("answers", [answer.encode() for answer in answered(run, rows)], "rows.csv.out")
    return [(problem, plain), ("drifted", drifted), ("empty", empty), ("batch", batch)]


def files_of(window: WindowRun) -> dict:
    """What lies beside the report, and the baseline's files."""
    names = ("statistics", "constraints", "constraint_violations")
    baseline = {
        f"baseline {name}": json.loads((window.baseline / f"{name}.json").read_text())
        for name in names[:2]
    }
    current = {name: window.read(f"{name}.json") for name in names}
    return {"summary": window.read("summary.json"), "modelMonitor": {**baseline, **current}}


def main() -> None:
    """Print the reports as one list of JSON."""
    found = [each for problem in LABELS for each in windows(problem)]
    order = [*LABELS, "drifted", "empty", "batch"]
    written = [
        {"name": name, "report": window.monitor(), **files_of(window)}
        for name, window in sorted(found, key=lambda each: order.index(each[0]))
    ]
    print(json.dumps(written))


if __name__ == "__main__":
    main()
