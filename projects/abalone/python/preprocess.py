"""Split a dataset, fit the preprocessor on its training part and transform what training reads.

    python3 -m preprocess --manifest manifest.json --data data --output output

The manifest names the columns, so no column name is written in a script. Written below --output:

    train/train.csv            label first, then the features, no header
    validation/validation.csv  the same
    test/test.csv              rows as they came, no header, nothing transformed; gaps are empty
    preprocessor/model.tar.gz  the fitted preprocessor and the script that serves it
"""

import argparse
import inspect
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import preprocessor_inference
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

Manifest = dict[str, Any]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every setting has a default: the place where the container finds it."""
    root = Path("/opt/ml/processing")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--manifest", type=Path, default=root / "input/manifest/manifest.json")
    parser.add_argument("--data", type=Path, default=root / "input/data")
    parser.add_argument("--output", type=Path, default=root / "output")
    parser.add_argument(
        "--drop", default="", help="columns that the model shall not see, with commas between them"
    )
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--validation-share", type=float, default=0.15)
    parser.add_argument("--test-share", type=float, default=0.15)
    return parser.parse_args(arguments)


def read_rows(manifest: Manifest, folder: Path) -> pd.DataFrame:
    """Read the dataset with the names and types that the manifest gives its columns."""
    columns = manifest["columns"]
    texts = [
        column["name"]
        for column in columns
        if column["type"] == "category" or "missingValues" in column
    ]
    frames = [
        pd.read_csv(
            file,
            header=0 if manifest["header"] else None,
            names=[column["name"] for column in columns],
            dtype=dict.fromkeys(texts, str),
            sep=manifest["delimiter"],
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values=[""],
        )
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]
    return make_gaps(pd.concat(frames, ignore_index=True), columns)


def make_gaps(rows: pd.DataFrame, columns: list[dict[str, Any]]) -> pd.DataFrame:
    """Make gaps of the texts that mean a missing value.

    Not by pandas' na_values, which takes -1.0 for -1; inspection and serving take texts as they are.
    """
    for column in columns:
        if "missingValues" not in column:
            continue
        texts = rows[column["name"]]
        values = texts.mask(texts.isin(column["missingValues"]))
        rows[column["name"]] = values if column["type"] == "category" else to_numbers(values)
    return rows


def to_numbers(values: pd.Series) -> pd.Series:
    """Read numbers. An error names the column: pandas would quote the field, which is personal data."""
    try:
        return pd.to_numeric(values)
    except (ValueError, TypeError):
        raise ValueError(
            f"Column {values.name} has a field that is not a number; nothing was prepared."
        ) from None


def split_rows(
    rows: pd.DataFrame, validation_share: float, test_share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Split into training, validation and test rows by what is in them.

    A row is in the same part of every dataset: a champion that was trained on older data meets no row
    in a later test that it has learned from. The seed decides which part that is, and the order.
    """
    places = place_rows(rows, seed)
    order = np.argsort(places, kind="stable")
    rows, places = rows.iloc[order], places[order]
    is_test = places < test_share
    is_validation = ~is_test & (places < test_share + validation_share)
    return rows[~is_test & ~is_validation], rows[is_validation], rows[is_test]


def place_rows(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Give each row a number from 0 to 1 that depends on its values and the seed alone."""
    # A column of integers becomes one of floats as soon as one value is missing.
    values = rows.astype(dict.fromkeys(rows.select_dtypes("number").columns, float))
    seeds = pd.DataFrame(values).assign(seed=float(seed))
    return pd.util.hash_pandas_object(seeds, index=False).to_numpy() / 2.0**64


def fit_preprocessor(columns: list[dict[str, Any]], rows: pd.DataFrame) -> ColumnTransformer:
    """Fill gaps and scale the numbers, fill gaps and one-hot encode the categories."""
    numbers = [column["name"] for column in columns if column["type"] != "category"]
    categories = [column["name"] for column in columns if column["type"] == "category"]
    known_values = [
        column.get("values", "auto") for column in columns if column["name"] in categories
    ]
    scale = Pipeline([("impute", _imputer("median")), ("scale", StandardScaler())])
    encode = Pipeline(
        [("impute", _imputer("most_frequent")), ("encode", _one_hot_encoder(known_values))]
    )
    transformers = [("numbers", scale, numbers), ("categories", encode, categories)]
    preprocessor = ColumnTransformer([entry for entry in transformers if entry[2]])
    preprocessor.fit(rows[numbers + categories])
    return preprocessor


def _imputer(strategy: str) -> SimpleImputer:
    # A column that is one gap in this split stays a feature, or what was learned shifts by one.
    return SimpleImputer(strategy=strategy, keep_empty_features=True)


def _one_hot_encoder(known_values: list[Any]) -> OneHotEncoder:
    # The project's values, not those that happen to be in this split, decide the features.
    all_known = all(isinstance(values, list) for values in known_values)
    categories = known_values if known_values and all_known else "auto"
    return OneHotEncoder(categories=categories, handle_unknown="ignore", sparse_output=False)


def write_matrix(path: Path, label: pd.Series, features: np.ndarray) -> None:
    """Write the label and then the features, as XGBoost's CSV wants them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    matrix = np.column_stack([label.to_numpy(dtype=float), features])
    np.savetxt(path, matrix, delimiter=",", fmt="%.9g")


def describe_preprocessor(
    preprocessor: ColumnTransformer, features: list[dict[str, Any]]
) -> dict[str, Any]:
    """Write down what was fitted, in plain numbers.

    Not a pickle: the image that evaluates has another scikit-learn than the one that fitted, and
    reading a description can run no code.
    """
    learned: dict[str, Any] = {}
    for name, pipeline, columns in preprocessor.transformers_:
        if name == "numbers":
            for column, fill, mean, scale in zip(
                columns,
                pipeline["impute"].statistics_,
                pipeline["scale"].mean_,
                pipeline["scale"].scale_,
            ):
                learned[column] = {"fill": float(fill), "mean": float(mean), "scale": float(scale)}
        elif name == "categories":
            for column, fill, categories in zip(
                columns, pipeline["impute"].statistics_, pipeline["encode"].categories_
            ):
                learned[column] = {"fill": str(fill), "categories": [str(c) for c in categories]}
    order = [column for _, _, columns in preprocessor.transformers_ for column in columns]
    # Requests hold the columns that were dropped, too; nothing was learned of those.
    described = [{**feature, **learned.get(feature["name"], {})} for feature in features]
    return {"features": described, "order": order}


def pack_preprocessor(path: Path, description: dict[str, Any]) -> None:
    """Pack the preprocessor as a SageMaker model: the artifact and the script that serves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    script = inspect.getsource(preprocessor_inference).encode()
    with tarfile.open(path, "w:gz") as archive:
        _add(archive, "preprocessor.json", json.dumps(description).encode())
        _add(archive, "code/inference.py", script)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(content))


def main(arguments: list[str] | None = None) -> int:
    """Run all phases."""
    options = parse_arguments(arguments)
    manifest = json.loads(options.manifest.read_text())
    label = manifest["label"]
    features = [column for column in manifest["columns"] if column["name"] != label]

    rows = read_rows(manifest, options.data)
    train, validation, test = split_rows(
        rows, options.validation_share, options.test_share, options.seed
    )
    dropped = options.drop.split(",")
    used = [column for column in features if column["name"] not in dropped]
    preprocessor = fit_preprocessor(used, train)
    for name, part in (("train", train), ("validation", validation)):
        path = options.output / name / f"{name}.csv"
        write_matrix(path, part[label], np.asarray(preprocessor.transform(part)))
    test_path = options.output / "test" / "test.csv"
    test_path.parent.mkdir(parents=True, exist_ok=True)
    test.to_csv(test_path, header=False, index=False)
    description = describe_preprocessor(preprocessor, features)
    pack_preprocessor(options.output / "preprocessor" / "model.tar.gz", description)

    print(f"rows: {len(train)} train, {len(validation)} validation, {len(test)} test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
