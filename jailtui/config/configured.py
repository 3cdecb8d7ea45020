"""What the host's jail(8) says of a jail that a file defines, in short."""

from __future__ import annotations

from typing import NamedTuple

from jailtui.config.view import View


class Configured(NamedTuple):
    """What the host's jail(8) says of a jail that jail.conf defines: `file` is the one that defines it.

    `params` holds every parameter with its values, in jail(8)'s order; a flag has no values.
    The rest is read from them: the interfaces to be moved in, addresses that the hooks or
    `ip4.addr` would give, bridges whose members the hooks add, names of jails it depends on, the epairs
    (`epair154`) its own hooks create, and whether they run a DHCP client. `view` is all that is known of its network.
    """

    file: str
    params: tuple[tuple[str, tuple[str, ...]], ...]
    vnet: bool
    path: str | None = None
    interfaces: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    depend: tuple[str, ...] = ()
    creates: tuple[str, ...] = ()
    dhcp: bool = False
    view: View = View("", False)
