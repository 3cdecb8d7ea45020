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


def from_json(tool: str, text: str, read: Callable[[Any], Value]) -> Value:
    """What `read` makes of the JSON that a tool printed. Raises FormatError if it is not JSON."""
    try:
        # A jail's root sets its hostname, and jls prints the control characters in it raw.
        return read(json.loads(text, strict=False))
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{tool} printed invalid JSON: {error}.") from error
