"""Requests in CSV and JSON: what is taken, and what is refused with 400."""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import types
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import numpy as np
import predictors
import preprocessor_inference
import request_reader
from kit_run import Run, render, weather_manifest, weather_rows
from refusal import RefusedRow

NAMES = "day, station id, rain mm, sky, wind, note"
ROW = "2015-07-03,,4.5,overcast,2.5,"


class ServingTest(unittest.TestCase):
    """One model, asked in all ways."""

    run_: Run

    @classmethod
    def setUpClass(cls) -> None:
        kind = {"name": "kind", "type": "category"}
        cls.run_ = Run(weather_manifest("multiclass", kind), render(weather_rows(200), "kind"))
        cls.addClassCleanup(cls.run_.close)
        cls.run_.prepare().train("model", "--algorithm", "logistic-regression")

    def refusal(self, body: str, content_type: str) -> str:
        with self.assertRaises(RefusedRow) as caught:
            self.model.transform(body, content_type)
        self.assertEqual(caught.exception.status_code, 400)
        return str(caught.exception)

    @property
    def model(self) -> "Preprocessor":
        return Preprocessor(self.run_.folder / "prepared/preprocessor/model.tar.gz")

    def test_names_the_row_and_field_that_it_refuses(self) -> None:
        cases = {
            "2015-07-03,4.5": f"Row 1 has 2 fields, the model wants 6: {NAMES}.",
            f"{ROW}\n3.7.2015,,1,clear,2,": (
                "Row 2, day: '3.7.2015' is not a date of the form %Y-%m-%d."
            ),
            "2015-07-03,,4.5,clear,abc,": "Row 1, wind: 'abc' is not a number.",
            "2015-07-03,,4.5,clear,nan,": "Row 1, wind: 'nan' is not a finite number.",
            "2015-07-03,,4.5,clear,1e999,": "Row 1, wind: '1e999' is not a number.",
            "2015-07-03,,4.5,clear,1_0,": "Row 1, wind: '1_0' is not a number.",
            "2015-07-03,,4.5,,1,": "Row 1, sky: the field is missing.",
            f"2015-07-03,,4.5,clear,{'x' * 90},": f"Row 1, wind: '{'x' * 40}…' is not a number.",
            "\n": "The request has no row.",
        }
        for rows, message in cases.items():
            with self.subTest(rows):
                self.assertIn(message, self.refusal(rows, "text/csv"))

    def test_refuses_json_by_name(self) -> None:
        named = {"day": "2015-07-03", "sky": "clear", "wind": 1}
        cases = {
            "{": "The request is not JSON, or is nested too deeply.",
            "[" * 100_000: "The request is not JSON, or is nested too deeply.",
            '{"rows": [[NaN]]}': "The request is not JSON",
            "[1]": "The request has no rows.",
            '{"rows": []}': "The request has no rows.",
            '{"rows": {"sky": "clear"}}': "The request has no rows.",
            '{"rows": [1]}': "Row 1 is neither an object nor a list.",
            '{"rows": [[1, 2]]}': f"Row 1 has 2 fields, the model wants 6: {NAMES}.",
            json.dumps({"rows": [named], "row": 1}): "'row' is not a field of a request",
            json.dumps({"rows": [named], "include": ["shap"]}): "include: 'shap' is none of",
            json.dumps({"rows": [named], "include": "probability"}): "include is a list of",
            json.dumps({"rows": [{**named, "winds": 1}]}): "Row 1: 'winds' is not a column",
            json.dumps({"rows": [named, {"sky": "clear"}]}): "Row 2, day: the field is missing.",
            json.dumps({"rows": [{**named, "wind": True}]}): "wind: send a number, a text or null",
            json.dumps({"rows": [{**named, "wind": [1]}]}): "wind: send a number, a text or null",
            json.dumps({"rows": [{**named, "wind": 10**400}]}): "wind: the number is not finite",
            json.dumps({"rows": [{**named, "wind": "\ud800"}]}): "wind: the text holds half of",
            '{"rows": [{"day": "2015-07-03", "sky": "clear", "wind": 1e400}]}': "not finite",
        }
        for body, message in cases.items():
            with self.subTest(body[:80]):
                self.assertIn(message, self.refusal(body, "application/json"))

    def test_refuses_what_is_too_large_or_of_another_type(self) -> None:
        with mock.patch.object(request_reader, "MAXIMUM_JSON_BYTES", 10):
            self.assertIn(
                "larger than 10 bytes", self.refusal('{"rows": [1, 2]}', "application/json")
            )
        self.assertIn("Send text/csv or application/json", self.refusal("", "text/html"))
        with self.assertRaisesRegex(RefusedRow, "not UTF-8"):
            self.model.transform(b"\xff", "text/csv; charset=utf-8")

    def test_takes_rows_as_objects_and_as_lists(self) -> None:
        named = {"day": "2015-07-03", "sky": "overcast", "wind": 2.5, "rain mm": 4.5}
        bodies = [
            [named],
            [{**named, "note": None, "station id": "anything", "wind": "2.5"}],
            [["2015-07-03", None, 4.5, "overcast", 2.5, None]],
            [ROW.split(",")],
        ]
        answers = [self.run_.ask_json(rows, ["probabilities"]) for rows in bodies]
        self.assertEqual(answers, [answers[0]] * 4)
        csv = self.run_.ask(ROW).strip().split(",")
        self.assertEqual(csv[0], answers[0][0]["prediction"])

    def test_takes_a_gap_as_the_file_writes_it(self) -> None:
        rows = [
            "2015-07-03,,,overcast,2.5,",
            "2015-07-03,,?,overcast,2.5,",
            " 2015-07-03,,?, overcast,2.5, ",
        ]
        self.assertEqual(len({self.run_.ask(row) for row in rows}), 1)
        self.assertNotEqual(self.run_.ask(rows[0]), self.run_.ask(ROW))

    def test_counts_unseen_categories_in_the_log_without_their_values(self) -> None:
        log = io.StringIO()
        with redirect_stderr(log):
            self.model.transform(f"{ROW}\n2015-07-03,,1,purple,2.5,", "text/csv")
        self.assertEqual(log.getvalue(), "unseen categories: sky, 1 rows\n")

    def test_names_numbers_outside_their_range(self) -> None:
        inside, outside = ROW.split(","), ROW.split(",")
        outside[4] = "1e6"
        answers = self.run_.ask_json([inside, outside], [])
        self.assertEqual([answer.get("outOfRange") for answer in answers], [None, ["wind"]])
        with redirect_stderr(io.StringIO()) as log:
            self.model.transform(",".join(outside), "text/csv")
        self.assertEqual(log.getvalue(), "outside the declared range: wind, 1 rows\n")

    def test_answers_rows_as_rows_without_an_accept_header(self) -> None:
        # The default of SageMaker's inference toolkit: sagemaker_inference/environment.py.
        default = "application/json"
        answer, content_type = ROW, "text/csv"
        for container in self.run_.served().containers:
            answer, content_type = container.script.transform_fn(
                container.model, answer, content_type, default
            )
        self.assertEqual((answer, content_type), (self.run_.ask(ROW), "text/csv"))

    def test_counts_the_fields_by_the_delimiter_of_the_file(self) -> None:
        column = {"name": "a", "type": "number"}
        model = {"columns": [column, {**column, "name": "b"}], "form": {"delimiter": ";"}}
        with self.assertRaisesRegex(RefusedRow, "Row 1 has 3 fields, the model wants 2"):
            request_reader.parse_rows("1;2;3", model)
        with self.assertRaisesRegex(RefusedRow, "Row 1 has 3 fields, the model wants 2"):
            request_reader.parse_rows("1,2,3", model)
        self.assertEqual(request_reader.parse_rows("1,2", model), [[1.0, 2.0]])

    def test_answers_with_the_status_by_the_toolkit_that_serves(self) -> None:
        context = mock.Mock()
        answer = self.model.transform("1", "text/csv", context)
        context.set_response_status.assert_called_with(code=400, phrase="Bad Request")
        self.assertEqual(answer[1], "text/plain")

        framework = types.ModuleType("sagemaker_containers.beta.framework")
        framework.worker = mock.Mock()  # type: ignore[attr-defined]
        parts = ("sagemaker_containers", "sagemaker_containers.beta")
        modules = {name: types.ModuleType(name) for name in parts}
        with mock.patch.dict(sys.modules, {**modules, framework.__name__: framework}):
            self.model.transform("1", "text/csv")
        _, named = framework.worker.Response.call_args
        self.assertEqual((named["status"], named["mimetype"]), (400, "text/plain"))

    def test_packs_every_module_that_serving_imports(self) -> None:
        """Imported from the archives alone, as a container has them."""
        self.run_.train("packed", "--preprocessor", f"{self.run_.folder}/prepared/preprocessor")
        for archive in ("prepared/preprocessor", "model", "packed"):
            workspace = tempfile.mkdtemp(dir=self.run_.folder)
            with tarfile.open(self.run_.folder / archive / "model.tar.gz") as packed:
                packed.extractall(workspace, filter="data")
            script = "import sys; sys.path[0] = 'code'; import inference; inference.model_fn('.')"
            done = subprocess.run(
                [sys.executable, "-c", script], cwd=workspace, capture_output=True, text=True
            )
            self.assertEqual(done.stderr, "")


class Preprocessor:
    """The first container."""

    def __init__(self, archive: Path) -> None:
        """Unpacks it."""
        with tempfile.TemporaryDirectory() as workspace:
            with tarfile.open(archive) as packed:
                packed.extractall(workspace, filter="data")
            self.model = preprocessor_inference.model_fn(workspace)

    def transform(self, body: str | bytes, content_type: str, context: object = None):
        """Answer a request."""
        return preprocessor_inference.transform_fn(
            self.model, body, content_type, "text/csv", context
        )


class ContributionsTest(unittest.TestCase):
    """Contributions and a constant sum up to the margin."""

    def test_are_exact(self) -> None:
        kind = {"name": "kind", "type": "category"}
        run = Run(weather_manifest("multiclass", kind), render(weather_rows(200), "kind"))
        self.addCleanup(run.close)
        run.prepare()
        features = np.loadtxt(run.folder / "prepared/train/train.csv", delimiter=",")[:20, 1:]
        for algorithm in ("xgboost", "random-forest", "logistic-regression"):
            run.train(algorithm, "--algorithm", algorithm)
            model = predictors.load_predictor(run.folder / f"{algorithm}-unpacked")
            constant = model.margins(features) - model.contributions(features).sum(axis=2)
            np.testing.assert_allclose(constant, np.tile(constant[:1], (20, 1)), atol=1e-5)


if __name__ == "__main__":
    unittest.main()
