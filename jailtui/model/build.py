"""Makes a `HostState` from a capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.jails import release_of
from jailtui.config.managers import on_host
from jailtui.config.rcconf import persistent_names
from jailtui.exchange import LOAD, Capture, Trouble
from jailtui.jailconf.parse import collections_paused
from jailtui.model.cables import Surroundings, cables
from jailtui.model.jails import Lookups, jail_rows
from jailtui.model.namefiles import name_files
from jailtui.model.reading import Reader, Records
from jailtui.model.segments import bridges, vlans, with_ordered_members
from jailtui.model.sessions import NOT_ASKED
from jailtui.model.state import Address, Capability, Epair, HostFacts, HostState, Interface, Jail, JailState
from jailtui.model.wayin import answers, way_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui.jailconf import HostConfig
    from jailtui.model.state import Part


class Builder:
    """Makes states from captures of one host. Text that has not changed is not parsed again."""

    def __init__(self) -> None:
        self._reader = Reader()
        self.disputed: Mapping[int | None, tuple[str, ...]] = {}
        """The jids (None: the host) for which ifconfig and netstat list different interfaces, with netstat's names."""
        self._last: tuple[tuple[object, ...], HostState] | None = None
        self._addresses: Mapping[int, tuple[str, tuple[Address, ...]]] = {}

    @property
    def config(self) -> HostConfig:
        """The configuration in the files of the last capture; the same object as long as no file changes."""
        return self._reader.config

    @collections_paused()
    def build(self, capture: Capture) -> HostState:
        """The state of the host in `capture`; the same object as before if nothing changed."""
        sections = (section for section in capture.sections if not section.name.startswith(LOAD))
        identity = (tuple(map(hash, sections)), capture.facts)  # hashes, as in Reader
        if self._last is not None and self._last[0] == identity:
            return self._last[1]
        records = self._reader.read(capture)
        self.disputed = records.disputed
        state = self._remembering(assemble(capture, records))
        if self._last is not None and self._last[1] == state:  # only the order of the sections changed
            state = self._last[1]
        self._last = (identity, state)
        return state

    def _remembering(self, state: HostState) -> HostState:
        """The state, with the addresses that dying VNET jails had in earlier states."""
        jails = tuple(map(self._with_addresses, state.jails))
        self._addresses = {
            jail.jid: (jail.name, jail.addresses or jail.last_addresses) for jail in jails if jail.jid is not None
        }
        return state if jails == state.jails else state._replace(jails=jails)

    def _with_addresses(self, jail: Jail) -> Jail:
        name, addresses = self._addresses.get(jail.jid or 0, ("", ()))
        if jail.state is not JailState.DYING or not jail.vnet or name != jail.name:
            return jail
        known = {address.address for address in addresses}
        more = (address for address in jail.last_addresses if address.address not in known)
        return jail._replace(last_addresses=(*addresses, *more))


def assemble(capture: Capture, records: Records) -> HostState:
    """Join the records of one capture into the state."""
    facts = host_facts(capture)
    host = with_ordered_members(records.host or ())
    around = surroundings(records, facts)
    everywhere = [*host, *(interface for inside in records.inside.values() for interface in inside)]
    pairs = cables(everywhere, around)
    lookups = Lookups(host, pairs)
    jails = tuple(with_neighbours(jail, records, pairs) for jail in jail_rows(records, lookups))
    boot = persistent_names(records.rcconf)
    sessions = way_in(answers(capture.sections), host, pairs, jails)
    boots = records.boots.get(records.bastille)
    unheard = () if sessions.unknown in ("", NOT_ASKED) else (Trouble("sockstat", sessions.unknown),)
    return HostState(
        facts=facts,
        jails=jails,
        epairs=pairs,
        bridges=bridges(host, jails, boot),
        vlans=vlans(host, jails, around.bridge_of, boot),
        interfaces=tuple(everywhere),
        errors=(*missing_tools(capture), *records.troubles, *unheard),
        rcconf=None if records.rcconf is None else tuple(sorted(records.rcconf.items())),
        sysctls=records.sysctls,
        rulesets=records.rulesets,
        mounts=records.mounts,
        connections=records.connections,
        fstabs=tuple(sorted(records.fstabs.items())),
        bastille_boots=None if boots is None else tuple(sorted(boots.items())),
        missing=records.missing | records.absent,
        unread=tuple(unread(records)),
        way_in=sessions,
        name_files=name_files(records.names, jails),
        managers=on_host(capture.facts),
    )


def unread(records: Records) -> Iterator[tuple[Part, str]]:
    """The parts that could not be read, and why, as a phrase."""
    if records.rows is None:
        yield "jails", "jls could not be read"
    if records.host is None or None in records.gaps:
        yield "interfaces", f"ifconfig could not be read{'' if records.host is None else ' in full'}"
    if not records.files_read:
        files = (trouble.subject for trouble in records.troubles if trouble.subject.startswith("/"))
        fallback = "a file that defines jails" if records.rcconf_read else "rc.conf, which names the files of jails,"
        yield "files", f"{next(files, fallback)} could not be read"


def with_neighbours(jail: Jail, records: Records, pairs: Iterable[Epair]) -> Jail:
    """The jail, if it is dying with the addresses that the host reached through its pairs."""
    if jail.state is not JailState.DYING or not jail.vnet:
        return jail
    ends = {name for pair in pairs if jail.jid in (pair.a.jid, pair.b.jid) for name in (pair.a.name, pair.b.name)}
    macs = {mac for learned in records.learned.values() for mac, member in learned if member in ends}
    return jail._replace(last_addresses=tuple(Address(ip) for ip, mac in records.neighbours if mac in macs))


def surroundings(records: Records, facts: HostFacts) -> Surroundings:
    """The parts of the records by which pairs are judged."""
    rows = records.rows or ()
    live = {row.jid: row.name or str(row.jid) for row in rows if not row.dying}
    vnets = {row.jid for row in rows if row.vnet is not False and not row.dying}
    names = [command.name or "*" for command in records.commands]
    return Surroundings(
        live=live,
        dying={row.jid: row.name or str(row.jid) for row in rows if row.dying},
        configured=records.configured,
        bridge_of=bridge_of(records.host or ()),
        parents=frozenset(interface.parent for interface in records.host or () if interface.parent),
        laggs={port: lagg.name for lagg in records.host or () for port in lagg.laggports},
        looks_in=facts.can("ifconfig -j"),
        doubled=records.doubled,
        persistent=persistent_names(records.rcconf) or frozenset(),
        host_seen=not facts.read_only and None not in (records.rows, records.host) and None not in records.gaps,
        unseen=frozenset(live[jid] for jid in vnets - (records.inside.keys() - records.gaps)),
        jails_read=records.rows is not None,
        torn=not records.inside.keys() <= live.keys(),
        files_read=records.files_read,
        busy=frozenset(live.get(int(name), name) if name.isdigit() else name for name in names),
    )


def bridge_of(host: tuple[Interface, ...]) -> Mapping[str, str]:
    """The bridge each member is in."""
    return {member: interface.name for interface in host if interface.kind == "bridge" for member in interface.members}


def host_facts(capture: Capture) -> HostFacts:
    """The facts about the host, by the probe at connect."""
    probed = capture.facts
    uid = int(probed["uid"]) if probed.get("uid", "").isdigit() else None
    words = probed.get("uname", "").split(" ")  # uname -nsrm: system, host name, release, machine
    tools = [
        Capability(name.removeprefix("tool "), probed[name] == "yes") for name in probed if name.startswith("tool ")
    ]
    options = [
        Capability("ifconfig -j", probed.get("ifconfig-j") == "yes", "looks into jails without their own binaries"),
        Capability("netstat -j", probed.get("netstat-j") == "yes", "shows their routes and counters"),
        Capability("ifconfig -D", probed.get("ifconfig-D") == "yes", "tells which two ends are one pair"),
    ]
    return HostFacts(
        name=capture.host,
        hostname=words[1] if len(words) > 3 else "",
        release=release_of(capture),
        user=probed.get("user", ""),
        uid=uid,
        capabilities=(*options, *tools),
        local=probed.get("reached") == "local",
        read_only=None if uid == 0 else f"{probed.get('user') or 'this user'} is not root: jails can only be looked at",
    )


def missing_tools(capture: Capture) -> tuple[Trouble, ...]:
    """The trouble that the host has no jail tools: it is not FreeBSD, or its PATH is wrong."""
    absent = [f"{name}(8)" for name in ("jls", "jail", "ifconfig") if capture.facts.get(f"tool {name}") == "no"]
    if not absent:
        return ()
    system = capture.facts.get("uname", "an unknown system")
    return (
        Trouble("host", f"there is no {' and no '.join(absent)} here: this is {system}, not a host of FreeBSD jails"),
    )
