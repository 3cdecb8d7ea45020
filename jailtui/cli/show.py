"""The model without the screen: as tables and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jailtui.model.state import Bridge, End, Epair, HostState, Interface, Jail, Vlan, Where
from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("jails", "bridges", "epairs", "vlans")


def document(state: HostState, host: str, taken_at: float) -> dict[str, Any]:
    """The object `show --json` prints. Its keys are described in the README and held by a test."""
    return {
        "host": host,
        "taken_at": datetime.fromtimestamp(taken_at, UTC).isoformat(timespec="seconds"),
        "jails": [jail_object(one) for one in state.jails],
        "bridges": [bridge_object(one) for one in state.bridges],
        "epairs": [epair_object(one) for one in state.epairs],
        "vlans": [vlan_object(one) for one in state.vlans],
        "interfaces": [interface_object(one) for one in state.interfaces],
        "errors": [{"subject": one.subject, "message": one.message} for one in state.errors],
    }


def blind(state: HostState) -> bool:
    """Whether the picture is none: jls or ifconfig failed, or this is no host of FreeBSD jails."""
    return any(trouble.subject in ("host", "jls", "ifconfig") for trouble in state.errors)


def as_json(state: HostState, host: str, taken_at: float) -> str:
    """The document as text; bytes that are no UTF-8 stand as `\\udcXX`."""
    return json.dumps(document(state, host, taken_at), indent=2)


def jail_object(jail: Jail) -> dict[str, Any]:
    return {
        "name": jail.name,
        "jid": jail.jid,
        "state": jail.state.value,
        "vnet": jail.vnet,
        "addresses": [str(one) for one in jail.addresses],
        "epairs": list(jail.epairs),
        "bridges": list(jail.bridges),
        "vlans": list(jail.vlans),
        "configured": jail.configured is not None,
        "path": jail.path,
        "hostname": jail.hostname,
        "file": jail.configured.file if jail.configured else None,
        "problems": list(jail.problems),
    }


def bridge_object(bridge: Bridge) -> dict[str, Any]:
    return {
        "name": bridge.name,
        "members": list(bridge.members),
        "addresses": [str(one) for one in bridge.addresses],
        "up": bridge.up,
        "mtu": bridge.mtu,
        "jails": list(bridge.jails),
        "after_boot": bridge.persistent,
        "problems": list(bridge.problems),
    }


def epair_object(pair: Epair) -> dict[str, Any]:
    return {
        "name": pair.name,
        "a": end_object(pair.a),
        "b": end_object(pair.b),
        "paired_by": pair.paired_by,
        "orphan": pair.orphan,
        "why": pair.why,
        "owner": pair.owner,
        "manager": pair.manager,
    }


def end_object(end: End) -> dict[str, Any]:
    return {"name": end.name, "where": end.where.value, "jail": end.jail, "jid": end.jid, "bridge": end.bridge}


def vlan_object(vlan: Vlan) -> dict[str, Any]:
    return {
        "name": vlan.name,
        "tag": vlan.tag,
        "parent": vlan.parent,
        "bridge": vlan.bridge,
        "jails": list(vlan.jails),
        "addresses": [str(one) for one in vlan.addresses],
        "up": vlan.up,
        "mtu": vlan.mtu,
        "after_boot": vlan.persistent,
        "problems": list(vlan.problems),
    }


def interface_object(one: Interface) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "jid": one.jid,
        "up": one.up,
        "mtu": one.mtu,
        "ether": one.ether,
        "description": one.description,
        "groups": list(one.groups),
        "addresses": [str(address) for address in one.addresses],
        "members": list(one.members),
        "tag": one.tag,
        "parent": one.parent,
    }


def tables(state: HostState, kinds: Sequence[str]) -> str:
    """The chosen kinds as tables, one below the other, the text of the host cleaned for a terminal."""
    make = {"jails": jail_table, "bridges": bridge_table, "epairs": epair_table, "vlans": vlan_table}
    return "\n\n".join(table(make[kind](state)) for kind in kinds)


def jail_table(state: HostState) -> list[list[str]]:
    rows = [["JAIL", "JID", "STATE", "ADDRESS", "EPAIR", "BRIDGE", "VLAN", "PROBLEM"]]
    for one in state.jails:
        addresses = words(map(str, one.addresses))
        pairs, bridges = words(one.epairs), words(one.bridges) if one.vnet else "(host)"
        problem = one.problems[0] if one.problems else ""
        jid = "-" if one.jid is None else str(one.jid)
        rows.append([one.name, jid, one.state.value, addresses, pairs, bridges, words(one.vlans), problem])
    return rows


def bridge_table(state: HostState) -> list[list[str]]:
    rows = [["BRIDGE", "MEMBERS", "ADDRESS", "PROBLEM"]]
    rows += [
        [one.name, words(one.members), words(map(str, one.addresses)), words(one.problems)] for one in state.bridges
    ]
    return rows


def epair_table(state: HostState) -> list[list[str]]:
    rows = [["EPAIR", "END A", "END B", "OWNER", "ORPHAN", "WHY"]]
    judged = {True: "orphan", False: "-", None: "unknown"}
    for one in state.epairs:
        rows.append([one.key, end_text(one.a), end_text(one.b), one.owner or "-", judged[one.orphan], one.why])
    return rows


def vlan_table(state: HostState) -> list[list[str]]:
    rows = [["VLAN", "TAG", "PARENT", "BRIDGE", "JAILS", "PROBLEM"]]
    for one in state.vlans:
        tag = "-" if one.tag is None else str(one.tag)
        rows.append([one.name, tag, one.parent or "-", one.bridge or "-", words(one.jails), words(one.problems)])
    return rows


def end_text(end: End) -> str:
    """Where an end is, in a few words."""
    if end.where is Where.HOST:
        return f"host, {end.bridge or 'no bridge'}"
    if end.where is Where.JAIL:
        return f"{end.jail or end.jid} as {end.name}"
    if end.where is Where.LOST:
        return f"lost: jail {end.jid} dying" if end.jid is not None else "lost"
    return "unknown"


def words(texts: Any) -> str:
    return " ".join(texts) or "-"


def table(rows: list[list[str]]) -> str:
    """Rows in columns, two blanks apart, nothing after the last word of a line."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cleaned) for column in range(len(cleaned[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cleaned
    )
