"""A script's output, taken apart at its marks (`sections.sh`) into sections."""

from __future__ import annotations

from jailtui.exchange import Garbled, Section


def split(text: str, mark: str) -> tuple[Section, ...]:
    """`text` as the sections between lines that begin with `mark`, in order.

    Raises Garbled when the closing line is missing: the answer was cut short, or no POSIX shell gave it.
    """
    _, *pieces = text.split(mark + " ")
    if not pieces or not pieces[-1].startswith("done"):
        raise Garbled("The host's answer was cut short." if pieces else "The host did not run the script.")
    sections: list[Section] = []
    for begun, ended in zip(pieces[:-1:2], pieces[1::2], strict=False):
        head, _, out = begun.partition("\n")
        status, _, err = ended.partition("\n")
        if not (head.startswith("begin ") and status.startswith("end ")):
            raise Garbled("The host's answer has its parts out of order.")
        sections.append(Section(head[6:], int(status[4:]), out.removesuffix("\n"), err.rstrip("\n")))
    return tuple(sections)
