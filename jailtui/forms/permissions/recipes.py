"""Recipes: the values that a use needs in several fields, each with its reason.

Sources: FREEBSD.md 2.1, 2.2, 3.1, 7 and 9; zfs-jail(8).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_table import ALLOW, INHERIT, MOUNT
from jailtui.forms.notes import saving, unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.forms.protocol import Note

RECIPE = "recipe"
"""The key of the field that recipes are chosen in."""
OWN_RULESETS = 5
"""Rulesets above this number are of /etc/devfs.rules, others of the system (/etc/defaults/devfs.rules)."""


class Setup(NamedTuple):
    """The jail of a recipe: its values, with defaults, and the loaded rulesets."""

    jail: str
    vnet: bool
    dialect: str
    values: Mapping[str, str]
    rulesets: frozenset[int] | None


class Recipe(NamedTuple):
    """`lines`: (value, why) by field; `remarks`: what the use needs beside permissions."""

    lines: Mapping[str, tuple[str, str]] = MappingProxyType({})
    remarks: tuple[Note, ...] = ()


def also(text: str) -> Note:
    return saving("recipe-also", text, RECIPE)


def lacks(text: str) -> Note:
    return saving("recipe-lacks", text, RECIPE)


def recipe(name: str, setup: Setup) -> Recipe | None:
    """The recipe of that name for that jail; None if the name is unknown."""
    make = RECIPES.get(name)
    return make(setup) if make is not None else None


def postgresql(setup: Setup) -> Recipe:
    """A small System V segment of its own; semaphores are POSIX since PostgreSQL 10 on FreeBSD."""
    why = (
        "PostgreSQL needs a little System V shared memory; `new` is the jail's own, allow.sysvipc would be the host's."
    )
    lines = {"sysvshm": ("new", why)}
    if setup.values.get("allow.sysvipc") == ALLOW:
        lines["allow.sysvipc"] = (INHERIT, "It shares all of System V IPC with the host and other jails.")
    return Recipe(lines, (also("Only PostgreSQL before 10 takes sysvsem = new as well."),))


def dhcp(setup: Setup) -> Recipe:
    """dhclient opens /dev/bpf, which no ruleset of the system shows to a jail."""
    lines = {"mount.devfs": (ALLOW, "dhclient opens /dev/bpf, so the jail needs a /dev.")}
    remarks = [
        also(
            'In the jail\'s rc.conf write SYNCDHCP (ifconfig_IF="SYNCDHCP"): DHCP alone is started by devd, which '
            "does not run in jails."
        ),
        also("bpf shows the jail all traffic on its interfaces. allow.raw_sockets is not needed."),
    ]
    if not setup.vnet:
        remarks.append(lacks(f"{setup.jail} has no vnet, so it has no interface for a DHCP client."))
    own = own_ruleset(setup)
    if own is None:
        remarks.append(lacks(missing_ruleset("bpf*", "devfsrules_jail_dhcp=11")))
    else:
        why = f"Rulesets 4 and 5 hide bpf; check that this one shows it: `devfs rule -s {own} show`."
        lines["devfs_ruleset"] = (own, why)
    return Recipe(lines, tuple(remarks))


def own_ruleset(setup: Setup) -> str | None:
    """A ruleset that is not the system's: the jail's if it has one, else the first that is loaded."""
    now = setup.values.get("devfs_ruleset", "")
    loaded = sorted(number for number in setup.rulesets or () if number > OWN_RULESETS)
    if now.isdecimal() and int(now) > OWN_RULESETS and (setup.rulesets is None or int(now) in loaded):
        return now
    return str(loaded[0]) if loaded else None


def missing_ruleset(shown: str, head: str) -> str:
    """Instructions for a ruleset that shows `shown`."""
    return (
        f"No ruleset that shows {shown} is known to be loaded. Write one to /etc/devfs.rules ([{head}], add include "
        "$devfsrules_hide_all, $devfsrules_unhide_basic, $devfsrules_unhide_login and $devfsrules_jail, "
        f"add path '{shown}' unhide), run `service devfs restart`, then put its number into devfs_ruleset."
    )


def ping(setup: Setup) -> Recipe:
    if setup.vnet:
        return Recipe(remarks=(also(f"{setup.jail} has vnet, so ping works without further permission."),))
    return Recipe({"allow.raw_sockets": (ALLOW, "ping opens a raw socket, which only a jail with vnet has anyway.")})


def nested(setup: Setup) -> Recipe:
    """Jails in the jail, each with its /dev."""
    now = setup.values.get("children.max", "0")
    many = now if now.isdecimal() and int(now) > 0 else "5"
    lines = {
        "children.max": (many, "The number of jails that may be created in this one."),
        MOUNT: (ALLOW, "The inner jails' /dev is mounted from inside."),
        f"{MOUNT}.devfs": (ALLOW, "It is a devfs."),
        "enforce_statfs": (below_two(setup), "With 2 every mount from inside is refused."),
    }
    remarks = [also("An inner jail has at most the permissions of this one.")]
    if setup.vnet:
        text = "An interface of the host that is lent to an inner jail with vnet returns to the host, not to this jail."
        remarks.append(also(text))
    return Recipe(lines, tuple(remarks))


def zfs(setup: Setup) -> Recipe:
    """zfs-jail(8): allow.mount, allow.mount.zfs, enforce_statfs below 2, and /dev/zfs."""
    lines = {
        MOUNT: (ALLOW, "The jail mounts the datasets it is given."),
        f"{MOUNT}.zfs": (ALLOW, "The datasets are ZFS."),
        "enforce_statfs": (below_two(setup), "With 2 every mount from inside is refused."),
        "mount.devfs": (ALLOW, "zfs(8) in the jail opens /dev/zfs, which rulesets 4 and 5 show."),
    }
    attach = "zfs.dataset = DATASET;" if setup.dialect == "15" else f"`zfs jail {setup.jail} DATASET` after each start"
    return Recipe(lines, (also(f"The dataset needs jailed=on, and is attached by {attach}."),))


def below_two(setup: Setup) -> str:
    """An enforce_statfs with which the jail can mount: its own value if possible."""
    now = setup.values.get("enforce_statfs", "2")
    return now if now in ("0", "1") else "1"


def vpn(setup: Setup) -> Recipe:
    """No allow.* is needed in a jail with vnet: a module for wg, a device node for tun."""
    lines = {"mount.devfs": (ALLOW, "OpenVPN and the like open /dev/tun; WireGuard needs no device.")}
    own = own_ruleset(setup)
    tun = f"check with `devfs rule -s {own} show`" if own else "rulesets 4 and 5 do not"
    remarks = [
        also("No permission is needed. WireGuard needs the module if_wg on the host (kld_list in rc.conf)."),
        also(f"To open /dev/tun, devfs_ruleset has to show it (add path 'tun*' unhide): {tun}."),
    ]
    if not setup.vnet:
        remarks.append(lacks(f"{setup.jail} has no vnet, so it can't have interfaces of its own."))
    return Recipe(lines, tuple(remarks))


def nfs(setup: Setup) -> Recipe:
    if setup.dialect == "13":
        return Recipe(remarks=(unfit("FreeBSD 13 has no allow.nfsd: no NFS server runs in a jail there.", RECIPE),))
    return Recipe({"allow.nfsd": (ALLOW, "mountd and nfsd are refused in a jail without it.")})


RECIPES: Mapping[str, Callable[[Setup], Recipe]] = {
    "PostgreSQL": postgresql,
    "DHCP client": dhcp,
    "ping without VNET": ping,
    "nested jails": nested,
    "ZFS in the jail": zfs,
    "VPN (tun, wg)": vpn,
    "NFS server": nfs,
}
