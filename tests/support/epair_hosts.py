"""What the tests of the rules about epairs share: jails whose pairs are left behind, and pairs put together by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jailtui.backend import HostBackend
from jailtui.model.state import Bridge, End, Epair, Interface, Jail, JailState, Where
from tests.support.contexts import findings
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import house

WEB = """\
web {
    path = "/jails/web";
    allow.mount;
    allow.mount.tmpfs;
    enforce_statfs = 1;
    persist;
    vnet;
    vnet.interface = "epair154b";
    exec.prestart  = "ifconfig epair154 create up";
    exec.prestart += "ifconfig bridge0 addm epair154a up";
    exec.start     = "ifconfig epair154b inet 192.168.1.154/24 up";
    exec.poststop  = "ifconfig epair154a destroy";
}
"""
"""A jail that leaks: it gives nothing back before it stops, and its pair is in the way of its next start."""

RENAMED = WEB.replace(
    '"ifconfig epair154b inet', '"ifconfig epair154b name lan0";\n    exec.start += "ifconfig lan0 inet'
)
"""The same, its end called lan0 inside."""


def leaky(folder: Path, release: str = "15.1", text: str = WEB) -> Embedded:
    """A host that has an address in the net of web, with its folders, and bridge0 in use."""
    host = house(folder, text, "web", release=release)
    (folder / "jails/web/mnt").mkdir()
    host.ask("ifconfig", "bridge0", "inet", "192.168.1.1/24")
    return host


def dying(folder: Path, release: str = "15.1", *, text: str = WEB, peer: bool = True, mount: bool = False) -> Embedded:
    """web removed by `jail -R` while a connection of the host, or a mount made inside, holds it."""
    host = leaky(folder, release, text)
    host.ask("jail", "-c", "web")
    if peer:
        host.ask("daemon", "-f", "nc", "192.168.1.154", "5432")
    if mount:
        host.ask("jexec", "web", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    host.ask("jail", "-R", "web")
    return host


def codes(backend: HostBackend) -> set[str]:
    """What of this room's rules is found on a host."""
    return {one.code for one in findings(backend) if one.code.startswith(("EPAIR-", "NAME-"))}


def near(name: str = "epair154a", **more: Any) -> End:
    """An end on the host, up and in bridge0."""
    return End(name, Where.HOST, **{"bridge": "bridge0", "up": True, **more})


def within(name: str = "epair154b", jail: str = "web", jid: int = 4) -> End:
    """An end in a jail, up."""
    return End(name, Where.JAIL, jail, jid, up=True)


def pair(a: End, b: End, name: str = "epair154", **more: Any) -> Epair:
    """A pair, no orphan and of web unless told otherwise."""
    told: dict[str, Any] = {"paired_by": "drivername", "orphan": False, "why": "", "owner": "web"}
    return Epair(name, name, a, b, **{**told, **more})


def on_host(one: Epair, **more: Any) -> tuple[Interface, ...]:
    """The ends that a pair has on the host, as interfaces, with bridge0."""
    ends = [end for end in (one.a, one.b) if end.where is Where.HOST]
    told = {"groups": ("epair",), **more}
    return (
        Interface("bridge0", "bridge", up=True, mtu=1500),
        *(Interface(end.name or "", "epair", up=end.up, mtu=1500, **told) for end in ends),
    )


BRIDGES = (Bridge("bridge0", ("epair154a",), up=True, mtu=1500), Bridge("bridge1", up=True, mtu=1500))


def gone(jid: int = 3, name: str = "web", **more: Any) -> Jail:
    """A dying jail beside whatever lives."""
    return Jail(f"{name}#{jid}", name, jid, JailState.DYING, True, **{"path": f"/jails/{name}", **more})
