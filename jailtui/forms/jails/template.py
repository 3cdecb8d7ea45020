"""The built-in template of a VNET jail, whose hooks remove what a failed start left and never prevent a stop.

The statements are those of `shared/templates/vnet.conf`, which were run on 13.2, 14.2 and 15.1.
"""

from __future__ import annotations

from typing import NamedTuple

from jailtui.jailconf import Written

Params = tuple[tuple[str, tuple[str, ...]], ...]


class Choices(NamedTuple):
    """The values of one jail. `address` is IPv4 with its prefix, `epair` the pair's name without a or b.

    `mounts` are lines of fstab(5) that jail(8) mounts.
    """

    name: str
    path: str
    id: str
    epair: str
    bridge: str
    address: str
    gateway: str
    hostname: str
    mounts: tuple[str, ...] = ()


def vnet(chosen: Choices) -> Params:
    """The parameters of the jail's block, for `AddJail`; values made of $id and the name use these variables."""
    return (
        ("path", (chosen.path,)),
        ("host.hostname", (Written('"${name}"') if chosen.hostname == chosen.name else chosen.hostname,)),
        *((("mount", tuple(map(_hook, chosen.mounts))),) if chosen.mounts else ()),
        ("mount.devfs", ()),
        ("devfs_ruleset", ("5",)),
        ("exec.clean", ()),
        ("vnet", ()),
        ("vnet.interface", (Written('"${epair}b"'),)),
        ("$id", (chosen.id,)),
        ("$ip", (_by_id(chosen.address, chosen.id),)),
        ("$gateway", (chosen.gateway,)),
        ("$bridge", (chosen.bridge,)),
        ("$epair", (Written('"epair${id}"') if chosen.epair == f"epair{chosen.id}" else chosen.epair,)),
        ("exec.prestart", tuple(map(_hook, PRESTART))),
        ("exec.start", tuple(map(_hook, START))),
        ("exec.stop", (STOP,)),
        ("exec.prestop", (_hook(PRESTOP),)),
        ("exec.poststop", tuple(map(_hook, POSTSTOP))),
    )


PRESTART = (
    "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true",
    "/sbin/ifconfig ${epair} create up",
    "/sbin/ifconfig ${epair}a up descr jail:${name}",
    "/sbin/ifconfig ${bridge} addm ${epair}a up",
)
START = (
    "/sbin/ifconfig ${epair}b inet ${ip} up",
    "/sbin/route add default ${gateway}",
    "/bin/sh /etc/rc",
)
STOP = "/bin/sh /etc/rc.shutdown jail"
PRESTOP = "/sbin/ifconfig ${epair}b -vnet ${name} || true"
POSTSTOP = (
    "/sbin/ifconfig ${bridge} deletem ${epair}a || true",
    "/sbin/ifconfig ${epair}a destroy || true",
)


def _hook(text: str) -> Written:
    return Written(f'"{text}"')


def _by_id(address: str, number: str) -> str:
    """The address, with `${id}` as its last number if that is the number."""
    host, _, prefix = address.partition("/")
    head, _, last = host.rpartition(".")
    return Written(f'"{head}.${{id}}/{prefix}"') if last == number else address
