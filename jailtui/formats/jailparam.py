"""`sysctl -d security.jail.param`: the parameters of a jail that this kernel knows. Source: sys/kern/kern_jail.c.

    security.jail.param.allow: Jail permission flags
    security.jail.param.allow.mount.tmpfs: Jail may mount the tmpfs file system
    security.jail.param.sysvshm.: SYSV shared memory

A name with a dot behind it is a parameter that has others below it; the same name without the dot is only its node.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from jailtui.formats.errors import FormatError, shown

ROOT = "security.jail.param"

ParamKind = Literal["boolean", "system", "value"]


class JailParam(NamedTuple):
    """One parameter: its name as jail.conf has it, its kind and what the kernel says of it.

    `kind` is told from the name, for sysctl prints none: boolean below `allow`, system (`new`, `inherit`, `disable`)
    where a dot follows the name, else value.
    """

    name: str
    kind: ParamKind
    text: str


def parse(text: str) -> tuple[JailParam, ...]:
    """`text` as parameters in printed order, nodes left out. FormatError if it is not what sysctl prints."""
    told = dict(named(line) for line in text.splitlines() if line)
    return tuple(
        JailParam(name.removesuffix("."), kind(name), said)
        for name, said in told.items()
        if name and not is_node(name, told)
    )


def named(line: str) -> tuple[str, str]:
    """A line as the parameter's name ("" of the root) and its text; FormatError where it has another shape."""
    name, colon, text = line.partition(":")
    if not colon or not (name == ROOT or name.startswith(ROOT + ".")):
        raise FormatError(f"sysctl gave {shown(line)}, which describes no jail parameter.")
    return name.removeprefix(ROOT).removeprefix("."), text.strip()


def is_node(name: str, told: dict[str, str]) -> bool:
    """Whether that name only holds others; with the dot (`allow.mount.`) it is a parameter."""
    return not name.endswith(".") and any(other.startswith(name + ".") for other in told)


def kind(name: str) -> ParamKind:
    """Of a name as printed."""
    if name.startswith("allow."):
        return "boolean"
    return "system" if name.endswith(".") else "value"
