"""`devfs rule showsets`: the numbers of devfs rulesets, one a line. Source: devfs(8)."""

from __future__ import annotations

from jailtui.formats.errors import FormatError, shown


def parse(text: str) -> frozenset[int]:
    """The ruleset numbers in `text`. Raises FormatError if a line is not a number."""
    words = [line.strip() for line in text.splitlines()]
    for word in words:
        if not (word.isascii() and word.isdecimal() and len(word) < 10):
            raise FormatError(f"devfs printed {shown(word)}, which is not a ruleset number.")
    return frozenset(map(int, words))
