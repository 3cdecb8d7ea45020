"""`appjail jail list -eHIpt name`: the names of AppJail's jails, one a line.

Without its options, which turn off what a table has, names are padded. Source: DtxdF/AppJail, share/appjail/cmd/jail
(jail_list, jail_get).
"""

from __future__ import annotations

from jailtui.formats.listed import JailList, ListedJail, is_name, listed


def parse(text: str) -> JailList:
    """The jails. Raises FormatError."""
    lines = (line.rstrip() for line in text.split("\n"))
    return listed("appjail", lines, lambda line: ListedJail(line) if is_name(line) else None)
