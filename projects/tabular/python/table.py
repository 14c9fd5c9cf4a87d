"""Read the files of a dataset as the manifest describes them, and leave out rows by its rules."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fields import (
    CATEGORY,
    DATE,
    TEXT,
    Column,
    date_format,
    is_ignored,
    plain_number,
    read_date,
    without_affix,
)

Manifest = dict[str, Any]
Values = dict[str, np.ndarray]

DEFAULT_SEED = 20261120
DEFAULT_SHARE = 0.15
#: Rows that are in memory at a time where a file is read in chunks.
CHUNK_ROWS = 10_000

#: Python's names. A byte order mark is part of no value.
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}


def _as_control_character(error: UnicodeError) -> tuple[str, int]:
    # Browsers and TextDecoder read the five bytes that cp1252 leaves out as control characters.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("c1-controls", _as_control_character)


@dataclass(frozen=True)
class Settings:
    """What the manifest says, with the defaults for what an older one lacks."""

    problem: str
    label: str
    columns: list[Column]
    header: bool
    delimiter: str
    encoding: str
    form: dict[str, Any]
    missing_label: str
    exclude: list[dict[str, Any]]
    target: dict[str, Any] | None
    label_column_is_last: bool
    group_by: str | None
    validation_share: float
    test_share: float
    seed: int

    @staticmethod
    def of(manifest: Manifest) -> "Settings":
        """Read a manifest."""
        split, target = manifest.get("split") or {}, manifest.get("target")
        return Settings(
            problem=manifest.get("problem", "regression"),
            label=manifest["label"],
            columns=manifest["columns"],
            header=manifest["header"],
            delimiter=manifest["delimiter"],
            encoding=manifest.get("encoding", "utf-8"),
            form={
                "decimal": manifest.get("decimal", "."),
                "thousands": manifest.get("thousands"),
                "delimiter": manifest["delimiter"],
            },
            missing_label=manifest.get("missingLabel", "refuse"),
            exclude=[_strip(rule) for rule in manifest.get("exclude", [])],
            target=None if target is None else _strip(target["derived"]),
            label_column_is_last=manifest.get("labelColumn") == "last",
            group_by=split.get("groupBy"),
            validation_share=split.get("validationShare", DEFAULT_SHARE),
            test_share=split.get("testShare", DEFAULT_SHARE),
            seed=split.get("seed", DEFAULT_SEED),
        )

    @property
    def label_column(self) -> Column | None:
        """The column of the label; a derived one has none."""
        return next((column for column in self.columns if column["name"] == self.label), None)

    def requested(self) -> list[Column]:
        """The columns of a request: those of the file without the label."""
        return [column for column in self.columns if column["name"] != self.label]


def _strip(rule: dict[str, Any]) -> dict[str, Any]:
    # Fields are compared without white space around them.
    return {
        name: [text.strip() for text in value] if name in ("values", "absent") else value
        for name, value in rule.items()
    }


def read_texts(settings: Settings, folder: Path) -> pd.DataFrame:
    """Read all files as texts without white space around them; gaps are empty.

    A derived label that stands in a file is a column behind the others; empty where it is not known.
    """
    frames = [read_file(settings, file) for file in list_files(folder)]
    texts = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    known = [{"name": settings.label}] if settings.label_column_is_last else []
    return _blank_all_gaps(texts, [*settings.columns, *known])


def read_chunks(settings: Settings, folder: Path) -> Iterator[pd.DataFrame]:
    """The same in parts, without the rows that the project excludes."""
    for file in list_files(folder):
        with (
            _naming(file),
            pd.read_csv(file, chunksize=CHUNK_ROWS, **_options(settings, file)) as chunks,
        ):
            for texts in chunks:
                yield leave_out_excluded(_blank_all_gaps(texts, settings.columns), settings)[0]


def list_files(folder: Path) -> list[Path]:
    """The files of a dataset, in the order of their names."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if not files:
        raise FileNotFoundError("The dataset has no file; nothing was prepared.")
    return files


def read_file(settings: Settings, file: Path) -> pd.DataFrame:
    """Read one file."""
    with _naming(file):
        return pd.read_csv(file, **_options(settings, file))


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    # An error names the file: pandas might quote a row, which is personal data.
    try:
        yield
    except (ValueError, UnicodeError) as error:
        raise ValueError(
            f"{file.name} cannot be read as the project describes it ({type(error).__name__}); "
            "nothing was prepared."
        ) from None


def _options(settings: Settings, file: Path) -> dict[str, Any]:
    names = [column["name"] for column in settings.columns]
    return {
        "header": 0 if settings.header else None,
        "names": [*names, settings.label] if _has_known_labels(settings, file) else names,
        "index_col": False,
        "dtype": str,
        "sep": settings.delimiter,
        "encoding": ENCODINGS[settings.encoding],
        "encoding_errors": "c1-controls" if settings.encoding == "windows-1252" else "strict",
        "keep_default_na": False,
    }


def _has_known_labels(settings: Settings, file: Path) -> bool:
    if not settings.label_column_is_last:
        return False
    with file.open(encoding=ENCODINGS[settings.encoding], errors="replace", newline="") as lines:
        first = next(csv.reader(lines, delimiter=settings.delimiter), [])
    return len(first) > len(settings.columns)


def _blank_all_gaps(texts: pd.DataFrame, columns: list[Column]) -> pd.DataFrame:
    names = [column["name"] for column in columns]
    # No file may have the label.
    texts = texts.reindex(columns=names)
    return pd.DataFrame(
        {
            name: _blank_gaps(texts[name], column)
            for name, column in zip(names, columns, strict=True)
        }
    )


def _blank_gaps(texts: pd.Series, column: Column) -> pd.Series:
    # Not by pandas' na_values, which takes -1.0 for -1; inspection and serving take texts as they are.
    stripped = texts.fillna("").str.strip()
    return stripped.mask(stripped.isin(column.get("missingValues", [])), "")


def leave_out_excluded(texts: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, int]:
    """Leave out the rows that the project excludes by rule; give their number."""
    leave = np.zeros(len(texts), dtype=bool)
    for rule in settings.exclude:
        leave |= texts[rule["column"]].isin(rule["values"]).to_numpy()
    return texts[~leave].reset_index(drop=True), int(leave.sum())


def parse_columns(texts: pd.DataFrame, columns: list[Column], form: dict[str, Any]) -> Values:
    """Turn texts into the values that the preprocessor takes: a gap is NaN, or None for texts."""
    return {column["name"]: parse_column(texts[column["name"]], column, form) for column in columns}


def parse_column(texts: pd.Series, column: Column, form: dict[str, Any]) -> np.ndarray:
    """Turn the texts of one column into values."""
    if column["type"] in (CATEGORY, TEXT):
        return texts.where(texts != "", None).to_numpy(dtype=object)
    if column["type"] == DATE:
        return parse_dates(texts, column)
    return parse_numbers(texts, form, column.get("affix"))


def parse_numbers(texts: pd.Series, form: dict[str, Any], affix: str | None) -> np.ndarray:
    """Read numbers. An error names the column: Python would quote the field, which is personal data."""
    plain = texts.map(lambda text: without_affix(text, affix)) if affix else texts
    if form.get("thousands") or form.get("decimal", ".") != ".":
        plain = plain.map(lambda text: plain_number(text, form))
    try:
        # Python's own reading of numbers, as when serving; pandas' may differ in the last digit.
        values = plain.where(plain != "", "nan").to_numpy(dtype=object).astype(float)
    except ValueError:
        values = None
    if values is None or np.isinf(values).any() or np.isnan(values[(texts != "").to_numpy()]).any():
        raise ValueError(
            f"Column {texts.name} has a field that is not a number; nothing was prepared."
        )
    return values


def parse_dates(texts: pd.Series, column: Column) -> np.ndarray:
    """Read dates as days since 1970."""
    form = date_format(column)
    days: dict[str, float | None] = {
        text: read_date(text, form) for text in texts.unique() if text != ""
    }
    if None in days.values():
        raise ValueError(
            f"Column {texts.name} has a field that is not a date of the form {form}; "
            "nothing was prepared."
        )
    return texts.map(lambda text: days.get(text, np.nan)).to_numpy(dtype=float)


def name_used(settings: Settings) -> list[Column]:
    """The columns that the model sees."""
    return [column for column in settings.requested() if not is_ignored(column)]
