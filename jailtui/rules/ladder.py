"""The remedies for what a dying jail holds, gentle to forced, in the order of FREEBSD.md 3.5.

The host can see only some of what holds a jail: mounts made inside, connections with it (FREEBSD.md 3.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.names import stem
from jailtui.exchange import Step
from jailtui.model.commands import near_and_far, reclaim_steps, sight, why_untouchable
from jailtui.model.state import Epair, Jail, JailState, Where
from jailtui.net import Interface, parsed
from jailtui.rules.epairwords import link_of
from jailtui.rules.finding import Remedy
from jailtui.rules.mounts import below, commandable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.formats.mount import Mount
    from jailtui.formats.netstat import Connection
    from jailtui.rules.context import Context


NAME_LENGTH = 15
"""The greatest length of an interface name: IFNAMSIZ without the NUL."""

TAKE_BACK = (
    "import fcntl,socket,struct,sys;"
    "fcntl.ioctl(socket.socket(socket.AF_INET,socket.SOCK_DGRAM),0xc020695b,"
    "struct.pack('16si12x',sys.argv[1].encode(),int(sys.argv[2])))"
)
"""SIOCSIFRVNET with the name inside and the jid (FREEBSD.md 3.5, step 6)."""


def ladder(context: Context, *, jail: Jail | None, pair: Epair | None) -> tuple[Remedy, ...]:
    """The remedies for a dying jail, for the pair whose end it holds, or for a leftover pair.

    For `jail` None the dying jail that probably holds the end of `pair` is taken, if any. Only remedies that work on
    this release and from here are returned, and none with an ambiguous name.
    """
    if jail is None and pair is not None:
        jail = dying_jail(context, next((end.jid for end in (pair.b, pair.a) if end.where is Where.LOST), None))
    return tuple(_rungs(context, jail, pair))


def _rungs(context: Context, jail: Jail | None, pair: Epair | None) -> Iterator[Remedy]:
    if jail is not None:
        yield _wait(context, jail)
        yield from _drop(context, jail)
        yield from _unmount(context, jail)
    if pair is None or not pair.orphan:
        return
    if reason := why_untouchable(pair):
        yield Remedy.of("Rename one of the interfaces first", why=f"No command is safe: {reason}.")
        return
    if jail is not None and (inside := inside_name(context, pair)):
        yield from _revive(context, jail, pair, inside)
        yield from _take_out(context, jail, pair, inside)
    yield destroy(context, pair)


def _wait(context: Context, jail: Jail) -> Remedy:
    """The remedy to wait, with the usual time (the table of FREEBSD.md 3.1)."""
    peers = peer_connections(context, jail)
    if any(connection.state == "CLOSE_WAIT" for connection in peers):
        why = "A program on this host keeps its side of a connection open: 11 to 12 minutes"
    elif peers:
        why = "A connection with this host is still open: until its peer closes it, then up to 12 minutes"
    elif mounts := inside_mounts(context, jail):
        why = f"{mounts[0].path} looks mounted inside: {jail.name} then stays for ever unless it is unmounted"
    elif context.state.connections is None:
        why = "What holds it could not be read: 1 (TIME_WAIT) to 12 minutes, or for ever if it mounted something inside"
    else:
        why = (
            "Nothing on this host holds it: about a minute after its own close (TIME_WAIT), about 3 minutes over a cut "
            "link, 11 to 12 minutes where a peer on another machine keeps its side open"
        )
    if unknown := below(context, jail).unknown:
        several = len(unknown) > 1
        mounts_are = f"{unknown[0].path} and {len(unknown) - 1} more are" if several else f"{unknown[0].path} is"
        them, they = ("them", "they hold") if several else ("it", "it holds")
        why += f"; {mounts_are} in no file of mounts: if the host mounted {them}, {they} nothing"
    if not all(droppable(context, connection) for connection in peers):
        why += "; a connection with this host's sshd is never dropped here, since it may be your own"
    return Remedy.of("Wait", why=f"{why}. Its interfaces come back down and without addresses.", breaks="nothing")


def _unmount(context: Context, jail: Jail) -> Iterator[Remedy]:
    """The remedy that unmounts what the jail may have mounted, never the host's own mounts (FREEBSD.md 12)."""
    mounts = inside_mounts(context, jail)
    if not mounts:
        return
    root, paths = (jail.path or "").rstrip("/"), ", ".join(mount.path for mount in mounts)
    why = "A file system mounted inside holds a jail for ever; unmounting it frees the jail at once"
    if not all(commandable(mount, root, context.state.mounts or ()) for mount in mounts):
        why += f". {jail.name} chose the path, and may have put a link in it: look at it first, then unmount it by hand"
        yield Remedy.of("Unmount by hand what was mounted inside", why=f"{why}: {paths}.")
        return
    steps = tuple(Step(("umount", mount.path), f"{mount.kind} of {mount.device}") for mount in mounts)
    undo = "none: mount it again by hand; the contents of a tmpfs are lost"
    yield Remedy.of("Unmount what was mounted inside", steps, f"{why}.", f"access to what is in {paths}", undo, "firm")


def _drop(context: Context, jail: Jail) -> Iterator[Remedy]:
    """The remedy that drops the connections with the jail, never all (`tcpdrop -a`), which would cut ssh sessions."""
    absent = any(
        capability.name == "tool tcpdrop" and not capability.present for capability in context.state.facts.capabilities
    )
    peers = [connection for connection in peer_connections(context, jail) if droppable(context, connection)]
    if absent or not peers:
        return
    steps = tuple(
        Step(
            ("tcpdrop", connection.address, str(connection.port), connection.peer, str(connection.peer_port)),
            f"reset this host's connection with {connection.peer} port {connection.peer_port}, in {connection.state}",
            f"what uses {connection.address} port {connection.port} on this host",
        )
        for connection in peers
    )
    count = "the connection" if len(peers) == 1 else f"{len(peers)} connections"
    yield Remedy.of(
        "Drop the connection that holds it" if len(peers) == 1 else "Drop the connections that hold it",
        steps,
        f"Resets {count} of this host with {jail.name} and no other. {_after_drop(context, jail)}",
        f"{count} and what the programs at this end still wait for",
        "none: the program has to connect again",
        "firm",
    )


def _after_drop(context: Context, jail: Jail) -> str:
    """The effect of a reset, which does not reach a jail without its pair."""
    ends = (end for pair in context.state.epairs for end in (pair.a, pair.b) if end.where is Where.LOST)
    if not jail.vnet or any(end.jid in (jail.jid, None) for end in ends):
        return "When nothing holds the jail, it is gone at once."
    return f"The pair of {jail.name} is gone, so that the reset does not reach it: it stays dying for some minutes."


def inside_name(context: Context, pair: Epair) -> str:
    """The name of a lost end inside, by the configuration or by the other end's name; "" if not known.

    Also "" if the host has the name: the kernel does not check that when the end returns (FREEBSD.md 3.3).
    """
    near, _ = near_and_far(pair)
    link = link_of(context, pair)
    if link is not None:
        name = link.inside
    elif pair.manager is None and near.name is not None and stem(near.name) == near.name[:-1]:
        name = near.name[:-1] + ("b" if near.name.endswith("a") else "a")
    else:
        name = ""
    return name if name not in context.host and len(name.encode()) <= NAME_LENGTH else ""


def _revive(context: Context, jail: Jail, pair: Epair, inside: str) -> Iterator[Remedy]:
    """The remedy that revives a dying jail, not on 15, where the command is refused or creates a new jail."""
    if context.major not in (13, 14):
        return
    jid = str(jail.jid)
    rename = (f"name=old{jid}",) if jail.name in context.live else ()
    if rename and f"old{jid}" in context.live:
        return
    renamed = f", as old{jid} since another {jail.name} lives" if rename else ""
    steps = (
        Step(("jail", "-d", "-m", f"jid={jid}", *rename, "persist"), f"revive the dying jail{renamed}"),
        # may_fail: the jail must be removed again in any case.
        Step(("ifconfig", inside, "-vnet", jid), f"take {inside} back, down and without addresses", may_fail=True),
        Step(("jail", "-R", jid), "remove it again; it stays dying, without the end"),
    )
    yield Remedy.of(
        f"Revive jid {jid}, release {inside}, remove it again",
        steps,
        f"Works before 15 only. {inside} is its name inside by {_source(context, pair)}; no command lists it.",
        _breaks(pair, f"what {jail.name} still answers on {inside}; no stop hook runs"),
        "none needed: the pair stays, with both ends on the host",
        "firm",
    )


def _take_out(context: Context, jail: Jail, pair: Epair, inside: str) -> Iterator[Remedy]:
    """The remedy that takes the end out by ioctl, which the kernel allows for a dying jail but no command does."""
    if not context.from_here or not context.state.facts.can("tool python3"):
        return
    step = Step(
        ("python3", "-c", TAKE_BACK, inside, str(jail.jid)),
        f"ask the kernel for {inside} of jid {jail.jid}: SIOCSIFRVNET",
        undo=None,
    )
    yield Remedy.of(
        f"Take {inside} out of jid {jail.jid} by ioctl",
        (step,),
        f"No command does this for a dying jail, but the kernel allows it. It was tested from C, not yet from Python. "
        f"{inside} is its name inside by {_source(context, pair)}: a wrong one is refused (ENXIO).",
        _breaks(pair, f"what {jail.name} still answers on {inside}"),
        "none needed: the pair stays, with both ends on the host",
        "forced",
    )


def _source(context: Context, pair: Epair) -> str:
    settings = context.settings.get(pair.owner) if pair.owner else None
    return f"{settings.file} as it is now" if settings is not None else "the name of the other end (a guess)"


def destroy(context: Context, pair: Epair, undo: str = "") -> Remedy:
    """The remedy that destroys the pair by its end on the host. Commands must be safe on `pair`."""
    near, far = near_and_far(pair)
    lost = far.where is Where.LOST
    owner = context.settings.get(pair.owner) if pair.owner else None
    dying = lost and any(jail.state is JailState.DYING for jail in context.state.jails)
    ends = "both ends, wherever the other is" if lost else "both ends; nothing that is running uses them"
    if dying:
        ends = f"both ends, and what {far.jail or 'the dying jail'} still answers; the jail stays dying"
    if context.major >= 15 or not context.major:
        mac = "with the same MACs" if context.major else "perhaps with new MACs"
    else:
        mac = "with new MACs"
    recreated = f"the start of {owner.name} recreates the pair, {mac}" if owner is not None else ""
    return Remedy.of(
        f"Destroy {pair.name}",
        tuple(reclaim_steps(pair, sight(context.state))),
        f"Destroys {near.name} and with it the other end, wherever it is. Name and number are free at once"
        + (", and the jail can be started again beside the dying one." if dying else "."),
        _breaks(pair, ends),
        undo or recreated or "none: nothing recreates this pair",
        "forced" if lost else "firm",
    )


def _breaks(pair: Epair, text: str) -> str:
    """What breaks, with a note if another tool made the pair."""
    return f"{text}. {pair.manager} made this pair: prefer its own commands" if pair.manager else text


LASTING = ("CLOSE_WAIT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK")
SSH = 22
SSH_PORT = re.compile(r"(?:^|\s)-(?:p|o\s*Port=)\s*(\d{1,5})\b")


def dying_jail(context: Context, jid: int | None) -> Jail | None:
    """The dying jail of that jid."""
    jail = context.kernel.get(jid) if jid is not None else None
    return jail if jail is not None and jail.state is JailState.DYING else None


def inside_mounts(context: Context, jail: Jail) -> tuple[Mount, ...]:
    """The mounts that the jail may have made inside and that hold it, the deepest first."""
    return below(context, jail).own


def peer_connections(context: Context, jail: Jail) -> tuple[Connection, ...]:
    """The host's connections with addresses that only this jail has, or through its own pair without a bridge."""
    living = frozenset(address for other in context.live.values() for address in _addresses(context, other))
    own = frozenset(_addresses(context, jail)) - living
    wires = tuple(_wires(context, jail))
    return tuple(
        connection
        for connection in context.state.connections or ()
        if connection.state in LASTING and (connection.peer in own or _on_wire(connection, wires))
    )


def _wires(context: Context, jail: Jail) -> Iterator[Interface]:
    """The networks of the host's ends, in no bridge, of the pairs that the jail holds."""
    for pair in context.state.epairs:
        near, far = near_and_far(pair)
        alone = near.where is Where.HOST and near.bridge is None and near.name not in context.riding
        if far.where is Where.LOST and far.jid == jail.jid and alone:
            yield from filter(None, (parsed(str(address)) for address in near.addresses))


def _on_wire(connection: Connection, wires: Iterable[Interface]) -> bool:
    peer = parsed(connection.peer)
    return peer is not None and any(
        connection.address == str(wire.ip) and peer.ip in wire.network for wire in wires if peer.version == wire.version
    )


def _addresses(context: Context, jail: Jail) -> Iterator[str]:
    """The addresses that the jail has, had or is configured with."""
    yield from (address.address for address in (*jail.addresses, *jail.last_addresses))
    view = context.view(jail.name)
    for link in view.links if view is not None else ():
        yield from (text.partition("/")[0] for text in link.addresses)


def droppable(context: Context, connection: Connection) -> bool:
    """Whether the connection is known not to be one of the host's sshd: by what sockstat lists, and by the port that is
    usual or in sshd_flags.
    """
    way_in = context.state.way_in
    ports = SSH_PORT.findall((context.rcconf or {}).get("sshd_flags", ""))
    usual = connection.port in (SSH, *map(int, ports))
    return not (way_in.unknown or usual or way_in.has(connection))
