"""Splits a script's output at its marks (`sections.sh`) into sections, and keeps the texts of files already read."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping

from jailtui.exchange import Argv, Garbled, Section, Unreachable
from jailtui.host.shell import Shell, last_line

MOST_KNOWN = 3000
"""How many files at most are named as known in a command line; the text of others is read each time."""


def ask(shell: Shell, text: str, words: Argv, limit: float) -> tuple[Section, ...]:
    """The sections that the script `text` prints. Raises Garbled, or Unreachable with the script's standard error."""
    mark = "==" + os.urandom(16).hex()
    status, out, err = shell.run(text, (mark, *words), limit)
    try:
        return split(out, mark)
    except Garbled as error:
        if complaint := last_line(err):
            raise Unreachable(f"{complaint} (exit status {status}).") from error
        raise Garbled(f"{error} (exit status {status})") from error


def split(text: str, mark: str) -> tuple[Section, ...]:
    """The sections of `text` between lines that begin with `mark`, in order.

    Raises Garbled if the answer was cut short, or is not from a POSIX shell.
    """
    mark += " "
    last = text.rfind(mark)
    if not text.startswith(f"{mark}done", max(last, 0)):
        raise Garbled("The host did not run the script." if last < 0 else "The host's answer was cut short.")
    sections: list[Section] = []
    pieces = _pieces(text, mark)
    for begun, ended in zip(pieces, pieces, strict=False):  # the closing line has no second
        head, _, out = begun.partition("\n")
        status, _, err = ended.partition("\n")
        if not (head.startswith("begin ") and status.startswith("end ")):
            raise Garbled("The parts of the host's answer are out of order.")
        sections.append(Section(head[6:], int(status[4:]), out.removesuffix("\n"), err.rstrip("\n")))
    return tuple(sections)


def _pieces(text: str, mark: str) -> Iterator[str]:
    """The text after each mark, one at a time to save memory."""
    begin = text.find(mark)
    while begin >= 0:
        begin += len(mark)
        end = text.find(mark, begin)
        yield text[begin : end if end >= 0 else None]
        begin = end


class Contents:
    """The texts of the files of one host, by the checksum and size that cksum(1) prints."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._list = ""
        self._entries: tuple[Section, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The checksum of the list of the last reading, and those of the texts that the host need not send again."""
        return (*((f"files={self._list}",) if self._list else ()), *self.known())

    def known(self) -> tuple[str, ...]:
        """The checksums and sizes of the texts that the host need not send again."""
        return tuple(self._texts)[:MOST_KNOWN]

    def complete(self, sections: tuple[Section, ...], *, more: bool = False) -> tuple[Section, ...]:
        """`sections` with one for each file, directory or link that the section `paths` lists, files with their text.

        A text is kept only if it has the checksum of the list. `more`: the sections belong to the last reading too,
        whose texts stay.
        """
        others = tuple(section for section in sections if section.name.partition(" ")[0] not in OF_FILES)
        listed = next((section for section in sections if section.name == "paths"), None)
        if listed is None:
            return (*others, *self._entries) if any(section.name == "unchanged" for section in sections) else others
        sent: dict[str, Section] = {}
        kept: dict[str, str] = {}
        for section in sections:
            if section.name.startswith("texts "):
                sent |= _parted(section)
        entries: dict[str, Section] = {}
        list_sum, *lines = listed.out.removesuffix("\0").split("\0")
        for line in lines:
            kind, key, path = line.split(" ", 2)
            entry = self._entry(kind, key, path, sent)
            if kind == "file" and entry.rc == 0 and (key not in sent or sent[key].name == VERIFIED):
                kept[key] = entry.out
            entries.setdefault(entry.name, entry)
        self._texts = {**self._texts, **kept} if more else kept
        if not more:
            settled = all(text.name == VERIFIED for text in sent.values())
            self._list = list_sum.removeprefix("list ") if settled else ""
            self._entries = tuple(entries.values())
        return (*others, *entries.values())

    def _entry(self, kind: str, key: str, path: str, sent: Mapping[str, Section]) -> Section:
        """The section of a file, directory or link of that kind, checksum (or `-`) and path."""
        if kind in ("directory", "dangling"):
            return Section(f"{kind} {path}", 0, "")
        if kind == "unreadable":
            return Section(f"file {path}", 1, "", f"{path}: Permission denied")
        if kind != "file":
            return Section(f"file {path}", 1, "", f"{path}: not a regular file")
        text = sent.get(key)
        if text is not None and text.rc:
            return Section(f"file {path}", text.rc, "", text.err or f"{path}: it changed while it was read")
        if text is None and key not in self._texts:
            return Section(f"file {path}", 1, "", f"{path}: it was not sent")
        return Section(f"file {path}", 0, self._texts[key] if text is None else text.out)


OF_FILES = ("paths", "texts", "unchanged")
VERIFIED = "verified"
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _parted(section: Section) -> Iterator[tuple[str, Section]]:
    """The texts of a section `texts KEY...` by their keys: the name of each tells whether it has that checksum.

    One alone is what the file holds now, whatever it held before; where several do not have the sizes of their
    keys, some could not be told apart.
    """
    keys = section.name.split(" ")[1:]
    data, at = section.out.encode("utf-8", "surrogateescape"), 0
    for key in keys:
        size = int(key.partition(".")[2])
        text = data[at : at + size] if len(keys) > 1 else data
        at += size
        if checksum(text) == key:
            yield key, Section(VERIFIED, 0, text.decode("utf-8", "surrogateescape"))
        elif len(keys) > 1 or section.rc:
            yield key, Section(key, section.rc or 1, "", section.err)
        else:
            yield key, Section(key, 0, section.out)


def checksum(data: bytes) -> str:
    """`CHECKSUM.SIZE` of the data as cksum(1) prints them (POSIX): the bits of each byte from the other end as in
    zlib, and the size behind the data.
    """
    size = len(data)
    sized = data + size.to_bytes((size.bit_length() + 7) // 8, "little")
    raw = zlib.crc32(sized.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return f"{int(f'{raw:032b}'[::-1], 2) ^ 0xFFFFFFFF}.{size}"
