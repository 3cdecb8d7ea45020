"""Jails coming, dying and going (FREEBSD.md 3.1, 3.5; sys/kern/kern_jail.c)."""

from __future__ import annotations

from jailtui.simhost.kernel import interfaces, moves, traffic
from jailtui.simhost.kernel.state import HOST, Kernel, KernelError, Prison, Vnet

LAST_DYING = 999999
"""Where 15 starts counting down when a dying jail must give up its jid."""


def create(kernel: Kernel, params: dict[str, object]) -> int:
    """Create a jail and return its jid.

    Parameters used here: `name` (default: the jid), `path`, `jid`, `vnet` (true for an own stack), `parent` (a jid).
    All of `params` is kept. KernelError EEXIST if a live jail has the name or jid, or (13, 14) a dying one the jid.
    """
    wanted = params.get("jid")
    name = str(params.get("name") or "")
    if name and any(jail.name == name and not jail.dying for jail in kernel.jails.values()):
        raise KernelError("EEXIST", f'jail "{name}" already exists')
    jid = int(str(wanted)) if wanted else free_jid(kernel)
    make_room(kernel, jid)
    name = name or str(jid)
    parent = int(str(params.get("parent") or 0))
    own = bool(params.get("vnet"))
    vnet = new_vnet(kernel) if own else (kernel.jails[parent].vnet if parent else HOST)
    kernel.jails[jid] = Prison(
        jid=jid,
        name=name,
        path=str(params.get("path") or "/"),
        vnet=vnet,
        own_vnet=own,
        parent=parent,
        dying=False,
        params=dict(params),
        holders=[],
    )
    kernel.jails = dict(sorted(kernel.jails.items()))
    traffic.began(kernel, jid)
    return jid


def free_jid(kernel: Kernel) -> int:
    kernel.last_jid += 1
    while kernel.last_jid in kernel.jails:
        kernel.last_jid += 1
    return kernel.last_jid


def make_room(kernel: Kernel, jid: int) -> None:
    """Free the jid of a dying jail: 15 renumbers that jail, 13 and 14 refuse (FREEBSD.md 3.5)."""
    jail = kernel.jails.get(jid)
    if jail is None:
        return
    if not jail.dying or not kernel.release.renumbers_dying:
        raise KernelError("EEXIST", f"jail {jid} already exists")
    jail.jid = LAST_DYING
    while jail.jid in kernel.jails:
        jail.jid -= 1
    del kernel.jails[jid]
    kernel.jails[jail.jid] = jail


def new_vnet(kernel: Kernel) -> int:
    """A new network stack, which begins with a loopback interface that is down."""
    kernel.last_vnet += 1
    kernel.vnets[kernel.last_vnet] = Vnet(interfaces=[], routes=[])
    interfaces.new_loopback(kernel, kernel.last_vnet, 0)
    return kernel.last_vnet


def remove(kernel: Kernel, jid: int) -> bool:
    """Remove a jail and its children. True if it is gone; false if something holds it, so that it is dying.

    The interfaces of a dying jail are listed nowhere and keep working; KeyError for an unknown jid.
    """
    jail = kernel.jails[jid]
    for child in [other.jid for other in kernel.jails.values() if other.parent == jid]:
        remove(kernel, child)
    jail.dying = True
    return vanish_if_free(kernel, jail)


def let_go(kernel: Kernel, jid: int, why: str | None = None) -> None:
    """One holder (all, if `why` is None) lets go of a jail; a dying one without holders vanishes."""
    jail = kernel.jails[jid]
    jail.holders = [] if why is None else [holder for holder in jail.holders if holder != why]
    if jail.dying:
        vanish_if_free(kernel, jail)


def vanish_if_free(kernel: Kernel, jail: Prison) -> bool:
    """Delete a jail that nothing holds: interfaces of other stacks return there, its own are destroyed."""
    if jail.holders or any(child.parent == jail.jid for child in kernel.jails.values()):
        return False
    del kernel.jails[jail.jid]
    if jail.own_vnet:
        end_vnet(kernel, jail.vnet)
    if (parent := kernel.jails.get(jail.parent)) is not None and parent.dying:
        vanish_if_free(kernel, parent)
    return True


def end_vnet(kernel: Kernel, vnet: int) -> None:
    for interface in kernel.listed(vnet):
        if interface.home != vnet:
            moves.move(kernel, interface, interface.home if interface.home in kernel.vnets else HOST)
    for interface in [own for own in kernel.interfaces.values() if own.home == vnet]:
        if interface.uid in kernel.interfaces:
            interfaces.erase(kernel, interface)
    del kernel.vnets[vnet]
