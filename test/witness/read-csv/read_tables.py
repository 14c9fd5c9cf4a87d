"""Reads CSV files with pandas as projects say, and prints what pandas found: python read_tables.py < FILES_AND_DATASETS."""

from __future__ import annotations

import json
import sys

import pandas

ENCODINGS = {"utf-8": "utf-8-sig"}
KINDS = {"i": "integer", "u": "integer", "f": "number", "O": "text", "b": "text"}


def read(path: str, dataset: dict) -> pandas.DataFrame:
    names = [column["name"] for column in dataset["columns"]]
    types = {column["name"]: column["type"] for column in dataset["columns"]}
    affixes = {c["name"]: c["affix"] for c in dataset["columns"] if c.get("affix")}
    encoding = dataset["encoding"]
    frame = pandas.read_csv(
        path,
        sep=dataset["delimiter"],
        header=0 if dataset["header"] else None,
        names=names,
        encoding=ENCODINGS.get(encoding, encoding),
        decimal=dataset["decimal"],
        thousands=dataset.get("thousands"),
        # pandas' own list of texts that mean a missing value is not used.
        keep_default_na=False,
        na_values={
            column["name"]: ["", *column.get("missingValues", [])] for column in dataset["columns"]
        },
        # pandas knows no currencies and percents: such columns are read as texts first.
        dtype={
            name: str
            for name, type in types.items()
            if type not in ("number", "integer") or name in affixes
        },
        skip_blank_lines=True,
    )
    for name, affix in affixes.items():
        texts = frame[name].str.replace(affix, "", regex=False).str.strip()
        if "thousands" in dataset:
            texts = texts.str.replace(dataset["thousands"], "", regex=False)
        frame[name] = pandas.to_numeric(texts)
    return frame


def kind_of(column: pandas.Series) -> str:
    kind = KINDS[column.dtype.kind]
    # pandas has whole numbers with gaps as floats.
    present = column.dropna()
    if kind == "number" and column.isna().any() and (present == present.round()).all():
        return "integer"
    return kind


def describe(path: str, dataset: dict) -> dict:
    frame = read(path, dataset)
    for rule in dataset["exclude"]:
        frame = frame[~frame[rule["column"]].isin(rule["values"])]
    for column in dataset["columns"]:
        if column["type"] == "date":
            pandas.to_datetime(frame[column["name"]], format=column["format"])
    columns = [
        {"name": name, "kind": kind_of(frame[name]), "missing": int(frame[name].isna().sum())}
        for name in frame.columns
    ]
    return {"rows": len(frame), "columns": columns}


def main() -> int:
    print(json.dumps([describe(file["path"], file["dataset"]) for file in json.load(sys.stdin)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
