"""Patterns of file names as glob(3) of FreeBSD takes them in the C locale (lib/libc/gen/glob.c): all by bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

PROTECTED = 256
"""Added to a byte behind a backslash: it stands for itself."""
LONGEST = 1023
"""Bytes of a pattern; a longer text is none (MAXPATHLEN)."""
MOST = 100_000
"""Paths on the way to those that a pattern finds: `.*/.*/.*` finds `.` and `..` in each, so they double."""
ANY = frozenset(range(256))
STAR: frozenset[int] = frozenset()
"""The token of `*`, compared by identity."""
NEVER = frozenset({-1})
"""The token of a set that no byte is in."""
DOT, SLASH = ord("."), ord("/")

Token = int | frozenset[int]
"""A byte, the bytes that a `?` or a set stands for, or STAR."""
Segment = tuple[Token, ...]
"""What stands between two slashes."""


class Pattern(NamedTuple):
    """A compiled pattern. `magic`: it has a wildcard or a set; without one jail(8) takes the text as a plain name."""

    segments: tuple[Segment, ...]
    magic: bool


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Pattern:
    """The pattern `pattern`."""
    characters = _unescaped(pattern.encode("utf-8", "surrogateescape"))
    if len(characters) > LONGEST:
        return Pattern(((),), False)
    segments: list[list[Token]] = [[]]
    magic, at = False, 0
    while at < len(characters):
        character = characters[at]
        closing = _closing(characters, at) if character == ord("[") else None
        at += 1
        if closing is not None:
            segments[-1].append(_members(characters[at:closing]))
            at = closing + 1
        elif character == ord("*"):
            if segments[-1][-1:] != [STAR]:
                segments[-1].append(STAR)
        elif character == ord("?"):
            segments[-1].append(ANY)
        elif character % PROTECTED == SLASH:
            segments.append([])
            continue
        else:
            segments[-1].append(character % PROTECTED)
            continue
        magic = True
    return Pattern(tuple(map(tuple, segments)), magic)


def _unescaped(data: bytes) -> list[int]:
    """The bytes; one behind a backslash is protected, and a backslash at the end stands for itself."""
    characters, at = [], 0
    while at < len(data):
        if data[at] == ord("\\") and at + 1 < len(data):
            at += 1
            characters.append(PROTECTED + data[at])
        else:
            characters.append(data[at])
        at += 1
    return characters


def _closing(characters: list[int], at: int) -> int | None:
    """Where the set that begins `at` ends; None: this `[` is plain. Right behind `[` or `[!` a `]` is a member."""
    first = at + (2 if characters[at + 1 : at + 2] == [ord("!")] else 1)
    try:
        return characters.index(ord("]"), first + 1)
    except ValueError:
        return None


def _members(characters: list[int]) -> frozenset[int]:
    """The bytes of a set, given what stands between its brackets. One that holds a slash is torn there: none match."""
    if any(character % PROTECTED == SLASH for character in characters):
        return NEVER
    negated = characters[0] == ord("!")
    members: set[int] = set()
    at = int(negated)
    while at < len(characters):
        first = last = characters[at] % PROTECTED
        if characters[at + 1 : at + 2] == [ord("-")] and at + 2 < len(characters):
            last = characters[at + 2] % PROTECTED
            at += 2
        members.update(range(first, last + 1))
        at += 1
    return (ANY - members if negated else frozenset(members)) or NEVER


def is_magic(segment: Segment) -> bool:
    return any(not isinstance(token, int) for token in segment)


def fits(segment: Segment, name: bytes) -> bool:
    """Whether a name of a directory fits. A dot at its beginning is matched by a plain dot only."""
    if not is_magic(segment):
        return bytes(token for token in segment if isinstance(token, int)) == name
    return _fits(segment, name)


def _fits(segment: Segment, name: bytes) -> bool:
    """Whether a name fits a segment that is magic."""
    if not name or (name[0] == DOT and segment[0] != DOT):
        return False
    at = token = 0
    star, star_at = -1, 0
    while at < len(name):
        if token < len(segment) and segment[token] is STAR:
            star, star_at = token, at
            token += 1
        elif token < len(segment) and _is_one(segment[token], name[at]):
            token, at = token + 1, at + 1
        elif star >= 0:
            star_at += 1
            token, at = star + 1, star_at
        else:
            return False
    return all(rest is STAR for rest in segment[token:])


def _is_one(token: Token, byte: int) -> bool:
    return byte == token if isinstance(token, int) else byte in token


def matches(pattern: str, path: str) -> bool:
    """Whether the pattern finds a file of that path, where there is one."""
    names = path.encode("utf-8", "surrogateescape").split(b"/")
    segments = compiled(pattern).segments
    return len(names) == len(segments) and all(map(fits, segments, names))


def pieces(pattern: str) -> tuple[str, ...]:
    """The plain texts of a pattern; with anything but a slash between them they are at least all that it finds."""
    if not compiled(pattern).magic:
        return (pattern,)
    texts = [bytearray()]
    for number, segment in enumerate(compiled(pattern).segments):
        texts[-1] += b"/" if number else b""
        for token in segment:
            if isinstance(token, int):
                texts[-1].append(token)
            else:
                texts.append(bytearray())
    return tuple(text.decode("utf-8", "surrogateescape") for text in texts)


def dotted(pattern: str) -> Iterator[str]:
    """The patterns with `.` or `..` in place of one segment that finds these: `/x/.*` finds `/x/.` and `/x/..`."""
    texts, segments = pattern.split("/"), compiled(pattern).segments
    for number, segment in enumerate(segments if len(texts) == len(segments) else ()):
        for name in (".", "..") if is_magic(segment) else ():
            if fits(segment, name.encode()):
                yield "/".join((*texts[:number], name, *texts[number + 1 :]))


List = Callable[[bytes], Sequence[bytes]]
Exists = Callable[[bytes], bool]


def search(pattern: str, root: str = "", listed: List = os.listdir, exists: Exists = os.path.lexists) -> list[str]:
    """The paths that the pattern finds in the file system, below the directory `root`, sorted; none if MOST are not
    enough.
    """
    under = os.fsencode(root)
    paths, left = [b""], MOST
    for number, segment in enumerate(compiled(pattern).segments):
        starts = [path + b"/" for path in paths] if number else paths
        found = (start + name for start in starts for name in _names(segment, under + start, listed))
        paths = list(islice(found, left + 1))
        left -= len(paths)
        if left < 0:
            return []
    there = (path for path in paths if exists(under + path))
    return sorted(map(os.fsdecode, there), key=os.fsencode)


def _names(segment: Segment, folder: bytes, listed: List) -> list[bytes]:
    """The names in a directory that fit; a plain one as it is."""
    if not is_magic(segment):
        return [bytes(token for token in segment if isinstance(token, int))]
    try:
        names = listed(folder or b".")
    except OSError:
        return []
    first = segment[0]
    likely = [name for name in (b".", b"..", *names) if name[0] == first] if isinstance(first, int) else names
    return [name for name in likely if _fits(segment, name)]
