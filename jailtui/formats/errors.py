"""What a reader of a tool's output raises, and the reading of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")


class FormatError(ValueError):
    """The text is not what the tool prints. The message is a whole sentence for the operator.

    The only exception that leaves this room.
    """


def shown(value: Any) -> str:
    """A JSON value for a message: escaped, and cut at 60 characters."""
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"


def objects_at(tool: str, document: Any, *keys: str, optional: bool = False) -> list[dict[str, Any]]:
    """The objects in the list at these keys of a tool's JSON; none where an `optional` key is missing.

    Raises FormatError if the JSON has another shape.
    """
    inside = document
    for key in keys:
        if optional and isinstance(inside, dict) and key not in inside:
            return []
        if not isinstance(inside, dict) or key not in inside:
            raise FormatError(f'{tool} printed JSON without "{key}".')
        inside = inside[key]
    if not isinstance(inside, list) or not all(isinstance(member, dict) for member in inside):
        raise FormatError(f'{tool} printed JSON whose "{keys[-1]}" is not a list of objects.')
    return inside


def from_json(tool: str, text: str, read: Callable[[Any], Value]) -> Value:
    """What `read` makes of the JSON that a tool printed. Raises FormatError if it is not JSON."""
    try:
        # A jail's root sets its hostname, and jls prints the control characters in it raw.
        return read(json.loads(text, strict=False))
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{tool} printed invalid JSON: {error}.") from error
