"""Whole windows and batches through the monitor, as its job runs it."""

import argparse
import json
import sys
import tempfile
import tracemalloc
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import report
import score
import settings
from window_run import WindowRun, capture, csv_row, in_base64, quietly, side, trained, weather_rows

ROWS = weather_rows(400, seed=7)


class MonitorTest(unittest.TestCase):
    """Windows of one binary model."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.run_of_model = trained("binary")
        cls.answers = cls.run_of_model.ask("\n".join(map(csv_row, ROWS)) + "\n").splitlines()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.run_of_model.close()

    def window(self, rows: list[dict[str, Any]] | None = None, **more: Any) -> WindowRun:
        """Captures of rows with the model's answers to the first ones."""
        window = WindowRun.of(self.run_of_model)
        self.addCleanup(window.close)
        if rows is not None:
            lines = [
                capture(side(csv_row(row)), side(answer), f"e{place}", **more)
                for place, (row, answer) in enumerate(zip(rows, self.answers))
            ]
            window.write("captures", lines)
        return window

    def verdicts(self, found: dict[str, Any]) -> dict[str, str]:
        return {each["name"]: each["verdict"] for each in found["columns"]}

    def test_has_a_verdict_of_its_own_for_no_traffic_and_for_few_rows(self) -> None:
        window = self.window()
        found = window.monitor()
        self.assertEqual((found["verdict"], found["rows"]), ("no traffic", 0))
        self.assertEqual(window.message()["verdict"], "no traffic")
        found = self.window(ROWS[:50]).monitor()
        self.assertEqual(found["verdict"], "not enough data")
        self.assertEqual(set(self.verdicts(found).values()), {"not enough data", "not compared"})
        first = found["columns"][1]["rows"]
        self.assertEqual((first["current"], first["threshold"]), (48, 200))

    def test_is_content_with_rows_like_those_of_training(self) -> None:
        found = self.window(ROWS).monitor()
        self.assertEqual((found["verdict"], found["drifted"], found["violations"]), ("ok", [], []))
        self.assertEqual({each["verdict"] for each in found["predictions"]}, {"ok"})

    def test_names_what_drifted_and_violates(self) -> None:
        changed = [
            {**row, "wind": f"{float(row['wind']) + 4:.1f}", "rain mm": "" if n % 3 else "?"}
            | ({"sky": "green"} if n % 40 == 0 else {"day": "soon"} if n % 40 == 1 else {})
            for n, row in enumerate(ROWS)
        ]
        window = self.window(changed)
        found = window.monitor()
        self.assertEqual((found["verdict"], found["drifted"]), ("drifted", ["wind"]))
        checks = [f"{v['feature_name']}: {v['constraint_check_type']}" for v in found["violations"]]
        self.assertEqual(
            checks,
            [
                "day: data_type_check",
                "rain mm: completeness_check",
                "sky: categorical_values_check",
                "wind: range_check",
                "wind: baseline_drift_check",
            ],
        )
        columns = {each["name"]: each for each in found["columns"]}
        known = columns["sky"]["checks"]["known"]
        self.assertEqual(
            (known["unseenRows"], known["unseen"]), (10, [{"value": "green", "rows": 10}])
        )
        self.assertEqual(columns["day"]["checks"]["typed"]["share"], 0.975)
        self.assertEqual(columns["rain mm"]["checks"]["missing"]["current"], 1)
        effect = columns["wind"]["effect"]
        self.assertGreater(effect["psi"], effect["threshold"])
        self.assertEqual(window.message()["drifted"], ["wind"])
        files = window.read("constraint_violations.json")["violations"]
        self.assertNotIn("range_check", [each["constraint_check_type"] for each in files])

    def test_blames_few_gaps_on_chance(self) -> None:
        for rows, is_violated in ((10, False), (200, True)):
            gaps = [
                {**row, "rain mm": "?"} if n % 10 == 3 else row for n, row in enumerate(ROWS[:rows])
            ]
            found = self.window(gaps).monitor()
            missing = {each["name"]: each["checks"]["missing"] for each in found["columns"]}[
                "rain mm"
            ]
            self.assertGreater(missing["increase"], missing["threshold"])
            self.assertEqual(missing["violated"], is_violated)
            self.assertEqual(missing["p"] <= missing["significance"], is_violated)

    def test_names_rows_of_another_shape(self) -> None:
        window = self.window(ROWS)
        window.write(
            "captures", [capture(side("1,2"), None, "x"), capture(side("," * 9), None, "y")], "z"
        )
        checks = [each["constraint_check_type"] for each in window.monitor()["violations"]]
        self.assertEqual(checks, ["missing_column_check", "extra_column_check"])

    def test_finds_that_answers_drifted(self) -> None:
        window = WindowRun.of(self.run_of_model)
        self.addCleanup(window.close)
        lines = [
            capture(side(csv_row(row)), side("1,0.99"), f"e{place}")
            for place, row in enumerate(ROWS)
        ]
        window.write("captures", lines)
        found = window.monitor()
        self.assertEqual(found["verdict"], "drifted")
        self.assertEqual(
            (found["drifted"], found["driftedPredictions"]), ([], ["prediction", "probability"])
        )

    def test_reads_the_same_rows_in_every_form_alike(self) -> None:
        plain = self.window(ROWS).monitor()
        full = json.loads(
            self.run_of_model.ask(
                json.dumps(
                    {"rows": [csv_fields(row) for row in ROWS], "include": ["probabilities"]}
                ),
                "application/json",
            )
        )["predictions"]
        kind = "application/json"
        lines = []
        for place, (row, answer) in enumerate(zip(ROWS, full)):
            asked = json.dumps({"rows": [csv_fields(row)]})
            answered = json.dumps({"predictions": [answer]})
            if place % 2:
                lines.append(
                    capture(in_base64(asked, kind), in_base64(answered, kind), f"e{place}")
                )
            else:
                lines.append(
                    capture(side(asked, "JSON", kind), side(answered, "JSON", kind), f"e{place}")
                )
        window = self.window()
        window.write("captures", lines)
        found = window.monitor()
        self.assertEqual(found["columns"], plain["columns"])
        for own, others in zip(found["predictions"], plain["predictions"]):
            self.assertEqual(own["effect"], others["effect"])

    def test_looks_at_the_window_only(self) -> None:
        window = self.window(ROWS, time="2026-11-30T10:15:42Z")
        late = [
            capture(side(csv_row(row)), None, "late", "2026-11-30T11:00:00Z") for row in ROWS[:7]
        ]
        window.write("captures", late, "e/v/2026/11/30/11/a.jsonl")
        found = window.monitor(
            "--window-start=2026-11-30T11:00:00Z", "--window-end=2026-11-30T12:00:00Z"
        )
        self.assertEqual((found["rows"], found["read"]["outsideWindow"]), (7, 400))
        self.assertEqual(found["window"]["start"], "2026-11-30T11:00:00Z")

    def test_says_how_many_rows_a_sample_stands_for(self) -> None:
        found = self.window(ROWS).monitor("--sampling-percent=20")
        self.assertEqual((found["rows"], found["estimatedRows"]), (400, 2_000))

    def test_judges_a_batch_as_it_judges_captures(self) -> None:
        plain = self.window(ROWS).monitor()
        header = ",".join(["day", "station id", "rain mm", "sky", "wind", "note"])
        answers = [answer.encode() for answer in self.answers]
        apart, joined = self.window(), self.window()
        rows = [csv_row(row).encode() for row in ROWS]
        apart.write("rows", [header.encode(), *rows[:150]], "a.csv")
        apart.write("rows", rows[150:], "b.csv")
        apart.write("answers", answers[:150], "a.csv.out")
        apart.write("answers", answers[150:], "b.csv.out")
        joined.write(
            "rows", [row + b"," + answer for row, answer in zip(rows, answers)], "a.csv.out"
        )
        for window in (apart, joined):
            found = window.monitor()
            self.assertEqual(
                (found["source"], found["rows"], found["quality"]), ("batch", 400, None)
            )
            self.assertEqual(found["columns"], plain["columns"])
            self.assertEqual(found["predictions"], plain["predictions"])

    def test_counts_rows_and_answers_of_a_batch_that_do_not_fit(self) -> None:
        window = self.window()
        window.write(
            "rows", [csv_row(ROWS[0]).encode(), b"1,2", csv_row(ROWS[1]).encode()], "a.csv"
        )
        window.write("answers", [b"1,0.9", b"0,0.9", b"a,b,c", b"1,0.9"], "a.csv.out")
        found = window.monitor()
        self.assertEqual((found["rows"], found["read"]["withoutAnswer"]), (2, 1))
        self.assertEqual(found["read"]["broken"]["count"], 3)

    def test_needs_no_more_memory_for_more_captures(self) -> None:
        peaks = []
        for times in (30, 120):
            window = self.window()
            for part in range(times):
                lines = [
                    capture(side(csv_row(row)), side(answer), f"{part} {place}")
                    for place, (row, answer) in enumerate(zip(ROWS, self.answers))
                ]
                window.write("captures", lines, f"{part}.jsonl")
            tracemalloc.start()
            self.assertEqual(window.monitor("--resamples=20")["rows"], 400 * times)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        # The sample of rows for the estimate of quality grows to its limit; 100 bytes a row.
        self.assertLess(peaks[1] - peaks[0], 200 * 400 * 90)

    def test_scores_rows_with_explanations_and_judges_them(self) -> None:
        window = self.window()
        bad = [{**ROWS[0], "wind": "strong"}, {**ROWS[1], "sky": ""}]
        window.write(
            "rows", [csv_row(row).encode() for row in [*ROWS[:205], *bad, *ROWS[205:]]], "in/a.csv"
        )
        run, output = self.run_of_model, window.folder / "scores"
        quietly(
            score.main,
            [f"--rows={window.folder}/rows", f"--model={run.folder}/model", f"--output={output}"]
            + [
                f"--preprocessor={run.folder}/prepared/preprocessor",
                f"--baseline={window.baseline}",
            ]
            + [f"--evaluation={window.evaluation}", f"--report={window.output}"]
            + [f"--message={window.folder}/message"],
        )
        lines = [json.loads(line) for line in (output / "in/a.csv.jsonl").read_text().splitlines()]
        self.assertEqual([line["row"] for line in lines], list(range(1, 403)))
        refused = [line for line in lines if "error" in line]
        self.assertEqual(
            refused,
            [
                {"row": 206, "error": "wind: 'strong' is not a number."},
                {"row": 207, "error": "sky: the field is missing."},
            ],
        )
        asked = json.loads(
            run.ask(
                json.dumps({"rows": [csv_fields(ROWS[0])], "include": score.INCLUDE[False]}),
                "application/json",
            )
        )["predictions"][0]
        self.assertEqual(lines[0], {"row": 1, **asked})
        self.assertGreater(len(lines[0]["riskFactors"]), 0)
        counts = json.loads((output / "scores.json").read_text())
        self.assertEqual(counts, {"version": 1, "files": 1, "scored": 400, "refused": 2})
        found = window.read("stepmill-drift.json")
        self.assertEqual((found["source"], found["verdict"]), ("batch", "ok"))
        plain = self.window(ROWS).monitor()
        answers = [each["effect"] for each in plain["predictions"]]
        self.assertEqual([each["effect"] for each in found["predictions"]], answers)

    def test_says_what_is_missing(self) -> None:
        window = WindowRun(Path("/nowhere"))
        self.addCleanup(window.close)
        with self.assertRaisesRegex(
            FileNotFoundError, "holds no stepmill-baseline.json, which training"
        ):
            window.monitor()
        other = self.window()
        (other.folder / "old").mkdir()
        (other.folder / "old/stepmill-baseline.json").write_text('{"version": 0}')
        other.baseline = other.folder / "old"
        with self.assertRaisesRegex(ValueError, "has version 0, and this program reads 1"):
            other.monitor()

    def test_compares_no_answers_without_what_is_expected_of_them(self) -> None:
        window = self.window(ROWS)
        window.evaluation = window.folder / "none"
        found = window.monitor()
        self.assertEqual((found["verdict"], found["predictions"]), ("ok", []))
        self.assertIn(
            "There is no baseline of predictions, so they were not compared.", found["notes"]
        )

    def test_names_files_that_could_not_be_read(self) -> None:
        window = self.window(ROWS)
        sentence = "1 files could not be read: labels/a.jsonl (AccessDenied)"
        self.assertIn(sentence, window.monitor("--unreadable", sentence)["notes"])
        self.assertNotIn("", window.monitor("--unreadable", "")["notes"])

    def test_takes_the_answers_of_other_scripts_for_numbers(self) -> None:
        window = self.window(ROWS)
        window.evaluation = window.folder / "evaluation"
        window.write(
            "evaluation",
            [b"actual,predicted", *[b"1,%d" % (n % 2) for n in range(300)]],
            "predictions.csv",
        )
        found = window.monitor()
        self.assertEqual([each["name"] for each in found["predictions"]], ["prediction"])
        self.assertEqual(found["predictions"][0]["type"], "number")


class SettingsTest(unittest.TestCase):
    """What a report is held against."""

    def read(self, content: Any = None, *arguments: str) -> settings.Settings:
        parser = argparse.ArgumentParser()
        settings.add_arguments(parser)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "settings.json"
            if content is not None:
                path.write_text(content if isinstance(content, str) else json.dumps(content))
            return settings.read_settings(parser.parse_args(arguments), path)

    def test_has_defaults_and_arguments_win_over_the_file(self) -> None:
        self.assertEqual(self.read(), settings.Settings())
        found = self.read({"minimumRows": 500, "minimumEffect": 0.2}, "--minimum-rows", "300")
        self.assertEqual((found.minimum_rows, found.minimum_effect), (300, 0.2))
        self.assertEqual(self.read({"excludeColumns": ["a", "b"]}).exclude_columns, ("a", "b"))
        self.assertEqual(self.read(None, "--exclude-columns=a, b").exclude_columns, ("a", "b"))
        self.assertEqual(self.read({"project": None}).project, None)

    def test_refuses_what_is_wrong_by_name(self) -> None:
        for content, message in (
            ("{", "settings.json cannot be read as JSON"),
            ("[]", "settings.json is not a JSON object"),
            ({"minimumRow": 1}, "minimumRow is not a setting; the settings are project, "),
            ({"minimumRows": 10}, "minimumRows: must be at least 20; got 10"),
            ({"minimumRows": 20.5}, "minimumRows: must be a whole number; got 20.5"),
            ({"minimumRows": True}, "minimumRows: must be a whole number; got True"),
            ({"minimumEffect": "much"}, "minimumEffect: must be a number; got 'much'"),
            ({"significance": 2}, "significance: must be from 0 to 1; got 2"),
            ({"windowStart": "yesterday"}, "'yesterday' is not a time"),
            (
                {"windowStart": "2026-11-30T10:00:00Z", "windowEnd": "2026-11-30T10:00:00+01:00"},
                "windowEnd: must be after windowStart",
            ),
        ):
            with self.assertRaises(settings.SettingsError) as raised:
                self.read(content)
            self.assertIn(message, str(raised.exception))
            self.assertIn("othing was monitored", str(raised.exception))

    def test_leaves_a_message_that_sagemaker_does_not_cut(self) -> None:
        names = [f"ein_langer_name_größe_{number}" for number in range(200)]
        summary = {
            "verdict": "drifted",
            "rows": 1,
            "violations": 0,
            "coverage": None,
            "drifted": names,
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "output/message"
            report.write_message(path, summary)
            self.assertLessEqual(len(path.read_bytes()), 1_024)
            found = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual(found["drifted"], names[: len(found["drifted"])])
        self.assertGreater(len(found["drifted"]), 20)


def csv_fields(row: dict[str, Any]) -> list[str]:
    """The fields of a request in JSON."""
    return [str(row[name]) for name in ("day", "station id", "rain mm", "sky", "wind", "note")]


if __name__ == "__main__":
    unittest.main()
