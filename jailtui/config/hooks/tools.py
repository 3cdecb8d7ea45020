"""What the tools in a hook do to the network: ifconfig, route, dhclient, jib, jexec. One function a tool.

Each reads the words of one command and returns whether all of it was understood (ifconfig(8), route(8), jexec(8)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.hooks.settings import KEYWORDS, REMOVES, Settings
from jailtui.config.hooks.walk import (
    DEFAULTS,
    PAIR_END,
    HookInterface,
    HookLine,
    HookPair,
    HookReader,
    Release,
    Stated,
    Tool,
)
from jailtui.config.view import ENDING, Removal
from jailtui.net import is_ip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.hooks.commands import Word

FAMILIES = frozenset(("-inet", "-inet6", "-4", "-6", "-net"))
NAMELESS = frozenset(("epair", "bridge", "vlan", "tap", "lo", "wg"))
"""Interfaces that are created without a number: the kernel chooses it."""
TALKS = frozenset(("-n", "-v", "-k", "-f"))
"""Options with which ifconfig still sets, not lists: -f has a value."""


def ifconfig(reader: HookReader, line: HookLine) -> bool:  # noqa: C901
    """`ifconfig [-n] [-j JAIL] INTERFACE WORDS…`."""
    words = list(line.words)
    inside, jail = line.inside, line.jail
    while words and words[0].text.startswith("-"):
        option = words.pop(0).text
        if option == "-j" and words:
            jail = words.pop(0).text
            inside, jail = True, "" if jail in reader.names else jail
        elif option not in TALKS:
            return True  # it lists
        elif option == "-f" and words:
            words.pop(0)
    if len(words) < 2:
        return True
    name, rest = words[0], words[1:]
    if jail:
        return lend(reader, line, jail, rest)
    if not inside:
        reader.touched.update(word.text.partition("/")[0] for word in words if word.text not in KEYWORDS)
        reader.named.setdefault(name.text, []).extend(line.spot(name))
        note_removal(reader, line.hook, [word.text for word in words])
    line = line._replace(inside=inside)
    if line.hook in ENDING:
        return ending(reader, line, name, rest)
    if rest[0].text in ("create", "plumb") or name.text == "epair":
        return create(reader, line, name, rest)
    if rest[0].text == "destroy":
        return destroy(reader, line, name.text)
    settings = Settings(reader, line, reader.known(name.text, inside=inside), name)
    return not line.doubtful and settings.take(rest)


def note_removal(reader: HookReader, hook: str, words: list[str]) -> None:
    """`epair5a destroy`, `bridge0 deletem epair5a`, `epair5b -vnet db`: what another jail may be using."""
    name, verb, *rest = words
    if verb == "destroy":
        reader.removals.append(Removal(name, hook))
    elif verb == "deletem" and rest:
        reader.removals.append(Removal(rest[0], hook))
    elif verb == "-vnet" and rest and rest[0] not in reader.names:
        reader.removals.append(Removal(name, hook, rest[0]))


def lend(reader: HookReader, line: HookLine, jail: str, rest: list[Word]) -> bool:
    """Note the addresses that a command gives to another jail's interface."""
    addresses = [word for word in rest if is_ip(word.text)]
    if addresses and not line.doubtful and not REMOVES & {word.text for word in rest}:
        iface = HookInterface("")
        Settings(reader, line, iface, None).address(addresses[0], rest[rest.index(addresses[0]) + 1 :])
        reader.lent.setdefault(jail, []).extend(stated.value for stated in iface.addresses)
    return True


def destroy(reader: HookReader, line: HookLine, name: str) -> bool:
    """`ifconfig epair5a destroy`: undoes an earlier creation, and a later one does not find the interface."""
    match = PAIR_END.fullmatch(name)
    reader.cleared |= {name, match[1]} if match else {name}
    if not line.guarded:
        names = reader.inside if line.inside else reader.host
        for gone in (f"{match[1]}a", f"{match[1]}b") if match else (name,):
            names.pop(gone, None)
    return True


def create(reader: HookReader, line: HookLine, name: Word, rest: list[Word]) -> bool:
    """`ifconfig epair5 create …`, `bridge0 create …`, `vlan20 create vlan 20 vlandev em0`."""
    stem = name.text.removesuffix("a") if PAIR_END.fullmatch(name.text) else name.text
    texts = [word.text for word in rest]
    if line.command.output and name.text in NAMELESS:
        stem = line.command.output.removesuffix("a") if name.text == "epair" else line.command.output
    elif name.text == "epair":
        return False  # the kernel chooses the number, and only the shell knows it
    elif name.text in NAMELESS and "name" not in texts[:-1]:
        iface = reader.known(f"{name.text}?", inside=line.inside)
        reader.create(line, [iface])
        return Settings(reader, line, iface, None).take(rest[1:]) and name.text == "vlan"
    elif name.text in NAMELESS:
        name = rest[texts.index("name") + 1]
        stem = name.text
        reader.named.setdefault(name.text, []).extend(line.spot(name))
    if PAIR_END.fullmatch(f"{stem}a"):
        return create_pair(reader, line, name, stem, rest)
    iface = reader.known(stem, inside=line.inside)
    if not line.inside:
        reader.create(line, [iface])
    parent, dot, tag = name.text.rpartition(".")
    if parent and dot and tag.isdigit():
        iface.vlan = Stated(tag, line.spot(name, "", len(parent) + 1), line)
    return Settings(reader, line, iface, name).take(rest[1:])


def create_pair(reader: HookReader, line: HookLine, name: Word, stem: str, rest: list[Word]) -> bool:
    """`ifconfig epair5 create up`, and `ifconfig epair create` if a variable has the name it prints."""
    spots = line.spot(name, "", 0, len(stem)) if name.text.startswith(stem) else []
    pair = reader.make_pair(stem, spots, created=True)
    if not line.inside:
        creation = reader.create(line, pair.ends, pair)
        pair.guarded |= creation.guarded or pair.nameless or stem in creation.cleared
    return Settings(reader, line, reader.host[f"{stem}a"], name).take(rest[1:])


def ending(reader: HookReader, line: HookLine, name: Word, rest: list[Word]) -> bool:
    """Follow a command of a stop: return an end to the host, remove it from its bridge, destroy it."""
    verb = rest[0].text
    if verb == "-vnet" and line.hook != "exec.poststop":
        iface = reader.inside.get(name.text)
        mine = len(rest) > 1 and rest[1].text in reader.names and line.hook == "exec.prestop"
        if iface is not None and mine:
            reader.releases.append(Release(iface, line.node))
        for moved_in in reader.given:
            if moved_in.outer == name.text:
                moved_in.spots += line.spot(name)
                if moved_in.iface.pair is not None:
                    reader.note_pair(moved_in.iface.pair, name.text, line.spot(name))
        return mine and iface is not None
    names = reader.inside if line.inside else reader.host
    if verb == "deletem" and len(rest) > 1:
        iface = reader.host.get(rest[1].text)
        if iface is not None:
            Settings(reader, line, iface, rest[1])
    elif verb in ("destroy", "name") and name.text in names:
        Settings(reader, line, names[name.text], name)
    elif name.text in names and REMOVES & {word.text for word in rest}:
        return Settings(reader, line, names[name.text], name).take(rest)
    return True


def route(reader: HookReader, line: HookLine) -> bool:
    """`route [-qn46] [-j JAIL] add [-inet|-inet6] default GATEWAY`."""
    words = list(line.words)
    inside = line.inside
    while words and words[0].text.startswith("-"):
        option = words.pop(0).text
        if option == "-j" and words:
            inside = words.pop(0).text in reader.names
    if not inside or not words or line.jail:
        return not inside or bool(line.jail)
    verb, rest = words[0].text, [word for word in words[1:] if word.text not in FAMILIES]
    default = bool(rest) and rest[0].text in DEFAULTS
    if verb in ("delete", "del", "flush") and (default or verb == "flush") and line.hook not in ENDING:
        colon = bool({"-inet6", "-6"} & {word.text for word in line.words})
        kept = [stated for stated in reader.gateways if verb != "flush" and (":" in stated.value) != colon]
        reader.gateways[:] = kept
    if verb != "add" or line.doubtful or any(word.text == "-fib" for word in rest):
        return verb in ("delete", "del", "flush", "get", "show")
    if not default:
        if {"-interface", "-iface"} & {word.text for word in rest}:
            reader.routes += [word.text for word in rest if is_ip(word.text)]
        return bool(rest)
    if len(rest) < 2 or not is_ip(rest[1].text):
        return False
    if line.hook not in ENDING:
        reader.gateways.append(Stated(rest[1].text, line.spot(rest[1]), line))
    return True


def dhclient(reader: HookReader, line: HookLine) -> bool:
    """`dhclient [-b] INTERFACE` in the jail."""
    if line.jail:
        return True
    if not line.words or not line.inside or line.doubtful:
        return False
    name = line.words[-1]
    iface = reader.inside.get(name.text)
    if iface is None:
        return False
    iface.dhcp += line.mark(name)
    if iface.pair is not None:
        reader.note_pair(iface.pair, name.text, line.spot(name))
    return True


def jexec(reader: HookReader, line: HookLine) -> bool:
    """`jexec [-l] [-U USER] JAIL COMMAND…`: the command runs in the jail."""
    words = list(line.command.words[1:])
    while words and words[0].text.startswith("-"):
        if words.pop(0).text in ("-u", "-U", "-d") and words:
            words.pop(0)
    if len(words) < 2 or line.hook in ("exec.prestop", "exec.poststop"):
        return True
    inner = line.command._replace(words=tuple(words[1:]))
    other = "" if words[0].text in reader.names else words[0].text
    return reader.understood(line._replace(command=inner, inside=True, jail=other)) or bool(other)


def jib(reader: HookReader, line: HookLine) -> bool:
    """`jib addm NAME [!]IF…`: pairs `eNa_NAME`/`eNb_NAME`, bridges `IFbridge` (share/examples/jails/jib).

    It sets both ends up (recorded: 13.2 probe/jib-clean/04).
    """
    words = list(line.words)
    if words and words[0].text == "destroy":
        return True
    if len(words) < 3 or words[0].text != "addm" or words[1].text.startswith("-"):
        return False
    for number, nic in enumerate(words[2:]):
        pair = HookPair(Stated(f"e{number}b_{words[1].text}"), created=True, guarded=True)
        name = nic.text.removeprefix("!")
        reader.touched.add(name)
        for end in "ab":
            iface = HookInterface(f"e{number}{end}_{words[1].text}", pair, end, up=Stated("up"))
            reader.host[iface.name] = iface
            pair.ends.append(iface)
        bang = len(nic.text) - len(name)
        pair.ends[0].bridge = Stated(f"{name}bridge", line.spot(nic, "nic", bang))
        reader.create(line, pair.ends, pair)
        reader.create(line, [reader.known(f"{name}bridge", inside=False)], own=False)
    return True


def jng(reader: HookReader, line: HookLine) -> bool:
    """`jng bridge [-b BRIDGE] NAME [!]IF…`: netgraph interfaces `ngN_NAME`, and no pair (share/examples/jails/jng)."""
    words = [word.text for word in line.words]
    if words[:2] == ["bridge", "-b"]:
        words[1:3] = []
    if len(words) > 2 and words[0] == "bridge":
        for number in range(len(words) - 2):
            reader.create(line, [reader.known(f"ng{number}_{words[1]}", inside=False)])
    return words[:1] in (["shutdown"], ["stats"]) or (len(words) > 2 and words[0] == "bridge")


def rc(reader: HookReader, line: HookLine) -> bool:
    """`sh /etc/rc`, `sh /etc/rc.shutdown`: the jail's own start and stop; any other script is unknown."""
    if line.jail:
        return True
    words = [word.text for word in line.command.words if not word.text.startswith("-")]
    first = words[1] if words[0].rpartition("/")[2] == "sh" and len(words) > 1 else words[0]
    if first in ("/etc/rc", "/etc/rc.d/netif", "/etc/rc.d/routing"):
        reader.runs_rc |= line.inside
        if first == "/etc/rc" and line.hook == "exec.start" and reader.rc is None:
            reader.rc = line.node
        return True
    return first in ("/etc/rc.shutdown", "/etc/rc.local", "/etc/rc.resume")


def service(reader: HookReader, line: HookLine) -> bool:
    """`service netif start` applies the jail's rc.conf; other services do nothing to the network."""
    words = [word.text for word in line.words if not word.text.startswith("-")]
    reader.runs_rc |= line.inside and words[:1] in (["netif"], ["routing"])
    return not words or words[0] not in ("netif", "routing", "bridge") or line.inside


TOOLS: Mapping[str, Tool] = {
    "ifconfig": ifconfig,
    "route": route,
    "dhclient": dhclient,
    "jexec": jexec,
    "jib": jib,
    "jng": jng,
    "sh": rc,
    "rc": rc,
    "netif": rc,
    "routing": rc,
    "rc.shutdown": rc,
    "service": service,
}
