"""`route -n get ADDRESS`: the interface and the router by which the host reaches an address.

      interface: vtnet0

Source: route(8).
"""

from __future__ import annotations

from typing import NamedTuple

from jailtui.formats.errors import FormatError


class Path(NamedTuple):
    """The interface over which packets leave, and the router that gets them; "" for none."""

    interface: str
    gateway: str = ""


def parse(text: str) -> Path:
    """The path in `text`. Raises FormatError."""
    words = {word.strip(): value for word, colon, value in (line.partition(": ") for line in text.split("\n")) if colon}
    if not words.get("interface"):
        raise FormatError("route printed no interface.")
    return Path(words["interface"], words.get("gateway", ""))
