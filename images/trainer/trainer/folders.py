"""The folder that scripts know as `/opt/ml`."""

import os
import re
import shutil
from pathlib import Path

ROOT = "/opt/ml"
#: Where a container cannot have `/opt/ml`, this names another folder.
VARIABLE = "STEPMILL_ML_FOLDER"

#: At the start of a path, not inside a longer path or name.
_ROOT_IN_TEXT = re.compile(rf"(?<![\w./-]){ROOT}(?![\w-])")


class Folders:
    """The folders of one container; kept names those directly below it that no step clears."""

    def __init__(self, root: str | None = None, kept: frozenset[str] = frozenset()) -> None:
        self.root = Path(root or os.environ.get(VARIABLE, ROOT))
        self._kept = kept

    def at(self, *names: str) -> Path:
        """A folder or file below it."""
        return self.root.joinpath(*names)

    def translate(self, text: str) -> str:
        """Replace `/opt/ml` in an argument or variable; paths in the code of a script stay as they are."""
        root = str(self.root)
        return text if root == ROOT else _ROOT_IN_TEXT.sub(lambda _: root, text)

    def clear(self) -> None:
        """Remove what an earlier step or an earlier request of a function left."""
        # It may be a link to a folder that is not there yet.
        self.root.resolve().mkdir(parents=True, exist_ok=True)
        for path in self.root.iterdir():
            if path.name in self._kept:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
