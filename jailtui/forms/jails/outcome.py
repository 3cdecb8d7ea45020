"""What a new, copied or renamed jail comes to once its files are saved, and what is to be said of that."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from jailtui import jailconf
from jailtui.exchange import FileEdit
from jailtui.forms.jails.free import LONGEST_NAME, Holdings, Used, holdings, interface_of, is_pair, plain_address, stem
from jailtui.forms.protocol import Note
from jailtui.jailconf import EditError
from jailtui.jailconf.hostfiles import globber, reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.forms.sources import Sources


def config_after(sources: Sources, files: Iterable[FileEdit]) -> jailconf.HostConfig:
    """The configured jails once these files are saved."""
    texts = dict(sources.texts) | {edit.path: edit.new for edit in files}
    return jailconf.choose(texts, sources.dialect, sources.rcconf or {})


def new_file(sources: Sources, path: str, text: bytes, edits: Iterable[jailconf.Edit]) -> FileEdit:
    """A file that is not there yet: `text`, edited. Raises EditError."""
    if path in sources.texts:
        raise EditError(f"{path} is there already.")
    file = jailconf.parse(text, path, sources.dialect)
    change = jailconf.apply(file, list(edits), reader(sources.texts), globber(sources.texts))
    return FileEdit(path, None, change.after)


def result_notes(sources: Sources, taken: Used, after: jailconf.HostConfig, name: str) -> Iterator[Note]:
    """What is wrong with the jail `name`, new in `after`; `taken` is what was in use before."""
    jail = after.get(name)
    if jail is None:
        fault = next((fault for one in after.evaluations.values() for fault in one.faults), None)
        yield Note("error", fault.message if fault else "No file that rc.d/jail reads would define it.")
        return
    if jail.jail.failed:
        said = [fault.message for one in after.evaluations.values() for fault in one.warnings]
        yield Note("error", next((one for one in said if one.startswith(f"jail: {name}: ")), f"{name} would fail."))
    held = holdings(jail.jail, jail.file)
    yield from _taken(taken, held)
    yield from _network(held)
    yield from bridge_notes(sources, held)
    limits = [one.name for one in jail.jail.params if one.name in ("ip4.addr", "ip6.addr", "ip4", "ip6")]
    if held.configured.vnet and limits:
        yield Note("error", f"A VNET jail can't have {limits[0]}: jail(8) refuses to create it.")


def _taken(taken: Used, held: Holdings) -> Iterator[Note]:
    for name in held.interfaces:
        key = "epair" if is_pair(stem(name)) else "interface"
        if len(name.encode()) > LONGEST_NAME:
            text = f"{name} is too long for an interface, whose name has at most {LONGEST_NAME} bytes."
            yield Note("error", text, key)
        elif name in taken.interfaces:
            yield Note("error", f"{name} belongs to {taken.interfaces[name]}.", key)
    for text in held.configured.addresses:
        if owner := taken.addresses.get(plain_address(text)):
            yield Note("warning", f"{text} is in use: it belongs to {owner}.", "address")
    if owner := taken.paths.get((held.configured.path or "").rstrip("/")):
        yield Note("error", f"{held.configured.path} is the root of {owner}.", "path")
    for mac in held.configured.view.macs:
        if owner := taken.macs.get(mac.lower()):
            yield Note("error", f"The MAC {mac} belongs to {owner}.", "ether")
    if owner := taken.jids.get(held.jid):
        yield Note("error", f"The jid {held.jid} belongs to {owner}.", "jid")


def _network(held: Holdings) -> Iterator[Note]:
    """Addresses that are no hosts', and gateways that no address of the jail reaches."""
    own = [one for text in held.configured.addresses if (one := interface_of(text)) is not None]
    for one in own:
        edge = one.network.prefixlen < 31 and one.ip in (one.network.network_address, one.network.broadcast_address)
        if edge:
            yield Note("error", f"{one.ip} is no host's address in {one.network}.", "address")
    for gateway in held.configured.view.gateways:
        try:
            ip = ipaddress.IPv4Address(gateway)
        except ValueError:
            continue
        if own and not any(ip in one.network for one in own):
            networks = ", ".join(str(one.network) for one in own)
            text = f"The gateway {gateway} is not in {networks}: the jail can't reach it, and its start fails."
            yield Note("warning", text, "gateway")


def bridge_notes(sources: Sources, held: Holdings) -> Iterator[Note]:
    """Whether the bridges are there, now and after boot."""
    there = {bridge.name: bridge for bridge in sources.state.bridges}
    for name in held.configured.bridges:
        bridge = there.get(name)
        if bridge is None:
            yield Note("warning", f"The host has no bridge {name} now: until it has, the start fails.", "bridge")
        elif bridge.persistent is False:
            yield Note("warning", f"{name} is not in rc.conf: after the next boot of the host it is gone.", "bridge")


# The folders that can be roots.


def roots(sources: Sources) -> tuple[dict[str, None], list[str]]:
    """The folders seen beside the roots of other jails, by their paths, and the parents that were looked into."""
    found: dict[str, None] = {}
    parents = []
    for section in sources.about.values():
        if section.name.startswith("roots ") and section.rc == 0:
            parent = section.name.removeprefix("roots ").rstrip("/")
            parents.append(parent)
            names = [line[:-1] for line in section.out.split("\n") if line.endswith("/") and line.isprintable()]
            found |= {f"{parent}/{name}": None for name in names}
    return found, parents


def free_roots(sources: Sources, taken: Used) -> tuple[str, ...]:
    """Folders that could be the root of another jail."""
    return tuple(path for path in roots(sources)[0] if path not in taken.paths)


def path_notes(sources: Sources, path: str) -> Iterator[Note]:
    """Whether there is such a folder on the host, as far as it was looked at."""
    seen, parents = roots(sources)
    plain = path.rstrip("/")
    if not plain:
        yield Note("warning", "Its root is the host's own: /etc/rc in it would run the host's scripts.", "path")
    elif plain in seen:
        return
    elif plain.rpartition("/")[0] in parents:
        yield Note("warning", f"There is no folder {path} on the host: it has to be made before the start.", "path")
    else:
        yield Note("warning", f"Whether {path} is there was not seen.", "path")
