"""The error that parsers raise, and what parses JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


class FormatError(ValueError):
    """The text is not what the tool prints. The message is a whole sentence. Parsers raise no other exception."""


def shown(value: Any) -> str:
    """A JSON value for a message: escaped, and cut at 60 characters."""
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"


def objects_at(tool: str, document: Any, *keys: str, optional: bool = False) -> list[dict[str, Any]]:
    """The objects in the list at these keys of a tool's JSON; none if a key is missing and `optional`.

    Raises FormatError if the JSON has another shape.
    """
    value = document
    for key in keys:
        if optional and isinstance(value, dict) and key not in value:
            return []
        if not isinstance(value, dict) or key not in value:
            raise FormatError(f'{tool} printed JSON without "{key}".')
        value = value[key]
    if not isinstance(value, list) or not all(isinstance(member, dict) for member in value):
        raise FormatError(f'{tool} printed JSON whose "{keys[-1]}" is not a list of objects.')
    return value


def from_json(tool: str, text: str, read: Callable[[Any], Value]) -> Value:
    """The JSON that a tool printed, passed through `read`. Raises FormatError if it is not JSON."""
    try:
        # strict=False: a jail's root sets its hostname, and jls prints control characters unescaped.
        return read(json.loads(text, strict=False))
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{tool} printed invalid JSON: {error}.") from error
