"""What holds a dying jail, as far as its host can tell: mounts made inside, connections with it (FREEBSD.md 3.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.model.commands import near_and_far
from jailtui.model.state import Jail, JailState, Where
from jailtui.net import Interface, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.formats.mount import Mount
    from jailtui.formats.netstat import Connection
    from jailtui.rules.context import Context

JAILABLE = frozenset("devfs fdescfs fusefs linprocfs linsysfs nullfs p9fs procfs tmpfs zfs".split())
"""File systems that may be mounted from inside a jail (jail(8), allow.mount.*)."""

LASTING = ("CLOSE_WAIT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK")
SSH = 22
SSH_PORT = re.compile(r"(?:^|\s)-(?:p|o\s*Port=)\s*(\d{1,5})\b")


def dying_jail(context: Context, jid: int | None) -> Jail | None:
    """The dying jail of that jid."""
    jail = context.kernel.get(jid) if jid is not None else None
    return jail if jail is not None and jail.state is JailState.DYING else None


def inside_mounts(context: Context, jail: Jail) -> tuple[Mount, ...]:
    """What may have been mounted inside the jail, the deepest first: only that holds it.

    Nobody can tell for sure: mounts by the host look the same. Left out are those that jail(8) makes, what no jail
    can mount, and all where a jail that lives has the path.
    """
    root = (jail.path or "").rstrip("/")
    if not root or jail.path in context.live_paths:
        return ()
    own = _own_mounts(context, jail.name, root)
    below = [
        mount
        for mount in context.state.mounts or ()
        if mount.path.startswith(f"{root}/") and mount.path not in own and mount.kind in JAILABLE
    ]
    return tuple(sorted(below, key=lambda mount: -mount.path.count("/")))


def _own_mounts(context: Context, name: str, root: str) -> frozenset[str]:
    """The places that jail(8) itself mounts on, by the parameters of the jail of that name."""
    settings = context.settings.get(name)
    lines = settings.params.get("mount", ()) if settings is not None else ()
    listed = (words[1] for words in (line.split() for line in lines) if len(words) > 1)
    return frozenset((f"{root}/dev", f"{root}/dev/fd", f"{root}/proc", *listed))


def may_mount(context: Context, jail: Jail, mount: Mount) -> bool:
    """Whether the jail's configuration lets it mount such a file system; True where no file defines the jail."""
    settings = context.settings.get(jail.name)
    return settings is None or settings.flag(f"allow.mount.{mount.kind}")


def peer_connections(context: Context, jail: Jail) -> tuple[Connection, ...]:
    """The host's own ends of connections with the jail's addresses.

    Where a jail that lives has its name, and so its addresses, only those in CLOSE_WAIT: others may be that one's.
    What the host's end of its own pair has open, in no bridge, can't be anybody else's.
    """
    mine = frozenset(_addresses(context, jail))
    wires = tuple(_wires(context, jail))
    states = LASTING[:1] if jail.name in context.live else LASTING
    return tuple(
        connection
        for connection in context.state.connections or ()
        if (connection.peer in mine and connection.state in states)
        or (connection.state in LASTING and _on_wire(connection, wires))
    )


def _wires(context: Context, jail: Jail) -> Iterator[Interface]:
    """The networks of the host's ends of the pairs that the jail holds, each alone with it on its cable."""
    for pair in context.state.epairs:
        near, far = near_and_far(pair)
        alone = near.where is Where.HOST and near.bridge is None and near.name not in context.riding
        if far.where is Where.LOST and far.jid == jail.jid and alone:
            yield from (one for address in near.addresses if (one := parsed(str(address))) is not None)


def _on_wire(connection: Connection, wires: Iterable[Interface]) -> bool:
    peer = parsed(connection.peer)
    return peer is not None and any(
        connection.address == str(one.ip) and peer.ip in one.network for one in wires if peer.version == one.version
    )


def _addresses(context: Context, jail: Jail) -> Iterator[str]:
    """The kernel tells those of a jail without vnet; of the others nobody but the configuration knows them."""
    yield from (address.address for address in jail.addresses)
    view = context.view(jail.name)
    for link in view.links if view is not None else ():
        yield from (text.partition("/")[0] for text in link.addresses)


def droppable(context: Context, connection: Connection) -> bool:
    """Whether it may be dropped: one with the host's own ssh may be the session that jailtui works in.

    The ports are sshd's usual one and those of sshd_flags in rc.conf; sshd_config is not read.
    """
    told = SSH_PORT.findall((context.rcconf or {}).get("sshd_flags", ""))
    return connection.port not in (SSH, *map(int, told))
