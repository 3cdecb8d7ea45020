"""What the exec hooks of a jail do to its network, as far as the picture needs it; jailtui edits nothing by this.

Hooks are shell text. Only plain `ifconfig`, `jib` and `dhclient` commands are understood, anything else is passed over.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jailtui.config.configured import Configured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HOOKS = ("exec.prepare", "exec.prestart", "exec.created", "exec.start", "command", "exec.poststart")
INSIDE = ("exec.start", "command")
BREAK = re.compile(r"&&|\|\||[;|&\n]")
BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
IPV4 = re.compile(rf"(?:{BYTE}\.){{3}}{BYTE}/(?:3[0-2]|[12]?\d)")
TOOL = re.compile(r"ifconfig|dhclient|jib")
QUOTING = frozenset("\"'\\")
EPAIR_END = re.compile(r"(.*\d)[ab]")


@dataclass(slots=True)
class Network:
    """What a jail's hooks would do: bridges they add members to, pairs they create, addresses they give."""

    bridges: list[str] = field(default_factory=list)
    creates: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dhcp: bool = False


def configured(given: tuple[tuple[str, tuple[str, ...]], ...], file: str) -> Configured:
    """The jail that jail(8) makes of `file` with these parameters, and what its hooks would do to the network."""
    params = dict(given)
    network = Network()
    for name in HOOKS:
        for words in commands(params.get(name, ())):
            follow(words, network, inside=name in INSIDE)
    aliases = [plain(value) for name in ("ip4.addr", "ip6.addr") for value in params.get(name, ())]
    return Configured(
        file=file,
        params=given,
        vnet=is_set(params, "vnet"),
        path=last(params, "path"),
        interfaces=params.get("vnet.interface", ()),
        addresses=tuple(dict.fromkeys([*aliases, *network.addresses])),
        bridges=tuple(dict.fromkeys(network.bridges)),
        depend=params.get("depend", ()),
        creates=tuple(dict.fromkeys(network.creates)),
        dhcp=network.dhcp,
    )


def commands(hooks: Iterable[str]) -> Iterator[list[str]]:
    """Each simple command of the hook texts as words; text that no shell would split is passed over."""
    for text in hooks:
        for piece in BREAK.split(text) if TOOL.search(text) else ():
            if words := split(piece):
                yield words


def split(text: str) -> list[str]:
    """`text` as words; none where its quotes do not close. shlex is slow, so plain words go without it."""
    if QUOTING.isdisjoint(text):
        return text.split()
    try:
        return shlex.split(text)
    except ValueError:
        return []


def follow(words: Sequence[str], network: Network, *, inside: bool) -> None:
    """Add what one command does to `network`; `inside`: it runs in the jail."""
    tool, *rest = words
    tool = tool.rpartition("/")[2]
    if tool == "jexec" and len(rest) > 1 and not rest[0].startswith("-"):
        return follow(rest[1:], network, inside=True)
    if tool == "ifconfig":
        follow_ifconfig(rest, network, inside=inside)
    elif tool == "dhclient":
        network.dhcp = True
    elif tool == "jib" and len(rest) > 2 and rest[0] == "addm":
        network.bridges += [f"{nic.removeprefix('!')}bridge" for nic in rest[2:]]
        network.creates += [f"e{number}a_{rest[1]}" for number in range(len(rest) - 2)]
    return None


def follow_ifconfig(words: list[str], network: Network, *, inside: bool) -> None:
    """`ifconfig IF WORD…`: creating, adding members, giving the jail addresses (the host's own are not its)."""
    if words[:1] == ["-j"]:
        words, inside = words[2:], True
    if len(words) < 2 or words[0].startswith("-"):
        return
    interface, *rest = words
    if "create" in rest and interface != "bridge":
        match = EPAIR_END.fullmatch(interface)
        network.creates.append(match[1] if match else interface)
    if "addm" in rest:
        network.bridges.append(interface)
    if inside:
        network.addresses += [word for word in rest if is_address(word)]
        network.addresses += masked(rest)


def masked(words: Sequence[str]) -> Iterator[str]:
    """The addresses that are given with a mask in words of their own."""
    for address, form, mask in zip(words, words[1:], words[2:], strict=False):
        if form in ("netmask", "prefixlen") and "/" not in address:
            try:
                plain_mask = str(ipaddress.IPv4Address(int(mask, 16))) if mask.lower().startswith("0x") else mask
                yield str(ipaddress.ip_interface(f"{address}/{plain_mask}").with_prefixlen)
            except ValueError:
                continue


def is_address(word: str) -> bool:
    """Whether `word` is an address with its prefix, the form that 15 insists on."""
    if IPV4.fullmatch(word):
        return True
    if ":" not in word or "/" not in word:
        return False
    try:
        ipaddress.ip_interface(word)
    except ValueError:
        return False
    return True


def plain(value: str) -> str:
    """`em0|192.168.1.60/32 alias words` of ip4.addr as its address."""
    return value.rpartition("|")[2].split(" ")[0]


def last(params: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """The value jail(8) uses: the last one."""
    values = params.get(name, ())
    return values[-1] if values else None


def is_set(params: Mapping[str, tuple[str, ...]], name: str) -> bool:
    """Whether a flag stands, alone or with a value (`vnet = new`)."""
    return name in params and last(params, name) not in ("inherit", "disable", "false", "0")
