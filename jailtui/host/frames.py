"""Splits a script's output at its marks (`sections.sh`) into sections, and keeps the texts of files already read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from jailtui.exchange import Argv, Garbled, Section, Unreachable
from jailtui.host.shell import Shell, last_line

MOST_KNOWN = 1000
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

    def known(self) -> tuple[str, ...]:
        """The checksums and sizes of the texts that the host need not send again."""
        return tuple(self._texts)[:MOST_KNOWN]

    def complete(self, sections: tuple[Section, ...], *, more: bool = False) -> tuple[Section, ...]:
        """`sections` with one for each file, directory or link that a section `path` names, files with their text.

        A text is kept only if the checksum that was taken after the text is the same. `more`: the sections belong to
        the last reading too, whose texts stay.
        """
        sent = {section.name[5:]: section for section in sections if section.name.startswith("text ")}
        sums = next((section.out for section in sections if section.name == "sums"), "")
        settled = {".".join(line.split(" ", 2)[:2]) for line in sums.splitlines()}
        complete: dict[str, Section] = {}
        others: list[Section] = []
        kept: dict[str, str] = {}
        for section in sections:
            if section.name == "path":
                entry = self._entry(section, sent)
                key = section.out.split(" ", 2)[1]
                if key in settled and entry.rc == 0:
                    kept[key] = entry.out
                complete.setdefault(entry.name, entry)
            elif section.name != "sums" and not section.name.startswith("text "):
                others.append(section)
        self._texts = {**self._texts, **kept} if more else kept
        return (*others, *complete.values())

    def _entry(self, section: Section, sent: Mapping[str, Section]) -> Section:
        """The section of a file, directory or link; the output of `section` is its kind, checksum (or `-`) and path."""
        kind, key, path = section.out.removesuffix("\0").split(" ", 2)
        if kind in ("directory", "dangling"):
            return Section(f"{kind} {path}", 0, "")
        if kind == "unreadable":
            return Section(f"file {path}", 1, "", f"{path}: Permission denied")
        if kind != "file":
            return Section(f"file {path}", 1, "", f"{path}: not a regular file")
        text = sent.get(key)
        if text is not None and text.rc:
            return Section(f"file {path}", text.rc, "", text.err)
        return Section(f"file {path}", 0, self._texts.get(key, "") if text is None else text.out)
