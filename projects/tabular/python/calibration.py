"""Turn margins into probabilities that mean what they say.

Fitted on rows that the model was not trained on. Binary: Platt's sigmoid, or isotonic regression from
1,000 rows of each class. Multiclass: one temperature for all classes, which keeps their order.
"""

from typing import Any

import numpy as np

#: Of the rarer class: with fewer, the steps at the ends follow single rows, and new probabilities are too extreme.
ISOTONIC_ROWS = 1_000
NEWTON_STEPS = 100
#: Classes are balanced where the share of the positive one is this near to one half.
BALANCED_WITHIN = 0.1
TEMPERATURES = np.geomspace(0.05, 20, 400)

Calibration = dict[str, Any]


def fit_calibration(margins: np.ndarray, labels: np.ndarray) -> Calibration:
    """Learn from margins, and labels as numbers of classes."""
    if margins.ndim == 2:
        return fit_temperature(margins, labels)
    if min(labels.sum(), len(labels) - labels.sum()) >= ISOTONIC_ROWS:
        return fit_isotonic(margins, labels)
    return fit_sigmoid(margins, labels)


def calibrate(margins: np.ndarray, calibration: Calibration) -> np.ndarray:
    """The probability of each class, one line for each row."""
    if calibration["type"] == "temperature":
        return softmax(margins / calibration["temperature"])
    positive = (
        np.interp(margins, calibration["margins"], calibration["probabilities"])
        if calibration["type"] == "isotonic"
        else sigmoid(calibration["slope"] * margins + calibration["constant"])
    )
    return np.column_stack([1 - positive, positive])


def sigmoid(values: np.ndarray) -> np.ndarray:
    """From log-odds to probabilities, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(values, dtype=float)))


def softmax(values: np.ndarray) -> np.ndarray:
    """From margins to probabilities, without overflow."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit_sigmoid(margins: np.ndarray, labels: np.ndarray) -> Calibration:
    """Platt's method, with his smoothed labels.

    The slope is never negative: a model that ranks the wrong way round on new rows knows nothing, and
    must not be turned into one that does.
    """
    positives = labels.sum()
    negatives = len(labels) - positives
    targets = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, constant = _newton(np.asarray(margins, dtype=float), targets)
    if slope < 0:
        rate = targets.mean()
        slope, constant = 0.0, float(np.log(rate / (1 - rate)))
    return {"type": "sigmoid", "slope": slope, "constant": constant}


def _newton(margins: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """The slope and constant with the least log loss; a step that does not lower it is shortened."""
    middle, spread = float(margins.mean()), float(margins.std()) or 1.0
    inputs = np.column_stack([(margins - middle) / spread, np.ones(len(margins))])
    weights = np.array([0.0, float(np.log(targets.mean() / (1 - targets.mean())))])
    for _ in range(NEWTON_STEPS):
        found = sigmoid(inputs @ weights)
        gradient = inputs.T @ (found - targets)
        curvature = (inputs * (found * (1 - found))[:, np.newaxis]).T @ inputs
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        loss = _log_loss(inputs @ weights, targets)
        while _log_loss(inputs @ (weights - step), targets) > loss and np.abs(step).max() > 1e-10:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    slope = float(weights[0] / spread)
    return slope, float(weights[1] - slope * middle)


def _log_loss(scores: np.ndarray, targets: np.ndarray) -> float:
    return float((np.logaddexp(0, scores) - targets * scores).sum())


def fit_isotonic(margins: np.ndarray, labels: np.ndarray) -> Calibration:
    """The best rising function; no probability is 0 or 1, because no number of rows shows that."""
    from sklearn.isotonic import IsotonicRegression

    least = 1 / (2 * len(labels) + 2)
    model = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    model.fit(np.asarray(margins, dtype=float), labels)
    return {
        "type": "isotonic",
        "margins": np.asarray(model.X_thresholds_).tolist(),
        "probabilities": np.asarray(model.y_thresholds_).tolist(),
    }


def fit_temperature(margins: np.ndarray, labels: np.ndarray) -> Calibration:
    """The temperature with the least log loss."""
    rows = np.arange(len(labels))
    places = labels.astype(int)
    losses = [
        -np.log(np.maximum(softmax(margins / t)[rows, places], 1e-15)).mean() for t in TEMPERATURES
    ]
    return {"type": "temperature", "temperature": float(TEMPERATURES[int(np.argmin(losses))])}


def choose_threshold(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The probability from which a row is positive: it maximizes F1, or is one half for balanced classes."""
    if abs(labels.mean() - 0.5) <= BALANCED_WITHIN:
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    hits = np.cumsum(labels[order])
    f1 = 2 * hits / (np.arange(1, len(labels) + 1) + labels.sum())
    # A threshold stands between two different probabilities.
    is_end = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmax(np.where(is_end, f1, -1)))
    after = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + after) / 2)


def choose_classes(probabilities: np.ndarray, threshold: float | None) -> np.ndarray:
    """The number of the predicted class of each row."""
    if threshold is not None:
        return (probabilities[:, 1] >= threshold).astype(int)
    return probabilities.argmax(axis=1)
