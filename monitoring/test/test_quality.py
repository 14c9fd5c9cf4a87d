"""Labels that arrive late, twice, wrongly or not at all, and what is measured with them."""

import math
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "projects/tabular/python"))
sys.path.insert(0, str(Path(__file__).parents[2] / "monitoring/python"))

import metrics
import numpy as np
import quality
from window_run import LABELS, WindowRun, capture, csv_row, label_line, side, trained, weather_rows

KEYS = metrics.KEYS


class QualityTest(unittest.TestCase):
    """A window of a model whose labels arrive."""

    runs: dict[str, Any] = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.runs = {problem: trained(problem, 900) for problem in LABELS}
        cls.rows = weather_rows(240, seed=7)
        cls.answers = {
            problem: run.ask("\n".join(map(csv_row, cls.rows)) + "\n").splitlines()
            for problem, run in cls.runs.items()
        }

    @classmethod
    def tearDownClass(cls) -> None:
        for run in cls.runs.values():
            run.close()

    def window(self, problem: str = "binary") -> WindowRun:
        """Captures of all rows, without labels."""
        window = WindowRun.of(self.runs[problem])
        self.addCleanup(window.close)
        lines = [
            capture(side(csv_row(row)), side(answer), f"e{place}")
            for place, (row, answer) in enumerate(zip(self.rows, self.answers[problem]))
        ]
        window.write("captures", lines)
        return window

    def label(self, place: int, problem: str = "binary") -> str:
        return str(self.rows[place][LABELS[problem]["name"]])

    def labels(self, places: Any, problem: str = "binary") -> list[Any]:
        return [label_line(f"e{place}", self.label(place, problem)) for place in places]

    def test_measures_as_the_kits_evaluation(self) -> None:
        for problem in LABELS:
            window = self.window(problem)
            window.write("labels", self.labels(range(240), problem))
            found = window.monitor()["quality"]
            self.assertEqual(found["labels"]["coverage"], 1)
            measured = found["measured"][KEYS[problem]]
            values = [answer.split(",")[0] for answer in self.answers[problem]]
            own = [self.label(place, problem) for place in range(240)]
            if problem == "regression":
                errors = np.array(values, dtype=float) - np.array(own, dtype=float)
                self.assertAlmostEqual(measured["mse"]["value"], (errors**2).mean(), 9)
            else:
                right = np.mean([a == b for a, b in zip(values, own)])
                self.assertAlmostEqual(measured["accuracy"]["value"], right, 9)
                self.assertLess(measured["accuracy"]["lower"], right)
                self.assertGreater(measured["accuracy"]["upper"], right)
            self.assertEqual("log_loss" in measured, problem == "binary")

    def test_says_how_many_labels_are_in(self) -> None:
        window = self.window()
        found = window.monitor()["quality"]
        self.assertEqual((found["labels"]["labelled"], found["measured"]), (0, None))
        window.write("labels", self.labels(range(49)), "early.jsonl")
        found = window.monitor()["quality"]
        self.assertEqual((found["labels"]["labelled"], found["measured"]), (49, None))
        window.write("labels", self.labels(range(49, 96)), "late.jsonl")
        found = window.monitor()["quality"]
        self.assertEqual((found["labels"]["coverage"], found["measured"]["rows"]), (0.4, 96))

    def test_takes_the_last_label_and_counts_the_others(self) -> None:
        wrong = "0" if self.label(1) == "1" else "1"
        window = self.window()
        window.write("labels", self.labels(range(60)), "1.jsonl")
        window.write("labels", [*self.labels([0]), label_line("e1", wrong)], "2.jsonl")
        found = window.monitor()["quality"]
        self.assertEqual((found["labels"]["repeated"], found["labels"]["contradicting"]), (1, 1))
        self.assertEqual(found["labels"]["labelled"], 60)
        once = self.window()
        once.write(
            "labels", [*self.labels([0]), label_line("e1", wrong), *self.labels(range(2, 60))]
        )
        self.assertEqual(once.monitor()["quality"]["measured"], found["measured"])

    def test_counts_unknown_broken_and_unusable_labels(self) -> None:
        window = self.window()
        lines = [
            *self.labels(range(60)),
            label_line("unknown", "1"),
            label_line("e60", "perhaps"),
            b"no JSON",
            {"eventMetadata": {"eventId": "e61"}},
            label_line("e62", ""),
            label_line("e63", "{}", "JSON"),
            label_line("e64", "1", "JSON"),
            label_line("e65", "1,0"),
        ]
        window.write("labels", lines)
        found = window.monitor()["quality"]["labels"]
        self.assertEqual((found["unknown"], found["unusable"], found["labelled"]), (1, 1, 62))
        self.assertEqual(
            found["broken"]["reasons"],
            {
                "the line is not JSON": 1,
                "groundTruthData.data is missing": 1,
                "groundTruthData.data is not one label a row": 3,
            },
        )

    def test_joins_the_rows_of_a_request_in_their_order(self) -> None:
        window = WindowRun.of(self.runs["binary"])
        self.addCleanup(window.close)
        asked = [self.rows[first : first + 3] for first in range(0, 240, 3)]
        lines, labels = [], []
        for number, rows in enumerate(asked):
            answers = "\n".join(self.answers["binary"][number * 3 : number * 3 + 3])
            lines.append(
                capture(
                    side("\n".join(map(csv_row, rows))),
                    side(answers),
                    "x",
                    inferenceId=f"r{number}",
                )
            )
            labels.append(label_line(f"r{number}", "\n".join(str(row["wet"]) for row in rows)))
        labels[0] = label_line("r0", "1\n1")
        window.write("captures", lines)
        window.write("labels", labels)
        found = window.monitor()["quality"]
        self.assertEqual((found["labels"]["labelled"], found["labels"]["mismatched"]), (239, 1))
        plain = self.window()
        plain.write("labels", self.labels(range(3, 240)))
        own = plain.monitor()["quality"]["measured"][KEYS["binary"]]["auc"]["value"]
        self.assertAlmostEqual(found["measured"][KEYS["binary"]]["auc"]["value"], own, 1)

    def test_measures_a_sample_where_labels_are_many(self) -> None:
        window = self.window()
        window.write("labels", self.labels(range(240)))
        window.write(
            "captures",
            [
                capture(
                    side(csv_row(self.rows[n % 240])),
                    side(self.answers["binary"][n % 240]),
                    f"e{n % 240}",
                )
                for n in range(1_200)
            ],
            "more.jsonl",
        )
        found = window.monitor("--maximum-labels=1000")["quality"]["measured"]
        self.assertEqual((found["rows"], found["of"]), (1_000, 1_440))

    def test_says_why_labels_of_one_class_are_not_measured(self) -> None:
        window = self.window()
        window.write("labels", [label_line(f"e{place}", "1") for place in range(80)])
        found = window.monitor()["quality"]["measured"]
        self.assertEqual(found["rows"], 80)
        self.assertIn("The metric auc is not a number", found["reason"])

    def test_estimates_what_calibrated_probabilities_promise(self) -> None:
        generator = np.random.default_rng(1)
        positive = generator.beta(0.6, 0.9, size=200_000)
        chosen = positive > 0.4
        actual = (generator.random(200_000) < positive).astype(float)
        rows = metrics.Predictions(
            actual,
            chosen.astype(float),
            np.column_stack([1 - positive, positive]),
            np.arange(200_000),
        )
        measured = metrics.measure_binary(rows, np.ones(200_000))
        for name, value in quality.estimate_binary(positive, chosen).items():
            self.assertAlmostEqual(value, measured[name], delta=0.005, msg=name)

    def test_estimates_by_its_definition(self) -> None:
        found = quality.estimate_binary(np.array([0.9, 0.6, 0.2]), np.array([True, True, False]))
        self.assertAlmostEqual(found["accuracy"], (0.9 + 0.6 + 0.8) / 3)
        self.assertAlmostEqual(found["precision"], 1.5 / 2)
        self.assertAlmostEqual(found["recall"], 1.5 / 1.7)
        self.assertAlmostEqual(found["brier"], (0.09 + 0.24 + 0.16) / 3)
        self.assertTrue(
            math.isnan(quality.estimate_binary(np.zeros(2), np.array([False] * 2))["recall"])
        )

    def test_estimates_only_binary_problems_and_says_how(self) -> None:
        self.assertIsNone(self.window("multiclass").monitor()["quality"]["estimated"])
        found = self.window().monitor()["quality"]["estimated"]
        self.assertEqual(found["method"], "confidence-based performance estimation")
        self.assertEqual(found["rows"], 240)
        self.assertTrue(0 < found[KEYS["binary"]]["auc"]["value"] < 1)


class OwnScriptsTest(unittest.TestCase):
    """Models of other scripts, whose classes are numbers, or which answer a probability."""

    def test_reads_labels_and_answers_as_numbers(self) -> None:
        answer = quality.Answer
        for problem, label, given, expected in (
            ("regression", "1.5", answer("2"), (1.5, 2, [])),
            ("binary", "1", answer("0.75"), (1, 1, [0.25, 0.75])),
            ("binary", "1", answer("1"), (1, 1, [])),
            ("multiclass", "2", answer(1), (2, 1, [])),
            ("multiclass", "2", answer("1.5"), None),
            ("regression", "many", answer("2"), None),
        ):
            self.assertEqual(quality.read_numbers(label, given, problem), expected)

    def test_measures_answered_classes_alone(self) -> None:
        actual, predicted = np.array([0.0, 1, 2, 2]), np.array([0.0, 1, 2, 1])
        rows = metrics.Predictions(actual, predicted, np.zeros((4, 0)), np.arange(4))
        found = quality.measure_decisions(rows, np.ones(4), ["0", "1", "2"], is_binary=False)
        self.assertEqual((found["accuracy"], found["f1_1"]), (0.75, 2 / 3))
        self.assertAlmostEqual(found["macro_f1"], (1 + 2 / 3 + 2 / 3) / 3)


if __name__ == "__main__":
    unittest.main()
