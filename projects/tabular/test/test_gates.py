"""The gates of the projects: an honest model passes them however the rows are split, a useless one does not."""

import os
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import numpy as np
import preprocess
import target
from kit_run import Run
from manifests import ADHERENCE, READMISSION, TITANIC

DATA = Path(os.environ.get("STEPMILL_DATA", "not named"))
SEEDS = (1, 2)


@unittest.skipUnless(DATA.exists(), "STEPMILL_DATA names no folder with the real data")
class GatesTest(unittest.TestCase):
    """Out of fold, on the real data."""

    def measure(
        self, manifest: dict[str, Any], file: str, seed: int, *hyperparameters: str
    ) -> dict[str, Any]:
        run = Run(manifest, (DATA / file).read_bytes(), *hyperparameters)
        self.addCleanup(run.close)
        evaluation = run.prepare("--seed", str(seed)).train().evaluate()
        self.assertEqual(evaluation["warnings"], [])
        return evaluation["out_of_fold"]["binary_classification_metrics"]

    def shuffled(self, *arguments: Any) -> dict[str, Any]:
        """The same with labels that say nothing."""

        def label_texts(texts: Any, settings: Any) -> Any:
            labels = target.label_texts(texts, settings)
            has_label = labels != ""
            own = labels[has_label].to_numpy()
            labels[has_label] = np.random.default_rng(1).permutation(own)
            return labels

        with mock.patch.object(preprocess, "label_texts", label_texts):
            return self.measure(*arguments)

    def test_titanic(self) -> None:
        for seed in SEEDS:
            found = self.measure(TITANIC, "titanic.csv", seed)
            self.assertGreaterEqual(found["auc"]["lower"], 0.8)
            self.assertLessEqual(found["accuracy"]["value"], 0.9)
        self.assertLess(self.shuffled(TITANIC, "titanic.csv", 1)["auc"]["lower"], 0.8)

    def test_titanic_with_a_leak(self) -> None:
        """The number of the lifeboat: flagged, and too good to be true."""
        columns = [
            {"name": "boat", "type": "category", "optional": True} if c["name"] == "boat" else c
            for c in TITANIC["columns"]
        ]
        run = Run({**TITANIC, "columns": columns}, (DATA / "titanic.csv").read_bytes())
        self.addCleanup(run.close)
        evaluation = run.prepare().train().evaluate()
        found = evaluation["out_of_fold"]["binary_classification_metrics"]
        self.assertGreater(found["accuracy"]["value"], 0.9)
        self.assertRegex(
            evaluation["warnings"][0], "^probable leak: boat separates the label alone"
        )

    def test_adherence(self) -> None:
        given = (ADHERENCE, "diabetic_data.csv", 1, "--algorithm", "random-forest")
        self.check_grouped(self.measure(*given), 0.62)
        self.assertLess(self.shuffled(*given)["auc"]["value"], 0.62)

    def test_readmission(self) -> None:
        for seed in SEEDS:
            self.check_grouped(self.measure(READMISSION, "diabetic_data.csv", seed), 0.6)
        useless = self.shuffled(READMISSION, "diabetic_data.csv", 1)
        self.assertLess(useless["auc"]["value"], 0.6)
        self.assertLess(useless["brier_skill"]["value"], 0.005)

    def check_grouped(self, found: dict[str, Any], least: float) -> None:
        self.assertGreaterEqual(found["auc"]["value"], least)
        self.assertGreater(found["brier_skill"]["value"], 0)


if __name__ == "__main__":
    unittest.main()
