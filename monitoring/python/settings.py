"""What a report is held against, with the defaults of each number.

Given as arguments, `--minimum-rows 500`, or as the file `settings.json` of the input `settings` with the
same names, `{"minimumRows": 500}`; arguments win. A name or a value that is wrong is an error.
"""

import argparse
import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """All settings; their names in JSON are in camel case."""

    #: Copied into the report, so that it says what it is about.
    project: str | None = None
    model_package_arn: str | None = None
    endpoint_name: str | None = None
    #: Requests whose inferenceTime is at or after the start and before the end. Without: all.
    window_start: str | None = None
    window_end: str | None = None
    #: What part of the requests the endpoint captures, in percent.
    sampling_percent: float = 100.0

    #: Fewer values of a column say nothing about drift.
    minimum_rows: int = 200
    #: Fewer rows in a bin, were nothing changed, and it is joined with its neighbour.
    minimum_expected: float = 5.0
    #: The population stability index below which a change does not matter.
    minimum_effect: float = 0.1
    #: The quantile of chi-squared that chance alone stays below.
    confidence: float = 0.99
    #: The share of wrong columns among those that are said to drift (false discovery rate).
    significance: float = 0.05
    permutations: int = 999
    seed: int = 20261130
    #: Columns whose distribution is not compared.
    exclude_columns: tuple[str, ...] = ()

    #: By how much the share of missing fields may grow.
    maximum_missing_increase: float = 0.05
    #: The share of fields that must be of their column's type.
    minimum_typed: float = 1.0
    #: The share of categories that training must have seen.
    minimum_known: float = 1.0
    #: The share of numbers that must be within their declared range.
    minimum_within: float = 1.0
    #: The probability below which more gaps are not blamed on chance.
    missing_significance: float = 0.01

    #: Fewer labelled rows say nothing about quality.
    minimum_labels: int = 50
    #: Labelled rows that are measured; of more, a random sample.
    maximum_labels: int = 20_000
    resamples: int = 200
    #: Categories that a report names, the most frequent first.
    maximum_categories: int = 20
    #: A sentence about files that are left out because they could not be read; a note of the report.
    unreadable: str | None = None

    @property
    def start(self) -> datetime | None:
        """The start of the window."""
        return None if self.window_start is None else read_time(self.window_start)

    @property
    def end(self) -> datetime | None:
        """The end of the window."""
        return None if self.window_end is None else read_time(self.window_end)


#: Numbers that a setting may have.
SHARES = (
    *("confidence", "significance", "maximum_missing_increase", "minimum_typed"),
    *("minimum_known", "minimum_within", "missing_significance"),
)
LEAST = {
    "minimum_rows": 20,
    "minimum_expected": 1,
    "minimum_effect": 0,
    "permutations": 99,
    "seed": 0,
    "sampling_percent": 0,
    "minimum_labels": 10,
    "maximum_labels": 1_000,
    "resamples": 20,
    "maximum_categories": 1,
}
MOST = {"permutations": 100_000, "sampling_percent": 100, "resamples": 10_000}


class SettingsError(ValueError):
    """The settings cannot be used."""


def read_time(text: str) -> datetime:
    """Read a moment with its zone; without one it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"{text!r} is not a time such as 2026-11-30T10:00:00Z; nothing was monitored."
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def camel_case(name: str) -> str:
    """`minimum_rows` is `minimumRows`."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An argument for each setting."""
    parser.add_argument("--settings", type=Path, default=None, help="a file of settings")
    for each in fields(Settings):
        parser.add_argument(f"--{each.name.replace('_', '-')}", dest=each.name)


def read_settings(options: argparse.Namespace, default: Path) -> Settings:
    """The file's settings, and the arguments', which win."""
    path = options.settings or default
    given = read_file(path) if options.settings is not None or path.exists() else {}
    names = {camel_case(each.name): each.name for each in fields(Settings)}
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise SettingsError(
            f"{path.name}: {unknown[0]} is not a setting; the settings are {', '.join(names)}. "
            "Nothing was monitored."
        )
    found = {names[name]: value for name, value in given.items() if value is not None}
    for each in fields(Settings):
        value = getattr(options, each.name)
        if value is not None:
            found[each.name] = value
    return check(Settings(**{name: convert(name, value) for name, value in found.items()}))


def read_file(path: Path) -> dict[str, Any]:
    """Read a file of settings."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path.name} cannot be read as JSON ({type(error).__name__}); nothing was monitored."
        ) from None
    if not isinstance(found, dict):
        raise SettingsError(f"{path.name} is not a JSON object; nothing was monitored.")
    return found


def convert(name: str, value: Any) -> Any:
    """A setting in the type of its default."""
    default = getattr(Settings, name)
    if isinstance(default, tuple):
        items = value.split(",") if isinstance(value, str) else value
        return tuple(str(item).strip() for item in items if str(item).strip() != "")
    if default is None:
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    kind = type(default)
    if isinstance(value, bool) or number != number or (kind is int and number != int(number)):
        wanted = "a whole number" if kind is int else "a number"
        raise SettingsError(
            f"{camel_case(name)}: must be {wanted}; got {value!r}. Nothing was monitored."
        )
    return kind(number)


def check(settings: Settings) -> Settings:
    """Refuse settings that no report could be made with."""
    for name in SHARES:
        _check_range(name, getattr(settings, name), 0, 1)
    for name, least in LEAST.items():
        _check_range(name, getattr(settings, name), least, MOST.get(name))
    start, end = settings.start, settings.end
    if start is not None and end is not None and start >= end:
        raise SettingsError(
            f"windowEnd: must be after windowStart ({settings.window_start}); "
            f"got {settings.window_end}. Nothing was monitored."
        )
    return settings


def _check_range(name: str, value: float, least: float, most: float | None) -> None:
    if value >= least and (most is None or value <= most):
        return
    bounds = f"at least {least}" if most is None else f"from {least} to {most}"
    raise SettingsError(
        f"{camel_case(name)}: must be {bounds}; got {value}. Nothing was monitored."
    )
