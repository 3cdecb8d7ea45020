"""The ssh sessions of a host, and what of it they run through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


NOT_ASKED = "sockstat was not asked"
"""Why the sessions are not known on a host that was read without them, as by an older version."""


class SshSession(NamedTuple):
    """A connection of the host's sshd, and what it runs through: interfaces of the host, bridges, and jails by name.

    `own`: jailtui was reached by it.
    """

    address: str
    port: int
    client: str
    client_port: int
    interfaces: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    jails: tuple[str, ...] = ()
    own: bool = False

    @property
    def carriers(self) -> frozenset[str]:
        """The interfaces and bridges."""
        return frozenset((*self.interfaces, *self.bridges))


class WayIn(NamedTuple):
    """The sessions of sshd. `unknown` is why they are not known, as a phrase, or ""."""

    sessions: tuple[SshSession, ...] = ()
    unknown: str = ""

    @property
    def interfaces(self) -> frozenset[str]:
        """The interfaces of the host, without bridges, that carry a session."""
        return frozenset(name for session in self.sessions for name in session.interfaces)

    @property
    def bridges(self) -> frozenset[str]:
        """The bridges that carry a session, or have a member that does."""
        return frozenset(name for session in self.sessions for name in session.bridges)

    @property
    def jails(self) -> frozenset[str]:
        """The jails through which the way back to a client leads, by name."""
        return frozenset(name for session in self.sessions for name in session.jails)

    def has(self, ends: Sequence[object]) -> bool:
        """Whether a session has these ends: the host's address and port, and the client's."""
        return any(tuple(ends[:4]) == session[:4] for session in self.sessions)

    def through(self, *names: str | None, jail: str = "") -> tuple[SshSession, ...]:
        """The sessions that run through one of these interfaces and bridges of the host, or that jail."""
        return tuple(each for each in self.sessions if each.carriers.intersection(names) or jail in each.jails)

    def mark(self, *names: str | None, jail: str = "") -> str:
        """`you` for what carries the session by which jailtui was reached, `ssh` for what carries another; `you?` if it
        is not known which that is; "" for what carries none.
        """
        sessions = self.through(*names, jail=jail)
        if not sessions:
            return ""
        if any(session.own for session in sessions):
            return "you"
        return "ssh" if any(session.own for session in self.sessions) else "you?"
