"""`sysctl -d security.jail.param`: the parameters of a jail that this kernel knows. Source: sys/kern/kern_jail.c.

    security.jail.param.allow: Jail permission flags
    security.jail.param.allow.mount.tmpfs: Jail may mount the tmpfs file system
    security.jail.param.sysvshm.: SYSV shared memory

A name with a dot behind it is a parameter that has others below it; the same name without the dot is only its node.
"""

from __future__ import annotations

from jailtui.formats.errors import FormatError, shown

ROOT = "security.jail.param"


def parse(text: str) -> dict[str, str]:
    """What the kernel says of each parameter, by its name as jail.conf has it, nodes left out.

    FormatError if `text` is not what sysctl prints.
    """
    told = dict(named(line) for line in text.splitlines() if line)
    return {name.removesuffix("."): said for name, said in told.items() if name and not is_node(name, told)}


def named(line: str) -> tuple[str, str]:
    """A line as the parameter's name ("" of the root) and its text; FormatError where it has another shape."""
    name, colon, text = line.partition(":")
    if not colon or not (name == ROOT or name.startswith(ROOT + ".")):
        raise FormatError(f"sysctl gave {shown(line)}, which describes no jail parameter.")
    return name.removeprefix(ROOT).removeprefix("."), text.strip()


def is_node(name: str, told: dict[str, str]) -> bool:
    """Whether that name only holds others; with the dot (`allow.mount.`) it is a parameter."""
    return not name.endswith(".") and any(other.startswith(name + ".") for other in told)
