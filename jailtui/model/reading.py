"""Parses the sections of a capture, each only if its text has changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.config.jails import ConfigurationReader, files_of, others_of, release_of
from jailtui.config.managers import MANAGERS
from jailtui.config.ownfiles import own_files
from jailtui.exchange import BASTILLE_CONF, NOT_ENTERED, TIMED_OUT, Capture, Section, Trouble
from jailtui.formats import devfs, fstab, ifconfig, jls, mount, neighbours, netstat, pgrep, sysctl, sysrc
from jailtui.formats.errors import FormatError
from jailtui.model import witness
from jailtui.model.interfaces import interface
from jailtui.model.namefiles import NameText, of_dnsmasq, of_hosts
from jailtui.model.permissions import values_of
from jailtui.model.tunnels import default_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.config.view import Configured
    from jailtui.formats.listed import JailList
    from jailtui.jailconf import HostConfig
    from jailtui.model.state import Interface

WITHOUT_WORDS = {
    **dict.fromkeys(TIMED_OUT, "no answer in time"),
    NOT_ENTERED: "not entered, since other jails took too long",
    141: "its answer is longer than 256 KiB",
}
"""What exit statuses of `host/inside.sh` mean: timeout(1) ended the command, or it was killed as nobody read on."""
SETTING = re.compile(
    r"""^\./(?P<name>[^/\n]+)/settings\.conf:boot=(?P<quote>["']?)(?P<value>\w*)(?P=quote)$""", re.MULTILINE
)
LONGEST = 200
"""Characters of a complaint by a jail's own program that are read."""


@dataclass(slots=True)
class Records:
    """The parsed sections of one capture; None for what could not be read.

    `inside` holds the interfaces of each VNET jail that could be looked into, by jid. `gaps` are the jids, None for the
    host, whose interfaces were read in part: an end that is missing there is not proven to be lost. `configured` are
    the jails of jail.conf by name, as rc.d/jail chooses among the files. `defaults` are the default routes inside each
    VNET jail by jid, `params` all parameters of each jail. `absent` are files that do not exist. `neighbours` are
    addresses with their MACs, `learned` the MACs behind the members of each bridge. `listed`, `links` and `stanzas` are
    what ifconfig and netstat say of the interfaces of a jail or the host (None), `disputed` the names by netstat where
    the two differ. `names` are the files that give names addresses, by path, `managed` the lists of managers by their
    commands. `files_read`: all files that define jails were read, and rc.conf, which names some of them. `bastille` is
    the directory of Bastille's jails, "" without it, `boots` what each such directory says of their start at boot. The
    rest is as in HostState.
    """

    rows: tuple[jls.JailRow, ...] | None = None
    host: tuple[Interface, ...] | None = None
    inside: dict[int, tuple[Interface, ...]] = field(default_factory=dict)
    gaps: set[int | None] = field(default_factory=set)
    configured: dict[str, Configured] = field(default_factory=dict)
    files_read: bool = True
    bastille: str = ""
    rcconf_read: bool = True
    commands: tuple[pgrep.JailCommand, ...] = ()
    rcconf: dict[str, str] | None = None
    doubled: frozenset[str] = frozenset()
    defaults: dict[int, Defaults] = field(default_factory=dict)
    params: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    sysctls: tuple[tuple[str, str], ...] | None = None
    rulesets: frozenset[int] | None = None
    mounts: tuple[mount.Mount, ...] | None = None
    connections: tuple[netstat.Connection, ...] | None = None
    fstabs: dict[str, tuple[fstab.FstabLine, ...]] = field(default_factory=dict)
    boots: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    absent: set[str] = field(default_factory=set)
    neighbours: tuple[tuple[str, str], ...] = ()
    learned: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    listed: dict[int | None, Listing] = field(default_factory=dict)
    links: dict[int | None, tuple[netstat.LinkRow, ...]] = field(default_factory=dict)
    stanzas: dict[int | None, dict[int, str]] = field(default_factory=dict)
    disputed: dict[int | None, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, NameText] = field(default_factory=dict)
    managed: dict[str, JailList] = field(default_factory=dict)


class Reader:
    """Makes records from captures. The record of a section is kept as long as the section's text is the same.

    Of the text only length and hash are kept: all texts take 2 MB.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[int, int], Any]] = {}
        self._configuration = ConfigurationReader()

    @property
    def config(self) -> HostConfig:
        """The configuration in the files of the last capture."""
        return self._configuration.chosen

    def read(self, capture: Capture) -> Records:
        """The records of `capture`. A section that can't be parsed becomes a trouble. Never raises."""
        records = Records()
        kept: dict[str, tuple[tuple[int, int], Any]] = {}
        for section in capture.sections:
            _note(section, records)
            name, _, number = section.name.partition(" ")
            if name == "stanza":
                _keep_stanza(section, records)
                continue
            jid = int(number) if number.isdecimal() else None
            if (kind := KINDS.get(name) or KINDS.get(section.name)) is None or (jid is None) is (name in BY_JID):
                continue
            text = (len(section.out), hash(section.out))
            before, value = self._kept.get(section.name, (None, None))
            if before != text or isinstance(value, FormatError):
                value = _parsed(section, kind, jid, records)
            kept[section.name] = (text, value)
            if kind.usable(section) and not isinstance(value, FormatError):
                _place(value, kind, number if name in BY_NAME else jid, records)
        self._kept = kept
        for command, jails in records.managed.items():
            if jails.unread:
                line = jails.unread[:LONGEST]
                records.troubles.append(Trouble(f"{command} list", f"a line was not understood: {line}"))
        for place, value in records.listed.items():
            _settle(place, value, records)
        self._configure(capture, records)
        return records

    def _configure(self, capture: Capture, records: Records) -> None:
        """Parse the files that define jails. A file that can't be read or parsed becomes a trouble."""
        rcconf, release = records.rcconf or {}, release_of(capture)
        own = own_files(capture)
        records.bastille = own.bastille
        records.rcconf_read = records.rcconf is not None or all(part.name != "sysrc" for part in capture.sections)
        configuration = self._configuration.read(files_of(capture), rcconf, release, others_of(capture))
        records.configured = dict(configuration.jails)
        records.troubles += configuration.troubles
        records.files_read = records.files_read and configuration.complete and records.rcconf_read
        if own.unknown:
            records.files_read = False
            records.troubles.append(Trouble(BASTILLE_CONF, own.unknown))


def _parsed(section: Section, kind: Kind, jid: int | None, records: Records) -> Any:
    """The record of the section's text, or the FormatError if it can't be read."""
    try:
        return kind.parse(section.out, jid)
    except FormatError as error:
        if section.rc == 0:
            records.troubles.append(Trouble(section.name, str(error)))
        return error


class Defaults(NamedTuple):
    """The default routes of one network stack: their gateways, of one without its interface, and the interfaces that
    they go through.
    """

    gateways: tuple[str, ...]
    over: tuple[str, ...]


def defaults(text: str) -> Defaults:
    """The default routes of one network stack."""
    routes = netstat.parse(text)
    ways = [route for route in routes if route.destination == "default" and route.gateway]
    gateways = (way.interface if is_link(way) else way.gateway or "" for way in ways)
    return Defaults(tuple(dict.fromkeys(gateways)), default_over(routes))


def is_link(way: netstat.Route) -> bool:
    """Whether the route has an interface for its gateway, `link#3`, as one through a tunnel may have."""
    return bool(way.interface and way.gateway and way.gateway.startswith("link#"))


def params(text: str) -> dict[int, tuple[tuple[str, str], ...]]:
    """All parameters of each jail, by jid."""
    return {row.jid: tuple(sorted(values_of(row).items())) for row in jls.parse(text)}


class Listing(NamedTuple):
    """The interfaces of one vnet by ifconfig. `doubled` are names that two of them have, `unread` is a message about
    lines that could not be read, `names` has the name of each interface, `gap`: an interface may be missing.
    """

    interfaces: tuple[Interface, ...]
    doubled: frozenset[str]
    unread: str
    gap: bool
    names: tuple[str, ...] = ()

    def report(self, jid: int | None, records: Records) -> None:
        """Add the problems with the listing of that jail, or the host, to `records`."""
        subject = "ifconfig" if jid is None else f"jail {jid}"
        if self.gap:
            records.gaps.add(jid)
        if self.unread and (self.gap or jid is None):
            records.troubles.append(Trouble(subject, self.unread))
        elif self.gap:
            records.troubles.append(Trouble(subject, "ifconfig listed no interface at all"))


def listing(text: str, jid: int | None) -> Listing:
    """Parse what ifconfig prints in one vnet. 13 prints two interfaces of one name as one (FREEBSD.md 4.1)."""
    reading = ifconfig.parse(text)
    seen: set[str] = set()
    doubled = {record.name for record in reading.interfaces if record.more_ether}
    for record in reading.interfaces:
        (doubled if record.name in seen else seen).add(record.name)
    unread = ""
    if reading.unread:
        number, line = reading.unread[0]
        more = f" (and {len(reading.unread) - 1} more)" if len(reading.unread) > 1 else ""
        unread = f"line {number} not understood{more}: {line.strip()[:80]}"
    interfaces = tuple(interface(record, jid) for record in reading.interfaces)
    gap = not interfaces or any(not line.startswith(("\t", " ")) for _, line in reading.unread)
    names = tuple(record.name for record in reading.interfaces for _ in range(1 + len(record.more_ether)))
    return Listing(interfaces, frozenset(doubled), unread, gap, names)


def _keep_stanza(section: Section, records: Records) -> None:
    """Keep what ifconfig printed of a single interface: `stanza host 3`, `stanza 4 3`."""
    place, _, at = section.name.removeprefix("stanza ").partition(" ")
    if section.rc == 0 and at.isdecimal():
        records.stanzas.setdefault(int(place) if place.isdecimal() else None, {})[int(at)] = section.out


def _settle(place: int | None, value: Listing, records: Records) -> None:
    """Put the interfaces of a jail, or of the host, into `records`: those that both ifconfig and netstat list."""
    links = records.links.get(place)
    if links is not None and witness.agree(value.names, links):
        value = value._replace(gap=False)
    elif links is not None:
        stanzas = records.stanzas.get(place)
        records.disputed[place] = tuple(link.name for link in links)
        if stanzas is not None or not value.gap:  # else the interfaces that were not read stay unknown
            interfaces = witness.settled(links, value.interfaces, stanzas or {}, place)
            value = Listing(interfaces, witness.doubled(links), "", gap=False)
    value.report(place, records)
    if place is None:
        records.host, records.doubled = value.interfaces, value.doubled
    elif not value.gap:
        records.inside[place] = value.interfaces


def _place(value: Any, kind: Kind, subject: int | str | None, records: Records) -> None:
    """Put the record of a section into its field of `records`, by the jid, path or bridge that is its `subject`."""
    if subject is None and kind.field not in ("listed", "links"):
        setattr(records, kind.field, value)
    else:
        getattr(records, kind.field)[subject] = value


def succeeded_or_unknown(section: Section) -> bool:
    """Whether sysctl succeeded, or there is no name below net.link.bridge because if_bridge is not loaded."""
    return section.rc == 0 or "unknown oid" in section.err


def all_settings_read(section: Section) -> bool:
    """Whether grep read each settings.conf, of which it exits with 1 if none has a line, or there is none at all."""
    return (section.rc in (0, 1) and not section.err) or "./*/settings.conf: No such file" in section.err


def _of_text(parse: Callable[[str], Any]) -> Callable[[str, int | None], Any]:
    return lambda text, _jid: parse(text)


def _of_manager(command: str) -> Callable[[str, int | None], Any]:
    """What parses the list of that manager, loaded where there is one."""

    def parse(text: str, _jid: int | None) -> JailList:
        from jailtui.formats.managed import PARSERS

        return PARSERS[command](text)

    return parse


class Kind(NamedTuple):
    """How sections of a kind are parsed: `parse` gets the text and the jid; its result goes into `field`.

    `usable` tells by the exit status whether the text counts.
    """

    parse: Callable[[str, int | None], Any]
    field: str
    usable: Callable[[Section], bool] = lambda section: section.rc == 0


def boots(text: str) -> dict[str, str]:
    """The value of `boot` in the settings.conf of each of Bastille's jails, by the name of the jail's directory."""
    return {match["name"]: match["value"] for match in SETTING.finditer(text)}


KINDS: Mapping[str, Kind] = {
    "jls": Kind(_of_text(jls.parse), "rows"),
    "ifconfig": Kind(listing, "listed"),
    "inside": Kind(listing, "listed"),
    "links": Kind(_of_text(netstat.links), "links"),
    "links-inside": Kind(_of_text(netstat.links), "links"),
    "routes": Kind(_of_text(defaults), "defaults"),
    "jail-params": Kind(_of_text(params), "params"),
    "jail-commands": Kind(_of_text(pgrep.parse), "commands", lambda _: True),  # it exits with 1 if there is no process
    "sysrc": Kind(_of_text(lambda text: dict(sysrc.parse(text))), "rcconf"),
    "bridge-sysctls": Kind(_of_text(sysctl.parse), "sysctls", succeeded_or_unknown),
    "rulesets": Kind(_of_text(devfs.parse), "rulesets"),
    "mounts": Kind(_of_text(mount.parse), "mounts"),
    "missing": Kind(_of_text(lambda text: frozenset(filter(None, text.split("\n")))), "missing"),
    "arp": Kind(_of_text(neighbours.addresses), "neighbours"),
    "learned": Kind(_of_text(neighbours.learned), "learned"),
    "fstab": Kind(_of_text(fstab.parse), "fstabs"),
    "boots": Kind(_of_text(boots), "boots", all_settings_read),
    "connections": Kind(_of_text(netstat.connections), "connections"),
    "hosts": Kind(_of_text(of_hosts), "names"),
    "dnsmasq": Kind(_of_text(of_dnsmasq), "names"),
    **{f"managed {each.command}": Kind(_of_manager(each.command), "managed") for each in MANAGERS},
}
"""The sections of a capture by name; `config.jails` reads those of files."""
BY_JID = ("inside", "links-inside", "routes")
"""The sections that each jail has: `inside 4`."""
BY_NAME = ("fstab", "boots", "learned", "hosts", "dnsmasq", "managed")
"""The sections that several files, bridges or managers have: `fstab /etc/fstab`, `learned bridge0`, `managed pot`."""


def _note(section: Section, records: Records) -> None:
    """Record a failed command whose answer the state needs."""
    if not section.rc:
        return
    name, _, rest = section.name.partition(" ")
    said = section.err or (section.out[:LONGEST] if name == "inside" else "")  # a jail's own program has but one output
    complaint = next((line for line in said.splitlines() if line.strip()), "").strip()
    reason = f"{WITHOUT_WORDS.get(section.rc) or complaint or 'no answer'} (exit status {section.rc})"
    if name == "file":
        records.files_read = False
        records.troubles.append(Trouble(rest, complaint or f"can't be read (exit status {section.rc})"))
    elif name in ("jls", "ifconfig", "sysrc"):
        records.troubles.append(Trouble(name, reason))
    elif name == "fstab" and "No such file" in complaint:
        records.absent.add(rest)
    elif name == "inside":
        records.troubles.append(Trouble(f"jail {rest}", f"can't look inside: {reason}"))
    elif name == "managed":
        reason = "other managers took too long to list theirs" if section.rc == NOT_ENTERED else reason
        records.troubles.append(Trouble(f"{rest} list", f"its stopped jails are not known: {reason}"))
