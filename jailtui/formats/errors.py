"""What a reader of a tool's output raises."""

from __future__ import annotations

import json
from typing import Any


class FormatError(ValueError):
    """The text is not what the tool prints. The message is a whole sentence for the operator.

    The only exception that leaves this room.
    """


def shown(value: Any) -> str:
    """A JSON value for a message: escaped, and cut at 60 characters."""
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"
