"""The part of JSON Schema (2020-12) that `jailtui schema` uses, as a check of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
SAID = {"title", "description", "default", "format", "$schema", "$defs"}
"""Keywords that ask nothing of a value."""


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "$") -> Iterator[str]:
    """What is wrong with a value by a schema, each with its place. Raises KeyError for a keyword not known here."""
    root = schema if root is None else root
    for keyword, wanted in schema.items():
        if keyword not in SAID:
            yield from CHECKS[keyword](value, wanted, schema, root, at)


def _type(value: Any, wanted: str, _schema: dict[str, Any], _root: dict[str, Any], at: str) -> Iterator[str]:
    fits = isinstance(value, (int, float) if wanted == "number" else TYPES[wanted])
    if not fits or (isinstance(value, bool) and wanted in ("number", "integer")):
        yield f"{at}: {value!r} is not of type {wanted}"


def _properties(value: Any, wanted: dict[str, Any], schema: dict[str, Any], root: Any, at: str) -> Iterator[str]:
    others = schema.get("additionalProperties", True)
    for key, part in value.items() if isinstance(value, dict) else ():
        if key in wanted:
            yield from problems(part, wanted[key], root, f"{at}.{key}")
        elif others is False:
            yield f"{at}: {key} is not among the keys"


def _values(value: Any, wanted: Any, _schema: dict[str, Any], root: Any, at: str) -> Iterator[str]:
    for key, part in value.items() if isinstance(value, dict) and isinstance(wanted, dict) else ():
        yield from problems(part, wanted, root, f"{at}.{key}")


def _required(value: Any, wanted: list[str], _schema: Any, _root: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: {key} is missing" for key in wanted if isinstance(value, dict) and key not in value)


def _items(value: Any, wanted: dict[str, Any], _schema: Any, root: Any, at: str) -> Iterator[str]:
    for number, part in enumerate(value if isinstance(value, list) else ()):
        yield from problems(part, wanted, root, f"{at}[{number}]")


def _any(value: Any, wanted: list[dict[str, Any]], _schema: Any, root: Any, at: str) -> Iterator[str]:
    tried = [list(problems(value, schema, root, at)) for schema in wanted]
    if all(tried):
        yield " or ".join(problem for problem, *_ in tried)


def _ref(value: Any, wanted: str, _schema: Any, root: dict[str, Any], at: str) -> Iterator[str]:
    yield from problems(value, root["$defs"][wanted.removeprefix("#/$defs/")], root, at)


def _enum(value: Any, wanted: list[Any], _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if value not in wanted:
        yield f"{at}: {value!r} is none of {wanted}"


def _limit(value: Any, wanted: float, schema: dict[str, Any], _root: Any, at: str) -> Iterator[str]:
    if not isinstance(value, int | float):
        return
    below = value < schema.get("minimum", value)
    above = value > schema.get("maximum", value) or value >= schema.get("exclusiveMaximum", value + 1)
    if below or above:
        yield f"{at}: {value!r} is out of range ({wanted})"


CHECKS: dict[str, Callable[..., Iterator[str]]] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _values,
    "required": _required,
    "items": _items,
    "anyOf": _any,
    "$ref": _ref,
    "enum": _enum,
    "minimum": _limit,
    "maximum": _limit,
    "exclusiveMaximum": _limit,
}
