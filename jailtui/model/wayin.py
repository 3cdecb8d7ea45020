"""The operator's own way in: the sessions of sshd, and what carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.formats import routeget, sockstat
from jailtui.formats.errors import FormatError
from jailtui.model.sessions import NOT_ASKED, SshSession, WayIn
from jailtui.net import plain_ip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.exchange import Section
    from jailtui.model.state import Epair, Interface, Jail

SOCKSTAT = "sockstat"
CONNECTION = "ssh-connection"
WAY = "way "
"""How the name of a section with the path to a client begins."""


class SessionsRead(NamedTuple):
    """What the host said of the sessions of sshd, each with the path to its client. `unknown` is why that is not known,
    `here` the session by which this program reached the host.
    """

    sessions: tuple[sockstat.Session, ...] = ()
    paths: Mapping[str, routeget.Path] = {}
    here: sockstat.Session | None = None
    unknown: str = ""


def answers(sections: Iterable[Section], unknown: str = NOT_ASKED) -> SessionsRead:
    """The answers in these sections; without them they are unknown for that reason."""
    by_name = {section.name: section for section in sections}
    sockets = by_name.get(SOCKSTAT)
    if sockets is None:
        return SessionsRead(unknown=unknown.removesuffix("."))
    if sockets.rc:
        return SessionsRead(unknown=f"sockstat failed: {first_line(sockets.err) or f'exit status {sockets.rc}'}")
    try:
        sessions = sockstat.parse(sockets.out)
    except FormatError as error:
        return SessionsRead(unknown=str(error).removesuffix("."))
    paths = {client: path for client in {session.client for session in sessions} if (path := path_to(client, by_name))}
    here = by_name.get(CONNECTION)
    return SessionsRead(sessions, paths, None if here is None else own_session(here.out))


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def path_to(client: str, by_name: Mapping[str, Section]) -> routeget.Path | None:
    """The path to a client; None if the host has none, or did not say it."""
    section = by_name.get(f"{WAY}{client}") or by_name.get(f"{WAY}::ffff:{client}")
    if section is None or section.rc:
        return None
    try:
        return routeget.parse(section.out)
    except FormatError:
        return None


def own_session(text: str) -> sockstat.Session | None:
    """The session that SSH_CONNECTION names: client, its port, the host's address, its port."""
    words = text.split()
    if len(words) != len(sockstat.Session._fields) or not (words[1] + words[3]).isdecimal():
        return None
    return sockstat.Session(words[2], int(words[3]), words[0], int(words[1]))


def way_in(read: SessionsRead, host: Sequence[Interface], pairs: Sequence[Epair], jails: Sequence[Jail]) -> WayIn:
    """The sessions of sshd with what carries them; none is own without SSH_CONNECTION, or with a stale one."""
    if read.unknown:
        return WayIn(unknown=read.unknown)
    carriers = Carriers(host, pairs, jails)
    sessions = (
        carriers.session(session, read.paths.get(session.client, routeget.Path("")), own=session == read.here)
        for session in read.sessions
    )
    return WayIn(tuple(sessions))


class Carriers:
    """Finds the interfaces of the host, the bridges and the jails that carry a session."""

    def __init__(self, host: Sequence[Interface], pairs: Sequence[Epair], jails: Sequence[Jail]) -> None:
        self._host = {interface.name: interface for interface in host}
        self._bridges = {member: bridge.name for bridge in host if bridge.kind == "bridge" for member in bridge.members}
        self._by_address = {
            plain_ip(entry.address): interface.name for interface in reversed(host) for entry in interface.addresses
        }
        self._pairs, self._jails = pairs, jails

    def session(self, session: sockstat.Session, path: routeget.Path, *, own: bool) -> SshSession:
        """The session with its carriers."""
        ends = {self._by_address.get(plain_ip(session.address), ""), path.interface} & self._host.keys()
        interfaces = self._below(ends)
        bridges = {self._bridges[name] for name in interfaces if name in self._bridges}
        bridges.update(name for name in interfaces if self._host[name].kind == "bridge")
        jails = self._through(interfaces, {plain_ip(session.client), plain_ip(path.gateway)})
        return SshSession(*session, tuple(sorted(interfaces - bridges)), tuple(sorted(bridges)), jails, own)

    def _below(self, names: Iterable[str]) -> set[str]:
        """The interfaces and what carries them: the parent of a VLAN, the NICs of a bridge, the ports of a lagg."""
        carriers: set[str] = set()
        waiting = list(names)
        while waiting:
            interface = self._host.get(waiting.pop())
            if interface is None or interface.name in carriers:
                continue
            carriers.add(interface.name)
            waiting += [interface.parent] if interface.parent else []
            waiting += (name for name in interface.members if name in self._host and self._host[name].kind != "epair")
            if interface.kind == "lagg":  # its ports have its MAC
                waiting += (port.name for port in self._host.values() if port.mac and port.mac == interface.mac)
        return carriers

    def _through(self, interfaces: set[str], addresses: set[str]) -> tuple[str, ...]:
        """The running jails behind one of these pairs, or that have the address of the client or of its router."""
        names = {
            end.jail or pair.owner
            for pair in self._pairs
            if interfaces & {pair.a.name, pair.b.name}
            for end in (pair.a, pair.b)
        }
        return tuple(
            sorted(
                jail.name
                for jail in self._jails
                if jail.running
                and (
                    jail.name in names
                    or (jail.vnet and addresses & {plain_ip(entry.address) for entry in jail.addresses})
                )
            )
        )
