"""Files of the real world, rows that are left out, labels and their mistakes, parts and folds."""

import json
import sys
import tempfile
import traceback
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import hyperparameters
import labels as labels_of_rows
import numpy as np
import pandas as pd
import preprocess
import preprocessor
import request_reader
import split
import table
import target
import train
from kit_run import Run, render, weather_manifest, weather_rows

KIND = {"name": "kind", "type": "category"}
WET = {"name": "wet", "type": "integer"}
AMOUNT = {"name": "amount", "type": "number"}


def settings_of(columns: list[dict], **more: object) -> table.Settings:
    """A manifest with the defaults."""
    manifest = {"header": True, "delimiter": ",", "label": "y", "columns": columns, **more}
    return table.Settings.of(manifest)


class FormsTest(unittest.TestCase):
    """What the same table gives, however it is written."""

    def test_reads_delimiters_encodings_and_numbers(self) -> None:
        rows = [
            {**row, "sky": "übel" if row["sky"] == "cloudy" else row["sky"]}
            for row in weather_rows(200)
        ]
        plain = self.prepare(render(rows, "amount").encode())
        for encoding, bom in (("utf-8", b"\xef\xbb\xbf"), ("utf-16", b""), ("windows-1252", b"")):
            content = bom + render(rows, "amount", ";").replace("\n", "\r\n").encode(encoding)
            self.assertEqual(self.prepare(content, delimiter=";", encoding=encoding), plain)
        commas = [
            {**row, **{name: row[name].replace(".", ",") for name in ("rain mm", "wind", "amount")}}
            for row in rows
        ]
        text = render(commas, "amount", ";").replace('"', "").encode()
        self.assertEqual(self.prepare(text, delimiter=";", decimal=","), plain)

    def prepare(self, content: bytes, **form: object) -> str:
        run = Run(weather_manifest("regression", AMOUNT, **form), content)
        self.addCleanup(run.close)
        return run.prepare().read("prepared/train/train.csv")

    def test_reads_thousands(self) -> None:
        texts = pd.Series(["1.234.567,5", "-12", "", "1.000"], name="y")
        found = table.parse_numbers(texts, {"decimal": ",", "thousands": "."}, None)
        self.assertEqual(found[[0, 1, 3]].tolist(), [1234567.5, -12, 1000])
        self.assertTrue(np.isnan(found[2]))

    def test_reads_numbers_without_their_affix(self) -> None:
        texts = pd.Series(["$1,234.50", "-$ 5", "$-5", "7", "7 $", ""], name="y")
        found = table.parse_numbers(texts, {"thousands": ","}, "$")
        self.assertEqual(found[:5].tolist(), [1234.5, -5, -5, 7, 7])
        column = {"name": "y", "type": "number", "affix": "$"}
        model = {"columns": [column], "form": {"thousands": ","}}
        rows = request_reader.parse_rows('"$1,234.50"\n-$ 5\n7\n', model)
        self.assertEqual(rows, [[1234.5], [-5.0], [7.0]])
        with self.assertRaisesRegex(request_reader.RefusedRow, "'€5' is not a number"):
            request_reader.parse_rows("€5", model)

    def test_answers_rows_in_the_form_of_the_file(self) -> None:
        rows = [{**row, "wind": row["wind"].replace(".", ",")} for row in weather_rows(200)]
        text = render(rows, "kind", ";").replace('"', "").replace("2.", "2,")
        manifest = weather_manifest("multiclass", KIND, delimiter=";", decimal=",")
        manifest["columns"][2] = {"name": "rain mm", "type": "number", "ignore": True}
        run = Run(manifest, text)
        self.addCleanup(run.close)
        run.prepare().train("model", "--algorithm", "logistic-regression")
        run.evaluate()
        smoke = run.read_json("model-evaluation/smoke.json")
        self.assertEqual(run.ask(smoke["rows"][0]["row"]), smoke["rows"][0]["expected"] + "\n")
        semicolons = run.ask("2015-07-03;;4,5;overcast;2,5;")
        self.assertEqual(run.ask('2015-07-03,,"4,5",overcast,"2,5",'), semicolons)

    def test_reads_several_files_as_one(self) -> None:
        lines = render(weather_rows(200), "amount").splitlines(keepends=True)
        one = Run(weather_manifest("regression", AMOUNT), "".join(lines))
        two = Run(weather_manifest("regression", AMOUNT), "".join(lines[:100]))
        (two.folder / "data/more.csv").write_text("".join([lines[0], *lines[100:]]))
        for run in (one, two):
            self.addCleanup(run.close)
            run.prepare()
        name = "prepared/train/train.csv"
        self.assertEqual(one.read(name), two.read(name))

    def test_takes_dates_and_texts_as_described(self) -> None:
        columns = [
            {"name": "when", "type": "date", "format": "%d.%m.%Y %H:%M"},
            {"name": "remark", "type": "text"},
        ]
        settings = settings_of(columns)
        texts = pd.DataFrame({"when": ["02.01.1970 12:00"], "remark": ["a bc"]})
        values = table.parse_columns(texts, columns, settings.form)
        numbers = [preprocessor.numbers_of(column, values[column["name"]]) for column in columns]
        self.assertEqual(numbers[0].tolist(), [[1.5, 1, 4]])
        self.assertEqual(numbers[1].tolist(), [[4, 2]])


class RowsTest(unittest.TestCase):
    """Rows that are left out, and counted."""

    def test_leaves_out_rows_by_rule_and_without_a_label(self) -> None:
        rows = weather_rows(200)
        rows[0]["wet"] = rows[1]["wet"] = ""
        overcast = sum(row["sky"] == "overcast" for row in rows[2:])
        excluded = overcast + sum(row["sky"] == "overcast" for row in rows[:2])
        exclude = [{"column": "sky", "values": [" overcast"]}]
        manifest = weather_manifest("binary", WET, exclude=exclude, missingLabel="set-aside")
        run = Run(manifest, render(rows, "wet"))
        self.addCleanup(run.close)
        counts = run.prepare().read_json("prepared/train/schema.json")["rows"]
        self.assertEqual((counts["read"], counts["excluded"]), (200, excluded))
        self.assertEqual(
            sum(counts[part] for part in ("train", "validation", "test")),
            200 - excluded - counts["withoutLabel"],
        )
        refusing = Run(weather_manifest("binary", WET), render(rows, "wet"))
        self.addCleanup(refusing.close)
        with self.assertRaisesRegex(ValueError, "wet: 2 rows have no label"):
            refusing.prepare()

    def test_names_what_is_wrong_with_a_label(self) -> None:
        rows = weather_rows(60)
        cases = [
            ("binary", WET, {"wet": 1}, "all rows are of one class"),
            ("regression", AMOUNT, {"amount": "3.0"}, "all 60 rows have the same label"),
            ("binary", KIND, {}, "a binary label has two classes, this one has 3"),
            ("multiclass", {**KIND, "values": ["sun", "hail"]}, {}, "no row is of the class hail"),
        ]
        for problem, label, change, message in cases:
            with self.subTest(message):
                run = Run(
                    weather_manifest(problem, label),
                    render([{**row, **change} for row in rows], label["name"]),
                )
                self.addCleanup(run.close)
                with self.assertRaisesRegex(ValueError, message):
                    run.prepare()

    def test_names_a_third_label_of_a_binary_problem(self) -> None:
        rows = [
            {**row, "wet": 2 if number == 7 else row["wet"]}
            for number, row in enumerate(weather_rows(60))
        ]
        run = Run(weather_manifest("binary", WET), render(rows, "wet"))
        self.addCleanup(run.close)
        with self.assertRaisesRegex(ValueError, "has two classes, this one has 3"):
            run.prepare()

    def test_names_a_class_that_cannot_be_split(self) -> None:
        rows = [{**row, "wet": int(number == 7)} for number, row in enumerate(weather_rows(100))]
        run = Run(weather_manifest("binary", WET), render(rows, "wet"))
        self.addCleanup(run.close)
        with self.assertRaisesRegex(ValueError, r"class \d has 1 rows, none of them in the"):
            run.prepare()

    def test_names_a_class_that_is_in_one_fold_alone(self) -> None:
        folds = np.array([0, 0, 0, 1, 2, 3, 4, 1, 2, 3])
        labels = np.array([1.0, 1.0, 1.0, 0, 0, 0, 0, 0, 0, 0])
        parts = np.array([0, 1, 2, 0, 0, 0, 0, 1, 2, 0])
        places = split.Split(np.arange(10), parts, folds, np.arange(10))
        with self.assertRaisesRegex(ValueError, "y: without fold 1 of 5, no two labels are left"):
            labels_of_rows.check_folds(labels, places, settings_of([]))

    def test_names_a_part_without_rows(self) -> None:
        run = Run(weather_manifest("regression", AMOUNT), render(weather_rows(3), "amount"))
        self.addCleanup(run.close)
        with self.assertRaisesRegex(ValueError, "part of 3 rows is empty"):
            run.prepare()

    def test_warns_of_a_column_that_gives_the_label_away(self) -> None:
        rows = weather_rows(400)
        for row in rows:
            row["station id"] = "" if row["wet"] else "boat"
        manifest = weather_manifest("binary", WET)
        manifest["columns"][1] = {"name": "station id", "type": "category", "optional": True}
        run = Run(manifest, render(rows, "wet"), "--algorithm", "logistic-regression")
        self.addCleanup(run.close)
        warnings = run.prepare().train().evaluate()["warnings"]
        self.assertEqual(
            warnings, ["probable leak: station id separates the label alone (AUC 1.00)"]
        )

    def test_quotes_no_field_when_it_fails(self) -> None:
        rows = [{**row, "wind": "top-secret"} for row in weather_rows(5)]
        for content in (render(rows, "amount").encode(), b"a,b\n\xff\xfetop-secret"):
            run = Run(weather_manifest("regression", AMOUNT), content)
            self.addCleanup(run.close)
            with self.assertRaises(ValueError) as caught:
                run.prepare()
            self.assertNotIn("top-secret", "".join(traceback.format_exception(caught.exception)))
            self.assertIn("nothing was prepared", str(caught.exception))


class DropTest(unittest.TestCase):
    """Columns that the model must not see."""

    def test_trims_names_and_refuses_unknown_ones(self) -> None:
        run = Run(weather_manifest("regression", AMOUNT), render(weather_rows(200), "amount"))
        self.addCleanup(run.close)
        schema = run.prepare("--drop", " sky, wind ").read_json("prepared/train/schema.json")
        names = [column["name"] for column in schema["columns"]]
        self.assertEqual(names, ["day", "rain mm", "note"])
        for drop, message in (("sky,winds", 'names no column: "winds"'), ("amount", "the label")):
            with self.assertRaisesRegex(ValueError, message):
                run.prepare("--drop", drop)


class TargetTest(unittest.TestCase):
    """Labels that are made of other columns."""

    COLUMNS = [
        {"name": "patient", "type": "integer", "ignore": True},
        {"name": "visit", "type": "integer", "ignore": True},
        {"name": "a", "type": "category"},
        {"name": "b", "type": "category"},
    ]

    def labels(self, rows: list[str], derived: dict, **visit: str) -> list[str]:
        columns = [self.COLUMNS[0], {**self.COLUMNS[1], **visit}, *self.COLUMNS[2:]]
        settings = settings_of(columns, target={"derived": derived}, problem="binary")
        names = [column["name"] for column in columns]
        texts = pd.DataFrame([row.split() for row in rows], columns=names)
        return target.label_texts(texts.replace("-", ""), settings).tolist()

    def test_is_one_of_some_values(self) -> None:
        derived = {"type": "is", "column": "a", "values": ["<30"]}
        self.assertEqual(self.labels(["1 1 <30 x", "1 2 NO x", "1 3 - x"], derived), ["1", "0", ""])

    def test_finds_what_is_absent_in_the_next_row_of_the_group(self) -> None:
        derived = {
            "type": "dropped-by-next",
            "groupBy": "patient",
            "orderBy": "visit",
            "columns": ["a", "b"],
            "absent": ["No"],
        }
        rows = [
            "1 9 Up No",  # a stays: 0
            "2 1 Up No",  # dropped a, although b began: 1
            "1 10 Up Up",  # the last of its group
            "2 2 No Up",  # the last of its group
            "3 1 Up Up",  # alone
            "4 1 No No",  # took nothing
            "4 2 No No",
        ]
        self.assertEqual(self.labels(rows, derived), ["0", "1", "", "", "", "", ""])

    def test_takes_a_label_that_stands_in_the_file(self) -> None:
        derived = {
            "type": "dropped-by-next",
            "groupBy": "patient",
            "orderBy": "visit",
            "columns": ["a", "b"],
            "absent": ["No"],
        }
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "1.csv").write_text("patient,visit,a,b\n1,1,Up,No\n2,1,Up,Up\n")
            labelled = "1,2,No,Up,\n2,2,No,Up, 0 \n3,1,Up,No,1\n4,1,No,No,0\n"
            Path(folder, "2.csv").write_text(f"patient,visit,a,b,y\n{labelled}")
            settings = settings_of(
                self.COLUMNS, target={"derived": derived}, problem="binary", labelColumn="last"
            )
            texts = table.read_texts(settings, Path(folder))
            found = target.label_texts(texts, settings).tolist()
            dataset = preprocess.read_dataset(settings, Path(folder))
        # The next rows of patients 1 and 2 stand in the other file; nothing can be dropped at 4's.
        self.assertEqual(found, ["1", "1", "", "0", "1", ""])
        self.assertEqual(sorted(dataset.labels.tolist()), [0, 1, 1, 1])
        self.assertEqual(dataset.texts.columns.tolist(), ["patient", "visit", "a", "b"])

    def test_orders_the_rows_of_a_group_by_dates(self) -> None:
        derived = {
            "type": "dropped-by-next",
            "groupBy": "patient",
            "orderBy": "visit",
            "columns": ["a", "b"],
            "absent": ["No"],
        }
        rows = ["1 02.01.2026 No Up", "1 01.02.2026 No No", "1 15.12.2025 Up Up"]
        found = self.labels(rows, derived, type="date", format="%d.%m.%Y")
        self.assertEqual(found, ["1", "", "1"])

    def test_knows_no_label_where_the_next_row_has_a_gap(self) -> None:
        derived = {
            "type": "dropped-by-next",
            "groupBy": "patient",
            "orderBy": "visit",
            "columns": ["a", "b"],
            "absent": ["No"],
        }
        rows = [
            "1 1 Up No",  # whether a was dropped is unknown
            "1 2 - Up",  # b was dropped
            "1 3 Up No",
            "2 1 Up Up",  # b was dropped, and a is a gap
            "2 2 - No",
            "3 1 Up No",  # a stays, and b did not hold anything
            "3 2 Up -",
        ]
        self.assertEqual(self.labels(rows, derived), ["", "1", "", "1", "", "0", ""])

    def test_hides_what_the_label_is_made_of(self) -> None:
        derived = {"type": "is", "column": "a", "values": ["<30"]}
        settings = settings_of(
            self.COLUMNS, target={"derived": derived}, split={"groupBy": "patient"}
        )
        hidden = preprocess.hide_columns(settings, set())
        self.assertEqual([column["name"] for column in table.name_used(hidden)], ["b"])
        self.assertEqual(len(hidden.requested()), 4)


class SplitTest(unittest.TestCase):
    """The part of a row depends on its values and the seed alone."""

    def rows(self) -> pd.DataFrame:
        return pd.DataFrame({"a": np.arange(600) * 1.5, "b": [f"b{n}" for n in range(600)]})

    def test_keeps_a_row_in_its_part_in_every_dataset(self) -> None:
        rows = self.rows()
        later = rows.iloc[::-1].drop(index=[3, 5, 8])
        first = split.split_rows(rows, None, (0.15, 0.15), 20261120)
        second = split.split_rows(later.reset_index(drop=True), None, (0.15, 0.15), 20261120)
        np.testing.assert_array_equal(second.parts, first.parts[later.index])
        np.testing.assert_array_equal(second.folds, first.folds[later.index])
        shares = np.bincount(first.parts) / 600
        np.testing.assert_allclose(shares, [0.7, 0.15, 0.15], atol=0.05)
        other = split.split_rows(rows, None, (0.15, 0.15), 1)
        self.assertFalse((other.parts == first.parts).all())

    def test_keeps_copies_together_unless_most_rows_are_copies(self) -> None:
        few = pd.DataFrame({"a": np.arange(600) // 2, "b": 1.0})
        found = split.split_rows(few, None, (0.15, 0.15), 20261120)
        np.testing.assert_array_equal(found.parts[::2], found.parts[1::2])
        many = pd.DataFrame({"a": ["x", None] * 300, "b": 1.0})
        found = split.split_rows(many, None, (0.15, 0.15), 20261120)
        np.testing.assert_allclose(np.bincount(found.parts) / 600, [0.7, 0.15, 0.15], atol=0.05)

    def test_keeps_groups_together(self) -> None:
        groups = pd.Series([f"g{n % 50}" if n % 10 else "" for n in range(600)])
        found = split.split_rows(self.rows(), groups, (0.15, 0.15), 20261120)
        for places in (found.parts, found.folds):
            for name in set(groups) - {""}:
                self.assertEqual(len(set(places[groups == name])), 1)
        self.assertEqual(len(set(found.groups)), 45 + 60)
        self.assertGreater(len(set(found.parts[groups == ""])), 1)


class FilesTest(unittest.TestCase):
    """The same seed gives the same files."""

    def test_gives_the_same_files_again(self) -> None:
        runs = [
            Run(weather_manifest("binary", WET), render(weather_rows(200), "wet")) for _ in range(2)
        ]
        names = ["train/train.csv", "train/schema.json", "test/test.csv", "test/truth.csv"]
        contents = []
        for run in runs:
            self.addCleanup(run.close)
            run.prepare()
            contents.append([run.read(f"prepared/{name}") for name in names])
        self.assertEqual(contents[0], contents[1])


class HyperparametersTest(unittest.TestCase):
    """Names and limits by algorithm."""

    def test_refuses_by_name(self) -> None:
        run = Run(weather_manifest("regression", AMOUNT), render(weather_rows(200), "amount"))
        self.addCleanup(run.close)
        run.prepare()
        cases = {
            "alpha is from 0": ["--algorithm", "linear-regression", "--alpha", "-1"],
            "eta is not a hyperparameter of linear-regression": [
                *("--algorithm", "linear-regression", "--eta", "0.1")
            ],
            "max_depth is of type integer": ["--max_depth", "2.5"],
            "logistic-regression is not for the problem regression": [
                *("--algorithm", "logistic-regression")
            ],
        }
        for message, given in cases.items():
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                run.train("refused", *given)

    def test_takes_arguments_as_the_toolkit_writes_them(self) -> None:
        """A name of one letter has one hyphen: `to_cmd_args` of sagemaker_training.mapping."""
        known_by = hyperparameters.read_table()
        for algorithm, known in known_by.items():
            values = {name: str(rule["default"]) for name, rule in known.items()}
            given = [
                part
                for name, value in sorted(values.items())
                for part in (f"--{name}" if len(name) > 1 else f"-{name}", value)
            ]
            with self.subTest(algorithm):
                found = vars(train.parse_arguments(["--algorithm", algorithm, *given]))
                self.assertLessEqual(
                    {(f"hyperparameter_{name}", value) for name, value in values.items()},
                    set(found.items()),
                )

    def test_has_defaults_within_their_limits(self) -> None:
        path = Path(__file__).parent.parent / "python/hyperparameters.json"
        for known in json.loads(path.read_text()).values():
            for rule in known.values():
                self.assertLessEqual(rule["minimum"], rule["default"])
                self.assertLessEqual(rule["default"], rule["maximum"])


if __name__ == "__main__":
    unittest.main()
