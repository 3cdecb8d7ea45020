"""The load of the jails: bytes on the screen for each reading of it, and the time to parse it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping

from jailtui.model.load import load_of
from tests.support.loads import load_sections
from tests.support.pseudo_terminal import Terminal

Row = tuple[str, str, str]
BUSY = 20
"""Jails of which every figure changes at each reading."""


def bytes_on_screen(child: tuple[str, ...], environ: Mapping[str, str], counted: Callable[[], int]) -> Iterator[Row]:
    """Bytes that a reading of the load writes: of a quiet host none."""
    for mode, columns, rows, keys, goal in (
        ("quiet", 160, 45, "", "0 bytes"),
        ("busy", 80, 24, "T", "1024 bytes"),
        ("busy", 160, 45, "", "2560 bytes"),
    ):
        terminal = Terminal((*child, mode, str(BUSY)), {**environ, "COLORTERM": "truecolor"}, columns, rows)
        try:
            terminal.wait_for(b"jail1")
            terminal.pump(1)
            terminal.send(keys)
            terminal.pump(4)
            count, seen = counted(), len(terminal.written)
            terminal.pump(10)
            size = (len(terminal.written) - seen) / (counted() - count)
        finally:
            terminal.close()
        yield f"reading of the load of {BUSY} {mode} jails at {columns}x{rows}", f"{size:.0f} B", goal


def parsing(timed: Callable[[Callable[[], object]], float]) -> Iterator[Row]:
    """The load of 1,000 jails, beside the JSON that netstat prints of as many interfaces."""
    sections = load_sections(1000, 7, busy=True)
    spent = statistics.median(timed(lambda: load_of(sections, 0.0, root=True)) for _ in range(9))
    yield "load of 1,000 jails parsed", f"{spent * 1000:.1f} ms", "30 ms"
