"""The table of metrics, which gates are checked by, has the names that are measured."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import metrics
import numpy as np

TABLE = Path(__file__).parent.parent / "python/metrics.json"
ROWS = metrics.Predictions(
    actual=np.array([0.0, 1.0, 2.0, 1.0]),
    predicted=np.array([0, 1, 1, 1]),
    probabilities=np.full((4, 3), 1 / 3),
    groups=np.arange(4),
)
TWO_CLASSES = metrics.Predictions(
    actual=np.array([0.0, 1.0, 0.0, 1.0]),
    predicted=np.array([0, 1, 1, 1]),
    probabilities=np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]]),
    groups=np.arange(4),
)
CASES = {"regression": ROWS, "binary": TWO_CLASSES, "multiclass": ROWS}


class MetricNames(unittest.TestCase):
    """One test for each problem."""

    def test_are_those_of_the_table(self) -> None:
        """`f1_*` in the table stands for one metric of each class."""
        table = json.loads(TABLE.read_text())
        self.assertEqual(set(table), set(CASES))
        for problem, rows in CASES.items():
            with self.subTest(problem):
                measure = metrics.measurer(problem, ["a", "b", "c"])
                found = {
                    name.rsplit("_", 1)[0] + "_*" if name.endswith(("_a", "_b", "_c")) else name
                    for name in measure(rows, np.ones(4))
                }
                self.assertEqual(found, set(table[problem]))

    def test_tell_classes_apart(self) -> None:
        """Signs and accents are words and letters; other scripts are numbered."""
        classes = [
            "<30",
            ">30",
            "NO",
            "größer",
            "grosser",
            "A+",
            "A-",
            "-1",
            "1",
            "12 %",
            "模型",
            "?",
        ]
        self.assertEqual(
            metrics.name_classes(classes),
            [
                *(
                    "lt_30",
                    "gt_30",
                    "NO",
                    "grosser",
                    "grosser_2",
                    "A_plus",
                    "A_minus",
                    "minus_1",
                    "1",
                ),
                *("12_percent", "class_11", "class_12"),
            ],
        )


if __name__ == "__main__":
    unittest.main()
