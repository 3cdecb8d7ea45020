"""The jails of a jail.conf for the simulated jail(8), read by `jailtui.jailconf`.

A reading is kept in `cache/jailconf` until one of its files changes: to import jailconf takes as long as a command.
"""

from __future__ import annotations

import marshal
import os
from binascii import crc32
from contextlib import suppress

from jailtui.simhost.call import rooted
from jailtui.simhost.kernel import store

CONF = "/etc/jail.conf"
CRASH = 139
"""The exit status in a shell of a jail(8) killed by SIGSEGV."""

SCANNER_FAILED = 2
"""The exit status of a jail(8) that is given a directory for a file."""

Read = tuple[list[tuple[str, dict[str, list[str]], bool]], list[str], int]
"""Each jail's name, parameters and whether it failed; jail(8)'s messages; its exit status."""


Seen = tuple[dict[str, int], dict[bytes, list[bytes]], dict[bytes, bool]]


class BadConfig(Exception):
    """Nothing is loaded. `messages` are jail(8)'s lines for standard error, `status` its exit status."""

    def __init__(self, messages: list[str], status: int = 1) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
        self.status = status


class ConfiguredJail:
    """A jail of the file, or one described on the command line. `params`: values by name, in jail(8)'s order."""

    __slots__ = ("failed", "name", "params")

    def __init__(self, name: str, params: dict[str, list[str]] | None = None, failed: bool = False) -> None:
        self.name = name
        self.params = params or {}
        self.failed = failed

    def spelling(self, name: str) -> str | None:
        """The name under which the jail has a parameter: `allow.mount` may be `allow.nomount`. None: it has not."""
        if name in self.params:
            return name
        return next((other for other in self.params if split_no(other)[0] == split_no(name)[0]), None)

    def values(self, name: str) -> list[str]:
        return self.params.get(self.spelling(name) or "", [])

    def last(self, name: str) -> str | None:
        values = self.values(name)
        return values[-1] if values else None

    @property
    def called(self) -> str:
        """The name of the jail in messages and in `depend`."""
        return self.last("name") or self.last("jid") or self.name


def split_no(name: str) -> tuple[str, bool]:
    """`allow.nomount` as (`allow.mount`, True)."""
    head, dot, last = name.rpartition(".")
    return (head + dot + last[2:], True) if last.startswith("no") else (name, False)


class Files:
    """The host's files as jail(8) opens them.

    It records the checksum of each file, the names in each directory, and whether each path exists.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.sums: dict[str, int] = {}
        self.names: dict[bytes, list[bytes]] = {}
        self.there: dict[bytes, bool] = {}

    def read(self, name: str) -> bytes:
        self.sums[name] = -1
        with open(rooted(self.root, name), "rb") as file:
            data = file.read()
        self.sums[name] = crc32(data)
        return data

    def glob(self, pattern: str) -> list[str]:
        from jailtui.jailconf.glob import search  # takes time; only files with .include need it

        return search(pattern, rooted(self.root, pattern).removesuffix(pattern), self.listed, self.exists)

    def listed(self, folder: bytes) -> list[bytes]:
        self.names[folder] = []
        self.names[folder] = sorted(os.listdir(folder))
        return self.names[folder]

    def exists(self, path: bytes) -> bool:
        self.there[path] = os.path.lexists(path)
        return self.there[path]

    def seen(self) -> Seen:
        return self.sums, self.names, self.there

    def unchanged(self, sums: dict[str, int], names: dict[bytes, list[bytes]], there: dict[bytes, bool]) -> bool:
        """Whether the files are the same as in an earlier reading."""
        for name in sums:
            with suppress(OSError):
                self.read(name)
        for folder in names:
            with suppress(OSError):
                self.listed(folder)
        for path in there:
            self.exists(path)
        return self.seen() == (sums, names, there)


def load(root: str, name: str, release: str) -> tuple[list[ConfiguredJail], list[str]]:
    """The jails of a file (default: jail.conf) of the host in `root`, and jail(8)'s messages about those that failed.

    `release` is "13", "14" or "15". Raises BadConfig.
    """
    name = name or CONF
    key = [store.FORMAT, release, name]
    path = f"{root}/cache/jailconf/{crc32(repr(key).encode()):x}"
    jails, messages, status = kept(root, path, key) or read(root, path, key)
    if status:
        raise BadConfig(messages, status)
    return [ConfiguredJail(*jail) for jail in jails], messages


def kept(root: str, path: str, key: list[object]) -> Read | None:
    """The result of an earlier reading, if every file is still the same."""
    try:
        with open(path, "rb") as file:
            known, seen, reading = marshal.load(file)
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return reading if known == key and Files(root).unchanged(*seen) else None


def read(root: str, path: str, key: list[object]) -> Read:
    """Read the files, and keep the result."""
    from jailtui.jailconf import evaluate, parse
    from jailtui.jailconf.gather import SCANNER

    _, release, name = key
    files = Files(root)
    try:
        file = parse(files.read(str(name)), str(name), release)  # type: ignore[arg-type]  # a dialect, by its number
    except IsADirectoryError:
        return [], [SCANNER], SCANNER_FAILED
    except OSError as error:
        return [], [f"jail: {name}: {error.strerror}"], 1
    evaluation = evaluate(file, files.read, files.glob)
    jails = [
        (jail.name, {param.name: list(param.values) for param in jail.params}, jail.failed) for jail in evaluation.jails
    ]
    messages = [fault.message for fault in (*evaluation.faults, *evaluation.warnings)]
    status = SCANNER_FAILED if SCANNER in messages else int(bool(evaluation.faults))
    reading = jails, messages, CRASH if evaluation.crash else status
    if root:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        store.replace(path, marshal.dumps((key, files.seen(), reading)))
    return reading


def exported(jails: list[ConfiguredJail], separator: str) -> str:
    """What `jail -e SEPARATOR` prints: a jail a line, without jids."""
    lines = []
    for jail in jails:
        words = [
            f"{name}={','.join(map(quoted, values))}" if values else name
            for name, values in jail.params.items()
            if name != "jid"
        ]
        lines.append(separator.join(words) + "\n")
    return "".join(lines)


def quoted(text: str) -> str:
    """As jail(8) quotes a value (jail.c quoted_print)."""
    if not text or "'" in text:
        mark = '"'
    elif '"' in text:
        mark = "'"
    else:
        mark = '"' if " " in text or "\t" in text else ""
    return mark + "".join("\\" + letter if letter in ("\\", mark) else letter for letter in text) + mark
