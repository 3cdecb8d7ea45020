"""What jail(8) hands to the kernel: parameter names checked first, values when the jail is made (config.c, jail.c)."""

from __future__ import annotations

from jailtui.simhost.kernel import jail_params
from jailtui.simhost.tools.confparse import INTERNAL, Block, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.kernel.state import Kernel

NUMBERS = frozenset(
    "jid devfs_ruleset enforce_statfs children.max securelevel osreldate host.hostid parent cpuset.id".split()
)
SYSTEMS = frozenset("host ip4 ip6 vnet sysvmsg sysvsem sysvshm".split())
CREATE_ONLY = ("path", "vnet", "ip4", "ip6", "osrelease", "osreldate")
RANGES = {"enforce_statfs": range(3), "devfs_ruleset": range(65536)}


class BadValue(Exception):
    """A parameter the kernel or libjail does not take. The text is what jail(8) says after `jail: `."""


class KernelRefusal(BadValue):
    """What jail_set(2) itself refuses, so after exec.prestart has run."""


def split_no(name: str) -> tuple[str, bool]:
    """`allow.nomount` as (`allow.mount`, True)."""
    head, dot, last = name.rpartition(".")
    return (head + dot + last[2:], True) if last.startswith("no") else (name, False)


def kernel_params(block: Block) -> list[Param]:
    """Those that are not jail(8)'s own."""
    return [param for param in block.params if param.name not in INTERNAL and split_no(param.name)[0] not in INTERNAL]


def unknown(kernel: Kernel, block: Block) -> list[str]:
    """Names that the kernel does not have; `allow.mount.X` brings its module."""
    names = jail_params.names(kernel)
    missing = []
    for param in kernel_params(block):
        plain, negated = split_no(param.name)
        if param.name in names or (negated and plain in names and jail_params.is_boolean(plain)):
            continue
        if param.name.startswith(("meta.", "env.")) and "meta" in names:
            continue
        if jail_params.load_module(kernel, param.name) or (negated and jail_params.load_module(kernel, plain)):
            continue
        missing.append(param.name)
    return missing


def boolean(name: str, param: Param) -> bool:
    """A boolean as given. BadValue for a value that is none."""
    if not param.values:
        return name == param.name
    value = param.values[-1]
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value.lstrip("-").isdigit():
        return int(value) != 0
    raise BadValue(f'{param.name}: unknown boolean value "{value}"')


def values(block: Block) -> dict[str, object]:
    """Kernel parameters with their values as `jail_params` keeps them. BadValue for what libjail refuses."""
    made: dict[str, object] = {}
    for param in kernel_params(block):
        name = param.name
        plain, negated = split_no(name)
        if jail_params.is_boolean(name) or (negated and jail_params.is_boolean(plain)):
            real = plain if negated and jail_params.is_boolean(plain) else name
            made[real] = boolean(real, param)
        elif name in SYSTEMS:
            made[name] = system(name, param)
        elif name in NUMBERS:
            made[name] = number(name, param)
            if name == "jid" and made[name] == "0":
                del made[name]
        elif name in jail_params.LISTS:
            made[name] = [bare_address(name, value) for value in param.values if value]
        else:
            made[name] = param.values[-1] if param.values else ""
    if made.get("vnet") == "new" and any(name in made for name in ("ip4", "ip6", "ip4.addr", "ip6.addr")):
        raise KernelRefusal("vnet jails cannot have IP address restrictions")
    return made


def system(name: str, param: Param) -> str:
    value = param.values[-1] if param.values else "new"
    if value not in ("new", "inherit", "disable"):
        raise BadValue(f'{name}: unknown jailsys value "{value}"')
    return value


def number(name: str, param: Param) -> str:
    value = param.values[-1] if param.values else "0"
    if not value.lstrip("-").isdigit():
        raise BadValue(f'{name}: non-integer value "{value}"')
    if int(value) not in RANGES.get(name, range(-(2**31), 2**31)):
        raise KernelRefusal("jail_set: Invalid argument")
    if name == "jid" and int(value) < 0:
        raise BadValue("negative jid")
    return str(int(value))


def bare_address(name: str, value: str) -> str:
    """`em0|192.168.1.60/32 words` as the address alone."""
    address = value.partition("|")[2] or value
    address = address.strip().partition(" ")[0].partition("/")[0]
    if address and name == "ip4.addr" and not is_ipv4(address):
        raise BadValue(f"ip4.addr: not an IPv4 address: {address}")
    return address


def is_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)


def shown(block: Block, jid: int = 0) -> str:
    """The parameters as `-v` prints them after `jail_set(...)`."""
    words = [f"jid={jid}"] if jid else []
    for param in kernel_params(block):
        if jid and param.name in CREATE_ONLY:
            continue
        if param.name == "vnet" and not param.values:
            words.append("vnet=new")
        elif param.values:
            listed = [bare(param.name, value) for value in param.values]
            words.append(f"{param.name}={','.join(listed)}")
        else:
            words.append(param.name)
    return " ".join(words)


def bare(name: str, value: str) -> str:
    try:
        return bare_address(name, value) if name in jail_params.LISTS else value
    except BadValue:
        return value
