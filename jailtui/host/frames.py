"""A script's output, taken apart at its marks (`sections.sh`) into sections."""

from __future__ import annotations

from collections.abc import Iterator

from jailtui.exchange import Garbled, Section


def split(text: str, mark: str) -> tuple[Section, ...]:
    """`text` as the sections between lines that begin with `mark`, in order.

    Raises Garbled when the closing line is missing: the answer was cut short, or no POSIX shell gave it.
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
            raise Garbled("The host's answer has its parts out of order.")
        sections.append(Section(head[6:], int(status[4:]), out.removesuffix("\n"), err.rstrip("\n")))
    return tuple(sections)


def _pieces(text: str, mark: str) -> Iterator[str]:
    """What stands behind each mark, one at a time: a list of them would be all of `text` once more."""
    begin = text.find(mark)
    while begin >= 0:
        begin += len(mark)
        end = text.find(mark, begin)
        yield text[begin : end if end >= 0 else None]
        begin = end
