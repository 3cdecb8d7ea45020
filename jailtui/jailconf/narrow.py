"""A file in which the blocks of all jails but one are blank, so that to edit one jail among 1,000 takes no longer.

Nothing is moved: every byte of what is left has the place it has in the whole file, and so has a patch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.options import is_wildcard
from jailtui.jailconf.parse import parse
from jailtui.jailconf.style import SAMPLE
from jailtui.jailconf.tree import Block, Include

if TYPE_CHECKING:
    from jailtui.jailconf.tree import File

BLANK = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
"""Every byte as a blank, but for the ends of lines."""


def narrowed(file: File, jail: str) -> bytes:
    """The bytes of a file with the blocks of other jails blank; wildcards and what stands outside of blocks stay.

    So do as many of the first blocks as the file's style is taken from. A file with faults stays as it is.
    """
    data = bytearray(file.data)
    shown = 0
    for statement in () if file.faults else file.statements:
        if not isinstance(statement, Block):
            shown += 1
        elif shown < SAMPLE or is_wildcard(statement.name) or _about(statement, jail):
            shown += len(statement.body)
        else:
            data[statement.start : statement.end] = file.data[statement.start : statement.end].translate(BLANK)
    return bytes(data)


def _about(block: Block, jail: str) -> bool:
    """Whether the block defines the jail or one around or in it, or may include one."""
    related = block.name == jail or jail.startswith(f"{block.name}.") or block.name.startswith(f"{jail}.")
    return related or any(isinstance(inner, Include | Block) for inner in block.body)


def widened(whole: File, before: bytes, after: bytes, jail: str) -> bytes | None:
    """The text of the file `whole` with the change that made `before`, its narrowed text, into `after`.

    None unless the change lies in the jail's own block, and this still ends where it did: then what stands around it is
    read as before, whatever it is.
    """
    start, end = _changed(before, after)
    block = next(iter(_blocks(whole, jail)), None)
    if block is None or not block.open < start <= end <= block.close:
        return None
    longer = len(after) - len(before)
    read = parse(after, whole.name, whole.dialect)
    if read.faults or [(own.start, own.end) for own in _blocks(read, jail)] != [(block.start, block.end + longer)]:
        return None
    return whole.data[:start] + after[start : end + longer] + whole.data[end:]


def _blocks(file: File, jail: str) -> list[Block]:
    return [statement for statement in file.statements if isinstance(statement, Block) and statement.name == jail]


def _changed(before: bytes, after: bytes) -> tuple[int, int]:
    """The part of `before` that is another in `after`."""
    length = min(len(before), len(after))
    start = _common(before[:length], after[:length])
    end = _common(before[start:][::-1], after[start:][::-1])
    return start, len(before) - end


def _common(left: bytes, right: bytes) -> int:
    """How many bytes the two begin with alike: by halves, since slices are compared much faster than bytes."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle - 1)
    return low
