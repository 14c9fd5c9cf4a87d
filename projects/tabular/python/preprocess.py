"""Split a dataset, fit the preprocessor on its training part and transform what training reads.

    python3 -m preprocess --manifest manifest.json --data data --output output

The manifest names the columns, so no column name is written in a script. Written below --output:

    train/train.csv            label first, then the features, no header
    train/schema.json          problem, classes, columns, numbers of rows, warnings
    train/out-of-fold/         rows.csv: all rows as they came; folds.csv: part, fold, label, group
    validation/validation.csv  as train.csv
    test/test.csv              rows as they came, no header, nothing transformed; gaps are empty
    test/truth.csv             label and group of each row of test.csv
    preprocessor/model.tar.gz  the fitted preprocessor and the modules that serve it
    baseline/                  the training rows for later comparison: see `baseline`
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from archive import pack_preprocessor
from baseline import Chunk, describe_rows, write_baseline
from labels import Class, LabelError, check_folds, check_parts, read_labels
from leaks import find_leaks
from preprocessor import encode, fit_columns, name_sources
from problems import REGRESSION
from split import PARTS, TEST, TRAIN, VALIDATION, Split, split_rows
from table import (
    Settings,
    Values,
    leave_out_excluded,
    name_used,
    parse_columns,
    read_texts,
)
from target import hidden_by_target, label_texts


@dataclass(frozen=True)
class Dataset:
    """All rows that have a label, in the order of the split."""

    texts: pd.DataFrame
    values: Values
    labels: np.ndarray
    classes: list[Class]
    split: Split
    counts: dict[str, int]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default: the place where the container finds it, or what the manifest says."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--manifest", type=Path, default=root / "input/manifest/manifest.json")
    parser.add_argument("--data", type=Path, default=root / "input/data")
    parser.add_argument("--output", type=Path, default=root / "output")
    parser.add_argument(
        "--drop", default="", help="columns that the model shall not see, with commas between them"
    )
    parser.add_argument("--seed", type=int)
    parser.add_argument("--validation-share", type=float)
    parser.add_argument("--test-share", type=float)
    return parser.parse_args(arguments)


def read_settings(options: argparse.Namespace) -> Settings:
    """What the manifest says, and arguments that say otherwise."""
    settings = Settings.of(json.loads(options.manifest.read_text(encoding="utf-8")))
    given = {
        name: getattr(options, name)
        for name in ("seed", "validation_share", "test_share")
        if getattr(options, name) is not None
    }
    settings = replace(settings, **given)
    return hide_columns(settings, read_dropped(options.drop, settings))


def read_dropped(names: str, settings: Settings) -> set[str]:
    """The columns of --drop. A name that is wrong would leave a leak in, so it is an error."""
    dropped = {name.strip() for name in names.split(",")} - {""}
    known = {column["name"] for column in settings.columns}
    if dropped - known:
        # A name may hold a comma, which separates names here.
        unknown = ", ".join(json.dumps(name) for name in sorted(dropped - known))
        raise ValueError(f"--drop names no column: {unknown}.")
    if settings.label in dropped:
        raise ValueError(f"--drop names the label, {settings.label}.")
    return dropped


def hide_columns(settings: Settings, dropped: set[str]) -> Settings:
    """Mark the columns that the model does not see; requests hold them still."""
    hidden = dropped | hidden_by_target(settings)
    columns = [
        {**column, "ignore": True} if column["name"] in hidden else column
        for column in settings.columns
    ]
    return replace(settings, columns=columns)


def read_dataset(settings: Settings, folder: Path) -> Dataset:
    """Read all rows, leave out those that the project does not want, label and split the others."""
    everything = read_texts(settings, folder)
    texts, excluded = leave_out_excluded(everything, settings)
    labels = label_texts(texts, settings)
    has_label = (labels != "").to_numpy()
    without_label = int((~has_label).sum())
    if without_label > 0 and settings.target is None and settings.missing_label == "refuse":
        raise LabelError(
            f"{settings.label}: {without_label} rows have no label; nothing was prepared. "
            "dataset.missingLabel: 'set-aside' leaves them out."
        )
    columns = [column["name"] for column in settings.columns]
    texts = texts.loc[has_label, columns].reset_index(drop=True)
    if len(texts) == 0:
        raise LabelError(f"{settings.label}: no row has a label; nothing was prepared.")
    numbers, classes = read_labels(labels[has_label].reset_index(drop=True), settings)
    counts = {"read": len(everything), "excluded": excluded, "withoutLabel": without_label}
    return order_dataset(Dataset(texts, {}, numbers, classes, _no_split(), counts), settings)


def _no_split() -> Split:
    nothing = np.zeros(0)
    return Split(nothing, nothing, nothing, nothing)


def order_dataset(dataset: Dataset, settings: Settings) -> Dataset:
    """Split the rows, and bring them into the order that the seed decides."""
    used = name_used(settings)
    values = parse_columns(dataset.texts, used, settings.form)
    groups = None if settings.group_by is None else dataset.texts[settings.group_by]
    split = split_rows(
        content_of(dataset, values, settings),
        groups,
        (settings.validation_share, settings.test_share),
        settings.seed,
    )
    order = split.order
    return Dataset(
        dataset.texts.iloc[order].reset_index(drop=True),
        {name: column[order] for name, column in values.items()},
        dataset.labels[order],
        dataset.classes,
        Split(order, split.parts[order], split.folds[order], split.groups[order]),
        {**dataset.counts, **count_parts(split)},
    )


def content_of(dataset: Dataset, values: Values, settings: Settings) -> pd.DataFrame:
    """What decides the part of a row: its values in the order of the file, however they are written."""
    content: dict[str, Any] = {}
    for column in settings.columns:
        name = column["name"]
        if name in values:
            content[name] = values[name]
        elif name == settings.label and settings.problem == REGRESSION:
            content[name] = dataset.labels
        else:
            content[name] = dataset.texts[name].to_numpy(dtype=object)
    return pd.DataFrame(content)


def count_parts(split: Split) -> dict[str, int]:
    """How many rows each part has."""
    return {name: int((split.parts == part).sum()) for part, name in enumerate(PARTS)}


def write_matrix(path: Path, labels: np.ndarray, features: np.ndarray) -> None:
    """Write the label and then the features, as XGBoost's CSV wants them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, np.column_stack([labels, features]), delimiter=",", fmt="%.9g")


def write_parts(dataset: Dataset, fitted: list[dict[str, Any]], output: Path) -> None:
    """Write what training and evaluation read."""
    for part in (TRAIN, VALIDATION):
        name, rows = PARTS[part], dataset.split.parts == part
        features = encode(fitted, select(dataset.values, rows), int(rows.sum()))
        write_matrix(output / name / f"{name}.csv", dataset.labels[rows], features)
    rows = dataset.split.parts == TEST
    write_texts(output / "test/test.csv", dataset.texts[rows])
    truth = pd.DataFrame({"label": dataset.labels[rows], "group": dataset.split.groups[rows]})
    truth.to_csv(output / "test/truth.csv", index=False)


def write_out_of_fold(dataset: Dataset, fitted: list[dict[str, Any]], output: Path) -> None:
    """Write all rows with their folds: each fold's preprocessor is fitted without the fold."""
    folder = output / "train/out-of-fold"
    write_texts(folder / "rows.csv", dataset.texts[[column["name"] for column in fitted]])
    folds = pd.DataFrame(
        {
            "part": dataset.split.parts,
            "fold": dataset.split.folds,
            "label": dataset.labels,
            "group": dataset.split.groups,
        }
    )
    folds.to_csv(folder / "folds.csv", index=False)


def write_texts(path: Path, texts: pd.DataFrame) -> None:
    """Write texts as they came."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts.to_csv(path, header=False, index=False)


def write_train_baseline(
    settings: Settings, used: list[dict[str, Any]], train: Values, folder: Path
) -> None:
    """Describe the training rows, with which requests will be compared."""

    def source() -> Iterator[Chunk]:
        yield train, {}

    rows = len(next(iter(train.values())))
    write_baseline(folder, describe_rows(settings, used, source, rows))


def select(values: Values, rows: np.ndarray) -> Values:
    """The values of some rows."""
    return {name: column[rows] for name, column in values.items()}


def describe_schema(
    dataset: Dataset, settings: Settings, used: list[dict[str, Any]], fitted: list[dict[str, Any]]
) -> dict[str, Any]:
    """What training needs to know."""
    train = dataset.split.parts == TRAIN
    warnings = check_parts(dataset.labels, dataset.split.parts, dataset.classes, settings)
    check_folds(dataset.labels, dataset.split, settings)
    leaks = find_leaks(
        used,
        select(dataset.values, train),
        dataset.labels[train],
        settings.problem,
        dataset.classes,
    )
    return {
        "problem": settings.problem,
        "label": settings.label,
        "classes": dataset.classes,
        "columns": used,
        "form": settings.form,
        "sources": name_sources(fitted),
        "rows": dataset.counts,
        "warnings": [*warnings, *leaks],
    }


def describe_preprocessor(settings: Settings, fitted: list[dict[str, Any]]) -> dict[str, Any]:
    """What serving needs to know: the columns of a request in their order, and how to encode them."""
    learned = {column["name"]: column for column in fitted}
    columns = [
        learned.get(
            column["name"], {"name": column["name"], "type": column["type"], "ignore": True}
        )
        for column in settings.requested()
    ]
    return {"form": settings.form, "columns": columns}


#: What a project says of a column.
SETTINGS = (
    "name",
    "type",
    "optional",
    "ignore",
    "values",
    "missingValues",
    "format",
    "minimum",
    "maximum",
    "affix",
)


def strip_values(column: dict[str, Any]) -> dict[str, Any]:
    """Only what the scripts need of a column; the manifest holds what inspection saw of it, too."""
    kept = {name: column[name] for name in SETTINGS if column.get(name) is not None}
    return {
        name: [text.strip() for text in value] if name in ("values", "missingValues") else value
        for name, value in kept.items()
    }


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    settings = read_settings(options)
    settings = replace(settings, columns=[strip_values(column) for column in settings.columns])
    dataset = read_dataset(settings, options.data)
    used = name_used(settings)
    if not used:
        raise ValueError("Every column is ignored, so there is nothing to learn from.")
    train = select(dataset.values, dataset.split.parts == TRAIN)
    fitted = fit_columns(used, train)
    schema = describe_schema(dataset, settings, used, fitted)
    write_parts(dataset, fitted, options.output)
    write_out_of_fold(dataset, used, options.output)
    schema_path = options.output / "train/schema.json"
    schema_path.write_text(json.dumps(schema, allow_nan=False), encoding="utf-8")
    description = describe_preprocessor(settings, fitted)
    pack_preprocessor(options.output / "preprocessor/model.tar.gz", description)
    write_train_baseline(settings, used, train, options.output / "baseline")
    report(dataset, schema["warnings"])
    return 0


def report(dataset: Dataset, warnings: list[str]) -> None:
    """Print numbers of rows, and warnings; no values."""
    counts = dataset.counts
    print(
        f"rows: {counts['train']} train, {counts['validation']} validation, {counts['test']} test; "
        f"left out: {counts['excluded']} by rule, {counts['withoutLabel']} without a label"
    )
    for warning in warnings:
        print(f"warning: {warning}")


if __name__ == "__main__":
    sys.exit(main())
