"""The kit's metrics agree to three digits with pandas, scikit-learn and XGBoost used directly.

This run shares the split with the kit's, and no code: it reads the rows with the parts and folds that
preprocessing gave them, and does the rest by itself.
"""

import json
import os
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

import numpy as np
import pandas as pd
import sklearn.metrics as scores
import xgboost
from kit_run import Run, render, weather_manifest, weather_rows
from manifests import ADHERENCE, READMISSION, TITANIC, abalone
from sklearn.calibration import _SigmoidCalibration
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

KEYS = {
    "regression": "regression_metrics",
    "binary": "binary_classification_metrics",
    "multiclass": "multiclass_classification_metrics",
}
TRAIN, VALIDATION, TEST = 0, 1, 2


class Independent:
    """A run of the same steps with the libraries alone."""

    def __init__(self, run: Run, algorithm: str, hyperparameters: dict[str, Any]) -> None:
        """Reads the rows and their places."""
        folder = run.folder / "prepared/train"
        schema = json.loads((folder / "schema.json").read_text())
        self.columns = schema["columns"]
        self.problem, self.classes = schema["problem"], len(schema["classes"])
        self.rows = read_rows(folder / "out-of-fold/rows.csv", self.columns)
        self.places = pd.read_csv(folder / "out-of-fold/folds.csv")
        self.algorithm, self.settings = algorithm, hyperparameters

    def measure(self) -> dict[str, dict[str, float]]:
        """The metrics of the test rows and those out of fold."""
        part, labels = self.places["part"], self.places["label"].to_numpy()
        prepare = self.preprocessor(self.rows[part == TRAIN])
        model = self.train(
            prepare.fit_transform(self.rows[part == TRAIN]),
            labels[part == TRAIN],
            (prepare.transform(self.rows[part == VALIDATION]), labels[part == VALIDATION]),
        )
        out_of_fold = self.predict_out_of_fold()
        margins = margins_of(model, prepare.transform(self.rows[part == TEST]))
        test = self.score(
            margins, labels[part == TEST], out_of_fold[part != TEST], labels[part != TEST]
        )
        return {"test": test, "out_of_fold": self.score_folds(out_of_fold, labels)}

    def predict_out_of_fold(self) -> np.ndarray:
        """Margins of each fold by a model without it and without the test rows; the next fold ends boosting."""
        part, fold = self.places["part"], self.places["fold"]
        labels = self.places["label"].to_numpy()
        found: dict[int, np.ndarray] = {}
        for own in sorted(fold.unique()):
            learn = (fold != own) & (part != TEST)
            prepare = self.preprocessor(self.rows[learn])
            features = prepare.fit_transform(self.rows[learn])
            rounds = None
            if self.algorithm == "xgboost":
                inner = (fold[learn] == (own + 1) % 5).to_numpy()
                validation = (features[inner], labels[learn][inner])
                probe = self.train(features[~inner], labels[learn][~inner], validation)
                rounds = probe.best_iteration + 1
            model = self.train(features, labels[learn], None, rounds)
            margins = margins_of(model, prepare.transform(self.rows[fold == own]))
            found.update(zip(np.flatnonzero(fold == own), margins))
        return np.array([found[row] for row in range(len(labels))])

    def preprocessor(self, known: pd.DataFrame) -> ColumnTransformer:
        """One step for each column, numbers first."""
        ordered = sorted(self.columns, key=lambda column: column["type"] == "category")
        return ColumnTransformer(
            [(c["name"], self.step(c, known[c["name"]]), [c["name"]]) for c in ordered]
        )

    def step(self, column: dict[str, Any], known: pd.Series) -> Any:
        """Fill and scale a number, or encode a category; say where a gap was."""
        gap = [("gap", MissingIndicator(features="all"))] if known.isna().any() else []
        if column["type"] != "category":
            fill = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
            return FeatureUnion([("value", fill), *gap])
        values = column.get("values", sorted(known.dropna().unique()))
        common = known.value_counts() >= min(10, max(1, len(known) // 100))
        frequent = [v for v in values if "values" in column or common[v]]
        if len(frequent) > 99:
            raise ValueError("more values than this run knows how to treat")
        encode = OneHotEncoder(categories=[frequent], handle_unknown="ignore", sparse_output=False)
        rare = set(known.dropna().unique()) - set(frequent)
        more = [("rare", Rare(set(frequent)))] if rare else []
        return FeatureUnion([("value", encode), *more, *gap])

    def train(
        self, features: np.ndarray, labels: np.ndarray, validation: Any, rounds: int | None = None
    ) -> Any:
        """Fit a model of the library."""
        settings = dict(self.settings)
        if self.algorithm == "logistic-regression":
            return LogisticRegression(C=settings["c"], max_iter=2000).fit(features, labels)
        if self.algorithm == "linear-regression":
            return Ridge(alpha=settings["alpha"]).fit(features, labels)
        kind = "Regressor" if self.problem == "regression" else "Classifier"
        known = {"reg_lambda": settings.pop("lambda", 1), "random_state": 20261120}
        features = features.astype(np.float32)
        if self.algorithm == "random-forest":
            trees = settings.pop("num_parallel_tree")
            forest = getattr(xgboost, f"XGBRF{kind}")(n_estimators=trees, **known, **settings)
            return forest.fit(features, labels)
        settings["learning_rate"] = settings.pop("eta")
        most, patience = settings.pop("num_round"), settings.pop("early_stopping_rounds")
        metric = {"regression": "rmse", "binary": "logloss", "multiclass": "mlogloss"}[self.problem]
        model = getattr(xgboost, f"XGB{kind}")(
            n_estimators=rounds or most,
            early_stopping_rounds=None if rounds else patience,
            eval_metric=metric,
            **known,
            **settings,
        )
        evaluated = None if rounds else [(validation[0].astype(np.float32), validation[1])]
        return model.fit(features, labels, eval_set=evaluated, verbose=False)

    def score_folds(self, margins: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Each fold calibrated by the others."""
        fold, part = self.places["fold"].to_numpy(), self.places["part"].to_numpy()
        if self.problem == "regression":
            return score_numbers(margins, labels)
        probabilities = np.zeros((len(labels), self.classes))
        chosen = np.zeros(len(labels))
        for own in np.unique(fold):
            others = (fold != own) & (part != TEST)
            probabilities[fold == own], chosen[fold == own] = self.classify(
                margins[fold == own], margins[others], labels[others]
            )
        return score_classes(probabilities, chosen, labels)

    def score(self, margins: Any, labels: Any, known_margins: Any, known_labels: Any) -> dict:
        """The rows calibrated by known ones."""
        if self.problem == "regression":
            return score_numbers(margins, labels)
        return score_classes(*self.classify(margins, known_margins, known_labels), labels)

    def classify(
        self, margins: np.ndarray, known_margins: np.ndarray, known_labels: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities and classes."""
        if self.problem == "multiclass":
            probabilities = temper(margins, known_margins, known_labels)
            return probabilities, probabilities.argmax(axis=1)
        if min(known_labels.sum(), len(known_labels) - known_labels.sum()) >= 1000:
            least = 1 / (2 * len(known_labels) + 2)
            model: Any = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
        else:
            model = _SigmoidCalibration()
        model.fit(known_margins.astype(float), known_labels)
        positive = model.predict(margins.astype(float))
        threshold = best_threshold(model.predict(known_margins.astype(float)), known_labels)
        return np.column_stack([1 - positive, positive]), (positive >= threshold).astype(float)


class Rare:
    """One where a value is neither missing nor among the frequent ones."""

    def __init__(self, frequent: set[str]) -> None:
        """Keeps the frequent ones."""
        self.frequent = frequent

    def fit(self, *_: Any) -> "Rare":
        """Nothing to learn."""
        return self

    def transform(self, values: pd.DataFrame) -> np.ndarray:
        """One column."""
        first = values.iloc[:, 0]
        return (first.notna() & ~first.isin(self.frequent)).to_numpy(float).reshape(-1, 1)


def read_rows(path: Path, columns: list[dict[str, Any]]) -> pd.DataFrame:
    """Read rows as pandas does."""
    names = [column["name"] for column in columns]
    missing = ["", *{text for column in columns for text in column.get("missingValues", [])}]
    texts = [column["name"] for column in columns if column["type"] == "category"]
    return pd.read_csv(
        path,
        header=None,
        names=names,
        dtype=dict.fromkeys(texts, str),
        keep_default_na=False,
        na_values=missing,
        float_precision="round_trip",
    )


def margins_of(model: Any, features: np.ndarray) -> np.ndarray:
    """What comes before the probability."""
    if isinstance(model, LogisticRegression):
        return model.decision_function(features)
    if isinstance(model, Ridge):
        return model.predict(features)
    return model.predict(features.astype(np.float32), output_margin=True)


def temper(margins: np.ndarray, known_margins: np.ndarray, known_labels: np.ndarray) -> np.ndarray:
    """The temperature with the least log loss, by a finer search than the kit's."""
    from scipy.optimize import minimize_scalar
    from scipy.special import softmax

    found = minimize_scalar(
        lambda t: scores.log_loss(known_labels, softmax(known_margins / np.exp(t), axis=1)),
        bounds=(-3, 3),
        method="bounded",
    )
    return softmax(margins / np.exp(found.x), axis=1)


def best_threshold(positive: np.ndarray, labels: np.ndarray) -> float:
    """The one with the best F1, in the middle between two probabilities."""
    if 0.4 <= labels.mean() <= 0.6:
        return 0.5
    precision, recall, thresholds = scores.precision_recall_curve(labels, positive)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    # From the highest threshold on, the first of the best.
    best = len(thresholds) - 1 - int(np.argmax(f1[:-1][::-1]))
    below = thresholds[best - 1] if best > 0 else 0.0
    return (thresholds[best] + below) / 2


def score_numbers(predicted: np.ndarray, actual: np.ndarray) -> dict[str, float]:
    """scikit-learn's metrics."""
    return {
        "mse": scores.mean_squared_error(actual, predicted),
        "mae": scores.mean_absolute_error(actual, predicted),
        "r2": scores.r2_score(actual, predicted),
    }


def score_classes(p: np.ndarray, chosen: np.ndarray, actual: np.ndarray) -> dict[str, float]:
    """scikit-learn's metrics."""
    accuracy = scores.accuracy_score(actual, chosen)
    classes = np.arange(p.shape[1])
    loss = scores.log_loss(actual, p, labels=classes)
    if p.shape[1] > 2:
        own = scores.precision_recall_fscore_support(actual, chosen, average="macro")
        names = zip(("macro_precision", "macro_recall", "macro_f1"), own)
        brier = ((p - np.eye(p.shape[1])[actual.astype(int)]) ** 2).sum(axis=1).mean()
        return {"accuracy": accuracy, "log_loss": loss, "brier": brier, **dict(names)}
    return {
        "auc": scores.roc_auc_score(actual, p[:, 1]),
        "log_loss": loss,
        "brier": scores.brier_score_loss(actual, p[:, 1]),
        "accuracy": accuracy,
        "f1": scores.f1_score(actual, chosen),
        "precision": scores.precision_score(actual, chosen),
        "recall": scores.recall_score(actual, chosen),
    }


class AgreementTest(unittest.TestCase):
    """Compares the two runs."""

    BOOSTED = {
        "max_depth": 3,
        "eta": 0.1,
        "num_round": 60,
        "early_stopping_rounds": 10,
        "subsample": 0.8,
        "min_child_weight": 3,
        "lambda": 2.0,
    }
    FOREST = {
        "num_parallel_tree": 40,
        "max_depth": 6,
        "subsample": 0.6,
        "colsample_bynode": 0.5,
        "min_child_weight": 2,
        "lambda": 0.5,
    }

    def compare(self, run: Run, algorithm: str, hyperparameters: dict[str, Any]) -> dict[str, Any]:
        self.addCleanup(run.close)
        given = [
            text for name, value in hyperparameters.items() for text in (f"--{name}", str(value))
        ]
        run.prepare().train("model", "--algorithm", algorithm, *given)
        evaluation = run.evaluate()
        expected = Independent(run, algorithm, hyperparameters).measure()
        key = KEYS[run.manifest.get("problem", "regression")]
        for place, own in (("test", evaluation), ("out_of_fold", evaluation["out_of_fold"])):
            for name, value in expected[place].items():
                with self.subTest(f"{algorithm}, {place}: {name}"):
                    self.assertAlmostEqual(
                        own[key][name]["value"], value, delta=5e-4 * max(1, value)
                    )
        return evaluation

    def weather(self, problem: str, label: dict[str, Any]) -> Run:
        """Without dates and texts, whose numbers are the kit's own."""
        hidden = ("day", "note", "station id")
        manifest = weather_manifest(problem, label)
        manifest["columns"] = [
            {**column, "ignore": True} if column["name"] in hidden else column
            for column in manifest["columns"]
        ]
        return Run(manifest, render(weather_rows(400), label["name"]))


class SampleTest(AgreementTest):
    """On a small sample."""

    def test_regression(self) -> None:
        label = {"name": "amount", "type": "number"}
        self.compare(self.weather("regression", label), "xgboost", self.BOOSTED)
        self.compare(self.weather("regression", label), "linear-regression", {"alpha": 1.0})

    def test_binary(self) -> None:
        label = {"name": "wet", "type": "integer"}
        self.compare(self.weather("binary", label), "xgboost", self.BOOSTED)
        self.compare(self.weather("binary", label), "random-forest", self.FOREST)
        self.compare(self.weather("binary", label), "logistic-regression", {"c": 0.1})

    def test_multiclass(self) -> None:
        label = {"name": "kind", "type": "category", "values": ["sun", "rain", "snow"]}
        self.compare(self.weather("multiclass", label), "xgboost", self.BOOSTED)
        self.compare(self.weather("multiclass", label), "logistic-regression", {"c": 0.1})


DATA = Path(os.environ.get("STEPMILL_DATA", "not named"))


@unittest.skipUnless(DATA.exists(), "STEPMILL_DATA names no folder with the real data")
class RealDataTest(AgreementTest):
    """On the real data, with the settings of the projects."""

    def test_abalone(self) -> None:
        settings = {"max_depth": 5, "eta": 0.2, "gamma": 4, "min_child_weight": 6}
        rounds = {"subsample": 0.7, "num_round": 50, "early_stopping_rounds": 10}
        run = Run(abalone(), (DATA / "abalone.csv").read_bytes())
        evaluation = self.compare(run, "xgboost", {**settings, **rounds})
        metrics = evaluation["regression_metrics"]
        # What Abalone's own scripts gave before there was a kit.
        for name, value in {"mse": 4.318, "mae": 1.478, "r2": 0.572}.items():
            self.assertAlmostEqual(metrics[name]["value"], value, delta=5e-4)

    def test_titanic(self) -> None:
        run = Run(TITANIC, (DATA / "titanic.csv").read_bytes())
        self.compare(run, "xgboost", self.BOOSTED)

    def test_adherence(self) -> None:
        run = Run(ADHERENCE, (DATA / "diabetic_data.csv").read_bytes())
        self.compare(run, "random-forest", self.FOREST)

    def test_readmission(self) -> None:
        run = Run(READMISSION, (DATA / "diabetic_data.csv").read_bytes())
        self.compare(run, "logistic-regression", {"c": 0.01})


if __name__ == "__main__":
    unittest.main()
