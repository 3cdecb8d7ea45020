"""Rules about a jail's addresses and gateways: whether they can work together, and who else has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import Interface, address_key, family, parsed, plain_ip, syntax
from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jailtui.config.view import View
    from jailtui.forms.network.in_use import InUse


class Given(NamedTuple):
    """One address of a jail, as written, with the key of its field. `one` is None where it can't be read."""

    text: str
    key: str
    one: Interface | None

    @property
    def network_known(self) -> bool:
        """IPv6 without a prefix is a /64 (recorded: 15.1 ifconfig/addr/29, /30); IPv4's depends on the release."""
        return "/" in self.text or family(self.text) == 6


def problem(changed: bool, text: str, field: str) -> Note:
    """An error, but a warning where the file says so already: a form must not refuse to save something else."""
    return Note("error" if changed else "warning", text, field)


def given(view: View) -> tuple[Given, ...]:
    """All addresses of a jail, in order."""
    found: list[Given] = []
    for number, link in enumerate(view.links, 1):
        places = {4: 0, 6: 0}
        for text in link.addresses:
            version = family(text)
            places[version] += 1
            one = parsed(text if "/" in text or version == 4 else f"{text}/64")
            found.append(Given(text, address_key(number, version, places[version]), one))
    return tuple(found)


def address_notes(view: View, before: View, in_use: InUse) -> Iterator[Note]:
    """What speaks against each address by itself, against two of them together, and who else has one."""
    known = {text for link in before.links for text in link.addresses}
    twice = {ip for ip, count in _counts(before).items() if count > 1}
    seen: set[str] = set()
    for one in given(view):
        changed = one.text not in known
        if fault := syntax(one.key, one.text, in_use.sources.release, vnet=view.vnet):
            yield problem(changed, fault, one.key)
            continue
        yield from _shape(one, view, changed, in_use)
        ip = plain_ip(one.text)
        if ip in seen:
            yield problem(ip not in twice, f"{ip} stands here twice.", one.key)
        else:
            yield from _taken(ip, view, one.key, in_use)
        seen.add(ip)


def gateway_notes(view: View, before: View) -> Iterator[Note]:
    """A default route needs a gateway in a network of the jail that is not the jail itself.

    Else route(8) fails: `Network is unreachable` on 13, `Invalid argument` on 14 and 15 (recorded: inside/network/30).
    """
    now, then = given(view), given(before)
    for gateway in view.gateways if view.vnet else ():
        version = family(gateway)
        key = "gateway6" if version == 6 else "gateway"
        mine = [one for one in now if family(one.text) == version]
        theirs = [one.text for one in then if family(one.text) == version]
        changed = gateway not in before.gateways or [one.text for one in mine] != theirs
        if fault := syntax(key, gateway):
            yield problem(gateway not in before.gateways, fault, key)
        elif plain_ip(gateway) in {plain_ip(one.text) for one in mine}:
            yield problem(changed, f"{gateway} is the jail's own address.", key)
        elif not reached(gateway, mine):
            yield _out_of_reach(gateway, key, changed, unsure(view, version, mine))


def _counts(view: View) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in given(view):
        ip = plain_ip(one.text)
        counts[ip] = counts.get(ip, 0) + 1
    return counts


def _shape(one: Given, view: View, changed: bool, in_use: InUse) -> Iterator[Note]:
    """The address in its network: its first and last one are no host's (RFC 4291 2.6.1, RFC 3021)."""
    address = one.one
    if address is None:
        return
    network = address.network
    if not one.network_known:
        if view.vnet:
            text = f"Without a prefix FreeBSD {in_use.major} guesses one, with a warning; 15 refuses it."
            yield Note("warning", text, one.key)
    elif network.max_prefixlen - network.prefixlen < 2:
        return
    elif address.version == 6:
        if address.ip == network.network_address:
            yield Note("warning", f"{address.ip} means any router of {network}.", one.key)
    elif address.ip == network.network_address:
        yield problem(changed, f"{address.ip} is the network {network} itself, no address in it.", one.key)
    elif address.ip == network.broadcast_address:
        yield problem(changed, f"{address.ip} is the broadcast address of {network}.", one.key)


def _taken(ip: str, view: View, key: str, in_use: InUse) -> Iterator[Note]:
    """Somebody else's address. A jail without vnet shares the host's, so only other jails count there."""
    user = in_use.address(ip, view.jail)
    if user is None or (not view.vnet and user.jail == ""):
        return
    text = f"{ip} is in use by {user.text}." if user.live else f"{ip} is configured for {user.text} too."
    yield Note("warning", text, key)


def reached(gateway: str, mine: Sequence[Given]) -> bool:
    """Whether a gateway is in a network of the jail, or says itself by which interface it is reached."""
    one = parsed(gateway)
    if one is None or one.ip.is_link_local:
        return True
    return any(it.one is not None and it.network_known and one.ip in it.one.network for it in mine)


def unsure(view: View, version: int, mine: Sequence[Given]) -> bool:
    """Whether the jail may have more addresses than the view knows."""
    told = any(link.slaac if version == 6 else link.dhcp for link in view.links)
    return told or bool(view.unread) or any(it.one is None or not it.network_known for it in mine)


def _out_of_reach(gateway: str, key: str, changed: bool, guessed: bool) -> Note:
    if guessed:
        return Note("warning", f"{gateway} is in none of the networks that the jail is known to have.", key)
    return problem(changed, f"{gateway} is in no network of the jail, so the route can't be added.", key)
