"""Files that did not change are not read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.parse import parse

if TYPE_CHECKING:
    from jailtui.jailconf.tree import Dialect, File


class Cache:
    """The last reading of each file, taken again while its bytes are the same. To be given to every `evaluate`."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, Dialect], File] = {}

    def parse(self, data: bytes, name: str = "jail.conf", dialect: Dialect = "15") -> File:
        """As `parse.parse`."""
        known = self.known.get((name, dialect))
        if known is None or known.data != data:
            known = self.known[name, dialect] = parse(data, name, dialect)
        return known
