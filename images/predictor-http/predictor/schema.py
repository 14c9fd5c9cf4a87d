"""The row of `/predict` as a type: a field for each column of the project."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

#: What JSON has for the columns of a project; dates are written as in the file.
TYPES: dict[str, Any] = {"number": float, "integer": int}


def row_type(columns: list[dict[str, Any]]) -> type[BaseModel]:
    """The type of a row. Fields have the columns' names, which need not be names of Python."""
    fields: dict[str, Any] = {}
    for place, column in enumerate(columns):
        kind = field_type(column)
        is_optional = bool(column.get("optional") or column.get("ignore"))
        field = Field(
            default=None if is_optional else ...,
            alias=column["name"],
            description=describe(column),
        )
        fields[f"column_{place}"] = (kind | None if is_optional else kind, field)
    return create_model("Row", __config__=ConfigDict(extra="forbid"), **fields)


def field_type(column: dict[str, Any]) -> Any:
    """The type of one field."""
    values = column.get("values")
    if column.get("ignore"):
        return Any
    if values:
        return Literal[tuple(values)]
    return TYPES.get(column["type"], str)


def describe(column: dict[str, Any]) -> str:
    """What a reader of the API needs to know about a field."""
    if column.get("ignore"):
        return "The model does not use it."
    parts = [column["type"]]
    if "minimum" in column or "maximum" in column:
        parts.append(f"{column.get('minimum', '…')} to {column.get('maximum', '…')}")
    if "format" in column:
        parts.append(f"written as {column['format']}")
    return ", ".join(parts)
