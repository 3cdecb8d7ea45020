"""What the stand-ins have in common: the commands of the host that a manager's script runs, and what it reads."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.run import run


def do(call: Call, name: str, *words: str) -> int:
    """Run a command of the host, its output among this one's. Returns its exit status."""
    return run(call.becomes(name, list(words)))


def ask(call: Call, name: str, *words: str) -> tuple[int, str]:
    """Run a command of the host; its exit status and standard output."""
    own = call.other(name, list(words))
    return run(own), "".join(own.captured or ())


def complain(call: Call, text: str) -> None:
    """A line on standard error, after what was printed before it."""
    if call.captured is None:
        sys.stdout.flush()
    call.err(f"{text}\n")


def running(call: Call) -> list[str]:
    """`jls name`."""
    return ask(call, "jls", "name")[1].split()


def text(call: Call, path: str) -> str | None:
    """A file of the host; None if it can't be read."""
    try:
        with open(call.root + path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return None


def listed(call: Call, path: str) -> list[str]:
    """The names in a directory of the host, as ls(1) sorts them."""
    try:
        return sorted(os.listdir(call.root + path))
    except OSError:
        return []


def settings(call: Call, path: str) -> dict[str, str]:
    """The assignments of a shell file of the host; a variable of the same file is put in where a value names it."""
    from jailtui.simhost.tools.sysrc import assignments

    values: dict[str, str] = {}
    for name, value in assignments(text(call, path) or "").items():
        for other, known in values.items():
            value = value.replace(f"${{{other}}}", known)
        values[name] = value
    return values
