"""Runs the scripts on a small sample, as the containers do."""

import io
import json
import random
import sys
import tarfile
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import evaluate
import preprocess
import served
import train

WEATHER_COLUMNS = [
    {"name": "day", "type": "date", "format": "%Y-%m-%d"},
    {"name": "station id", "type": "integer", "ignore": True},
    {"name": "rain mm", "type": "number", "optional": True, "missingValues": ["?"]},
    {"name": "sky", "type": "category"},
    {"name": "wind", "type": "number", "minimum": 0, "maximum": 10},
    {"name": "note", "type": "text", "optional": True},
]


class Run:
    """One run of all steps in a temporary folder."""

    def __init__(self, manifest: dict[str, Any], text: str | bytes, *hyperparameters: str) -> None:
        """Prepares, trains and evaluates; with one container, too."""
        self.workspace = tempfile.TemporaryDirectory()
        self.folder = Path(self.workspace.name)
        self.manifest = manifest
        self.hyperparameters = hyperparameters
        (self.folder / "data").mkdir()
        content = text.encode() if isinstance(text, str) else text
        (self.folder / "data/data.csv").write_bytes(content)
        (self.folder / "manifest.json").write_text(json.dumps(manifest))

    def prepare(self, *more: str) -> "Run":
        """Preprocess."""
        quietly(
            preprocess.main,
            ["--manifest", f"{self.folder}/manifest.json", "--data", f"{self.folder}/data"]
            + ["--output", f"{self.folder}/prepared", *more],
        )
        return self

    def train(self, name: str = "model", *more: str) -> "Run":
        """Train, and pack the model as SageMaker does."""
        prepared, unpacked = self.folder / "prepared", self.folder / f"{name}-unpacked"
        quietly(
            train.main,
            ["--train", f"{prepared}/train", "--validation", f"{prepared}/validation"]
            + ["--preprocessor", f"{self.folder}/none", "--model-dir", str(unpacked)]
            + [*self.hyperparameters, *more],
        )
        (self.folder / name).mkdir()
        with tarfile.open(self.folder / name / "model.tar.gz", "w:gz") as archive:
            archive.add(unpacked, ".")
        return self

    def evaluate(self, name: str = "model", *more: str) -> dict[str, Any]:
        """Evaluate."""
        output = self.folder / f"{name}-evaluation"
        quietly(
            evaluate.main,
            ["--manifest", f"{self.folder}/manifest.json"]
            + ["--test", f"{self.folder}/prepared/test", "--output", str(output)]
            + ["--preprocessor", f"{self.folder}/prepared/preprocessor"]
            + ["--model", f"{self.folder}/{name}", *more],
        )
        return json.loads((output / "evaluation.json").read_text())

    def read(self, path: str) -> str:
        """One file of the run."""
        return (self.folder / path).read_text(encoding="utf-8")

    def read_json(self, path: str) -> Any:
        """One file of the run."""
        return json.loads(self.read(path))

    def served(self, name: str = "model") -> served.ServedModel:
        """Load the model as its containers do."""
        workspace = Path(tempfile.mkdtemp(dir=self.folder))
        return served.load_served(
            self.folder / "prepared/preprocessor", self.folder / name, "candidate", workspace
        )

    def ask(self, body: str, content_type: str = "text/csv", name: str = "model") -> str:
        """Ask the model; a refusal is raised."""
        answer: Any = body
        with redirect_stderr(io.StringIO()):
            for container in self.served(name).containers:
                answer, content_type = container.answer(answer, content_type)
        return answer

    def ask_json(self, rows: list[Any], include: list[str], name: str = "model") -> list[Any]:
        """Ask the model in JSON."""
        body = json.dumps({"rows": rows, "include": include})
        return json.loads(self.ask(body, "application/json", name))["predictions"]

    def close(self) -> None:
        """Remove the folder."""
        self.workspace.cleanup()


def quietly(main: Any, arguments: list[str]) -> None:
    """Run a script without its output."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = main(arguments)
    assert code == 0


def weather_manifest(problem: str, label: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A table with a column of every type."""
    return {
        "header": True,
        "delimiter": ",",
        "problem": problem,
        "label": label["name"],
        "columns": [*WEATHER_COLUMNS, label],
        **more,
    }


def weather_rows(count: int = 500, seed: int = 1) -> list[dict[str, Any]]:
    """Rows with gaps, from which something can be learned."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        rain, wind, cold = chance.expovariate(0.5), chance.uniform(0, 10), chance.random() < 0.3
        sky = "clear" if rain < 1 else chance.choice(["cloudy", "overcast"])
        kind = "snow" if cold and rain > 1 else "rain" if rain > 1.5 else "sun"
        kind = chance.choice(["sun", "rain", "snow"]) if chance.random() < 0.1 else kind
        rows.append(
            {
                "day": f"20{number % 20 + 10}-{1 if cold else 7:02}-{number % 28 + 1:02}",
                "station id": number // 3,
                "rain mm": "?" if number % 40 == 0 else f"{rain:.2f}",
                "sky": sky,
                "wind": f"{wind:.1f}",
                "note": "" if number % 3 else "windy, as it was",
                "kind": kind,
                "wet": int(kind != "sun"),
                "amount": f"{2 * rain + wind + chance.gauss(0, 0.3):.3f}",
            }
        )
    return rows


def render(rows: list[dict[str, Any]], label: str, delimiter: str = ",") -> str:
    """Render rows with a header."""
    names = [column["name"] for column in WEATHER_COLUMNS] + [label]
    lines = [
        delimiter.join(
            f'"{row[name]}"' if "," in str(row[name]) else str(row[name]) for name in names
        )
        for row in rows
    ]
    return "\n".join([delimiter.join(names), *lines]) + "\n"
