"""Load a model as SageMaker's containers do, with the scripts of its archives, and ask it.

The model's archive is unpacked in the folder. A model of several containers has one archive in each of
`container-1/`, `container-2/` … , in the order that a request passes them.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(ValueError):
    """A request that the model's scripts refuse: the caller's mistake."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Model:
    """The functions of a model's containers in the order that a request passes them."""

    containers: list[Callable[[Any, str], tuple[Any, str]]]
    #: The columns of a row, or none for a model of other scripts.
    columns: list[dict[str, Any]]

    def ask(self, data: bytes | str, content_type: str) -> tuple[bytes, str]:
        """The answer to a request, and its content type."""
        answer: Any = data
        try:
            for container in self.containers:
                answer, content_type = container(answer, content_type)
        except Exception as error:
            status = getattr(error, "status_code", None)
            if not isinstance(status, int):
                raise
            raise Refused(str(error), status) from None
        return answer if isinstance(answer, bytes) else str(answer).encode(), content_type


def load_model(folder: str) -> Model:
    """Load the model of a folder, or say what is missing in it."""
    root = Path(folder)
    folders = sorted(root.glob("container-[1-9]")) or [root]
    for path in folders:
        if not (path / "code/inference.py").exists():
            raise SystemExit(
                f"{path} holds no code/inference.py; nothing is served. Unpack the model's model.tar.gz "
                "in MODEL_DIR, or those of a pipeline in container-1, container-2 and so on below it."
            )
    return Model([load_container(path) for path in folders], read_columns(folders[0]))


def read_columns(folder: Path) -> list[dict[str, Any]]:
    """The columns of a row: those of the first container, or of the preprocessor in the only one."""
    for file in (folder / "preprocessor.json", folder / "preprocessor/preprocessor.json"):
        if file.exists():
            return json.loads(file.read_text(encoding="utf-8"))["columns"]
    return []


def load_container(folder: Path) -> Callable[[Any, str], tuple[Any, str]]:
    """Import the serving script as a container does, which has `code/` on its path."""
    with own_modules(folder / "code"):
        script = importlib.import_module("inference")
        model = script.model_fn(str(folder))
    if hasattr(script, "transform_fn"):
        return lambda data, kind: script.transform_fn(model, data, kind, kind)
    return lambda data, kind: (
        script.output_fn(script.predict_fn(script.input_fn(data, kind), model), kind),
        kind,
    )


@contextmanager
def own_modules(code: Path) -> Iterator[None]:
    """Import modules from a folder only, although another container has some of the same names."""
    names = {path.stem for path in code.iterdir() if path.suffix == ".py" or path.is_dir()}
    for name in names:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(code))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(code))
        for name in names:
            sys.modules.pop(name, None)
