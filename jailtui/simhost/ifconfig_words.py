"""The words after an interface's name, one after the other, until one fails (FREEBSD.md 4.2, 4.3)."""

from __future__ import annotations

from collections.abc import Callable

from jailtui.simhost import ifconfig, ifconfig_bridge, kernel_addresses, kernel_interfaces, kernel_moves, kernel_vlans
from jailtui.simhost.call import Call
from jailtui.simhost.kernel import ERRORS, Interface, Kernel, KernelError

MAX_DESCRIPTION = 1024
FLAG_WORDS = {
    "arp": ("NOARP", False),
    "-arp": ("NOARP", True),
    "debug": ("DEBUG", True),
    "-debug": ("DEBUG", False),
    "promisc": ("PPROMISC", True),
    "-promisc": ("PPROMISC", False),
    "monitor": ("MONITOR", True),
    "-monitor": ("MONITOR", False),
    "link0": ("LINK0", True),
    "-link0": ("LINK0", False),
    "link1": ("LINK1", True),
    "-link1": ("LINK1", False),
    "link2": ("LINK2", True),
    "-link2": ("LINK2", False),
}


class Failed(Exception):
    """This word failed: the text is what ifconfig says after its name."""


class Work:
    """One call at work: the interface it is about, what was asked for and is done at the end."""

    def __init__(self, call: Call, kernel: Kernel, vnet: int, name: str) -> None:
        self.call = call
        self.kernel = kernel
        self.vnet = vnet
        self.name = name
        self.interface: Interface | None = None
        self.print_name = False
        self.destroyed = False
        self.creating: dict[str, str] | None = None
        self.vlan: dict[str, str] = {}
        self.family = "inet"
        self.address = ""
        self.mask: int | None = None
        self.broadcast = ""
        self.prefix = ""
        self.v6_flags = ""
        self.alias = False
        self.deleting = False

    @property
    def one(self) -> Interface:
        if self.destroyed:
            raise Failed("ioctl (SIOCGIFFLAGS): no such interface")
        if self.interface is None:
            raise Failed(f"interface {self.name} does not exist")
        return self.interface

    def allow(self, refusal: str) -> None:
        """Failed with `refusal` unless the caller is root."""
        if not self.call.privileged:
            raise Failed(refusal)


def change(call: Call, options: ifconfig.Options) -> int:
    """Run the words; what stands before the first failing one stays done."""
    with call.transaction(True) as kernel:
        try:
            vnet = ifconfig.stack_of(call, kernel, options)
        except LookupError as error:
            return call.fail(str(error.args[0]))
        if call.jid and not kernel.jails[call.jid].own_vnet:
            return call.fail("socket(family 2,SOCK_DGRAM): Protocol not supported")
        work = Work(call, kernel, vnet, options.words[0])
        try:
            perform(work, options.words[1:])
            rc = 0
        except Failed as error:
            rc = call.fail(str(error))
        if work.print_name and work.interface is not None:
            call.out(work.interface.name + "\n")
    return rc


def perform(work: Work, words: list[str]) -> None:
    work.interface = work.kernel.find(work.vnet, work.name)
    if work.interface is None:
        if words[0] in ("create", "plumb"):
            if len(work.name) >= kernel_interfaces.NAME_SIZE:
                raise Failed(f"{work.name}: cloning name too long")
            work.creating = {}
            words = words[1:]
        elif words[0] != "-vnet":
            raise Failed(f"interface {work.name} does not exist")
    elif words[0] in ("create", "plumb"):
        raise Failed(f"interface {work.name} already exists")
    if words and words[0] in ifconfig.FAMILIES:
        create(work)
    while words:
        words = words[step(work, words) :]
    create(work)
    finish_vlan(work)
    finish_address(work)


def step(work: Work, words: list[str]) -> int:
    """Do the first word; how many words that took."""
    word = words[0]
    if word in VLAN_WORDS and (work.creating is not None or work.interface is not None):
        return vlan_word(work, words)
    create(work)
    if word in ifconfig.FAMILIES:
        work.family = {"link": "ether", "lladdr": "ether"}.get(word, word)
        return 1
    if word in FLAG_WORDS:
        set_flag(work, word)
        return 1
    if word.removeprefix("-") in OFFLOADS:
        set_offload(work, word)
        return 1
    if (simple := PLAIN.get(word)) is not None:
        simple(work)
        return 1
    if (valued := VALUED.get(word)) is not None:
        if len(words) < 2:
            raise Failed(f"'{word}' requires argument")
        valued(work, words[1])
        return 2
    if (taken := ifconfig_bridge.step(work.call, work.kernel, work.interface, words)) is not None:
        if isinstance(taken, str):
            raise Failed(taken)
        return taken
    set_address(work, word)
    return 1


def create(work: Work) -> None:
    """The interface that `create` promised is made once its VLAN words are read."""
    if work.creating is None:
        return
    given, work.creating = work.creating, None
    work.allow(f"SIOCIFCREATE2 ({work.name}): {ERRORS['EPERM']}")
    try:
        if given:
            work.interface = create_vlan(work, given)
        else:
            work.interface = kernel_interfaces.clone(work.kernel, work.vnet, work.name)
    except KernelError as error:
        if error.code == "EEXIST":
            raise Failed(f"interface {work.name} already exists") from None
        if str(error) == "invalid vlan tag":
            raise Failed(str(error)) from None
        raise Failed(f"SIOCIFCREATE2 ({work.name}): {error}") from None
    work.print_name = work.interface.name != work.name


def create_vlan(work: Work, given: dict[str, str]) -> Interface:
    if "vlandev" in given and "vlan" not in given:
        raise Failed("must specify a tag for vlan create")
    if "vlandev" not in given:
        raise Failed("must specify a parent device for vlan create")
    proto, pcp = given.get("vlanproto", "802.1q"), int(given.get("vlanpcp", "0"))
    return kernel_interfaces.clone_vlan(
        work.kernel, work.vnet, work.name, given["vlandev"], int(given["vlan"]), proto, pcp
    )


VLAN_WORDS = ("vlan", "vlandev", "-vlandev", "vlanpcp", "vlanproto")


def vlan_word(work: Work, words: list[str]) -> int:
    """A word of vlan(4): kept until tag and parent are both known."""
    word = words[0]
    if word == "-vlandev":
        if work.one.parent:
            kernel_vlans.unconfigure(work.kernel, work.one)
        return 2 if len(words) > 1 else 1
    if len(words) < 2:
        raise Failed(f"'{word}' requires argument")
    value = words[1]
    if word in ("vlan", "vlanpcp"):
        check_number(word, value, 7 if word == "vlanpcp" else 0xFFFF)
    if word == "vlanproto" and value not in ("802.1q", "802.1ad"):
        raise Failed("invalid value for vlanproto")
    (work.vlan if work.creating is None else work.creating)[word] = value
    return 2


def check_number(word: str, value: str, top: int) -> None:
    if not value.lstrip("-").isdigit():
        raise Failed(f"invalid value for {word}")
    if not 0 <= int(value) <= top:
        raise Failed(f"value for {word} out of range")


def finish_vlan(work: Work) -> None:
    """`vlan N vlandev IF` of an interface that exists."""
    given = work.vlan
    if not given:
        return
    vlan = work.one
    if ("vlan" in given) != ("vlandev" in given):
        raise Failed("both vlan and vlandev must be specified")
    if "vlan" in given:
        if vlan.parent and not work.kernel.release.vlan_change_attached:
            raise Failed(f"SIOCSETVLAN: {ERRORS['EBUSY']}")
        try:
            parent = kernel_vlans.check(work.kernel, work.vnet, int(given["vlan"]), given["vlandev"])
        except KernelError as error:
            raise Failed(f"SIOCSETVLAN: {error}") from None
        kernel_vlans.configure(work.kernel, vlan, parent, int(given["vlan"]))
    if "vlanpcp" in given:
        vlan.pcp = int(given["vlanpcp"])
    if "vlanproto" in given and work.kernel.release.vlan_protocol_changes:
        vlan.proto = given["vlanproto"]


# words without an argument


def set_flag(work: Work, word: str) -> None:
    work.allow(f"{word}: permission denied")
    flag, on = FLAG_WORDS[word]
    flags = work.one.flags
    for name in (flag, "PROMISC") if flag == "PPROMISC" and not work.one.bridge else (flag,):
        if on and name not in flags:
            flags.append(name)
        elif not on and name in flags:
            flags.remove(name)


def up(work: Work) -> None:
    work.allow("up: permission denied")
    kernel_addresses.bring_up(work.kernel, work.one)


def down(work: Work) -> None:
    work.allow("down: permission denied")
    one = work.one
    stops = one.kind in ("bridge", "em")
    one.flags = [flag for flag in one.flags if flag != "UP" and not (flag == "RUNNING" and stops)]
    if one.kind == "em" and "OACTIVE" not in one.flags:
        one.flags.append("OACTIVE")


def destroy(work: Work) -> None:
    work.allow(f"SIOCIFDESTROY: {ERRORS['EPERM']}")
    try:
        kernel_interfaces.destroy(work.kernel, work.vnet, work.one)
    except KernelError as error:
        raise Failed(f"SIOCIFDESTROY: {error}") from None
    work.interface, work.destroyed = None, True


def no_description(work: Work) -> None:
    describe(work, "")


def alias(work: Work) -> None:
    work.alias = True


def unalias(work: Work) -> None:
    work.deleting = True


def ifdisabled_off(work: Work) -> None:
    kernel_addresses.enable_inet6(work.kernel, work.one)


def accept_rtadv(work: Work) -> None:
    work.one.nd6 = kernel_addresses.nd6_with(work.one.nd6, "ACCEPT_RTADV", True)


def no_dad(work: Work) -> None:
    work.one.nd6 = kernel_addresses.nd6_with(work.one.nd6, "NO_DAD", True)


def no_pcp(work: Work) -> None:
    work.one.pcp = 0


def anycast(work: Work) -> None:
    work.v6_flags = "anycast"


def nothing(work: Work) -> None:
    """A word that changes nothing the host shows."""


PLAIN: dict[str, Callable[[Work], None]] = {
    "up": up,
    "down": down,
    "destroy": destroy,
    "unplumb": destroy,
    "-descr": no_description,
    "-description": no_description,
    "alias": alias,
    "add": alias,
    "-alias": unalias,
    "delete": unalias,
    "remove": unalias,
    "-ifdisabled": ifdisabled_off,
    "accept_rtadv": accept_rtadv,
    "auto_linklocal": nothing,
    "no_dad": no_dad,
    "anycast": anycast,
    "-pcp": no_pcp,
}
OFFLOADS = {
    "rxcsum": ("RXCSUM", 0x1),
    "txcsum": ("TXCSUM", 0x2),
    "tso4": ("TSO4", 0x100),
    "lro": ("LRO", 0x400),
    "rxcsum6": ("RXCSUM_IPV6", 0x200000),
    "txcsum6": ("TXCSUM_IPV6", 0x400000),
}


def set_offload(work: Work, word: str) -> None:
    """Switch a capability the driver has; what it hasn't stays off without a word."""
    name, bit = OFFLOADS[word.removeprefix("-")]
    one = work.one
    able = work.kernel.release.options.get(one.kind, "").partition("<")[2].rstrip(">").split(",")
    number, _, names = one.options.partition("<")
    kept = [other for other in names.rstrip(">").split(",") if other]
    if word.startswith("-") and name in kept:
        kept.remove(name)
        one.options = f"{int(number, 16) & ~bit:x}<{','.join(kept)}>" if kept else ""
    elif not word.startswith("-") and name in able and name not in kept:
        kept = [other for other in able if other in kept or other == name]
        one.options = f"{int(number or '0', 16) | bit:x}<{','.join(kept)}>"


# words with an argument


def describe(work: Work, value: str) -> None:
    work.allow(f"ioctl SIOCSIFDESCR (set descr): {ERRORS['EPERM']}")
    if len(value.encode("utf-8", "surrogateescape")) >= MAX_DESCRIPTION:
        raise Failed(f"ioctl SIOCSIFDESCR (set descr): {ERRORS['ENAMETOOLONG']}")
    work.one.description = value


def rename(work: Work, value: str) -> None:
    work.allow(f"ioctl SIOCSIFNAME (set name): {ERRORS['EPERM']}")
    try:
        kernel_interfaces.rename(work.kernel, work.one, value)
    except KernelError as error:
        raise Failed(f"ioctl SIOCSIFNAME (set name): {error}") from None
    work.print_name = True


def set_mtu(work: Work, value: str) -> None:
    """The limits of each kind; a bridge and its members bind each other (FREEBSD.md 8)."""
    work.allow(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EPERM']}")
    one, kernel = work.one, work.kernel
    number = int(value) if value.lstrip("-").isdigit() else 0
    if not 72 <= number <= (16128 if one.kind in ("em", "vtnet") else 65535):
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
    if one.bridge and kernel.release.member_mtu_locked:
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['ENOTSUP']}")
    if one.kind == "vlan" and one.parent and number > kernel.interfaces[one.parent].mtu:
        raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
    if one.kind == "bridge":
        members = [kernel.interfaces[int(str(entry["uid"]))] for entry in one.members]
        if not kernel.release.bridge_mtu_follows and any(member.mtu != number for member in members):
            raise Failed(f"ioctl SIOCSIFMTU (set mtu): {ERRORS['EINVAL']}")
        for member in members:
            member.mtu = number
    one.mtu = number


def set_group(work: Work, value: str) -> None:
    work.allow(f" SIOCAIFGROUP: {ERRORS['EPERM']}")
    if value[-1:].isdigit():
        raise Failed("setifgroup: group names may not end in a digit")
    if len(value) >= kernel_interfaces.NAME_SIZE:
        raise Failed("setifgroup: group name too long")
    work.kernel.join_group(work.one, value)


def unset_group(work: Work, value: str) -> None:
    work.allow(f" SIOCDIFGROUP: {ERRORS['EPERM']}")
    if value[-1:].isdigit():
        raise Failed("unsetifgroup: group names may not end in a digit")
    work.kernel.leave_group(work.one, value)


def into_vnet(work: Work, value: str) -> None:
    one = work.one
    try:
        work.kernel.jail_for_move(value)
        work.allow(f"SIOCSIFVNET: {ERRORS['EPERM']}")
        kernel_moves.move_in(work.kernel, one.name, value, work.vnet)
    except KernelError as error:
        raise Failed(str(error)) from None
    work.interface, work.print_name = one, False


def out_of_vnet(work: Work, value: str) -> None:
    try:
        jail = work.kernel.jail_for_move(value)
        if jail.vnet == work.vnet and jail.own_vnet:
            raise Failed(f'jail "{value}" not found')
        work.allow(f"SIOCSIFRVNET({jail.jid}, {work.name}): {ERRORS['EPERM']}")
        kernel_moves.take_back(work.kernel, work.name, value, work.vnet)
    except KernelError as error:
        raise Failed(str(error)) from None
    work.interface = None
    for one in work.kernel.listed(work.vnet):
        if one.name == work.name:
            work.interface = one


def set_mask(work: Work, value: str) -> None:
    if value.startswith("0x"):
        work.mask = int(value, 16)
    elif value.count(".") == 3 and all(part.isdigit() for part in value.split(".")):
        work.mask = kernel_addresses.pack(value)
    else:
        raise Failed(f"{value}: bad value")


def set_broadcast(work: Work, value: str) -> None:
    work.broadcast = value


def set_prefix(work: Work, value: str) -> None:
    work.prefix = value


def set_pcp(work: Work, value: str) -> None:
    check_number("pcp", value, 7)
    work.one.pcp = int(value)


def set_media(work: Work, value: str) -> None:
    """Only what a card offers; a pair has nothing to choose."""
    if work.one.kind != "em":
        raise Failed(f"SIOCSIFMEDIA (media): {ERRORS['ENXIO']}")
    if value not in ("autoselect", "1000baseT", "100baseTX", "10baseT/UTP"):
        raise Failed(f"unknown media subtype: {value}")


def set_fib(work: Work, value: str) -> None:
    """There is one routing table, number 0; another is complained about, and that is all on 13 and 14."""
    if value != "0":
        text = f"ioctl (SIOCSIFFIB): {ERRORS['EINVAL']}"
        if work.kernel.release.explains:
            raise Failed(text)
        work.call.err(f"ifconfig: {text}\n")


def set_metric(work: Work, value: str) -> None:
    work.one.metric = int(value) if value.isdigit() else 0


VALUED: dict[str, Callable[[Work, str], None]] = {
    "name": rename,
    "descr": describe,
    "description": describe,
    "mtu": set_mtu,
    "metric": set_metric,
    "pcp": set_pcp,
    "media": set_media,
    "fib": set_fib,
    "group": set_group,
    "-group": unset_group,
    "vnet": into_vnet,
    "-vnet": out_of_vnet,
    "netmask": set_mask,
    "broadcast": set_broadcast,
    "prefixlen": set_prefix,
}


# addresses


def set_address(work: Work, word: str) -> None:
    """Any other word is an address; names are looked up, and there is nobody to ask."""
    if work.family == "ether":
        work.address = word
        return
    address, slash, width = word.partition("/")
    if work.family == "inet":
        import _socket

        if slash:
            if not width.isdigit():
                raise Failed(f"{word}: bad value (width invalid)")
            if int(width) > 32:
                raise Failed(f"{word}: bad value (width too large)")
            work.mask = 0xFFFFFFFF << (32 - int(width)) & 0xFFFFFFFF
        try:
            packed = _socket.inet_aton(address)
        except OSError:
            raise Failed(f"{address}: bad value") from None
        work.address = ".".join(str(octet) for octet in packed)
    else:
        set_address6(work, address, width if slash else "")


def set_address6(work: Work, address: str, width: str) -> None:
    import _socket

    try:
        work.address = _socket.inet_ntop(_socket.AF_INET6, _socket.inet_pton(_socket.AF_INET6, address))
    except OSError:
        raise Failed(f"{address}: bad value") from None
    if width and (not width.isdigit() or int(width) > 128):
        raise Failed(f"{width}: bad value")
    work.prefix = width


def finish_address(work: Work) -> None:
    """Addresses are set or removed at the very end, when every word was good."""
    if work.deleting:
        work.allow("ioctl (SIOCDIFADDR): permission denied")
        delete_address(work)
    elif work.address:
        work.allow("ioctl (SIOCAIFADDR): permission denied")
        {"inet": add_inet, "inet6": add_inet6, "ether": set_ether}[work.family](work)


def delete_address(work: Work) -> None:
    address = work.address or kernel_addresses.first(work.one, work.family)
    if address is None:
        return
    try:
        kernel_addresses.delete(work.kernel, work.one, work.family, address)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCDIFADDR): {error}") from None


def add_inet(work: Work) -> None:
    mask = work.mask
    if mask is None:
        if work.kernel.release.mask_required:
            raise Failed("ERROR: setting interface address without mask is no longer supported.")
        work.call.err(
            "ifconfig: WARNING: setting interface address without mask is deprecated,\n"
            "default mask may not be correct.\n"
        )
        mask = kernel_addresses.class_mask(work.address)
    if work.address == "0.0.0.0":
        return
    if not work.alias and (old := kernel_addresses.first(work.one, "inet")) is not None:
        kernel_addresses.drop(work.one, "inet", old)
    try:
        kernel_addresses.set_inet(work.kernel, work.one, work.address, mask, work.broadcast)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCAIFADDR): {error}") from None


def add_inet6(work: Work) -> None:
    prefix = int(work.prefix) if work.prefix else 64
    if work.address == "::1" and work.one.kind != "lo":
        raise Failed(f"ioctl (SIOCDIFADDR): {ERRORS['EINVAL']}")
    try:
        kernel_addresses.set_inet6(work.kernel, work.one, work.address, prefix, work.v6_flags)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCAIFADDR): {error}") from None


def set_ether(work: Work) -> None:
    """A new MAC; the one it was born with is shown as `hwaddr` from now on."""
    one = work.one
    if work.address == "random":
        mac = work.kernel.make_mac(one.name, 1)
    else:
        octets = work.address.replace("-", ":").split(":")
        digits = "0123456789abcdefABCDEF"
        if len(octets) != 6 or not all(0 < len(part) < 3 and all(d in digits for d in part) for part in octets):
            short = len(octets) == 5 and all(octets)
            raise Failed(f"ioctl (SIOCAIFADDR): {ERRORS['EINVAL']}" if short else work.kernel.release.bad_mac)
        mac = ":".join(f"{int(part, 16):02x}" for part in octets)
    if one.kind in ("epair", "em", "vtnet"):
        one.hwaddr = one.hwaddr or one.mac
    one.mac = mac
