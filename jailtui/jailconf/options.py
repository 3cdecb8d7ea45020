"""Names and values as jail(8) compares them (usr.sbin/jail/config.c)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jailtui.jailconf.tree import Dialect

BOOLEANS = frozenset(
    "allow.dying exec.clean exec.system_jail_user ip_hostname mount.devfs mount.fdescfs mount.procfs".split()
)
"""The booleans that jail(8) itself reads; those of the kernel are only passed on."""

KNOWN = BOOLEANS | frozenset(
    "command depend exec.consolelog exec.fib exec.jail_user exec.poststart exec.poststop exec.prepare exec.prestart"
    " exec.prestop exec.release exec.created exec.start exec.stop exec.system_user exec.timeout interface mount"
    " mount.fstab stop.timeout vnet.interface allow.chflags allow.mount allow.raw_sockets allow.set_hostname"
    " allow.socket_af allow.sysvipc devfs_ruleset host.hostname ip4.addr ip6.addr jid name path persist securelevel"
    " vnet".split()
)
"""The parameters that jail(8) knows by name: no variable may be called so."""

NUMBER = re.compile(r"[ \t\n\v\f\r]*[+-]?([0-9]+)")
"""What strtol(3) reads."""


def known(name: str, dialect: Dialect) -> str | None:
    """The parameter that jail(8) takes `name` for, of those it knows."""
    if name in KNOWN:
        return name
    if name == "zfs.dataset" and dialect == "15":
        return name
    return next((cousin for cousin in cousins(name) if cousin in KNOWN), None)


@lru_cache(maxsize=1024)  # the same few names in every jail of a host
def cousins(name: str) -> tuple[str, ...]:
    """The other names of the same option: with or without `no`, at any one level."""
    names = []
    dot = 0
    while True:
        head, tail = name[:dot], name[dot:]
        if tail.startswith("no"):
            names.append(head + tail[2:])
        names.append(f"{head}no{tail}")
        dot = name.find(".", dot) + 1
        if not dot:
            return tuple(names)


def truth(name: str, values: tuple[str, ...]) -> bool:
    """The value of a boolean that jail(8) knows: the last value counts, `no` before the last component negates it."""
    negated = name.rpartition(".")[2].startswith("no")
    if not values:
        return not negated
    return negated != (values[-1].lower() == "true" or is_not_zero(NUMBER.match(values[-1])))


def is_jid(name: str) -> bool:
    """Whether a block of this name names a jail by its number: all of it a number, and not zero."""
    return is_not_zero(NUMBER.fullmatch(name))


def is_not_zero(number: re.Match[str] | None) -> bool:
    return number is not None and number.group(1).strip("0") != ""


def is_wildcard(name: str) -> bool:
    return "*" in name and "*" in name.split(".")


def matches(jail: str, wildcard: str) -> bool:
    """Whether the block `wildcard` applies to `jail`: a last `*` is one or more components, any other exactly one."""
    if wildcard == "*":
        return True
    names, patterns = jail.split("."), wildcard.split(".")
    last = min(len(names), len(patterns)) - 1
    if any(name != other != "*" for name, other in zip(names[:last], patterns[:last], strict=True)):
        return False
    return patterns[last:] in (names[last:], ["*"])
