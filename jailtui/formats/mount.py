"""`mount -p`: what is mounted on a host, in the manner of fstab(5), a line each. Source: mount(8), fstab(5).

    /dev/gpt/rootfs		/			ufs	rw		1 1
    tmpfs			/jails/old/mnt		tmpfs	rw		0 0

A blank inside a name makes a line of more than six words. Who may mount inside a jail chooses such names, so a line
that can be read in two ways is passed over: a path guessed from it might be unmounted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

WORDS = 6
"""Device, path, type, options, dump and pass."""
ENCODED = re.compile(r"\\([01][0-7]{2})")


class Mounted(NamedTuple):
    """One mounted file system. Text is as printed, so hostile, with fstab(5)'s `\\040` as the blank it stands for."""

    device: str
    path: str
    kind: str


def parse(text: str) -> tuple[Mounted, ...]:
    """`text` as file systems, in printed order: the last one on a path lies on top."""
    return tuple(mounted(text))


def mounted(text: str) -> Iterator[Mounted]:
    """The lines that can be read in one way only."""
    for line in text.split("\n"):
        words = line.split()
        if len(words) == WORDS and words[1].startswith("/") and words[4].isdecimal() and words[5].isdecimal():
            yield Mounted(plain(words[0]), plain(words[1]), words[2])


def plain(word: str) -> str:
    """A name without fstab(5)'s octal digits."""
    return ENCODED.sub(lambda match: chr(int(match[1], 8)), word)
