"""A trained model, windows of captured requests in files, and the monitor run on them as a job runs it."""

import base64
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/test"))
sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import monitor
from kit_run import Run, quietly, render, weather_manifest, weather_rows

LABELS = {
    "regression": {"name": "amount", "type": "number"},
    "binary": {"name": "wet", "type": "integer"},
    "multiclass": {"name": "kind", "type": "category"},
}
FEATURES = ["day", "station id", "rain mm", "sky", "wind", "note"]
HOUR = "2026/11/30/10"


def trained(problem: str, rows: int = 1_500) -> Run:
    """A model of the weather, with its baseline and its evaluation."""
    label = LABELS[problem]
    text = render(weather_rows(rows), label["name"])
    algorithm = "linear-regression" if problem == "regression" else "logistic-regression"
    run = Run(weather_manifest(problem, label), text, "--algorithm", algorithm)
    run.prepare().train()
    run.evaluate()
    return run


def csv_row(row: dict[str, Any]) -> str:
    """A row as a request holds it."""
    return ",".join(
        f'"{row[name]}"' if "," in str(row[name]) else str(row[name]) for name in FEATURES
    )


def side(data: str, encoding: str = "CSV", kind: str = "text/csv") -> dict[str, str]:
    """One side of a captured request."""
    return {"observedContentType": kind, "mode": "INPUT", "data": data, "encoding": encoding}


def in_base64(text: str, kind: str = "text/csv", charset: str = "utf-8") -> dict[str, str]:
    """A side whose content type the endpoint does not know as text."""
    return side(base64.b64encode(text.encode(charset)).decode(), "BASE64", kind)


def capture(
    asked: Any, answered: Any, event: str, time: str = "2026-11-30T10:15:42Z", **more: Any
) -> dict[str, Any]:
    """A line, as the endpoint writes it."""
    data = {"endpointInput": asked, "endpointOutput": answered}
    return {
        "captureData": {name: value for name, value in data.items() if value is not None},
        "eventMetadata": {"eventId": event, "inferenceTime": time, **more},
        "eventVersion": "0",
    }


def label_line(event: str, data: str, encoding: str = "CSV") -> dict[str, Any]:
    """A label in SageMaker's shape."""
    return {
        "groundTruthData": {"data": data, "encoding": encoding},
        "eventMetadata": {"eventId": event},
        "eventVersion": "0",
    }


class WindowRun:
    """Files of a window, and the monitor's report about them."""

    def __init__(self, baseline: Path, evaluation: Path | None = None) -> None:
        """What training wrote."""
        self.workspace = tempfile.TemporaryDirectory()
        self.folder = Path(self.workspace.name)
        self.baseline = baseline
        self.evaluation = evaluation or self.folder / "none"
        self.output = self.folder / "report"
        self.model: Run | None = None

    @staticmethod
    def of(run: Run) -> "WindowRun":
        """A window of the kit's model."""
        window = WindowRun(run.folder / "prepared/baseline", run.folder / "model-evaluation")
        # Its files are removed with it.
        window.model = run
        return window

    def write(
        self, kind: str, lines: list[Any], name: str = f"e/v/{HOUR}/15-42-000-a.jsonl"
    ) -> None:
        """Write lines: objects, or what they are in bytes."""
        path = self.folder / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for line in lines:
                text = line if isinstance(line, bytes) else json.dumps(line).encode()
                file.write(text + b"\n")

    def monitor(self, *more: str) -> dict[str, Any]:
        """Run the monitor, and give its own report."""
        kinds = [
            f"--{kind}={self.folder / kind}" for kind in ("captures", "labels", "rows", "answers")
        ]
        folders = [f"--baseline={self.baseline}", f"--evaluation={self.evaluation}"]
        message = self.folder / "message"
        quietly(
            monitor.main,
            [*kinds, *folders, f"--output={self.output}", f"--message={message}", *more],
        )
        return self.read("stepmill-drift.json")

    def read(self, name: str) -> Any:
        """A file of the output."""
        return json.loads((self.output / name).read_text(encoding="utf-8"))

    def message(self) -> dict[str, Any]:
        """What the job leaves as its ExitMessage."""
        return json.loads((self.folder / "message").read_text(encoding="utf-8"))

    def close(self) -> None:
        """Remove the files."""
        self.workspace.cleanup()
