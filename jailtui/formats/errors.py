"""What a reader of a tool's output raises."""

from __future__ import annotations


class FormatError(ValueError):
    """The text is not what the tool prints. The message is a whole sentence for the operator.

    The only exception that leaves this room.
    """
