"""What Textual has no public call for: writing to the terminal. The only file that reaches for its driver."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

COPY_LIMIT = 74_994
"""Bytes of base64 that most terminals accept in one OSC 52 sequence (the limit k9s uses)."""


def osc52(text: str, environ: Mapping[str, str]) -> str | None:
    """The sequence that puts `text` on the operator's clipboard, or None if it is too long for one.

    tmux swallows it unless it is wrapped in its passthrough, each ESC doubled; GNU screen wants a DCS of its own.
    """
    payload = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(payload) > COPY_LIMIT:
        return None
    sequence = f"\x1b]52;c;{payload}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence


def write(app: App[Any], sequence: str) -> None:
    """Write a control sequence to the terminal of `app`, if it has one."""
    if (driver := getattr(app, "_driver", None)) is not None:
        driver.write(sequence)


def mouse(app: App[Any], wanted: bool) -> None:
    """Take the mouse, or leave it to the terminal so that text can be selected."""
    letter = "h" if wanted else "l"
    write(app, "".join(f"\x1b[?{mode}{letter}" for mode in (1000, 1003, 1015, 1006)))
