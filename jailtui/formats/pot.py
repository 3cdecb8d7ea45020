"""`pot list -q`: the names of the pots, one a line. Source: bsdpot/pot, share/pot/list.sh (_ls_pots)."""

from __future__ import annotations

from jailtui.formats.listed import JailList, ListedJail, is_name, listed


def parse(text: str) -> JailList:
    """The pots. Raises FormatError."""
    return listed("pot", text.split("\n"), lambda line: ListedJail(line) if is_name(line) else None)
