"""`devfs rule showsets`: the numbers of the devfs rulesets that the kernel has loaded, one a line. Source: devfs(8)."""

from __future__ import annotations

from jailtui.formats.errors import FormatError, shown


def parse(text: str) -> frozenset[int]:
    """`text` as ruleset numbers, none for an empty text. FormatError if a line is no number."""
    found = set()
    for line in text.splitlines():
        word = line.strip()
        if not (word.isascii() and word.isdecimal() and len(word) < 10):
            raise FormatError(f"devfs gave {shown(line)}, which is no number of a ruleset.")
        found.add(int(word))
    return frozenset(found)
