"""What the host was asked about a jail's permissions: the answers of `host/about.sh` as values, None where unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.formats import devfs, jailparam, jls
from jailtui.formats.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.exchange import Section

_FIELDS = ("devfs_ruleset", "children_max", "securelevel")


def known_params(section: Section | None) -> Mapping[str, str] | None:
    """The kernel's parameters (`sysctl -d security.jail.param`), each with the kernel's own words on it."""
    if section is None or section.rc != 0:
        return None
    try:
        found = jailparam.parse(section.out)
    except FormatError:
        return None
    return found or None


def loaded_rulesets(section: Section | None) -> frozenset[int] | None:
    """The devfs rulesets that are loaded (`devfs rule showsets`)."""
    if section is None or section.rc != 0:
        return None
    try:
        return devfs.parse(section.out)
    except FormatError:
        return None


def running_values(section: Section | None) -> Mapping[str, str] | None:
    """The parameters of a running jail by name (`jls -n`); booleans are `true` or `false`."""
    if section is None or section.rc != 0:
        return None
    try:
        rows = jls.parse(section.out)
    except FormatError:
        return None
    return values_of(rows[0]) if rows else None


def values_of(row: jls.JailRow) -> dict[str, str]:
    """The parameters of one jail by name, those with a field of their own among them."""
    numbers = {name.replace("_max", ".max"): getattr(row, name) for name in _FIELDS}
    return dict(row.other) | {name: str(value) for name, value in numbers.items() if value is not None}


def host_securelevel(section: Section | None) -> int | None:
    """The host's securelevel (`sysctl -n kern.securelevel`), below which no jail's may be."""
    word = section.out.strip() if section is not None and section.rc == 0 else ""
    return int(word) if word in ("-1", "0", "1", "2", "3") else None
