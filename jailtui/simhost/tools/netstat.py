"""netstat(1): routes (-r) as text and JSON, interfaces (-i -f link) as JSON; `netstat_sockets` has -a.

Sources: FREEBSD.md 5.2, 9, 11; recordings inside/network/08, jail/classic/07, own/netstat.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import addresses, traffic
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel
from jailtui.simhost.tools import ifconfig_text, netstat_sockets
from jailtui.simhost.tools.jls import ESCAPES

PRETTY = {"U": "up", "G": "gateway", "H": "host", "R": "reject", "S": "static"}
ILLEGAL_13 = """netstat: illegal option -- j
usage: netstat [-46AaCcLnRSTWx] [-f protocol_family | -p protocol]
               [-M core] [-N system]
"""

Entry = tuple[int, str, str, str, Ifnet]
"""Order, destination, gateway, flags, interface."""


def main(call: Call) -> int:
    """`netstat -rn[W]`, `-an[W]` or `-i -f link`, with `[-f FAMILY] [-j JAIL] [--libxo json]`."""
    letters, options = parse(call.args)
    with call.transaction(write=False) as kernel:
        vnet = call.vnet(kernel)
        if "j" in options:
            if not kernel.release.route_jail_option:
                call.err(ILLEGAL_13)
                return 1
            jail = kernel.jail_by(options["j"]) if options["j"] != "0" else None
            if jail is None or not call.privileged:
                return no_jail(call, kernel, options)
            vnet = jail.vnet
        if "i" in letters and options.get("f") == "link" and options.get("libxo") == "json":
            call.out(links(kernel, vnet))
            return 0
        if "I" in options:
            call.out(one_link(kernel, vnet, options["I"]))
            return 0
        if "s" in letters:
            call.out(statistics(kernel, options.get("p", "")))
            return 0
        if "r" not in letters:
            call.out(netstat_sockets.show(kernel, vnet, letters, options) if "a" in letters else "")
            return 0
        families = []
        if options.get("f", "inet") == "inet" and "6" not in letters:
            families.append(("Internet", inet(kernel, vnet)))
        if options.get("f", "inet6") == "inet6" and "4" not in letters:
            families.append(("Internet6", inet6(kernel, vnet)))
    families = [(name, entries) for name, entries in families if entries]
    wide = "W" in letters
    call.out(as_json(kernel, families, wide) if options.get("libxo") == "json" else as_text(kernel, families, wide))
    return 0


LINK_KEYS = (
    "received-packets received-errors dropped-packets received-bytes sent-packets send-errors sent-bytes collisions "
    "dropped-packets"
).split()


def links(kernel: Kernel, vnet: int) -> str:
    """`-ibdnW -f link --libxo json`: every interface with its name escaped (found/forged/08, telemetry/counters/13)."""
    entries = []
    for interface in kernel.listed(vnet):
        counted = zip(LINK_KEYS, traffic.all_counted(kernel, interface), strict=True)
        counters = ",".join(f'"{key}":{number}' for key, number in counted)
        name = interface.name.translate(ESCAPES)
        bits = ifconfig_text.flag_bits(kernel, interface) & 0xFFFF
        entries.append(
            f'{{"name":"{name}","flags":"0x{bits:x}","mtu":{interface.mtu},"network":"<Link#{interface.index}>",'
            f'"address":"{interface.mac or name}",{counters}}}'
        )
    return f'{{"statistics": {{"interface": [{", ".join(entries)}]}}}}\n'


def one_link(kernel: Kernel, vnet: int, name: str) -> str:
    """`-I NAME -bdnW -f link` as text (path/healthy/18); of an interface that is not there only the heading."""
    interface = kernel.find(vnet, name)
    head = ("Name", "Mtu", "Network", "Address")
    row = ("", "", "", "")
    numbers = ""
    if interface is not None:
        star = "" if "UP" in interface.flags else "*"
        row = (f"{name}{star}", str(interface.mtu), f"<Link#{interface.index}>", interface.mac or name)
        counted = zip(traffic.all_counted(kernel, interface), COUNTED.values(), strict=True)
        numbers = " ".join(f"{number:>{width}}" for number, width in counted) + " \n"
    a, b, c = (max(len(head[at]), len(row[at])) for at in (0, 2, 3))
    title = " ".join(f"{column:>{width}}" for column, width in COUNTED.items())
    lines = [f"{cells[0]:<{a}} {cells[1]:>5} {cells[2]:<{b}}   {cells[3]:<{c}}  " for cells in (head, row)]
    return f"{lines[0]}{title}\n" + (f"{lines[1]}{numbers}" if interface is not None else "")


COUNTED = {"Ipkts": 8, "Ierrs": 5, "Idrop": 5, "Ibytes": 10, "Opkts": 8, "Oerrs": 5, "Obytes": 10, "Coll": 5, "Drop": 5}
"""The columns of `-I` with their widths."""


def statistics(kernel: Kernel, protocol: str) -> str:
    """`-s -p PROTOCOL`, of which only these lines are simulated (path/healthy/33, /34)."""
    forwarded: list[int] = kernel.extra.get("forwarded", [0, 0])  # type: ignore[assignment]
    if protocol == "arp":
        return "arp:\n\t0 Duplicate IPs seen\n"
    lines = (f"{forwarded[0]} packets forwarded (0 packets fast forwarded)", f"{forwarded[1]} packets not forwardable")
    return f"{protocol}:\n" + "".join(f"\t{line}\n" for line in lines)


def parse(words: list[str]) -> tuple[str, dict[str, str]]:
    """Flag letters, and the options that take a value (f, j, p, I, libxo)."""
    letters, options = "", {}
    rest = iter(words)
    for word in rest:
        if word.startswith("--libxo"):
            options["libxo"] = word[8:] or next(rest, "")
        elif word.startswith("-") and word[-1] in "fjpI":
            letters += word[1:-1]
            options[word[-1]] = next(rest, "")
        elif word.startswith("-"):
            letters += word[1:]
    return letters, options


def no_jail(call: Call, kernel: Kernel, options: dict[str, str]) -> int:
    """Refuse a jail that does not exist or may not be entered: exit 69 on 15.1, 1 on 14.2."""
    missing = call.privileged and options["j"] != "0"
    if options.get("libxo") == "json":
        call.out("{ }\n")
    return call.fail("Jail not found" if missing else "Cannot attach to jail", 69 if kernel.release.explains else 1)


def inet(kernel: Kernel, vnet: int) -> list[Entry]:
    """The IPv4 routes of a stack: networks and addresses of interfaces that are up, and static routes, sorted."""
    listed = kernel.listed(vnet)
    lo0 = next((interface for interface in listed if interface.kind == "lo"), None)
    entries: dict[str, Entry] = {}
    for interface in listed:
        if "UP" not in interface.flags:
            continue
        for entry in interface.addresses:
            if entry["family"] == "inet":
                _connected(kernel, entries, interface, lo0, entry)
    for route in kernel.vnets[vnet].routes:
        destination = str(route["destination"])
        start = 0 if destination == "default" else addresses.pack(destination.partition("/")[0])
        flags = "UGS" if destination == "default" or "/" in destination else "UGHS"
        entries[destination] = (
            start,
            destination,
            str(route["gateway"]),
            flags,
            kernel.interfaces[int(str(route["uid"]))],
        )
    return sorted(entries.values(), key=lambda entry: entry[0])


def _connected(
    kernel: Kernel, entries: dict[str, Entry], interface: Ifnet, lo0: Ifnet | None, entry: dict[str, object]
) -> None:
    address, mask = str(entry["address"]), int(str(entry["mask"]))
    number = addresses.pack(address)
    if interface.kind == "lo":
        entries.setdefault(address, (number, address, f"link#{interface.index}", "UH", interface))
        return
    net, length = number & mask, addresses.prefix_of(mask)
    if length < 32:
        shown = f"{addresses.unpack(net)}/{length}"
        entries.setdefault(shown, (net, shown, f"link#{interface.index}", "U", interface))
    own = lo0 if lo0 is not None and not kernel.release.index_per_vnet else interface
    entries.setdefault(address, (number, address, f"link#{own.index}", "UHS", lo0 or interface))


def inet6(kernel: Kernel, vnet: int) -> list[Entry]:
    """The IPv6 routes of a stack; on the host with the reject routes that rc(8) adds."""
    entries: list[Entry] = []
    listed = [interface for interface in kernel.listed(vnet) if "UP" in interface.flags]
    lo0 = next((interface for interface in listed if interface.kind == "lo"), None)
    if lo0 is None:
        return entries
    gateway = "::1" if kernel.release.index_per_vnet else f"link#{lo0.index}"
    if vnet == HOST:
        entries += [
            (order, net, gateway, "URS", lo0)
            for order, net in enumerate(("::/96", "::ffff:0.0.0.0/96", "fe80::/10", "ff02::/16"))
        ]
    for interface in listed:
        for entry in interface.addresses:
            if entry["family"] == "inet6":
                scope = f"%{interface.name}" if str(entry["address"]).startswith("fe80:") else ""
                entries.append((0, f"{entry['address']}{scope}", f"link#{lo0.index}", "UHS", lo0))
                if entry["prefix"] == 64 and scope:
                    entries.append((0, f"fe80::{scope}/64", f"link#{interface.index}", "U", interface))
    return sorted(entries, key=lambda entry: entry[1])


def mtu_of(entry: Entry) -> int:
    return entry[4].mtu


def as_json(kernel: Kernel, families: list[tuple[str, list[Entry]]], wide: bool) -> str:
    """One line of JSON with the blanks of libxo."""
    tables = []
    for name, entries in families:
        rows = ", ".join(_json_entry(kernel, number, entry, wide) for number, entry in enumerate(entries, 1))
        tables.append(f'{{"address-family":"{name}", "rt-entry": [{rows}]}}')
    inner = ", ".join(tables)
    return f'{{"statistics": {{"route-information": {{"route-table": {{"rt-family": [{inner}]}}}}}}}}\n'


def _json_entry(kernel: Kernel, number: int, entry: Entry, wide: bool) -> str:
    _, destination, gateway, flags, interface = entry
    pretty = ",".join(f'"{PRETTY[flag]}"' for flag in flags)
    hops = "" if kernel.release.index_per_vnet else f'"nhop-kidx":{number},'
    if wide:
        hops += f'"nhop":{number},"mtu":{mtu_of(entry)},'
    return (
        f'{{"destination":"{destination}","gateway":"{gateway}","flags":"{flags}", "flags_pretty": [{pretty}],'
        f'"weight":1,{hops}"interface-name":"{shown_name(kernel, interface, wide)}"}}'
    )


def shown_name(kernel: Kernel, interface: Ifnet, wide: bool) -> str:
    """The interface's name, cut unless -W (also in JSON): 8 characters on 13.2, 12 since."""
    return interface.name if wide else interface.name[: 8 if kernel.release.index_per_vnet else 12]


def as_text(kernel: Kernel, families: list[tuple[str, list[Entry]]], wide: bool) -> str:
    text = "Routing tables\n"
    width = 16 if wide else 8 if kernel.release.index_per_vnet else 12
    for name, entries in families:
        d, g = (18, 18) if name == "Internet" else (33, 29)
        hops = f" {'Nhop#':>6} {'Mtu':>6}" if wide else ""
        text += f"\n{name}:\n{'Destination':<{d}} {'Gateway':<{g}} {'Flags':<6}{hops} {'Netif':>{width}} Expire\n"
        for number, entry in enumerate(entries, 1):
            _, destination, gateway, flags, interface = entry
            hops = f" {number:>6} {mtu_of(entry):>6}" if wide else ""
            shown = shown_name(kernel, interface, wide)
            text += f"{destination:<{d}} {gateway:<{g}} {flags:<6}{hops} {shown:>{width}}\n"
    return text
