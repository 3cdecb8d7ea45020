"""`sysctl NAME…`: the values below some names, as `net.link.bridge.pfil_member: 0`. Source: sysctl(8)."""

from __future__ import annotations

import re

LINE = re.compile(r"([A-Za-z0-9_.%-]+): (.*)")


def parse(text: str) -> tuple[tuple[str, str], ...]:
    """`text` as (name, value), in printed order. A line of another shape goes on from the value before, or is none."""
    found: list[tuple[str, str]] = []
    for line in text.removesuffix("\n").split("\n"):
        if match := LINE.fullmatch(line):
            found.append((match[1], match[2]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    return tuple(found)
