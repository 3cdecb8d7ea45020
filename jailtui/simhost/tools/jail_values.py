"""The parameters that jail(8) passes to the kernel (config.c, jail.c)."""

from __future__ import annotations

from jailtui.simhost.kernel import jail_params
from jailtui.simhost.kernel.state import Kernel
from jailtui.simhost.tools.jail_config import ConfiguredJail, split_no

INTERNAL = frozenset(
    "command depend exec.clean exec.consolelog exec.created exec.fib exec.jail_user exec.poststart exec.poststop "
    "exec.prepare exec.prestart exec.prestop exec.release exec.start exec.stop exec.system_jail_user exec.system_user "
    "exec.timeout interface ip_hostname mount mount.devfs mount.fdescfs mount.fstab mount.procfs stop.timeout "
    "vnet.interface allow.dying zfs.dataset".split()
)
"""Parameters that jail(8) keeps to itself."""
NUMBERS = frozenset(
    "jid devfs_ruleset enforce_statfs children.max securelevel osreldate host.hostid parent cpuset.id".split()
)
SYSTEMS = frozenset("host ip4 ip6 vnet sysvmsg sysvsem sysvshm".split())
CREATE_ONLY = ("path", "vnet", "ip4", "ip6", "osrelease", "osreldate")
RANGES = {"enforce_statfs": range(3), "devfs_ruleset": range(65536)}


class BadValue(Exception):
    """A parameter that the kernel or libjail refuses. The text is what jail(8) prints after `jail: `."""


class KernelRefusal(BadValue):
    """A refusal of jail_set(2), which comes after exec.prestart has run."""


def kernel_params(jail: ConfiguredJail) -> list[tuple[str, list[str]]]:
    """The parameters of a jail that are not jail(8)'s own."""
    return [item for item in jail.params.items() if item[0] not in INTERNAL and split_no(item[0])[0] not in INTERNAL]


def unknown(kernel: Kernel, jail: ConfiguredJail) -> list[str]:
    """The names that the kernel does not have; `allow.mount.X` loads its module."""
    names = jail_params.names(kernel)
    missing = []
    for name, _ in kernel_params(jail):
        plain, negated = split_no(name)
        if name in names or (negated and plain in names and jail_params.is_boolean(plain)):
            continue
        if name.startswith(("meta.", "env.")) and "meta" in names:
            continue
        if jail_params.load_module(kernel, name) or (negated and jail_params.load_module(kernel, plain)):
            continue
        missing.append(name)
    return missing


def boolean(name: str, spelling: str, values: list[str]) -> bool:
    """The boolean `name`, which may be spelled with `no`. BadValue for another value."""
    if not values:
        return name == spelling
    value = values[-1]
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value.lstrip("-").isdigit():
        return int(value) != 0
    raise BadValue(f'{spelling}: unknown boolean value "{value}"')


def kernel_values(jail: ConfiguredJail) -> dict[str, object]:
    """Kernel parameters with their values as `jail_params` keeps them. BadValue for a value that libjail refuses."""
    values: dict[str, object] = {}
    for name, texts in kernel_params(jail):
        plain, negated = split_no(name)
        if jail_params.is_boolean(name) or (negated and jail_params.is_boolean(plain)):
            real = plain if negated and jail_params.is_boolean(plain) else name
            values[real] = boolean(real, name, texts)
        elif name in SYSTEMS:
            values[name] = system(name, texts)
        elif name in NUMBERS:
            values[name] = number(name, texts)
            if name == "jid" and values[name] == "0":
                del values[name]
        elif name in jail_params.LISTS:
            values[name] = [bare_address(name, value) for value in texts if value]
        else:
            values[name] = texts[-1] if texts else ""
    if values.get("vnet") == "new" and any(name in values for name in ("ip4", "ip6", "ip4.addr", "ip6.addr")):
        raise KernelRefusal("vnet jails cannot have IP address restrictions")
    return values


def system(name: str, values: list[str]) -> str:
    value = values[-1] if values else "new"
    if value not in ("new", "inherit", "disable"):
        raise BadValue(f'{name}: unknown jailsys value "{value}"')
    return value


def number(name: str, values: list[str]) -> str:
    value = values[-1] if values else "0"
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


def shown(jail: ConfiguredJail, jid: int = 0) -> str:
    """The parameters as `-v` prints them after `jail_set(...)`."""
    words = [f"jid={jid}"] if jid else []
    for name, values in kernel_params(jail):
        if jid and name in CREATE_ONLY:
            continue
        if values:
            words.append(f"{name}={','.join(bare(name, value) for value in values)}")
        else:
            words.append("vnet=new" if name == "vnet" else name)
    return " ".join(words)


def bare(name: str, value: str) -> str:
    try:
        return bare_address(name, value) if name in jail_params.LISTS else value
    except BadValue:
        return value
