"""jib: addm, show and destroy, which the hooks of Bastille's jails with -V run.

Source: FreeBSD's share/examples/jails/jib; recordings 13.2 probe/jib-clean.
"""

from __future__ import annotations

from binascii import crc32

from jailtui.simhost.call import Call
from jailtui.simhost.managers import asking

USAGE = """\
Usage: jib action [arguments]
Actions:
	addm [-b BRIDGE_NAME] NAME [!]iface0 [[!]iface1 ...]
		Creates e0b_NAME [e1b_NAME ...]
	show
		List possible NAME values for `show NAME'
	show NAME
		Lists e0b_NAME [e1b_NAME ...]
	destroy NAME
		Destroy e0b_NAME [e1b_NAME ...]
"""


def main(call: Call) -> int:
    match call.args:
        case ["addm", name, *interfaces] if interfaces and not name.startswith("-"):
            return add(call, name, interfaces)
        case ["show"]:
            members = (end.partition("a_")[2] for end in ends(call, ""))
            call.out("".join(f"{name}\n" for name in sorted(set(members))))
        case ["show", name]:
            call.out("".join(f"{end}\n" for end in ends(call, name)))
        case ["destroy", name]:
            return max((asking.do(call, "ifconfig", end, "destroy") for end in ends(call, name)), default=0)
        case _:
            call.err(USAGE)
            return 1
    return 0


def ends(call: Call, name: str) -> list[str]:
    """The first ends e0a_NAME, e1a_NAME and so on; of every name without one."""
    names = asking.ask(call, "ifconfig", "-l")[1].split()
    split = ((end, end.partition("a_")) for end in sorted(names) if end.startswith("e"))
    return [end for end, (head, mark, rest) in split if mark and head[1:].isdigit() and rest == (name or rest)]


def add(call: Call, name: str, interfaces: list[str]) -> int:
    """For each interface a pair, its first end in the bridge IFACEbridge, which is created with the interface in it."""
    for number, interface in enumerate(interfaces):
        names = asking.ask(call, "ifconfig", "-l")[1].split()
        a, b, bridge = f"e{number}a_{name}", f"e{number}b_{name}", f"{interface}bridge"
        if a in names:
            continue
        if status := asking.do(call, "ifconfig", interface, "up"):
            return status
        if bridge not in names and (status := new_bridge(call, bridge, interface)):
            return status
        pair = asking.ask(call, "ifconfig", "epair", "create")[1].strip()
        own = asking.ask(call, "ifconfig", interface, "ether")[1].partition("\tether ")[2].split()[0]
        mark = f"{crc32(name.encode()) & 0xFFFF:04x}"
        for words in (
            (bridge, "addm", pair),
            (pair, "name", a),
            (f"{pair[:-1]}b", "name", b),
            (a, "ether", f"0a:{mark[:2]}:{mark[2:]}:{own[9:]}"),
            (b, "ether", f"0e:{mark[:2]}:{mark[2:]}:{own[9:]}"),
            (a, "up"),
            (b, "up"),
        ):
            if status := asking.do(call, "ifconfig", *words):
                return status
    return 0


def new_bridge(call: Call, name: str, interface: str) -> int:
    """A bridge with the interface in it, under this name. What a step that fails leaves stays."""
    bridge = asking.ask(call, "ifconfig", "bridge", "create")[1].strip()
    for words in ((bridge, "addm", interface), (bridge, "name", name), (name, "up")):
        if status := asking.do(call, "ifconfig", *words):
            return status
    return 0
