"""Pack modules for serving: an archive brings every module that its serving script imports."""

import importlib
import inspect
import io
import json
import tarfile
from pathlib import Path
from typing import Any

#: What the first container of a pipeline imports.
PREPROCESSOR_MODULES = ("fields", "preprocessor", "refusal", "request_reader")
#: What the second one imports.
MODEL_MODULES = (
    *("answers", "calibration", "confidence", "explain"),
    *("predictors", "problems", "refusal"),
)
#: One container does both.
SINGLE_MODULES = tuple(
    sorted({*PREPROCESSOR_MODULES, *MODEL_MODULES, "model_inference", "preprocessor_inference"})
)


def read_source(module: str) -> str:
    """The source of a module, which may lie in a zip file."""
    return inspect.getsource(importlib.import_module(module))


def serving_code(script: str, modules: tuple[str, ...]) -> dict[str, str]:
    """The files of `code/`: the script under the name that SageMaker looks for, and its modules."""
    files = {f"{module}.py": read_source(module) for module in modules}
    return {**files, "inference.py": read_source(script)}


def pack_preprocessor(path: Path, description: dict[str, Any]) -> None:
    """Pack the preprocessor as a SageMaker model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    code = serving_code("preprocessor_inference", PREPROCESSOR_MODULES)
    with tarfile.open(path, "w:gz") as archive:
        _add(archive, "preprocessor.json", json.dumps(description, allow_nan=False))
        for name, source in code.items():
            _add(archive, f"code/{name}", source)


def write_code(folder: Path, script: str, modules: tuple[str, ...]) -> None:
    """Write `code/` of a model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in serving_code(script, modules).items():
        (folder / name).write_text(source, encoding="utf-8")


def _add(archive: tarfile.TarFile, name: str, content: str) -> None:
    data = content.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(data))
