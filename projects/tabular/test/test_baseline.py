"""What training writes down about its rows, for later comparison."""

import json
import sys
import tempfile
import tracemalloc
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import baseline
import bins
import numpy as np
import pandas as pd
import profiles
from kit_run import Run, quietly, render, weather_manifest, weather_rows
from sketch import PARAMETER_K, Sketch

AMOUNT = {"name": "amount", "type": "number"}


class SketchTest(unittest.TestCase):
    """Quantiles in constant memory."""

    def test_is_exact_for_few_values(self) -> None:
        values = np.random.default_rng(1).normal(size=PARAMETER_K)
        sketch = Sketch()
        for part in np.array_split(values, 7):
            sketch.add(part)
        shares = np.linspace(0.01, 1, 50)
        expected = np.quantile(values, shares, method="inverted_cdf")
        np.testing.assert_array_equal(sketch.quantiles(shares), expected)

    def test_stands_for_every_value_and_is_right_about_ranks(self) -> None:
        for kind, values in {
            "in order": np.arange(300_001.0),
            "backwards": np.arange(300_001.0)[::-1],
            "normal": np.random.default_rng(1).normal(size=300_001),
        }.items():
            sketch = Sketch()
            for part in np.array_split(values, 61):
                sketch.add(part)
            _, weights = sketch.weighted()
            self.assertEqual(weights.sum(), 300_001, kind)
            self.assertLess(len(weights), 3 * PARAMETER_K, kind)
            shares = np.linspace(0.05, 0.95, 19)
            ranks = np.searchsorted(np.sort(values), sketch.quantiles(shares)) / len(values)
            self.assertLess(np.abs(ranks - shares).max(), 0.01, kind)

    def test_is_the_same_after_it_was_written(self) -> None:
        sketch = Sketch()
        sketch.add(np.random.default_rng(1).normal(size=10_000))
        read = Sketch.of(json.loads(json.dumps(sketch.describe()))["data"])
        shares = np.linspace(0, 1, 30)
        np.testing.assert_array_equal(read.quantiles(shares), sketch.quantiles(shares))


class ProfileTest(unittest.TestCase):
    """Columns that pass by in parts."""

    def profile(self, column: dict[str, Any], values: Any, parts: int = 5) -> profiles.Profile:
        found = profiles.start_profile({"name": "x", **column})
        for part in np.array_split(values, parts):
            profiles.add_to_profile(found, part)
        return found

    def test_agrees_with_numpy_on_numbers(self) -> None:
        values = np.random.default_rng(1).normal(1e9, 0.1, size=4_000)
        values[::10] = np.nan
        found: Any = self.profile({"type": "number"}, values)
        self.assertEqual((found.present, found.missing), (3_600, 400))
        self.assertAlmostEqual(found.mean, np.nanmean(values), 5)
        self.assertAlmostEqual(found.deviation, np.nanstd(values), 6)
        self.assertEqual((found.least, found.most), (np.nanmin(values), np.nanmax(values)))

    def test_counts_categories_as_pandas_does(self) -> None:
        values = np.random.default_rng(1).choice(np.array(["a", "b", None], dtype=object), 1_000)
        found: Any = self.profile({"type": "category"}, values)
        self.assertEqual(found.counts, pd.Series(values).value_counts().to_dict())
        self.assertEqual(found.missing, pd.isna(values).sum())

    def test_counts_categories_beyond_ten_thousand_together(self) -> None:
        values = np.array([f"id{number}" for number in range(12_000)] * 2, dtype=object)
        found: Any = self.profile({"type": "category"}, values)
        self.assertEqual((len(found.counts), found.forgotten), (10_000, 4_000))
        self.assertEqual(found.present, 24_000)

    def test_reads_fields_as_requests_hold_them(self) -> None:
        column = {"name": "x", "type": "number", "missingValues": ["?"]}
        fields = ["1.5", " 2 ", "", "?", None, "x", 3, 4.25, "nan", "1_000", "inf", "-1e3", True]
        values, invalid = profiles.read_column(fields, column, {})
        expected = [1.5, 2, *[np.nan] * 4, 3, 4.25, *[np.nan] * 3, -1000, np.nan]
        np.testing.assert_array_equal(values, expected)
        self.assertEqual(invalid, 5)

    def test_reads_numbers_of_each_form(self) -> None:
        form = {"decimal": ",", "thousands": "."}
        values, invalid = profiles.read_column(
            ["1.234,5", "$ 7", "x"], {"name": "x", "type": "number", "affix": "$"}, form
        )
        np.testing.assert_array_equal(values, [1234.5, 7, np.nan])
        self.assertEqual(invalid, 1)

    def test_reads_dates_texts_and_categories(self) -> None:
        day = {"name": "x", "type": "date", "format": "%d.%m.%Y"}
        values, invalid = profiles.read_column(["02.01.1970", "1970", ""], day, {})
        np.testing.assert_array_equal(values, [1, np.nan, np.nan])
        self.assertEqual(invalid, 1)
        category, invalid = profiles.read_column(
            [" a ", 1.0, 0, None], {"name": "x", "type": "category"}, {}
        )
        self.assertEqual((category.tolist(), invalid), (["a", "1", "0", None], 0))

    def test_has_bins_of_a_tenth_and_fewer_where_values_repeat(self) -> None:
        found: Any = self.profile({"type": "number"}, np.arange(1_000.0))
        edges = bins.choose_edges(found)
        self.assertEqual(bins.count_bins(edges, np.arange(1_000.0)).tolist(), [100] * 10)
        found = self.profile({"type": "number"}, np.repeat([0.0, 1.0, 2.0], [800, 150, 50]))
        self.assertEqual(bins.choose_edges(found), [0.0, 1.0])
        found = self.profile({"type": "number"}, np.full(10, 3.0))
        counts = bins.count_bins(bins.choose_edges(found), np.array([2.9, 3.0, 3.1, np.nan]))
        self.assertEqual(counts.tolist(), [1, 1, 1])


class BaselineTest(unittest.TestCase):
    """The files of a run."""

    def test_is_of_the_training_rows(self) -> None:
        run = Run(weather_manifest("regression", AMOUNT), render(weather_rows(), "amount"))
        self.addCleanup(run.close)
        run.prepare()
        rows = run.read_json("prepared/train/schema.json")["rows"]["train"]
        found = run.read_json("prepared/baseline/stepmill-baseline.json")
        self.assertEqual(found["rows"], rows)
        names = [column["name"] for column in found["columns"]]
        self.assertEqual(names, ["day", "rain mm", "sky", "wind", "note"])
        ignored = [column["name"] for column in found["request"] if column["ignore"]]
        self.assertEqual(ignored, ["station id"])
        for column in found["columns"]:
            counts = column["counts"]
            total = sum(counts.values() if isinstance(counts, dict) else counts)
            self.assertEqual(total, column["present"])
            self.assertEqual(column["present"] + column["missing"], rows)
        statistics = run.read_json("prepared/baseline/statistics.json")
        self.assertEqual(statistics["dataset"]["item_count"], rows)
        constraints = run.read_json("prepared/baseline/constraints.json")
        wind = next(each for each in constraints["features"] if each["name"] == "wind")
        self.assertEqual(wind["num_constraints"], {"is_non_negative": True})
        self.assertEqual((wind["inferred_type"], wind["completeness"]), ("Fractional", 1.0))

    def test_says_which_answers_are_to_be_expected(self) -> None:
        kind = {"name": "kind", "type": "category"}
        run = Run(
            weather_manifest("multiclass", kind),
            render(weather_rows(), "kind"),
            *("--algorithm", "logistic-regression"),
        )
        self.addCleanup(run.close)
        run.prepare().train()
        run.evaluate()
        found = run.read_json("model-evaluation/stepmill-predictions.json")
        table = pd.read_csv(run.folder / "model-unpacked/out-of-fold.csv")
        self.assertEqual((found["rows"], found["classes"]), (len(table), ["rain", "snow", "sun"]))
        counts = table["predicted"].map(dict(enumerate(found["classes"]))).value_counts().to_dict()
        self.assertEqual(found["columns"][0]["counts"], counts)
        self.assertEqual(found["columns"][1]["name"], "probability")
        self.assertEqual(sum(found["columns"][1]["counts"]), len(table))

    def test_is_made_of_files_by_a_call_as_well(self) -> None:
        manifest = weather_manifest(
            "regression", AMOUNT, exclude=[{"column": "sky", "values": ["overcast"]}]
        )
        rows = weather_rows()
        run = Run(manifest, render(rows, "amount"))
        self.addCleanup(run.close)
        output = run.folder / "baseline"
        quietly(
            baseline.main,
            ["--manifest", f"{run.folder}/manifest.json", "--data", f"{run.folder}/data"]
            + ["--output", str(output)],
        )
        found = json.loads((output / "stepmill-baseline.json").read_text())
        kept = [row for row in rows if row["sky"] != "overcast"]
        self.assertEqual(found["rows"], len(kept))
        wind = next(column for column in found["columns"] if column["name"] == "wind")
        self.assertAlmostEqual(wind["deviation"], np.std([float(row["wind"]) for row in kept]), 9)

    def test_needs_no_more_memory_for_more_rows(self) -> None:
        peaks = []
        for rows in (40_000, 120_000):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder)
                generator = np.random.default_rng(1)
                table = generator.normal(size=(rows, 6))
                (path / "data").mkdir()
                np.savetxt(path / "data/data.csv", table, delimiter=",", fmt="%.6f")
                columns = [{"name": f"c{number}", "type": "number"} for number in range(6)]
                manifest = {"header": False, "delimiter": ",", "label": "c5", "columns": columns}
                (path / "manifest.json").write_text(json.dumps(manifest))
                tracemalloc.start()
                quietly(
                    baseline.main,
                    [f"--manifest={path}/manifest.json", f"--data={path}/data", f"--output={path}"],
                )
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
        # 80,000 more rows of six texts would take 27 MB. Sketches grow a little, up to their limit.
        self.assertLess(peaks[1] - peaks[0], 15e6)


if __name__ == "__main__":
    unittest.main()
