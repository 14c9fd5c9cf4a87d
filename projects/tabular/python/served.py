"""Load a model as its containers do, with the scripts of its archives, and ask it."""

import importlib
import json
import math
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Container:
    """The script of a container, and what its `model_fn` has loaded."""

    script: Any
    model: Any

    def answer(self, data: Any, content_type: str) -> tuple[Any, str]:
        """Pass a request through the functions that the script defines."""
        if hasattr(self.script, "transform_fn"):
            return self.script.transform_fn(self.model, data, content_type, content_type)
        features = self.script.input_fn(data, content_type)
        return self.script.output_fn(self.script.predict_fn(features, self.model), content_type)


@dataclass(frozen=True)
class ServedModel:
    """The containers of a model in the order that a request passes them."""

    name: str
    folder: Path
    containers: list[Container]
    description: dict[str, Any]

    @property
    def classes(self) -> list:
        """The classes of the label; none for a regression, or for a model of other scripts."""
        return self.description.get("classes", [])

    def ask(self, data: str, content_type: str) -> str:
        """Give the answer to rows. An error quotes none: rows are personal data."""
        answer: Any = data
        try:
            for container in self.containers:
                answer, content_type = container.answer(answer, content_type)
        except Exception as error:
            if not isinstance(error, ValueError | TypeError) and not _is_refusal(error):
                raise
            raise self.no_answer() from None
        return answer.decode("utf-8") if isinstance(answer, bytes) else str(answer)

    def ask_probabilities(self, rows: str) -> list[dict[str, Any]]:
        """Give prediction and probabilities of rows."""
        body = f'{{"rows": {rows}, "include": ["probabilities"]}}'
        try:
            return json.loads(self.ask(body, "application/json"))["predictions"]
        except (ValueError, KeyError, TypeError):
            raise self.no_answer() from None

    def read_number(self, answer: str) -> float:
        """Read an answer as a number."""
        try:
            value = float(answer)
        except ValueError:
            raise self.no_answer() from None
        if not math.isfinite(value):
            raise self.no_answer()
        return value

    def no_answer(self) -> ValueError:
        """What to raise where the answers are not usable."""
        return ValueError(
            f"The {self.name} does not answer the test rows as this project wants them; "
            "nothing was evaluated."
        )


def _is_refusal(error: Exception) -> bool:
    return type(error).__name__ == "RefusedRow"


def load_served(preprocessor: Path, model: Path, name: str, workspace: Path) -> ServedModel:
    """Unpack the archives of a model, and load each with its own serving script."""
    folder = unpack(model, workspace / f"{name}-model")
    containers = [load_container(folder)]
    # A model of one container brings its preprocessor.
    if not (folder / "preprocessor").is_dir():
        first = unpack(preprocessor, workspace / f"{name}-preprocessor")
        containers = [load_container(first), *containers]
    file = folder / "model.json"
    description = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return ServedModel(name, folder, containers, description)


def unpack(source: Path, target: Path) -> Path:
    """Unpack a model archive."""
    with tarfile.open(source / "model.tar.gz") as archive:
        archive.extractall(target, filter="data")
    if not (target / "code/inference.py").exists():
        raise ImportError(
            f"{source}/model.tar.gz holds no code/inference.py; nothing was evaluated."
        )
    return target


def load_container(folder: Path) -> Container:
    """Import the serving script as a container does, which has `code/` on its path."""
    with own_modules(folder / "code"):
        script = importlib.import_module("inference")
        return Container(script, script.model_fn(str(folder)))


@contextmanager
def own_modules(code: Path) -> Iterator[None]:
    """Import modules from a folder only, although other ones of the same names are loaded."""
    names = {path.stem for path in code.iterdir() if path.suffix == ".py" or path.is_dir()}
    hidden = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.path.insert(0, str(code))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(code))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
