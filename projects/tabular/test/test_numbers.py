"""Metrics, calibration, confidence and encoding against scikit-learn, or by hand."""

import math
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import calibration
import confidence
import metrics
import numpy as np
import preprocessor
import sklearn.metrics
from sklearn.calibration import _SigmoidCalibration
from sklearn.preprocessing import OneHotEncoder

CHANCE = np.random.default_rng(7)


def binary_predictions(count: int = 400, groups: int | None = None) -> metrics.Predictions:
    """Scores with ties that say something."""
    actual = CHANCE.integers(0, 2, count).astype(float)
    positive = np.round(
        np.clip(0.5 + 0.2 * (actual - 0.5) + CHANCE.normal(0, 0.2, count), 0.01, 0.99), 2
    )
    numbers = np.arange(count) if groups is None else np.arange(count) % groups
    probabilities = np.column_stack([1 - positive, positive])
    return metrics.Predictions(actual, (positive >= 0.5).astype(int), probabilities, numbers)


class MetricsTest(unittest.TestCase):
    """As scikit-learn computes them."""

    def test_agrees_for_two_classes(self) -> None:
        rows = binary_predictions()
        found = {
            name: metric["value"]
            for name, metric in metrics.measure("binary", [0, 1], rows, 20, 1).items()
        }
        actual, predicted, positive = rows.actual, rows.predicted, rows.probabilities[:, 1]
        brier = sklearn.metrics.brier_score_loss(actual, positive)
        expected = {
            "auc": sklearn.metrics.roc_auc_score(actual, positive),
            "log_loss": sklearn.metrics.log_loss(actual, positive),
            "brier": brier,
            "brier_skill": 1 - brier / (actual.mean() * (1 - actual.mean())),
            "f1": sklearn.metrics.f1_score(actual, predicted),
            "accuracy": sklearn.metrics.accuracy_score(actual, predicted),
            "precision": sklearn.metrics.precision_score(actual, predicted),
            "recall": sklearn.metrics.recall_score(actual, predicted),
        }
        self.assertEqual(list(found), list(expected))
        for name, value in expected.items():
            self.assertAlmostEqual(found[name], value, places=9)

    def test_agrees_for_several_classes(self) -> None:
        actual = CHANCE.integers(0, 3, 300).astype(float)
        probabilities = CHANCE.dirichlet([1, 1, 1], 300)
        predicted = probabilities.argmax(axis=1)
        rows = metrics.Predictions(actual, predicted, probabilities, np.arange(300))
        found = metrics.measure("multiclass", ["a b", "a-b", "c"], rows, 20, 1)
        macro = sklearn.metrics.precision_recall_fscore_support(actual, predicted, average="macro")
        own = sklearn.metrics.precision_recall_fscore_support(actual, predicted)
        for place, name in enumerate(["macro_precision", "macro_recall", "macro_f1"]):
            self.assertAlmostEqual(found[name]["value"], macro[place], places=9)
        for number, name in enumerate(["a_b", "a_b_2", "c"]):
            self.assertAlmostEqual(found[f"f1_{name}"]["value"], own[2][number], places=9)
        loss = sklearn.metrics.log_loss(actual, probabilities)
        self.assertAlmostEqual(found["log_loss"]["value"], loss, places=9)

    def test_takes_no_value_from_a_resample_without_the_class(self) -> None:
        """Two rows of a class, both right: its recall is 1 in each resample that has one of them."""
        actual = np.array([0.0] * 28 + [1.0] * 2)
        probabilities = np.column_stack([1 - actual, actual])
        rows = metrics.Predictions(actual, actual.astype(int), probabilities, np.arange(30))
        more = np.column_stack([probabilities, np.zeros(30)])
        several = metrics.Predictions(actual, actual.astype(int), more, np.arange(30))
        for found in (
            metrics.measure("binary", [0, 1], rows, 200, 1)["recall"],
            metrics.measure("multiclass", ["a", "b", "c"], several, 200, 1)["recall_b"],
            metrics.measure("multiclass", ["a", "b", "c"], several, 200, 1)["macro_f1"],
        ):
            self.assertEqual((found["lower"], found["value"], found["upper"]), (1, 1, 1))

    def test_names_a_metric_that_is_not_a_number(self) -> None:
        rows = binary_predictions(20)
        alone = metrics.Predictions(np.ones(20), rows.predicted, rows.probabilities, rows.groups)
        with self.assertRaisesRegex(ValueError, "The metric auc is not a number"):
            metrics.measure("binary", [0, 1], alone, 5, 1)

    def test_draws_rows_of_a_group_together(self) -> None:
        rows = binary_predictions(400)
        doubled = metrics.Predictions(
            np.tile(rows.actual, 4),
            np.tile(rows.predicted, 4),
            np.vstack([rows.probabilities] * 4),
            np.tile(rows.groups, 4),
        )
        alone = metrics.Predictions(
            doubled.actual, doubled.predicted, doubled.probabilities, np.arange(1600)
        )
        widths = [
            metric["upper"] - metric["lower"]
            for metric in (
                metrics.measure("binary", [0, 1], each, 200, 1)["auc"] for each in (doubled, alone)
            )
        ]
        self.assertAlmostEqual(widths[0] / widths[1], 2, delta=0.6)


class CalibrationTest(unittest.TestCase):
    """Probabilities mean what they say."""

    def margins(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        margins = CHANCE.normal(0, 3, count)
        labels = (CHANCE.random(count) < calibration.sigmoid(0.5 * margins - 1)).astype(float)
        return margins, labels

    def test_fits_a_sigmoid_as_platt(self) -> None:
        margins, labels = self.margins(500)
        found = calibration.fit_calibration(margins, labels)
        expected = _SigmoidCalibration().fit(margins, labels).predict(margins)
        self.assertEqual(found["type"], "sigmoid")
        np.testing.assert_allclose(calibration.calibrate(margins, found)[:, 1], expected, atol=1e-4)

    def test_fits_a_sigmoid_to_margins_that_hardly_differ(self) -> None:
        margins, labels = self.margins(500)
        narrow = -0.7 + 1e-4 * margins
        found = calibration.calibrate(narrow, calibration.fit_sigmoid(narrow, labels))
        expected = calibration.calibrate(margins, calibration.fit_sigmoid(margins, labels))
        np.testing.assert_allclose(found, expected, atol=1e-6)
        constant = calibration.fit_sigmoid(np.full(500, -3.0), labels)
        positive = calibration.calibrate(np.array([-3.0]), constant)[0, 1]
        self.assertAlmostEqual(positive, labels.mean(), delta=0.01)

    def test_fits_a_rising_function_to_many_rows(self) -> None:
        margins, labels = self.margins(4000)
        found = calibration.fit_calibration(margins, labels)
        fresh, truth = self.margins(4000)
        positive = calibration.calibrate(fresh, found)[:, 1]
        self.assertEqual(found["type"], "isotonic")
        self.assertGreater(positive.min(), 0)
        for low in (0.1, 0.3, 0.5):
            own = (positive > low) & (positive < low + 0.2)
            self.assertAlmostEqual(positive[own].mean(), truth[own].mean(), delta=0.07)

    def test_never_turns_a_ranking_round(self) -> None:
        margins, labels = self.margins(500)
        found = calibration.fit_calibration(-margins, labels)
        positive = calibration.calibrate(margins, found)[:, 1]
        np.testing.assert_allclose(positive, labels.mean(), atol=0.01)

    def test_fits_a_temperature_to_several_classes(self) -> None:
        logits = CHANCE.normal(0, 1, (2000, 3))
        labels = np.array([CHANCE.choice(3, p=row) for row in calibration.softmax(logits)])
        found = calibration.fit_calibration(logits * 4, labels.astype(float))
        self.assertAlmostEqual(found["temperature"], 4, delta=0.6)

    def test_chooses_the_threshold_of_the_best_f1(self) -> None:
        margins, labels = self.margins(500)
        positive = calibration.sigmoid(margins)
        found = calibration.choose_threshold(positive, labels)
        scores = [
            sklearn.metrics.f1_score(labels, positive >= threshold)
            for threshold in np.linspace(0.01, 0.99, 99)
        ]
        own = sklearn.metrics.f1_score(labels, positive >= found)
        self.assertGreaterEqual(own, max(scores) - 1e-9)
        self.assertEqual(calibration.choose_threshold(positive, np.arange(500) % 2), 0.5)


class ConfidenceTest(unittest.TestCase):
    """Counted rows."""

    def test_counts_by_tenths(self) -> None:
        support = confidence.count_support(
            np.array([0.85, 0.81, 0.89, 1.0]), np.array([True, True, False, True]), np.arange(4)
        )
        found = confidence.describe_class(0.83, support)
        self.assertEqual((found["supportRows"], found["level"]), (3, "low"))
        self.assertAlmostEqual(found["observedRate"], 2 / 3)
        self.assertEqual(confidence.describe_class(0.2, support)["observedRate"], None)
        # statsmodels.stats.proportion.proportion_confint(81, 100, method='wilson')
        self.assertAlmostEqual(confidence.wilson_width(81, 100), 0.8749 - 0.7222, places=3)

    def test_a_group_is_no_more_evidence_than_a_row(self) -> None:
        probabilities, is_right = np.full(1000, 0.95), np.arange(1000) % 20 > 0
        alone = confidence.count_support(probabilities, is_right, np.arange(1000))
        grouped = confidence.count_support(probabilities, is_right, np.arange(1000) // 50)
        found = [confidence.describe_class(0.95, support) for support in (alone, grouped)]
        self.assertEqual([answer["level"] for answer in found], ["high", "low"])
        self.assertEqual([answer["supportRows"] for answer in found], [1000, 1000])
        self.assertEqual([answer["observedRate"] for answer in found], [0.95, 0.95])

    def test_covers_nine_of_ten_errors(self) -> None:
        predicted = CHANCE.uniform(0, 10, 5000)
        actual = predicted + CHANCE.normal(0, 1, 5000)
        found = confidence.describe_number(5.0, confidence.count_errors(predicted, actual))
        self.assertAlmostEqual(found["upper"] - found["lower"], 2 * 1.645, delta=0.3)
        self.assertTrue(math.isclose(found["supportRows"], 500, abs_tol=1))


class EncoderTest(unittest.TestCase):
    """Rare categories as scikit-learn's encoder treats them."""

    def test_agrees(self) -> None:
        values = CHANCE.zipf(1.4, 3000).astype(str).astype(object)
        column = {"name": "c", "type": "category"}
        fitted = preprocessor.fit_columns([column], {"c": values})
        fresh = np.append(values[:200], "unseen").astype(object)
        found = preprocessor.encode(fitted, {"c": fresh}, len(fresh))
        encoder = OneHotEncoder(
            min_frequency=10,
            max_categories=100,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
        ).fit(values.reshape(-1, 1))
        np.testing.assert_array_equal(found, encoder.transform(fresh.reshape(-1, 1)))
        self.assertEqual(preprocessor.find_unseen(fitted[0], fresh), [200])

    def test_keeps_a_column_that_is_one_gap(self) -> None:
        columns = [
            {"name": "n", "type": "number", "optional": True},
            {"name": "c", "type": "category", "optional": True},
        ]
        gaps = {"n": np.array([np.nan, np.nan]), "c": np.array([None, None], dtype=object)}
        fitted = preprocessor.fit_columns(columns, gaps)
        values = {"n": np.array([3.0, np.nan]), "c": np.array(["a", None], dtype=object)}
        found = preprocessor.encode(fitted, values, 2)
        self.assertEqual(found.tolist(), [[3, 0, 0], [0, 1, 1]])
        self.assertEqual(preprocessor.name_sources(fitted), ["n", "n", "c"])


if __name__ == "__main__":
    unittest.main()
