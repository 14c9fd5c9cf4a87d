"""Say which columns a prediction rests on."""

from typing import Any

import numpy as np

FACTORS = 5


def sum_by_column(contributions: np.ndarray, sources: list[str]) -> tuple[list[str], np.ndarray]:
    """Add up the features that are made of one column."""
    names = list(dict.fromkeys(sources))
    places = {name: place for place, name in enumerate(names)}
    sums = np.zeros((len(contributions), len(names)))
    np.add.at(sums.T, [places[name] for name in sources], contributions.T)
    return names, sums


def name_factors(
    names: list[str], contributions: np.ndarray, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """The columns that move a prediction most, with their values and by how much."""
    order = np.argsort(-np.abs(contributions), kind="stable")[:FACTORS]
    return [
        {
            "column": names[place],
            "value": values.get(names[place]),
            "contribution": float(contributions[place]),
        }
        for place in order
        if contributions[place] != 0
    ]
