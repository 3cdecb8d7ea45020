"""Writing to the terminal, for which Textual has no public call. Only this module uses its driver."""

from __future__ import annotations

import asyncio
import base64
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jailtui.text import clean
from jailtui.ui.thrift import thrifty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

COPY_LIMIT = 74_994
"""Bytes of base64 that most terminals accept in one OSC 52 sequence (the limit k9s uses)."""


def osc52(text: str, environ: Mapping[str, str]) -> str | None:
    """The sequence that puts `text` on the operator's clipboard, or None if it is too long for one.

    GNU screen wants a DCS of its own. tmux takes the plain sequence where `set-clipboard` is on, and the one wrapped in
    its passthrough, each ESC doubled, where `allow-passthrough` is; it gets both where its own command did not do.
    """
    payload = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(payload) > COPY_LIMIT:
        return None
    sequence = f"\x1b]52;c;{payload}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"{sequence}\x1bPtmux;{doubled}\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence


TMUX_COPY = ("tmux", "load-buffer", "-w", "-")
"""By tmux(1), into its buffer, and to its terminal's clipboard unless `set-clipboard` is off; where that is `external`,
as by default, it ignores the sequences of programs.
"""
TMUX_SECONDS = 2.0


async def into_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Whether we are in a tmux, and it took `text`."""
    if not environ.get("TMUX"):
        return False
    try:
        tmux = await asyncio.create_subprocess_exec(*TMUX_COPY, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    except OSError:
        return False
    try:
        await asyncio.wait_for(tmux.communicate(text.encode("utf-8", "replace")), TMUX_SECONDS)
    except TimeoutError:
        tmux.kill()
        return False
    return tmux.returncode == 0


PLAIN = ("vt", "linux", "dumb", "cons25")
"""Beginnings of TERM for terminals without the signs or colours of the screen."""
C_LOCALES = ("C", "POSIX")


def _locale(environ: Mapping[str, str]) -> str:
    """The locale of characters, "" if none is set.

    Python sets LC_CTYPE to C.UTF-8 if the operator's locale is C (PEP 538), and then has its UTF-8 mode on.
    """
    lang, characters = environ.get("LANG", ""), environ.get("LC_CTYPE", "")
    if lang in C_LOCALES and characters == "C.UTF-8" and sys.flags.utf8_mode:
        characters = ""
    return environ.get("LC_ALL") or characters or lang


def shows_unicode(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows Unicode, by locale and TERM."""
    name = _locale(environ)
    utf8 = not name or "utf8" in name.casefold().replace("-", "")
    return utf8 and not environ.get("TERM", "").startswith(PLAIN)


def shows_colour(environ: Mapping[str, str]) -> bool:
    return _locale(environ) not in C_LOCALES and not environ.get("TERM", "").startswith(PLAIN)


def write(app: App[Any], sequence: str) -> None:
    """Write a control sequence to the terminal of `app`, if it has one."""
    if (driver := getattr(app, "_driver", None)) is not None:
        driver.write(sequence)


def save_bytes(app: App[Any]) -> None:
    """Leave out from now on what the terminal of `app` need not be told."""
    if (driver := getattr(app, "_driver", None)) is not None:
        plain = driver.write
        driver.write = lambda sequence: plain(thrifty(sequence))


def mouse(app: App[Any], wanted: bool) -> None:
    """Turn the mouse on, or off so that the terminal can select text."""
    letter = "h" if wanted else "l"
    write(app, "".join(f"\x1b[?{mode}{letter}" for mode in (1000, 1003, 1015, 1006)))


def talk_aside(text: str) -> None:
    """Print a line on the terminal, which the app has left for a while."""
    sys.__stdout__.write(f"{clean(text)}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def wait_for_enter(question: str) -> None:
    """Print a line, and wait for enter."""
    talk_aside(question)
    with suppress(KeyboardInterrupt):
        sys.__stdin__.readline()  # type: ignore[union-attr]
