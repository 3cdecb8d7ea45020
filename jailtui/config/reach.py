"""The addresses of a jail with their networks and fields, and whether a gateway is in one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import address_key
from jailtui.net import Interface, family, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.config.view import View


class PlacedAddress(NamedTuple):
    """One address of a jail, as written, with the key of its field. `address` is None where it can't be read."""

    text: str
    key: str
    address: Interface | None

    @property
    def network_known(self) -> bool:
        """IPv6 without a prefix is a /64 (recorded: 15.1 ifconfig/addr/29, /30); IPv4's depends on the release."""
        return "/" in self.text or family(self.text) == 6


def placed(view: View) -> tuple[PlacedAddress, ...]:
    """All addresses of a jail, in order."""
    found: list[PlacedAddress] = []
    for number, link in enumerate(view.links, 1):
        places = {4: 0, 6: 0}
        for text in link.addresses:
            version = family(text)
            places[version] += 1
            address = parsed(text if "/" in text or version == 4 else f"{text}/64")
            found.append(PlacedAddress(text, address_key(number, version, places[version]), address))
    return tuple(found)


def reached(gateway: str, addresses: Sequence[PlacedAddress]) -> bool:
    """Whether a gateway is in a network of these addresses, or says itself by which interface it is reached."""
    router = parsed(gateway)
    if router is None or router.ip.is_link_local:
        return True
    return any(
        placed_address.address is not None
        and placed_address.network_known
        and router.ip in placed_address.address.network
        for placed_address in addresses
    )


def may_have_more(view: View, version: int, addresses: Sequence[PlacedAddress]) -> bool:
    """Whether the jail may have more addresses of that IP version than these, which its files tell."""
    asks = any(link.slaac if version == 6 else link.dhcp for link in view.links)
    return (
        asks
        or bool(view.unread)
        or any(placed_address.address is None or not placed_address.network_known for placed_address in addresses)
    )
