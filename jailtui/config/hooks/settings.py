"""The words of an ifconfig command in a hook: what each sets on its interface (ifconfig(8))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.hooks.trace import mask_form
from jailtui.config.hooks.walk import HookInterface, HookLine, HookReader, Stated
from jailtui.config.view import ENDING
from jailtui.net import is_ip, prefix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.config.hooks.commands import Word
    from jailtui.config.hooks.trace import Spot

FLAGS = frozenset(
    "up down arp -arp alias plumb accept_rtadv -accept_rtadv no_radr -no_radr -ifdisabled ifdisabled "
    "auto_linklocal -auto_linklocal defaultif staticarp promisc -promisc link0 link1 link2 vlanfilter -vlanfilter qinq "
    "no_prefer_iface no_dad -no_dad -txcsum -rxcsum -tso -lro txcsum rxcsum tso lro monitor -monitor inet inet6".split()
)
WITH_VALUE = frozenset(
    "group -group metric fib broadcast stp -stp edge autoedge private -private span -span maxaddr "
    "timeout priority proto ifmaxaddr tunnelfib vlanproto vlanpcp media mediaopt defuntagged tagged vlandev "
    "advbase advskew pass state peer".split()
)
REMOVES = frozenset(("-alias", "delete", "remove"))
MASKS = ("netmask", "prefixlen")


class Settings:
    """The words of one ifconfig command, taken one after another."""

    def __init__(self, reader: HookReader, line: HookLine, iface: HookInterface, name: Word | None) -> None:
        self.reader = reader
        self.line = line
        self.iface = iface
        self.odd = False
        self.removing = self.vhid = False
        if name is not None:
            self.named(name)

    def named(self, word: Word) -> None:
        """Note the place of an interface's name, so that a new name can be written there."""
        iface = self.reader.host.get(word.text) or self.reader.inside.get(word.text) or self.iface
        if iface.pair is not None:
            self.reader.note_pair(iface.pair, word.text, self.line.spot(word))
        iface.names += self.line.spot(word)

    def take(self, words: list[Word]) -> bool:
        """Whether all words were understood."""
        understood, queue, before = True, list(words), len(self.iface.addresses)
        self.removing = self.odd = bool(REMOVES & {word.text for word in words})
        while queue:
            word = queue.pop(0)
            handler = _HANDLERS.get(word.text)
            if handler is not None and queue:
                handler(self, queue)
            elif is_ip(word.text):
                self.address(word, queue)
            elif word.text in WITH_VALUE and queue:
                queue.pop(0)
            elif word.text in ("SYNCDHCP", "DHCP"):
                self.iface.dhcp += self.line.mark(word)
            elif word.text in FLAGS:
                self.flag(word)
            elif word.text not in REMOVES:
                understood = False
        if self.vhid:
            self.reader.shared += [stated.value.partition("/")[0] for stated in self.iface.addresses[before:]]
        return understood and not self.odd

    def flag(self, word: Word) -> None:
        """`up`, `accept_rtadv`, or a flag that nothing follows from."""
        if word.text == "accept_rtadv":
            self.iface.slaac += self.line.mark(word)
        elif word.text in ("up", "down") and self.line.hook not in ENDING:
            self.iface.up = Stated("up", line=self.line) if word.text == "up" else None

    def describe(self, queue: list[Word]) -> None:
        self.iface.description = Stated(queue.pop(0).text, line=self.line)

    def family(self, queue: list[Word]) -> None:
        """`inet A/24`, `inet6 A prefixlen 64`, or flags of the family."""
        if is_ip(queue[0].text):
            self.address(queue.pop(0), queue)

    def address(self, word: Word, queue: list[Word]) -> None:
        """Read an address with its prefix or mask."""
        plain, slash, prefix = word.text.partition("/")
        spots = self.line.spot(word, "address", 0, len(plain))
        if queue and is_ip(queue[0].text):
            self.odd = bool(queue.pop(0))  # the other end of a point-to-point link
        if slash:
            spots += self.line.spot(word, "prefix", len(plain) + 1)
        elif (at := _mask_at(queue)) >= 0:
            form, mask = queue.pop(at).text, queue.pop(at)
            prefix = mask.text if form == "prefixlen" else prefix_of(mask.text)
            spots += self.line.spot(mask, "prefix" if form == "prefixlen" else mask_form(mask.text))
        elif not self.removing:
            spots = self.line.spot(word, "bare")
        if any(word.text == "eui64" for word in queue):
            self.odd = True  # the kernel fills in the rest
        elif self.removing:
            self.remove(plain, spots)
        else:
            self.iface.addresses.append(Stated(f"{plain}/{prefix}" if prefix else plain, spots, self.line))

    def remove(self, plain: str, spots: list[Spot]) -> None:
        """Remove an address. At a stop it stays, with the place there as another spot."""
        stated = next((stated for stated in self.iface.addresses if stated.value.partition("/")[0] == plain), None)
        self.odd = stated is None
        if stated is not None and self.line.hook in ENDING:
            stated.spots += spots
        elif stated is not None:
            self.iface.addresses.remove(stated)

    def keep(self, name: str, queue: list[Word]) -> None:
        """`mtu 1400`, `ether MAC`: a value that an interface has once."""
        word = queue.pop(0)
        stated: Stated | None = getattr(self.iface, name)
        if stated is not None and stated.value == word.text:
            stated.spots += self.line.spot(word)
        else:
            setattr(self.iface, name, Stated(word.text, self.line.spot(word), self.line))

    def addm(self, queue: list[Word]) -> None:
        member = queue.pop(0)
        bridge, name = self.iface, self.iface.name
        iface = self.reader.known(member.text, inside=self.line.inside)
        iface.bridge = Stated(name, self.reader.named.setdefault(name, []), self.line)
        iface.joined, iface.member = self.line.node, self.line.spot(member)
        self.reader.members.setdefault(bridge.name, []).append(iface)
        Settings(self.reader, self.line, iface, member)
        if len(queue) > 1 and queue[0].text == "untagged":
            queue.pop(0)
            number = queue.pop(0)
            iface.untagged = Stated(number.text, self.line.spot(number))

    def deletem(self, queue: list[Word]) -> None:
        member = queue.pop(0)
        iface = self.reader.host.get(member.text)
        if iface is not None:
            Settings(self.reader, self.line, iface, member)
            others = [other for other in self.reader.members.get(self.iface.name, []) if other is not iface]
            self.reader.members[self.iface.name] = others
            if iface.bridge is not None and iface.bridge.value == self.iface.name:
                iface.bridge = None

    def rename(self, queue: list[Word]) -> None:
        word = queue.pop(0)
        names = self.reader.inside if self.line.inside else self.reader.host
        for moved_in in self.reader.given:
            if moved_in.iface is self.iface and moved_in.outer == self.iface.name:
                moved_in.spots += self.iface.names
        names.pop(self.iface.name, None)
        if not self.line.inside:
            self.iface.called.append(self.iface.name)
            if self.iface.pair is not None and self.iface.pair.nameless and word.text not in self.reader.cleared:
                self.iface.pair.guarded &= self.line.guarded
        self.iface.name = word.text
        self.iface.renamed = Stated(word.text, line=self.line)
        names[word.text] = self.iface
        self.iface.names = self.line.spot(word)

    def carp(self, queue: list[Word]) -> None:
        """`vhid 1`: hosts share the addresses of the command (carp(4))."""
        queue.pop(0)
        self.vhid = True

    def vnet(self, queue: list[Word]) -> None:
        if queue.pop(0).text in self.reader.names:
            self.reader.move_in(self.iface.name, [], self.line)


_HANDLERS: Mapping[str, Callable[[Settings, list[Word]], None]] = {
    "inet": Settings.family,
    "inet6": Settings.family,
    "addm": Settings.addm,
    "descr": Settings.describe,
    "description": Settings.describe,
    "deletem": Settings.deletem,
    "name": Settings.rename,
    "vnet": Settings.vnet,
    "vhid": Settings.carp,
    "mtu": lambda self, queue: self.keep("mtu", queue),
    "ether": lambda self, queue: self.keep("mac", queue),
    "link": lambda self, queue: self.keep("mac", queue),
    "lladdr": lambda self, queue: self.keep("mac", queue),
    "vlan": lambda self, queue: self.keep("vlan", queue),
    "untagged": lambda self, queue: self.keep("untagged", queue),
}


KEYWORDS = FLAGS | WITH_VALUE | REMOVES | _HANDLERS.keys() | {"create", "destroy", "plumb", *MASKS}


def _mask_at(words: list[Word]) -> int:
    """Where the mask of an address is in the words after it, before another family begins; else -1."""
    for number, word in enumerate(words[:-1]):
        if word.text in MASKS:
            return number
        if word.text in ("inet", "inet6"):
            break
    return -1
