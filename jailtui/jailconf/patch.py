"""Changes as patches on the original bytes: what no patch touches cannot change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Patch(NamedTuple):
    """Bytes `start` to `end` of the original become `text`; start equal to end inserts."""

    start: int
    end: int
    text: bytes


class Change(NamedTuple):
    """A file before and after, and the patches (sorted, not overlapping) that lead from one to the other."""

    before: bytes
    after: bytes
    patches: tuple[Patch, ...]

    def inverse(self) -> Change:
        """The change that gives back the original bytes."""
        shift = 0
        back: list[Patch] = []
        for patch in self.patches:
            start = patch.start + shift
            back.append(Patch(start, start + len(patch.text), self.before[patch.start : patch.end]))
            shift += len(patch.text) - (patch.end - patch.start)
        return Change(self.after, self.before, tuple(back))

    def diff(self, name: str) -> str:
        """A unified diff with `name` as both files' name; empty where nothing changes. Not UTF-8: surrogateescape."""
        lines = difflib.unified_diff(_lines(self.before), _lines(self.after), f"{name} (old)", f"{name} (new)")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def patched(data: bytes, patches: Iterable[Patch]) -> bytes:
    """`data` with the patches (sorted, not overlapping) in place."""
    parts: list[bytes] = []
    at = 0
    for patch in patches:
        if patch.start < at:
            raise ValueError("patches overlap")
        parts += (data[at : patch.start], patch.text)
        at = patch.end
    return b"".join([*parts, data[at:]])


class TextDraft:
    """Bytes under successive patches, which remembers what is still original."""

    def __init__(self, data: bytes) -> None:
        self.before = data
        self.data = data
        self._parts: list[bytes | tuple[int, int]] = [(0, len(data))]

    def patch(self, patches: Sequence[Patch]) -> None:
        """Put patches, made for the bytes as they are now, in place."""
        ordered = sorted(patches, key=lambda patch: (patch.start, patch.end))
        self.data = patched(self.data, ordered)
        parts: list[bytes | tuple[int, int]] = []
        at = 0
        for patch in ordered:
            parts += [*self._slice(at, patch.start), patch.text]
            at = patch.end
        self._parts = [*parts, *self._slice(at, sum(map(_length, self._parts)))]

    def _slice(self, start: int, end: int) -> list[bytes | tuple[int, int]]:
        found: list[bytes | tuple[int, int]] = []
        at = 0
        for part in self._parts:
            low, high = max(start - at, 0), min(end - at, _length(part))
            if low < high:
                found.append(part[low:high] if isinstance(part, bytes) else (part[0] + low, part[0] + high))
            at += _length(part)
        return found

    def change(self) -> Change:
        """All of it as one change of the original bytes."""
        patches: list[Patch] = []
        at = 0
        text = b""
        for part in [*self._parts, (len(self.before), len(self.before))]:
            if isinstance(part, bytes):
                text += part
                continue
            if self.before[at : part[0]] != text:
                patches.append(Patch(at, part[0], text))
            at, text = part[1], b""
        return Change(self.before, self.data, tuple(patches))


def _length(part: bytes | tuple[int, int]) -> int:
    return len(part) if isinstance(part, bytes) else part[1] - part[0]
