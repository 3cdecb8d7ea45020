"""The answers of `host/about.sh` about a jail's permissions as values; None if they could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from jailtui.formats import devfs, jls, sysctl
from jailtui.formats.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.exchange import Section

Record = TypeVar("Record")
_FIELDS = ("devfs_ruleset", "children_max", "securelevel")


def _parsed(section: Section | None, parse: Callable[[str], Record]) -> Record | None:
    """The section as parsed by `parse`; None if the command failed or printed something else."""
    if section is None or section.rc != 0:
        return None
    try:
        return parse(section.out)
    except FormatError:
        return None


def known_params(section: Section | None) -> Mapping[str, str] | None:
    """The kernel's parameters (`sysctl -d security.jail.param`), each with the kernel's description."""
    return _parsed(section, sysctl.parse_descriptions) or None


def loaded_rulesets(section: Section | None) -> frozenset[int] | None:
    """The devfs rulesets that are loaded, which are those with rules (`devfs rule -s N show`)."""
    return _parsed(section, devfs.parse)


def running_values(section: Section | None) -> Mapping[str, str] | None:
    """The parameters of a running jail by name (`jls -n`); booleans are `true` or `false`."""
    rows = _parsed(section, jls.parse)
    return values_of(rows[0]) if rows else None


def values_of(row: jls.JailRow) -> dict[str, str]:
    """All parameters of one jail by name."""
    numbers = {name.replace("_max", ".max"): getattr(row, name) for name in _FIELDS}
    return dict(row.other) | {name: str(value) for name, value in numbers.items() if value is not None}


def host_securelevel(section: Section | None) -> int | None:
    """The host's securelevel (`sysctl -n kern.securelevel`), the lowest that a jail may have."""
    word = section.out.strip() if section is not None and section.rc == 0 else ""
    return int(word) if word in ("-1", "0", "1", "2", "3") else None
