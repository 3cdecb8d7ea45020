"""`jailtui show` and `collect`: one reading of the host as tables, as JSON or as a file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jailtui.cli.hosts import opened, unreadable
from jailtui.cli.talk import put, table, talk, talk_troubles
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.model.starts import start_state
from jailtui.model.state import MOVED_AWAY, End, HostState, Jail, JailState, Where
from jailtui.model.tunnels import route_text, tunnels
from jailtui.rules.finding import RULES, problems

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config
    from jailtui.rules.finding import Finding

    Titles = Mapping[tuple[str, str], str]


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("table", nargs="?", choices=tuple(TABLES), help="the table to print (default: all)")
    to.add_argument("--json", action="store_true", help="print everything as one JSON object")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    with opened(arguments, config) as backend:
        if arguments.json:
            backend.want_load()
        snapshot = backend.read()
    state = snapshot.state
    if arguments.json:
        from jailtui.cli.documents import ShowDocument

        put(ShowDocument.of(state, snapshot.shown, backend.name, snapshot.taken_at, snapshot.load).as_json())
    else:
        titles = problem_titles(snapshot.shown)
        tables = {kind: TABLES[kind](state, titles) for kind in ((arguments.table,) if arguments.table else TABLES)}
        for kind in ("inside", "ssh"):
            if not arguments.table and len(tables[kind]) == 1:
                del tables[kind]
        put("\n\n".join(map(table, tables.values())))
        if snapshot.collected and snapshot.taken_at:
            talk(f"{backend.name}: read on {time.strftime('%Y-%m-%d at %H:%M', time.localtime(snapshot.taken_at))}")
        talk_troubles(state.errors)
    return Exit.UNREACHABLE if unreadable(state) else Exit.OK


def problem_titles(findings: Iterable[Finding]) -> Titles:
    """The title of each subject's worst problem, and the number of others, by kind and key."""
    return {
        row: RULES[worst.code].title + (f" +{len(more)}" if more else "")
        for row, (worst, *more) in problems(findings).items()
    }


def jail_rows(state: HostState, titles: Titles) -> list[list[str]]:
    managed = any(jail.manager for jail in state.jails)
    column = ["MANAGER"] if managed else []
    rows = [["JAIL", "JID", "STATE", *column, "ADDRESS", "EPAIR", "BRIDGE", "VLAN", "PROBLEM"]]
    for jail in state.jails:
        bridges = "(host)" if jail.vnet is False else words(jail.bridges)
        addresses = words(jail.addresses or [f"{address} conf" for address in jail.assumed])
        network = addresses, words(jail.epairs), bridges, words(jail.vlans)
        problem = titles.get(("jail", jail.key), "")
        manager = [jail.manager or "-"] if managed else []
        rows.append([jail.name, shown(jail.jid), state_of(jail), *manager, *network, problem])
    return rows


def state_of(jail: Jail) -> str:
    """The state, and of a stopped jail the pairs that it left."""
    leaves = f", left {' '.join(jail.left)}" if jail.left and jail.state is JailState.STOPPED else ""
    return start_state(jail) + leaves


def bridge_rows(state: HostState, titles: Titles) -> list[list[str]]:
    rows = [["BRIDGE", "MEMBERS", "ADDRESS", "PROBLEM"]]
    for bridge in state.bridges:
        problem = titles.get(("bridge", bridge.name), "")
        rows.append([bridge.name, words(bridge.members), words(bridge.addresses), problem])
    return rows


def epair_rows(state: HostState, titles: Titles) -> list[list[str]]:
    rows = [["EPAIR", "END A", "END B", "OWNER", "ORPHAN", "WHY", "PROBLEM"]]
    orphan = {True: "orphan", False: "-", None: "unknown"}
    for pair in state.epairs:
        verdict = orphan[pair.orphan], pair.why, titles.get(("epair", pair.key), "")
        rows.append([pair.key, place(pair.a), place(pair.b), shown(pair.owner), *verdict])
    return rows


def vlan_rows(state: HostState, titles: Titles) -> list[list[str]]:
    rows = [["VLAN", "TAG", "PARENT", "BRIDGE", "JAILS", "PROBLEM"]]
    for vlan in (*state.vlans, *state.held_vlans):
        parent = shown(vlan.parent) if vlan.jid is None or vlan.parent else MOVED_AWAY
        jails = words(vlan.jails) if vlan.jid is None else f"in {vlan.jails[0]}"
        rows.append([vlan.name, shown(vlan.tag), parent, shown(vlan.bridge), jails, titles.get(("vlan", vlan.key), "")])
    return rows


def inside_rows(state: HostState, _titles: Titles) -> list[list[str]]:
    """What jails hold beside their pairs, NICs and VLANs."""
    held = [(jail, interface) for jail in state.jails for interface in jail.inside if interface.kind != "vlan"]
    routes = {(jail.key, tunnel.name): route_text(tunnel) for jail in state.jails for tunnel in tunnels(jail)}
    return [
        ["INTERFACE", "KIND", "JAIL", "UP", "ADDRESS", "ROUTE"],
        *(
            [
                interface.name,
                interface.kind,
                jail.name,
                "up" if interface.up else "down",
                words(interface.addresses),
                shown(routes.get((jail.key, interface.name))),
            ]
            for jail, interface in held
        ),
    ]


def ssh_rows(state: HostState, _titles: Titles) -> list[list[str]]:
    """The ssh sessions, and what they run through."""
    rows = [["SSH FROM", "TO", "INTERFACES", "BRIDGES", "JAILS", "YOU"]]
    for session in state.way_in.sessions:
        client, host = f"{session.client} port {session.client_port}", f"{session.address} port {session.port}"
        carriers = words(session.interfaces), words(session.bridges), words(session.jails)
        rows.append([client, host, *carriers, "you" if session.own else "-"])
    return rows


TABLES = {
    "jails": jail_rows,
    "bridges": bridge_rows,
    "epairs": epair_rows,
    "vlans": vlan_rows,
    "inside": inside_rows,
    "ssh": ssh_rows,
}


def place(end: End) -> str:
    """The place of an end of a pair."""
    if end.where is Where.HOST:
        return f"host, {end.bridge or 'no bridge'}"
    if end.where is Where.JAIL:
        return f"{end.jail or end.jid} as {end.name}"
    if end.where is Where.LOST:
        return f"lost: jail {end.jid} dying" if end.jid is not None else "lost"
    return "unknown"


def words(values: Iterable[object]) -> str:
    return " ".join(map(str, values)) or "-"


def shown(value: Any) -> str:
    """A value in a cell, `-` for no value."""
    return "-" if value in (None, "") else str(value)


def collect_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("file", metavar="FILE", help="the file to write")
    host_options(to)


def collect(arguments: Arguments, config: Config) -> int:
    """Read the host in full and write it to the file."""
    from jailtui.host.collect import dump

    with opened(arguments, config) as backend:
        backend.want_load()
        capture = backend.everything()
    try:
        Path(arguments.file).write_text(dump(capture), encoding="utf-8")
    except OSError as error:
        raise Stop(f"{arguments.file}: {error.strerror}", Exit.FAILED) from error
    return Exit.OK


VERBS = {"show": CommandVerb(options, run), "collect": CommandVerb(collect_options, collect)}
