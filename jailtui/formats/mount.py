"""`mount -p`: what is mounted on a host, in the manner of fstab(5), a line each. Source: mount(8), fstab(5).

    /dev/gpt/rootfs		/			ufs	rw		1 1
    tmpfs			/jails/old/mnt		tmpfs	rw		0 0

A blank inside a name makes a line of more than six words. Who may mount inside a jail chooses such names, so a line
that can be read in two ways is left out: a path guessed from it might be unmounted.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WORDS = 6
"""Device, path, type, options, dump and pass."""
ENCODED = re.compile(r"\\([01][0-7]{2})")


class Mount(NamedTuple):
    """One mounted file system. Text is as printed, so hostile, with fstab(5)'s `\\040` as the blank it stands for."""

    device: str
    path: str
    kind: str


def parse(text: str) -> tuple[Mount, ...]:
    """The file systems in `text`, in printed order: the last one on a path lies on top."""
    rows = map(str.split, text.split("\n"))
    return tuple(Mount(plain(row[0]), plain(row[1]), row[2]) for row in rows if unambiguous(row))


def unambiguous(row: list[str]) -> bool:
    """Whether the words of a line can be read in one way only."""
    return len(row) == WORDS and row[1].startswith("/") and row[4].isdecimal() and row[5].isdecimal()


def plain(word: str) -> str:
    """A name with fstab(5)'s octal escapes decoded."""
    return ENCODED.sub(lambda match: chr(int(match[1], 8)), word)
