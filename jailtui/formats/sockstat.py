"""`sockstat -46cP tcp`: the connections of sshd, and `sockstat -46l`: the sockets that programs listen on.

    USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS
    root     sshd       1134  4  tcp4   10.0.2.15:22          10.0.2.2:53428

15 cuts `sshd-session` to ten characters. A socket without a program has `?` in its place. Source: sockstat(1).
"""

from __future__ import annotations

from typing import NamedTuple

from jailtui.formats.errors import FormatError, shown
from jailtui.formats.netstat import is_port

AFTER_COMMAND = ("PID", "FD", "PROTO", "LOCAL ADDRESS", "FOREIGN ADDRESS")
COLUMNS = 2 + len(AFTER_COMMAND)


class Session(NamedTuple):
    """A connection of sshd: the host's address and port, and the client's."""

    address: str
    port: int
    client: str
    client_port: int


def parse(text: str) -> tuple[Session, ...]:
    """The connections of sshd in `text`, sorted, each once although several programs hold it. Raises FormatError."""
    head, *rows = text.split("\n")
    if head.split()[:2] != ["USER", "COMMAND"]:
        raise FormatError(f"sockstat printed {shown(head)} in place of its heading.")
    return tuple(sorted({session for row in rows if (session := of_sshd(row)) is not None}))


def of_sshd(row: str) -> Session | None:
    """The connection of a row; None for that of another program. Raises FormatError."""
    _, *command = row.split()[: -len(AFTER_COMMAND)] or [""]
    if not command or not command[0].startswith("sshd"):
        if "sshd" in row and len(row.split()) < COLUMNS:
            raise FormatError(f"sockstat printed {shown(row)} as a connection.")
        return None
    (address, port), (client, client_port) = (
        end.removeprefix("::ffff:").rpartition(":")[::2] for end in row.split()[-2:]
    )
    if not (address and client and is_port(port) and is_port(client_port)):
        raise FormatError(f"sockstat printed {shown(row)} as a connection.")
    return Session(address, int(port), client, int(client_port))


class Listener(NamedTuple):
    """A socket that a program listens on; `address` has the port, too (`*:22`)."""

    proto: str
    address: str
    user: str
    command: str
    pid: str


def listeners(text: str) -> tuple[Listener, ...]:
    """The listening sockets in `text`, each once, in printed order. Raises FormatError."""
    head, *rows = text.split("\n")
    if head.split()[:2] != ["USER", "COMMAND"]:
        raise FormatError(f"sockstat printed {shown(head)} in place of its heading.")
    words = (row.split() for row in rows)
    sockets = (listener(row) for row in words if len(row) >= COLUMNS - 1)
    return tuple(dict.fromkeys(sockets))


def listener(words: list[str]) -> Listener:
    """The socket of a row: a program's name may hold blanks."""
    user, *command = words[:-5]
    pid, _, proto, near, _ = words[-5:]
    return Listener(proto, near, user, " ".join(command), pid)
