"""cat(1), head(1), tail(1) and ls(1) in a jail: they read files below the jail's root, whatever links stand there."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call

READERS = ("cat", "head", "tail", "ls")
MOST_LINKS = 32
LINES = 10
"""Lines that head and tail print unless told otherwise."""


def main(call: Call) -> int:
    """`insidefiles READER WORDS...`, called in a jail."""
    reader, *words = call.args
    if not call.jid:
        return call.fail("not in a jail")
    with call.transaction(write=False) as kernel:
        top = call.root + kernel.jails[call.jid].path.rstrip("/")
    options, paths = split(words)
    sys.stdout.flush()
    if reader == "ls":
        return listed(top, paths or ["/"])
    status = 0
    for path in paths or [""]:
        try:
            data = content(top, path)
        except OSError as error:
            sys.stderr.write(f"{reader}: {path}: {error.strerror}\n")
            status = 1
            continue
        sys.stdout.buffer.write(data if reader == "cat" else part(data, reader, options))
    sys.stdout.flush()
    return status


def split(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options -n and -c with their values, and the paths."""
    options: dict[str, str] = {}
    paths: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word[:2] in ("-n", "-c"):
            options[word[:2]] = word[2:] or (rest.pop(0) if rest else "")
        elif not word.startswith("-"):
            paths.append(word)
    return options, paths


def part(data: bytes, reader: str, options: dict[str, str]) -> bytes:
    """The first or the last lines (-n) or bytes (-c); `tail -c +N`: from that byte on."""
    kind, value = next(iter(options.items()), ("-n", str(LINES)))
    if reader == "tail" and value.startswith("+"):
        return data[max(0, int(value) - 1) :]
    count = int(value) if value.isdigit() else LINES
    if kind == "-c":
        return data[:count] if reader == "head" else data[len(data) - min(count, len(data)) :]
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:count] if reader == "head" else lines[len(lines) - min(count, len(lines)) :])


def content(top: str, path: str) -> bytes:
    """The file at that path of the jail, "" for standard input. Raises OSError."""
    if not path:
        return sys.stdin.buffer.read()
    with open(os.open(resolved(top, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read()


def resolved(top: str, path: str) -> str:
    """The place on this machine of a path of the jail whose root is `top`: links are followed as the jail sees them."""
    at, waiting, links = top, path.split("/"), 0
    while waiting:
        part = waiting.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            at = at if at == top else os.path.dirname(at)
            continue
        place = f"{at}/{part}"
        if os.path.islink(place):
            links += 1
            if links > MOST_LINKS:
                raise OSError(40, "Too many levels of symbolic links")
            target = os.readlink(place)
            at = top if target.startswith("/") else at
            waiting = [*target.split("/"), *waiting]
        else:
            at = place
    return at


def listed(top: str, paths: list[str]) -> int:
    """The names in these directories; a file by its own name."""
    status = 0
    for path in paths:
        try:
            place = resolved(top, path)
            os.stat(place)
            names = sorted(os.listdir(place)) if os.path.isdir(place) else [path]
        except OSError as error:
            sys.stderr.write(f"ls: {path}: {error.strerror}\n")
            status = 1
        else:
            sys.stdout.write("".join(f"{name}\n" for name in names if not name.startswith(".")))
    sys.stdout.flush()
    return status
