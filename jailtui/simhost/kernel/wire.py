"""Where a frame gets to: through pairs, bridges and VLANs, to network stacks and to the machines outside.

State: kernel.extra["outside"], machines behind NICs as [NIC, tag, address]; where nothing is said, the gateway of the
recordings behind em0 (recordings/README.md). A frame passes only interfaces that are up; `status: active` says nothing
(path/a-down, path/vlan-parent-down). Counters move on the way that the frame takes.
"""

from __future__ import annotations

from jailtui.simhost.kernel import traffic
from jailtui.simhost.kernel.state import Ifnet, Kernel

OUTSIDE = [["em0", 0, "192.168.1.1"]]
Step = tuple[Ifnet, str]
"""An interface, and whether the frame leaves by it (`sent`) or comes in (`received`)."""
Way = tuple[Step, ...]


def machines(kernel: Kernel) -> list[list[object]]:
    return kernel.extra.get("outside", OUTSIDE)  # type: ignore[return-value]


def outside_mac(address: str) -> str:
    """The MAC of a machine outside, made of its address as slirp makes it (path/healthy/06)."""
    return "52:55:" + ":".join(f"{int(part):02x}" for part in address.split("."))


class Frame:
    """A frame with a packet of `size` bytes, sent to everybody. `stacks`: the interfaces that got it, by uid, `outside`
    the NICs and tags by which it left the host, each with the way it took; `members` are those that got it as members
    of a bridge. `dead_ends` are the ways on which it got lost.
    """

    def __init__(self, kernel: Kernel, size: int) -> None:
        self.kernel = kernel
        self.size = size
        self.stacks: dict[int, Way] = {}
        self.members: set[int] = set()
        self.outside: dict[tuple[str, int], Way] = {}
        self.dead_ends: list[Way] = []
        self._bridges: set[int] = set()

    def leave(self, interface: Ifnet) -> None:
        """Send it from the stack of an interface."""
        bridge = interface if interface.kind == "bridge" else self.kernel.interfaces.get(interface.bridge)
        if bridge is not None and "UP" in bridge.flags:
            self._forward(bridge, interface, ())
        else:
            self._transmit(interface, 0, ())

    def _transmit(self, interface: Ifnet, tag: int, way: Way) -> None:
        if interface.kind == "vlan":
            parent = self.kernel.interfaces.get(interface.parent)
            if parent is not None and "UP" in interface.flags:
                self._transmit(parent, interface.tag, (*way, (interface, "sent")))
            return
        way = (*way, (interface, "sent"))
        too_long = interface.kind != "epair" and self.size > interface.mtu
        if "UP" not in interface.flags or interface.status == "no carrier" or too_long:
            self.dead_ends.append(way[:-1])
        elif interface.kind == "epair":
            peer = self.kernel.interfaces.get(interface.peer)
            if peer is not None and "UP" in peer.flags:
                self._receive(peer, tag, (*way, (peer, "received")))
            else:
                self.dead_ends.append(way)
        else:
            self.outside[interface.name, tag] = way

    def _receive(self, interface: Ifnet, tag: int, way: Way) -> None:
        if tag:
            for child in self.kernel.listed(interface.vnet):
                if child.kind == "vlan" and child.parent == interface.uid and child.tag == tag and "UP" in child.flags:
                    self._receive(child, 0, (*way, (child, "received")))
            return
        self.stacks.setdefault(interface.uid, way)
        bridge = self.kernel.interfaces.get(interface.bridge)
        if bridge is not None and "UP" in bridge.flags:
            self._forward(bridge, interface, way)

    def _forward(self, bridge: Ifnet, came: Ifnet, way: Way) -> None:
        """Hand it to the members of a bridge, and to the host's own addresses on the bridge and on members."""
        if bridge.uid in self._bridges or self.size > bridge.mtu:
            self.dead_ends.append(way)
            return
        self._bridges.add(bridge.uid)
        entries = {int(str(entry["uid"])): entry for entry in bridge.members}
        allowed = came is bridge or passes(bridge, entries.get(came.uid), None)
        if not allowed:
            self.dead_ends.append(way)
            return
        if way:
            self.stacks.setdefault(bridge.uid, way)
        for uid, entry in entries.items():
            member = self.kernel.interfaces[uid]
            if way and member is not came:
                self.members.add(uid)
                self.stacks.setdefault(uid, way)
            own = member is came and not way
            if (own or member is not came) and passes(bridge, entry, entries.get(came.uid)):
                self._transmit(member, 0, way)


def passes(bridge: Ifnet, entry: dict[str, object] | None, other: dict[str, object] | None) -> bool:
    """Whether the VLAN filter of a bridge lets a frame pass a member, beside that from another (path/vlanfilter-*)."""
    flags = bridge.settings.get("flags", [])
    if "VLANFILTER" not in flags or entry is None:  # type: ignore[operator]
        return True
    tag = entry.get("untagged", 0)
    return bool(tag) and (other is None or other.get("untagged", 0) == tag)


def count(kernel: Kernel, way: Way, size: int) -> None:
    """Count a frame on its way."""
    for interface, how in way:
        own = traffic.counters(kernel, interface)
        packets, octets = (traffic.OPKTS, traffic.OBYTES) if how == "sent" else (traffic.IPKTS, traffic.IBYTES)
        own[packets] += 1
        own[octets] += size


def count_back(kernel: Kernel, way: Way, size: int) -> None:
    """Count the answer, which takes the same way back."""
    turned = {"sent": "received", "received": "sent"}
    count(kernel, tuple((interface, turned[how]) for interface, how in way), size)


def count_lost(kernel: Kernel, way: Way, size: int) -> None:
    """Count a frame that got no further: by a pair whose other end is down as an error (telemetry/counters/08)."""
    if not way:
        return
    *before, (last, how) = way
    peer = kernel.interfaces.get(last.peer)
    if how == "sent" and last.kind == "epair" and peer is not None and "UP" not in peer.flags:
        count(kernel, tuple(before), size)
        traffic.counters(kernel, last)[traffic.OERRS] += 1
    else:
        count(kernel, way, size)
