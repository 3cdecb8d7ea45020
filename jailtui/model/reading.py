"""A capture's sections as records, each section read again only when its text changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.config.jails import ConfigurationReader, files_of, release_of
from jailtui.exchange import Capture, Section, Trouble
from jailtui.formats import devfs, ifconfig, jls, mount, netstat, pgrep, sysctl, sysrc
from jailtui.formats.errors import FormatError
from jailtui.model.interfaces import interface
from jailtui.model.permissions import values_of
from jailtui.model.state import Connection, Interface, Mount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.config.configured import Configured
    from jailtui.jailconf import HostConfig

NUMBERED = re.compile(r"inside (\d+)")
ROUTES = re.compile(r"routes (\d+)")
NO_SUCH_NAME = "unknown oid"


@dataclass(slots=True)
class Records:
    """What one capture told. `inside` holds the interfaces of each VNET jail that could be looked into, by jid.

    `rows` is None when jls could not be read. `gaps` are the jids, None for the host, whose interfaces were read in
    part: one may stand in the lines that nobody understood, so what is missing there is not proven to be lost.
    `configured` are the jails of jail.conf by name, as rc.d/jail would choose among the files; None for rc.conf or
    the files when they could not be read. `gateways` are the default routes inside each VNET jail that told them, by
    jid, `params` all parameters of each jail; `sysctls`, `rulesets`, `mounts` and `connections` are as in HostState.
    """

    rows: tuple[jls.JailRow, ...] | None = None
    host: tuple[Interface, ...] | None = None
    inside: dict[int, tuple[Interface, ...]] = field(default_factory=dict)
    gaps: set[int | None] = field(default_factory=set)
    configured: dict[str, Configured] = field(default_factory=dict)
    files_read: bool = True
    commands: tuple[pgrep.JailCommand, ...] = ()
    rcconf: dict[str, str] | None = None
    doubled: frozenset[str] = frozenset()
    gateways: dict[int, tuple[str, ...]] = field(default_factory=dict)
    params: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    sysctls: tuple[tuple[str, str], ...] | None = None
    rulesets: frozenset[int] | None = None
    mounts: tuple[Mount, ...] | None = None
    connections: tuple[Connection, ...] | None = None
    troubles: list[Trouble] = field(default_factory=list)


class Reader:
    """Turns captures into records. It keeps what each section's text came to, for as long as it comes the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Any]] = {}
        self._configuration = ConfigurationReader()

    @property
    def config(self) -> HostConfig:
        """What jailconf made of the files of the last capture."""
        return self._configuration.chosen

    def read(self, capture: Capture) -> Records:
        """The records of `capture`. What can't be read is a trouble in its place, never an exception."""
        records = Records()
        kept: dict[str, tuple[str, Any]] = {}
        for section in capture.sections:
            _note(section, records)
            kept[section.name] = (section.out, self._parsed(section, records))
        self._kept = kept
        self._place(capture, kept, records)
        self._configure(capture, records)
        return records

    def _configure(self, capture: Capture, records: Records) -> None:
        """Read the files that define jails. One that can't be read, or does not parse, is told."""
        found = self._configuration.read(files_of(capture), records.rcconf or {}, release_of(capture))
        records.configured = dict(found.jails)
        records.troubles += found.troubles
        records.files_read = records.files_read and found.complete

    def _parsed(self, section: Section, records: Records) -> Any:
        text, value = self._kept.get(section.name, (None, None))
        if text == section.out and not isinstance(value, FormatError):
            return value
        parse = _parser(section.name)
        try:
            return parse(section.out) if parse else None
        except FormatError as error:
            if section.rc == 0:
                records.troubles.append(Trouble(section.name, str(error)))
            return error

    def _place(self, capture: Capture, kept: dict[str, tuple[str, Any]], records: Records) -> None:  # noqa: C901
        for section in capture.sections:
            value = kept[section.name][1]
            if isinstance(value, FormatError) or value is None:
                continue
            if section.name == "jls" and section.rc == 0:
                records.rows = value
            elif section.name == "ifconfig" and section.rc == 0:
                records.host, records.doubled = value.interfaces, value.doubled
                value.report(None, records)
            elif (match := NUMBERED.fullmatch(section.name)) and section.rc == 0:
                records.inside[int(match[1])] = value.interfaces
                value.report(int(match[1]), records)
            elif section.name == "jail-params" and section.rc == 0:
                records.params = value
            elif section.name == "jail-commands":
                records.commands = value
            elif section.name == "sysrc" and section.rc == 0:
                records.rcconf = value
            elif (match := ROUTES.fullmatch(section.name)) and section.rc == 0:
                records.gateways[int(match[1])] = value
            elif (name := FACTS.get(section.name)) and (section.rc == 0 or NO_SUCH_NAME in section.err):
                setattr(records, name, value)


def _parser(name: str) -> Callable[[str], Any] | None:
    if name == "jls":
        return jls.parse
    if name == "ifconfig":
        return lambda text: listing(text, None)
    if match := NUMBERED.fullmatch(name):
        jid = int(match[1])
        return lambda text: listing(text, jid)
    if name == "jail-commands":
        return pgrep.parse
    if ROUTES.fullmatch(name):
        return gateways
    if name == "jail-params":
        return lambda text: {row.jid: tuple(sorted(values_of(row).items())) for row in jls.parse(text)}
    return PARSERS.get(name)


def gateways(text: str) -> tuple[str, ...]:
    """The gateways of the default routes of one network stack."""
    routes = netstat.parse(text)
    return tuple(dict.fromkeys(one.gateway for one in routes if one.destination == "default" and one.gateway))


def mounts(text: str) -> tuple[Mount, ...]:
    """What is mounted, in the order it was."""
    return tuple(Mount(one.device, one.path, one.kind) for one in mount.parse(text))


def connections(text: str) -> tuple[Connection, ...]:
    """The TCP connections of the host, in an order that does not change with their age; who only listens has none."""
    found = [(one.address, one.port, one.peer, one.peer_port, one.state) for one in netstat.connections(text)]
    return tuple(Connection(*one) for one in sorted(found))


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "sysrc": lambda text: dict(sysrc.parse(text)),
    "bridge-sysctls": sysctl.parse,
    "rulesets": devfs.parse,
    "mounts": mounts,
    "connections": connections,
}
FACTS = {"bridge-sysctls": "sysctls", "rulesets": "rulesets", "mounts": "mounts", "connections": "connections"}
"""Sections that become a field of the records as they are. Without if_bridge sysctl knows no name: there are none."""


class Listing(NamedTuple):
    """The interfaces of one vnet; `doubled` are names that two of them carry, `unread` says what nobody understood.

    `gap` is whether an interface may be missing: every vnet has one, and only the line that begins one is not indented.
    """

    interfaces: tuple[Interface, ...]
    doubled: frozenset[str]
    unread: str
    gap: bool

    def report(self, jid: int | None, records: Records) -> None:
        """Add what is wrong with the listing of that jail, or the host, to `records`."""
        subject = "ifconfig" if jid is None else f"jail {jid}"
        if self.gap:
            records.gaps.add(jid)
        if self.unread and (self.gap or jid is None):
            records.troubles.append(Trouble(subject, self.unread))
        elif self.gap:
            records.troubles.append(Trouble(subject, "ifconfig listed no interface at all"))


def listing(text: str, jid: int | None) -> Listing:
    """What ifconfig printed in one vnet. 13 prints two interfaces of one name as one stanza (FREEBSD.md 4.1)."""
    reading = ifconfig.parse(text)
    seen: set[str] = set()
    doubled = {one.name for one in reading.interfaces if one.more_ether}
    for one in reading.interfaces:
        (doubled if one.name in seen else seen).add(one.name)
    unread = ""
    if reading.unread:
        number, line = reading.unread[0]
        more = f" (and {len(reading.unread) - 1} more)" if len(reading.unread) > 1 else ""
        unread = f"line {number} not understood{more}: {line.strip()[:80]}"
    found = tuple(interface(one, jid) for one in reading.interfaces)
    gap = not found or any(not line.startswith(("\t", " ")) for _, line in reading.unread)
    return Listing(found, frozenset(doubled), unread, gap)


def _note(section: Section, records: Records) -> None:
    """Keep what a command complained of, where the complaint means that something is missing from the picture."""
    said = next((line for line in section.err.splitlines() if line.strip()), "").strip()
    if section.name.startswith("file ") and section.rc:
        records.files_read = False
        records.troubles.append(Trouble(section.name[5:], said or f"can't be read (exit status {section.rc})"))
    elif section.rc and section.name in ("jls", "ifconfig", "sysrc"):
        reason = "no answer in time" if section.rc in (124, 137) else said or "no answer"
        records.troubles.append(Trouble(section.name, f"{reason} (exit status {section.rc})"))
    elif section.rc and (match := NUMBERED.fullmatch(section.name)):
        reason = "no answer in time" if section.rc in (124, 137) else said or "no answer"
        records.troubles.append(Trouble(f"jail {match[1]}", f"can't look inside: {reason} (exit status {section.rc})"))
