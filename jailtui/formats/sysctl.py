"""`sysctl NAME…`, the values below these names, and `sysctl -d security.jail.param`, the jail parameters of the kernel.

    net.link.bridge.pfil_member: 0

    security.jail.param.allow: Jail permission flags
    security.jail.param.allow.mount.tmpfs: Jail may mount the tmpfs file system
    security.jail.param.sysvshm.: SYSV shared memory

A name that ends with a dot is a parameter with others below it; the same name without the dot is only a node.
Sources: sysctl(8), sys/kern/kern_jail.c.
"""

from __future__ import annotations

import re

from jailtui.formats.errors import FormatError, shown

ROOT = "security.jail.param"
LINE = re.compile(r"([A-Za-z0-9_.%-]+): (.*)")


def parse(text: str) -> tuple[tuple[str, str], ...]:
    """The names with their values, in printed order. A line of another form continues the value above."""
    values: list[tuple[str, str]] = []
    for line in text.removesuffix("\n").split("\n"):
        if match := LINE.fullmatch(line):
            values.append((match[1], match[2]))
        elif values:
            values[-1] = (values[-1][0], f"{values[-1][1]}\n{line}")
    return tuple(values)


def parse_descriptions(text: str) -> dict[str, str]:
    """The kernel's description of each jail parameter, by its name in jail.conf. Raises FormatError."""
    texts = dict(described(line) for line in text.splitlines() if line)
    nodes = {name for name in texts if not name.endswith(".") and any(other.startswith(f"{name}.") for other in texts)}
    return {name.removesuffix("."): text for name, text in texts.items() if name and name not in nodes}


def described(line: str) -> tuple[str, str]:
    """The name of the parameter on a line ("" for the root), and its description. Raises FormatError."""
    name, colon, text = line.partition(":")
    if not colon or not (name == ROOT or name.startswith(ROOT + ".")):
        raise FormatError(f"sysctl printed {shown(line)}, which describes no jail parameter.")
    return name.removeprefix(ROOT).removeprefix("."), text.strip()
