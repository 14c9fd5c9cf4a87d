"""Read one field: a number, a date or a text, as the file writes them.

Training and serving share these rules, so that a request means what the same row of the file means.
"""

import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Column = dict[str, Any]

EPOCH = datetime(1970, 1, 1)
SECONDS_OF_A_DAY = 86_400

NUMBER = "number"
INTEGER = "integer"
CATEGORY = "category"
DATE = "date"
TEXT = "text"

DEFAULT_DATE_FORMAT = "%Y-%m-%d"


def date_format(column: Column) -> str:
    """How a column writes its dates."""
    return column.get("format", DEFAULT_DATE_FORMAT)


def is_missing(text: str, column: Column) -> bool:
    """An empty field, or one of the texts that the project names."""
    return text == "" or text in column.get("missingValues", ())


def read_number(text: str, form: dict[str, Any]) -> float | None:
    """Read a number with the file's decimal mark and thousands separator, or None."""
    if _pattern(form.get("decimal", "."), form.get("thousands")).fullmatch(text) is None:
        return None
    value = float(plain_number(text, form))
    return value if math.isfinite(value) else None


def plain_number(text: str, form: dict[str, Any]) -> str:
    """Rewrite a number as programming languages do."""
    thousands = form.get("thousands")
    if thousands:
        text = text.replace(thousands, "")
    return text.replace(form.get("decimal", "."), ".")


def without_affix(text: str, affix: str | None) -> str:
    """A number without what may stand before or after it: `-$ 5` is -5."""
    if not affix:
        return text
    sign = text[:1] if text[:1] in ("+", "-") else ""
    rest = text[len(sign) :]
    if rest.startswith(affix):
        return sign + rest[len(affix) :].strip()
    return sign + rest[: -len(affix)].strip() if rest.endswith(affix) else text


@lru_cache(maxsize=16)
def _pattern(decimal: str, thousands: str | None) -> re.Pattern[str]:
    mark = re.escape(decimal)
    whole = "[0-9]+"
    if thousands:
        whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+)"
    return re.compile(rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_date(text: str, pattern: str) -> float | None:
    """Read a date as days since 1970, or None."""
    try:
        moment = datetime.strptime(text, pattern)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return (moment - EPOCH).total_seconds() / SECONDS_OF_A_DAY


def is_ignored(column: Column) -> bool:
    """Whether the model does not see a column."""
    return bool(column.get("ignore"))
