"""What the stand-ins have in common: the commands of the host that a manager's script runs, and what it reads."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.run import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Command = tuple[str, ...]


def do(call: Call, name: str, *words: str) -> int:
    """Run a command of the host, its output among this one's. Returns its exit status."""
    return run(call.becomes(name, list(words)))


def ask(call: Call, name: str, *words: str) -> tuple[int, str, str]:
    """Run a command of the host: its exit status, standard output and standard error."""
    own = call.other(name, list(words))
    return run(own), "".join(own.captured or ()), "".join(own.errors or ())


def logged(call: Call, log: str, *command: str) -> int:
    """Run a command of the host in a process of its own, what it prints at the end of that file: its exit status."""
    from jailtui.simhost.tools import service

    status, output = service.ask(call, *command)
    write(call, log, (text(call, log) or "") + output)
    return status


def first_failure(call: Call, commands: Iterable[Command]) -> str:
    """Run commands of the host until one fails: what it prints, or "" if none does."""
    for command in commands:
        status, out, err = ask(call, *command)
        if status:
            return (err + out).strip() or f"{' '.join(command)}: exit status {status}"
    return ""


def complain(call: Call, text: str) -> None:
    """A line on standard error, after what was printed before it."""
    if call.captured is None:
        sys.stdout.flush()
    call.err(f"{text}\n")


def running(call: Call) -> list[str]:
    """`jls name`."""
    return ask(call, "jls", "name")[1].split()


def jid_of(call: Call, name: str) -> str:
    """The jid of a running jail, or ""."""
    return ask(call, "jls", "-j", name, "jid")[1].strip()


def text(call: Call, path: str) -> str | None:
    """A file of the host; None if it can't be read."""
    try:
        with open(call.root + path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return None


def write(call: Call, path: str, content: str) -> None:
    """Write a file of the host."""
    place = call.root + path
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(content)


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
        for other, before in values.items():
            value = value.replace(f"${{{other}}}", before)
        values[name] = value
    return values


def table(call: Call, rows: Sequence[Command]) -> None:
    """Print rows as column(1) does: two blanks between columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        call.out("  ".join(f"{word:{width}}" for word, width in zip(row, widths, strict=True)).rstrip() + "\n")
