"""Texts of files that come once: later readings name them by checksum, and the text is put back here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jailtui.exchange import Section

MOST_KNOWN = 1000
"""Words a command line may carry; with more files than this the rest is read each time."""


class Contents:
    """The texts of the files of one host, by the checksum and size that cksum(1) gives."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def known(self) -> tuple[str, ...]:
        """The words that tell the host which texts need not come again."""
        return tuple(self._texts)[:MOST_KNOWN]

    def complete(self, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        """Sections `file KEY PATH` as `file PATH` with their text, `sums` taken out.

        A text is kept only if the checksum taken after it came is still the same: it may have changed in between.
        """
        sums = next((section.out for section in sections if section.name == "sums"), "")
        settled = {".".join(line.split(" ", 2)[:2]) for line in sums.splitlines()}
        complete: list[Section] = []
        kept: dict[str, str] = {}
        for section in sections:
            if section.name.startswith("file "):
                _, key, path = section.name.split(" ", 2)
                text = section.out or self._texts.get(key, "")
                if key in settled and section.rc == 0:
                    kept[key] = text
                complete.append(section._replace(name=f"file {path}", out=text))
            elif section.name != "sums":
                complete.append(section)
        self._texts = kept
        return tuple(complete)
