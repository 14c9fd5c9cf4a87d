"""Hyperparameters by algorithm: names, limits and defaults stand in hyperparameters.json."""

import json
from pathlib import Path
from typing import Any

Table = dict[str, dict[str, dict[str, Any]]]


def read_table() -> Table:
    """The table beside this file; training unpacks its code, so that it is one."""
    return json.loads(Path(__file__).with_name("hyperparameters.json").read_text(encoding="utf-8"))


def choose(table: Table, algorithm: str, given: dict[str, str]) -> dict[str, Any]:
    """The defaults of an algorithm, with what was given in their place."""
    known = table[algorithm]
    for name in given:
        if name not in known:
            raise ValueError(f"{name} is not a hyperparameter of {algorithm}: {', '.join(known)}.")
    return {
        name: read_value(name, given[name], rule) if name in given else rule["default"]
        for name, rule in known.items()
    }


def read_value(name: str, text: str, rule: dict[str, Any]) -> Any:
    """Read and check one value; arguments are texts."""
    if rule["type"] == "text":
        if text not in rule.get("values", [text]):
            raise ValueError(f"{name} is one of {', '.join(rule['values'])}, not {text}.")
        return text
    try:
        value = int(text) if rule["type"] == "integer" else float(text)
    except ValueError:
        raise ValueError(f"{name} is of type {rule['type']}, not {text}.") from None
    if not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        raise ValueError(
            f"{name} is from {rule.get('minimum')} to {rule.get('maximum')}, not {text}."
        )
    return value
