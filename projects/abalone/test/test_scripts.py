"""Runs the scripts on a small sample, as the containers do.

python3 -m unittest discover -s projects/abalone/test
"""

import io
import json
import os
import random
import sys
import tarfile
import tempfile
import traceback
import unittest
from contextlib import redirect_stdout
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import evaluate
import model_inference
import numpy as np
import pandas as pd
import preprocess
import preprocessor_inference
import single_inference
import train

COLUMNS = [
    {"name": "sex", "type": "category", "values": ["F", "I", "M"], "optional": True},
    {"name": "length", "type": "number", "optional": True},
    {"name": "weight", "type": "number"},
    {"name": "rings", "type": "integer"},
]
MANIFEST = {"header": False, "delimiter": ",", "label": "rings", "columns": COLUMNS}


def write_dataset(folder: Path, count: int = 600) -> None:
    """A sample with gaps, from which something can be learned."""
    chance = random.Random(1)
    rows = []
    for number in range(count):
        length, weight = chance.uniform(0.1, 0.8), chance.uniform(0, 2)
        rings = round(3 + 10 * length + 4 * weight)
        sex = "" if number % 50 == 0 else chance.choice("FIM")
        rows.append(f"{sex},{'' if number % 40 == 0 else round(length, 4)},{weight:.4f},{rings}")
    (folder / "data").mkdir()
    (folder / "data" / "data.csv").write_text("\n".join(rows) + "\n")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))


class ScriptsTest(unittest.TestCase):
    """One run of all steps, looked at from all sides."""

    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        workspace = tempfile.TemporaryDirectory()
        cls.addClassCleanup(workspace.cleanup)
        cls.folder = Path(workspace.name)
        write_dataset(cls.folder)
        with redirect_stdout(io.StringIO()):
            cls.prepare(cls.folder / "prepared")
            cls.train()
            cls.evaluate("evaluation")

    @classmethod
    def prepare(cls, output: Path, *more: str) -> None:
        code = preprocess.main(
            ["--manifest", f"{cls.folder}/manifest.json"]
            + ["--data", f"{cls.folder}/data", "--output", str(output), *more]
        )
        assert code == 0

    @classmethod
    def train(cls) -> None:
        prepared = cls.folder / "prepared"
        model = cls.folder / "unpacked"
        code = train.main(
            ["--train", f"{prepared}/train", "--validation", f"{prepared}/validation"]
            + ["--model-dir", str(model)]
        )
        assert code == 0
        (cls.folder / "model").mkdir()
        with tarfile.open(cls.folder / "model" / "model.tar.gz", "w:gz") as archive:
            archive.add(model, ".")

    @classmethod
    def evaluate(cls, output: str, *more: str) -> dict:
        code = evaluate.main(
            ["--manifest", f"{cls.folder}/manifest.json", "--test", f"{cls.folder}/prepared/test"]
            + ["--preprocessor", f"{cls.folder}/prepared/preprocessor"]
            + ["--model", f"{cls.folder}/model", "--output", f"{cls.folder}/{output}", *more]
        )
        assert code == 0
        return json.loads((cls.folder / output / "evaluation.json").read_text())

    def serve(self, rows: str, content_type: str = "text/csv") -> str:
        with tempfile.TemporaryDirectory() as workspace:
            with tarfile.open(self.folder / "prepared/preprocessor/model.tar.gz") as archive:
                archive.extractall(workspace, filter="data")
            model = preprocessor_inference.model_fn(workspace)
        return preprocessor_inference.transform_fn(model, rows, content_type, "text/csv")[0]

    def test_answers_the_same_from_one_container(self) -> None:
        prepared = self.folder / "prepared"
        unpacked = self.folder / "single-unpacked"
        with redirect_stdout(io.StringIO()):
            train.main(
                ["--train", f"{prepared}/train", "--validation", f"{prepared}/validation"]
                + ["--preprocessor", f"{prepared}/preprocessor", "--model-dir", str(unpacked)]
            )
            (self.folder / "single").mkdir()
            with tarfile.open(self.folder / "single/model.tar.gz", "w:gz") as archive:
                archive.add(unpacked, ".")
            evaluation = self.evaluate(
                "evaluation-single",
                *["--model", f"{self.folder}/single"],
                *["--champion-preprocessor", f"{self.folder}/single"],
                *["--champion-model", f"{self.folder}/single"],
            )

        expected = json.loads((self.folder / "evaluation/smoke.json").read_text())
        answered = json.loads((self.folder / "evaluation-single/smoke.json").read_text())
        self.assertEqual(answered["rows"], expected["rows"])
        self.assertEqual(
            evaluation["champion"]["regression_metrics"], evaluation["regression_metrics"]
        )
        script = single_inference.load_script("served", unpacked / "code/inference.py")
        with self.assertRaisesRegex(ValueError, "Row 1, weight: the field is missing"):
            script.transform_fn(script.model_fn(str(unpacked)), "M,0.4,\n", "text/csv", "text/csv")

    def test_hides_the_columns_that_are_dropped(self) -> None:
        output = self.folder / "dropped"
        with redirect_stdout(io.StringIO()):
            self.prepare(output, "--drop", "sex,length")

        with tempfile.TemporaryDirectory() as workspace:
            with tarfile.open(output / "preprocessor/model.tar.gz") as archive:
                archive.extractall(workspace, filter="data")
            model = preprocessor_inference.model_fn(workspace)
        served = [
            preprocessor_inference.transform_fn(model, row, "text/csv", "text/csv")[0]
            for row in ("M,0.4,0.8\n", "F,0.7,0.8\n", "M,0.4,0.9\n")
        ]
        self.assertEqual(served[0], served[1])
        self.assertNotEqual(served[0], served[2])
        first, *_ = (output / "train/train.csv").read_text().splitlines()
        self.assertEqual(len(first.split(",")), 2)

    def test_splits_every_row_once(self) -> None:
        train, validation, test = (
            len((self.folder / "prepared" / name / f"{name}.csv").read_text().splitlines())
            for name in ("train", "validation", "test")
        )
        self.assertEqual(train + validation + test, 600)
        self.assertAlmostEqual(validation / 600, 0.15, delta=0.05)
        self.assertAlmostEqual(test / 600, 0.15, delta=0.05)

    def test_keeps_a_row_in_its_part_in_every_dataset(self) -> None:
        rows = preprocess.read_rows(MANIFEST, self.folder / "data")
        later = rows.iloc[::-1].drop(index=[3, 5, 8]).reset_index(drop=True)

        parts = [
            {tuple(map(str, row)) for row in part.to_numpy()}
            for dataset in (rows, later)
            for part in preprocess.split_rows(dataset, 0.15, 0.15, 20261120)
        ]
        other_seed = preprocess.split_rows(rows, 0.15, 0.15, 1)[2]

        for before, after in zip(parts[:3], parts[3:]):
            self.assertLessEqual(after, before)
        self.assertNotEqual({tuple(map(str, row)) for row in other_seed.to_numpy()}, parts[2])

    def test_gives_the_same_files_for_the_same_seed(self) -> None:
        again = self.folder / "again"
        with redirect_stdout(io.StringIO()):
            self.prepare(again)
        for name in ("train/train.csv", "test/test.csv", "preprocessor/model.tar.gz"):
            first = (self.folder / "prepared" / name).read_bytes()
            if name.endswith(".csv"):
                self.assertEqual(first, (again / name).read_bytes())

    def test_serves_the_features_that_training_saw(self) -> None:
        rows = preprocess.read_rows(MANIFEST, self.folder / "data")
        features = COLUMNS[:-1]
        train_rows, _, _ = preprocess.split_rows(rows, 0.15, 0.15, 20261120)
        fitted = preprocess.fit_preprocessor(features, train_rows)
        names = [feature["name"] for feature in features]
        text = rows[names].to_csv(header=False, index=False)

        served = np.loadtxt(io.StringIO(self.serve(text)), delimiter=",")

        np.testing.assert_allclose(served, fitted.transform(rows), rtol=1e-6, atol=1e-8)

    def test_learns_something(self) -> None:
        evaluation = json.loads((self.folder / "evaluation/evaluation.json").read_text())
        metrics = evaluation["regression_metrics"]
        self.assertLess(metrics["mse"]["value"], 1.5)
        self.assertGreater(metrics["r2"]["value"], 0.8)
        for name in ("mse", "mae", "r2"):
            self.assertGreater(metrics[name]["standard_deviation"], 0)
        self.assertNotIn("champion", evaluation)

    def test_measures_a_champion_on_the_same_rows(self) -> None:
        with redirect_stdout(io.StringIO()):
            evaluation = self.evaluate(
                "with-champion",
                *("--champion-preprocessor", f"{self.folder}/prepared/preprocessor"),
                *("--champion-model", f"{self.folder}/model"),
            )
        self.assertEqual(
            evaluation["champion"]["regression_metrics"], evaluation["regression_metrics"]
        )

    def test_keeps_rows_with_the_answers_the_endpoint_must_give(self) -> None:
        smoke = json.loads((self.folder / "evaluation/smoke.json").read_text())
        self.assertEqual(len(smoke["rows"]), 20)
        # Rendering takes nine digits, so that a tenth of a thousandth is for other machines' arithmetic.
        self.assertEqual(smoke["tolerance"], 1e-4)
        booster = model_inference.model_fn(str(self.folder / "unpacked"))
        for row in smoke["rows"][:5]:
            features = model_inference.input_fn(self.serve(row["row"]), "text/csv")
            answer, content_type = model_inference.output_fn(
                model_inference.predict_fn(features, booster), "text/csv"
            )
            self.assertAlmostEqual(float(answer), row["expected"], places=4)
            self.assertEqual(content_type, "text/csv")

    def test_quotes_no_field_when_it_fails(self) -> None:
        with self.assertRaises(ValueError) as prepared:
            preprocess.make_gaps(
                pd.DataFrame({"weight": ["1", "top-secret"]}),
                [{"name": "weight", "type": "number", "missingValues": ["?"]}],
            )
        self.assertNotIn("top-secret", "".join(traceback.format_exception(prepared.exception)))
        self.assertIn("Column weight", str(prepared.exception))

        folder = self.folder / "not-numbers"
        folder.mkdir()
        (folder / "train.csv").write_text("1,top-secret\n")
        with self.assertRaises(ValueError) as trained:
            train.read_matrix(folder)
        self.assertNotIn("top-secret", "".join(traceback.format_exception(trained.exception)))
        self.assertIn("train.csv", str(trained.exception))

        with self.assertRaises(ValueError) as evaluated:
            evaluate.predict(
                self.folder / "prepared/preprocessor",
                self.folder / "model",
                "candidate",
                folder,
                "top-secret,0.5,0.5\n",
            )
        self.assertNotIn("top-secret", "".join(traceback.format_exception(evaluated.exception)))
        self.assertIn("nothing was evaluated", str(evaluated.exception))

    def test_names_the_field_of_a_row_it_refuses(self) -> None:
        cases = {
            "M,0.5": "Row 1 has 2 fields, the model wants 3: sex, length, weight.",
            "M,0.5,0.5\nX,1,1": "Row 2, sex: 'X' is none of F, I, M.",
            "M,0.5,abc": "Row 1, weight: 'abc' is not a number.",
            "M,0.5,nan": "Row 1, weight: 'nan' is not a finite number.",
            "M,0.5,": "Row 1, weight: the field is missing.",
            "\n": "The request has no row.",
        }
        for rows, message in cases.items():
            with self.subTest(rows), self.assertRaises(preprocessor_inference.RefusedRow) as caught:
                self.serve(rows)
            self.assertIn(message, str(caught.exception))
            self.assertEqual(caught.exception.status_code, 400)

    def test_takes_texts_that_mean_a_gap_for_gaps(self) -> None:
        columns = [
            {"name": "sex", "type": "category", "optional": True, "missingValues": ["?"]},
            {"name": "length", "type": "number", "optional": True, "missingValues": ["?", "-1"]},
            {"name": "rings", "type": "integer"},
        ]
        text = "?,0.5,1\nM,?,2\nM,-1,3\nF,-1.0,4\n,,5\n"
        with tempfile.TemporaryDirectory() as workspace:
            (Path(workspace) / "data.csv").write_text(text)
            rows = preprocess.read_rows({**MANIFEST, "columns": columns}, Path(workspace))
        self.assertEqual(rows["sex"].isna().tolist(), [True, False, False, False, True])
        self.assertEqual(rows["length"].fillna(0).tolist(), [0.5, 0, 0, -1.0, 0])

        fitted = preprocess.fit_preprocessor(columns[:-1], rows)
        model = preprocess.describe_preprocessor(fitted, columns[:-1])
        served = preprocessor_inference.transform_fn(
            model, "?,0.5\nM,?\nM,-1\nF,-1.0\n,\n", "text/csv", "text/csv"
        )[0]

        np.testing.assert_allclose(
            np.loadtxt(io.StringIO(served), delimiter=","), fitted.transform(rows), rtol=1e-6
        )

    def test_keeps_a_column_that_is_one_gap(self) -> None:
        for values in (None, ["A", "B"]):
            known = {} if values is None else {"values": values}
            features = [
                {"name": "none", "type": "number", "optional": True},
                {"name": "size", "type": "number"},
                {"name": "empty", "type": "category", "optional": True, **known},
                {"name": "kind", "type": "category", **known},
            ]
            rows = pd.DataFrame(
                {
                    "none": [np.nan, np.nan],
                    "size": [1.0, 3.0],
                    "empty": pd.Series([None, None], dtype=str),
                    "kind": ["A", "B"],
                }
            )

            fitted = preprocess.fit_preprocessor(features, rows)
            model = preprocess.describe_preprocessor(fitted, features)
            served = preprocessor_inference.transform_fn(
                model, ",1,,A\n,3,,B\n", "text/csv", "text/csv"
            )[0]

            np.testing.assert_allclose(
                np.loadtxt(io.StringIO(served), delimiter=","), fitted.transform(rows)
            )

    def test_refuses_another_content_type(self) -> None:
        with self.assertRaises(preprocessor_inference.RefusedRow):
            self.serve("{}", "application/json")

    def test_says_which_folder_holds_no_rows(self) -> None:
        with tempfile.TemporaryDirectory() as empty, self.assertRaises(FileNotFoundError) as caught:
            train.read_matrix(Path(empty))
        self.assertIn("holds no .csv file", str(caught.exception))

    def test_takes_the_container_folders_from_the_environment(self) -> None:
        os.environ["SM_CHANNEL_TRAIN"] = "/somewhere"
        self.addCleanup(os.environ.pop, "SM_CHANNEL_TRAIN")
        self.assertEqual(train.parse_arguments([]).train, Path("/somewhere"))


REAL_DATA = Path(os.environ.get("STEPMILL_ABALONE", "not named"))


@unittest.skipUnless(REAL_DATA.exists(), "STEPMILL_ABALONE names no file with the real rows")
class RealDataTest(unittest.TestCase):
    """The gate of the project, on the real rows."""

    def test_reaches_the_gate(self) -> None:
        numbers = ["length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings"]
        columns = [
            {"name": "sex", "type": "category", "values": ["F", "I", "M"]},
            *({"name": name, "type": "number"} for name in numbers),
        ]
        with tempfile.TemporaryDirectory() as workspace, redirect_stdout(io.StringIO()):
            folder = Path(workspace)
            (folder / "data").mkdir()
            (folder / "data/data.csv").write_bytes(REAL_DATA.read_bytes())
            (folder / "manifest.json").write_text(json.dumps({**MANIFEST, "columns": columns}))
            ScriptsTest.folder = folder
            ScriptsTest.prepare(folder / "prepared")
            ScriptsTest.train()
            evaluation = ScriptsTest.evaluate("evaluation")
        self.assertLessEqual(evaluation["regression_metrics"]["mse"]["value"], 6.0)


if __name__ == "__main__":
    unittest.main()
