"""ifconfig(8): what it prints; `ifconfig_words` is what it changes (FREEBSD.md 4; sbin/ifconfig/ifconfig.c)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import Ifnet, Kernel
from jailtui.simhost.tools import ifconfig_doubles as doubles
from jailtui.simhost.tools import ifconfig_text as text
from jailtui.simhost.tools.ifconfig_options import FAMILIES, IfconfigOptions, Usage, check, parse, stack_of, usage

CLONERS_AT_BOOT = ("vlan", "vmnet", "tap", "tun", "lo", "gif")


def main(call: Call) -> int:
    with call.transaction(False) as kernel:
        try:
            options = parse(call, kernel)
            check(options)
        except Usage as error:
            call.err(str(error) + usage(kernel))
            return 1
        for warning in options.warnings:
            call.err(warning)
        words = options.words
        if words[1:] == ["addr"]:
            return look_at_learned(call, kernel, options)
        changing = bool(words) and not options.all and not options.names and not only_family(words[1:])
        if not changing:
            return look(call, kernel, options)
    from jailtui.simhost.tools import ifconfig_words

    return ifconfig_words.change(call, options)


def only_family(words: list[str]) -> bool:
    return not words or (len(words) == 1 and words[0] in FAMILIES)


def allowed_addresses(call: Call, kernel: Kernel, options: IfconfigOptions) -> frozenset[str] | None:
    """The addresses and families that a jail in the host's stack sees, from its ip4 and ip6; None: it sees all."""
    jail = kernel.jail_by(options.jail) if options.jail else kernel.jails.get(call.jid)
    if jail is None or jail.own_vnet:
        return None
    seen: set[str] = set()
    for family, key in (("inet", "ip4"), ("inet6", "ip6")):
        if jail.params.get(key) == "inherit":
            seen.add(family)
        own = jail.params.get(f"{key}.addr")
        for word in own if isinstance(own, list) else []:
            seen.add(str(word).rpartition("|")[2].split("/")[0])
    return frozenset(seen)


def look(call: Call, kernel: Kernel, options: IfconfigOptions) -> int:
    try:
        vnet = stack_of(call, kernel, options)
    except LookupError as error:
        return call.fail(str(error.args[0]))
    options.style.allowed = allowed_addresses(call, kernel, options)
    if options.cloners:
        call.out(" ".join([*reversed(kernel.modules), *CLONERS_AT_BOOT]) + "\n")
        return 0
    if options.group is not None and not options.all and not options.words:
        print_group(call, kernel, vnet, options.group)
        return 0
    if options.all or options.names:
        family = options.words[0] if options.words else ""
        if family and family not in FAMILIES:
            call.err(f"ifconfig: Address family '{family}' unknown.\n" + usage(kernel))
            return 1
        options.style.family = family
        return look_at_all(call, kernel, options, vnet)
    return look_at_one(call, kernel, options, vnet)


def look_at_all(call: Call, kernel: Kernel, options: IfconfigOptions, vnet: int) -> int:
    chosen = [interface for interface in kernel.listed(vnet) if is_chosen(kernel, options, interface)]
    if options.names:
        call.out(" ".join(interface.name for interface in doubles.named(kernel, chosen)) + "\n")
        return 0
    call.out("".join(doubles.stanzas(kernel, chosen, options.style)))
    return 0


def is_chosen(kernel: Kernel, options: IfconfigOptions, interface: Ifnet) -> bool:
    up = "UP" in interface.flags
    if (options.down and up) or (options.up and not up):
        return False
    if options.group is not None and not in_group(interface, options.group):
        return False
    if options.not_group is not None and in_group(interface, options.not_group):
        return False
    filters = options.names or kernel.release.family_filters_interfaces
    return not (options.style.family and filters and not text.has_family(interface, options.style.family))


def in_group(interface: Ifnet, pattern: str) -> bool:
    if pattern == "all":
        return True
    names = [str(name) for name, _ in interface.groups]
    if not any(sign in pattern for sign in "*?["):
        return pattern in names
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, pattern) for name in names)


def print_group(call: Call, kernel: Kernel, vnet: int, group: str) -> None:
    """The names of a group in the order of joining; nothing for an unknown group."""
    if group == "all":
        members = list(enumerate(kernel.listed(vnet)))
    else:
        listed = kernel.listed(vnet)
        members = [(int(str(n)), interface) for interface in listed for name, n in interface.groups if name == group]
    for _, interface in sorted(members, key=lambda pair: pair[0]):
        call.out(interface.name + "\n")


def look_at_learned(call: Call, kernel: Kernel, options: IfconfigOptions) -> int:
    """`BRIDGE addr`."""
    from jailtui.simhost.tools.neighbours import learned

    bridge = kernel.find(stack_of(call, kernel, options), options.words[0])
    if bridge is None:
        return call.fail(f"interface {options.words[0]} does not exist")
    call.out(learned(kernel, bridge))
    return 0


def look_at_one(call: Call, kernel: Kernel, options: IfconfigOptions, vnet: int) -> int:
    name = options.words[0]
    same_name = [interface for interface in kernel.listed(vnet) if interface.name == name]
    if not same_name:
        return call.fail(f"interface {name} does not exist")
    options.style.family = options.words[1] if len(options.words) > 1 else ""
    if options.style.family in ("link", "lladdr"):
        options.style.family = "ether"
    filtered = kernel.release.family_filters_interfaces and options.style.family
    printed = same_name if kernel.release.name_prints_doubles else same_name[:1]
    for stanza in doubles.stanzas(kernel, printed, options.style):
        if not filtered or text.has_family(same_name[0], options.style.family):
            call.out(stanza)
    return 0
