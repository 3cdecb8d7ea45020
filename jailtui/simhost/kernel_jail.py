"""Prisons as the kernel keeps them: jids, names, stacks, dying. Sources: FREEBSD.md 2.2, 2.4, 3.1, 3.5."""

from __future__ import annotations

from typing import Any

from jailtui.simhost import kernel_clone, kernel_move
from jailtui.simhost.kernel import Jail, Kernel, KernelError

DYING_JID = 999999
"""15 renumbers a dying jail from here down when its jid is wanted again (FREEBSD.md 3.5)."""


def create(kernel: Kernel, params: dict[str, Any], parent: int) -> int:
    """Make a jail; see Kernel.jail_create."""
    wanted = params.get("jid")
    jid = int(wanted) if wanted not in (None, "", "0") else _free_jid(kernel)
    _clear_jid(kernel, jid)
    name = str(params.get("name") or jid)
    if any(jail.name == name and not jail.dying for jail in kernel.jails.values()):
        raise KernelError(f'"{name}" already exists', 17)
    vnet = _new_stack(kernel) if params.get("vnet") in (True, "new", "1", 1) else 0
    kept = {key: value for key, value in params.items() if key not in ("jid", "name", "path")}
    path = str(params.get("path") or "/")
    if not vnet and parent in kernel.jails:
        vnet = 0
    kernel.jails[jid] = Jail(False, [], jid, name, kept, parent, path, vnet)
    kernel.jails = dict(sorted(kernel.jails.items()))
    if not wanted:
        kernel.next_jid = jid + 1
    return jid


def _free_jid(kernel: Kernel) -> int:
    jid = kernel.next_jid
    while jid in kernel.jails:
        jid += 1
    return jid


def _clear_jid(kernel: Kernel, jid: int) -> None:
    """A jid in use is refused; a dying jail's is given up on 15."""
    holder = kernel.jails.get(jid)
    if holder is None:
        return
    if not (holder.dying and kernel.release.renumbers_dying):
        raise KernelError(f"jail {jid} already exists", 17)
    other = DYING_JID
    while other in kernel.jails:
        other -= 1
    holder.jid = other
    kernel.jails[other] = kernel.jails.pop(jid)


def _new_stack(kernel: Kernel) -> int:
    """A network stack with the one interface every stack has, lo0 (down)."""
    vnet = kernel.count()
    kernel.vnets[vnet] = []
    kernel_clone.join(kernel, kernel_clone.attach(kernel, vnet, "lo", 0, "lo0", ""), "lo")
    return vnet


def remove(kernel: Kernel, jid: int) -> bool:
    """Remove a jail; see Kernel.jail_remove."""
    jail = kernel.jails[jid]
    for child in [j for j in kernel.jails.values() if j.parent == jid and not j.dying]:
        remove(kernel, child.jid)
    jail.dying = True
    if jail.holders:
        return False
    reap(kernel, jid)
    return True


def reap(kernel: Kernel, jid: int) -> None:
    """The last reference goes: the stack is torn down and its interfaces return."""
    jail = kernel.jails.pop(jid)
    if jail.vnet:
        kernel_move.return_all(kernel, jail.vnet)
    for child in kernel.jails.values():
        if child.parent == jid:
            child.parent = jail.parent
