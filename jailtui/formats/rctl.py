"""`rctl -u jail:NAME`: what the kernel accounts to a jail.

    cputime=11
    memoryuse=4960256

cputime is in seconds, and that of processes that have ended counts. An unknown jail has zeros. Source: rctl(8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jailtui.formats.errors import FormatError, shown

LINE = re.compile(r"([a-z]+)=([0-9]{1,20})", re.ASCII)


def parse(text: str) -> Mapping[str, int]:
    """The amounts by resource. Raises FormatError."""
    amounts: dict[str, int] = {}
    for line in filter(None, text.split("\n")):
        match = LINE.fullmatch(line)
        if match is None:
            raise FormatError(f"rctl printed {shown(line)}, not a resource and its amount.")
        amounts[match[1]] = int(match[2])
    return amounts
