r"""fstab(5): a list of file systems to mount. Source: fstab(5), and jail(8), `mount` and `mount.fstab`.

    /usr/ports	/jails/web/usr/ports	nullfs	ro	0	0

Blanks in the first two words are written as `\040`. jail(8) needs the first three words of a line, and reads `mount`
in the same way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ENCODED = re.compile(r"\\([0-3][0-7]{2}|.)")
FEWEST_WORDS = 3


class FstabLine(NamedTuple):
    """A file system to mount: its device or directory, where, and its type."""

    device: str
    path: str
    kind: str


def parse(text: str) -> tuple[FstabLine, ...]:
    """The file systems in `text`, in order; comments and lines with fewer words are skipped."""
    return tuple(filter(None, map(line, text.split("\n"))))


def line(text: str) -> FstabLine | None:
    """The file system on a line; None for a comment or a line with fewer words."""
    words = text.partition("#")[0].split()
    if len(words) < FEWEST_WORDS:
        return None
    path = decoded(words[1])
    return FstabLine(decoded(words[0]), path.rstrip("/") or path[:1], words[2])


def decoded(word: str) -> str:
    """A word with its escapes resolved."""
    return ENCODED.sub(lambda match: chr(int(match[1], 8)) if len(match[1]) > 1 else match[1], word)
