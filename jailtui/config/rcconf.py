"""The settings of interfaces in rc.conf, and the sysrc steps that change them. Sources: rc.conf(5); FREEBSD.md 8.

An `ifconfig_IF` line is read as clauses, a word of ifconfig with its arguments; those a form is not about stay as
they are, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from jailtui.exchange import Step
from jailtui.net import cidr, prefix_of

ENABLED = ("yes", "true", "on", "1")
"""The words that rc.subr takes for yes, in any case (checkyesno)."""
MANGLED = frozenset('"$`\\')
"""Characters that sysrc can't write: in `NAME="VALUE"` it escapes nothing (recordings rc-service/sysrc/14-18)."""

Clause = tuple[str, ...]
Tags = tuple[str, str]
"""A member's `untagged` and `tagged` VLANs; "" for none."""

NO_TAGS: Tags = ("", "")
OF_A_MEMBER = frozenset(
    "addm deletem span stp -stp discover -discover learn -learn sticky -sticky edge -edge autoedge -autoedge ptp -ptp "
    "autoptp -autoptp private -private qinq -qinq -ifuntagged".split()
)
OF_A_MEMBER_WITH_VALUE = frozenset(
    "ifpriority ifpathcost ifmaxaddr ifuntagged iftagged +iftagged -iftagged ifvlanproto static".split()
)
VALUED = frozenset(
    "mtu metric inet inet6 ether name descr description group vlan vlandev vlanpcp vlanproto media mediaopt fib "
    "maxaddr timeout priority holdcnt proto hellotime fwddelay maxage defuntagged vhid advbase advskew pass".split()
)
OF_AN_ADDRESS = ("netmask", "broadcast", "prefixlen")
DHCP = ("DHCP", "SYNCDHCP", "NOSYNCDHCP")


def variable(prefix: str, interface: str, suffix: str = "") -> str:
    """`ifconfig_em0_10` of `ifconfig` and `em0.10`: what no shell variable can hold becomes `_` (FREEBSD.md 8)."""
    return f"{prefix}_{re.sub('[^A-Za-z0-9_]', '_', interface)}{suffix}"


class RcConf(NamedTuple):
    """The variables of rc.conf that are not at their default, and the steps that change one of them."""

    values: Mapping[str, str]

    @property
    def made(self) -> frozenset[str]:
        """The interfaces created at boot; an epair as `epair0`."""
        return persistent_names(self.values) or frozenset()

    @property
    def cloned(self) -> tuple[str, ...]:
        """The interfaces of `cloned_interfaces`."""
        return words(self.values.get("cloned_interfaces", ""))

    @property
    def starts_jails(self) -> bool:
        """Whether jails are started at boot."""
        return self.values.get("jail_enable", "NO").lower() in ENABLED

    @property
    def jail_list(self) -> tuple[str, ...]:
        """The jails that are started at boot; without any, all of jail.conf."""
        return tuple(self.values.get("jail_list", "").split())

    @property
    def starts_bastille(self) -> bool:
        """Whether Bastille's jails are started at boot."""
        return self.values.get("bastille_enable", "NO").lower() in ENABLED

    def bastille_lists(self, name: str) -> bool:
        """Whether Bastille's script starts that jail: bastille_rcorder takes the place of bastille_list."""
        names = self.values.get("bastille_list", "ALL").split()
        return name in names or "ALL" in names or self.values.get("bastille_rcorder", "NO").lower() in ENABLED

    def says(self, name: str) -> bool:
        """Whether rc.conf has a variable for the interface."""
        line = variable("ifconfig", name)
        return any(name == line or name.startswith(f"{line}_") for name in self.values)

    def assign(self, name: str, value: str, why: str) -> Iterator[Step]:
        """Set a variable to this value; "" removes it. No step if it has that value already."""
        old = self.values.get(name)
        if value == (old or ""):
            return
        undo = ("sysrc", "-x", name) if old is None else ("sysrc", f"{name}={old}")
        yield Step(("sysrc", f"{name}={value}") if value else ("sysrc", "-x", name), why, undo=undo)

    def add(self, name: str, word: str, why: str) -> Iterator[Step]:
        """Add a word to a list of words. No step if it is in the list."""
        if word not in words(self.values.get(name, "")):
            yield Step(("sysrc", f"{name}+={word}"), why, undo=("sysrc", f"{name}-={word}"))

    def relist(self, old: str, new: str) -> Iterator[Step]:
        """Give a jail of jail_list its new name, in its place. No step if it is not in it."""
        names = " ".join(new if name == old else name for name in self.jail_list)
        if old in self.jail_list:
            yield from self.assign("jail_list", names, f"start {new} at boot instead of {old}")

    def line(self, name: str, suffix: str = "") -> RcLine:
        """The ifconfig line of the interface at boot; with `_ipv6`, of its IPv6."""
        return RcLine(clauses(self.values.get(variable("ifconfig", name, suffix), "")))

    def address6(self, name: str) -> str:
        """The IPv6 address of its `ifconfig_IF_ipv6`, as ADDRESS/PREFIX."""
        return self.line(name, "_ipv6").address("inet6")

    def description(self, name: str) -> str:
        """The description of the interface at boot, `ifconfig_IF_descr`."""
        return self.values.get(variable("ifconfig", name, "_descr"), "")

    def aliases(self, name: str) -> Mapping[str, str]:
        """Its further addresses, each with its variable (`ifconfig_IF_alias0`, `ifconfig_IF_aliases`)."""
        start = variable("ifconfig", name, "_alias")
        return {
            address: variable
            for variable, value in self.values.items()
            if re.fullmatch(rf"{re.escape(start)}(\d+|es)", variable)
            for clause in clauses(value)
            if (address := address_of(clause, clause[0]))
        }


def words(text: str) -> tuple[str, ...]:
    """The words of a list of interfaces, without `:sticky`."""
    return tuple(word.partition(":")[0] for word in text.split())


def clauses(text: str) -> tuple[Clause, ...]:
    """The words of an ifconfig line, each with its arguments."""
    rest, parts = text.split(), []
    while rest:
        first = rest[0]
        count = 1 + (first in VALUED or first in OF_A_MEMBER) + 2 * (first in OF_A_MEMBER_WITH_VALUE)
        if first == "addm":
            while rest[count : count + 1] in (["untagged"], ["tagged"]):
                count += 2
        elif first in ("inet", "inet6") or first[0].isdigit() or ":" in first:
            while rest[count : count + 1] and rest[count] in OF_AN_ADDRESS:
                count += 2
        parts.append(tuple(rest[:count]))
        rest = rest[count:]
    return tuple(parts)


def address_of(clause: Clause, family: str) -> str:
    """The address of a clause, as ADDRESS/PREFIX; "" if it has none of that family. `inet` may be left out."""
    if clause[0] not in ("inet", "inet6"):
        clause = ("inet", *clause)
    if clause[0] != family or len(clause) < 2:
        return ""
    rest = dict(zip(clause[2::2], clause[3::2], strict=False))
    mask = rest.get("netmask") or rest.get("prefixlen") or clause[1].partition("/")[2]
    if mask.startswith("0x"):
        mask = prefix_of(mask)
    address = f"{clause[1].partition('/')[0]}/{mask}"
    return (cidr(address, 6 if family == "inet6" else 4) or "") if mask else ""


class RcLine(NamedTuple):
    """An ifconfig line as clauses. The methods that change it return a new one."""

    parts: tuple[Clause, ...] = ()

    def __str__(self) -> str:
        return " ".join(word for clause in self.parts for word in clause)

    @property
    def dhcp(self) -> bool:
        """Whether the interface gets its address by DHCP."""
        return any(clause[0].upper() in DHCP for clause in self.parts)

    @property
    def mtu(self) -> str:
        """The MTU it sets, or ""."""
        return next((clause[1] for clause in self.parts if clause[0] == "mtu" and len(clause) > 1), "")

    @property
    def filtering(self) -> bool:
        """Whether it makes a bridge filter by VLAN."""
        return ("vlanfilter",) in self.parts

    @property
    def members(self) -> Mapping[str, Tags]:
        """The members it adds, with their VLANs."""
        members: dict[str, Tags] = {}
        for clause in self.parts:
            if clause[0] == "addm" and len(clause) > 1:
                tags = dict(zip(clause[2::2], clause[3::2], strict=False))
                members[clause[1]] = (tags.get("untagged", ""), tags.get("tagged", ""))
            elif clause[0] == "ifuntagged" and clause[1] in members:
                members[clause[1]] = (clause[-1], members[clause[1]][1])
            elif clause[0] == "iftagged" and clause[1] in members:
                members[clause[1]] = (members[clause[1]][0], clause[-1])
        return members

    def address(self, family: str = "inet") -> str:
        """The first address of that family it gives, as ADDRESS/PREFIX, or ""."""
        return next((address for clause in self.parts if (address := address_of(clause, family))), "")

    def with_members(self, wanted: Mapping[str, Tags]) -> RcLine:
        """With exactly these members. All clauses about a removed member are removed too."""
        now = self.members
        stale = {name for name in now if wanted.get(name) != now[name]}
        kept = [clause for clause in self.parts if not _about(clause, stale, stale & wanted.keys())]
        for name in stale & wanted.keys():
            kept = [addm(name, wanted[name]) if clause[:2] == ("addm", name) else clause for clause in kept]
        line = RcLine(tuple(kept))
        for name in wanted:
            if name not in now:
                line = line._after(addm(name, wanted[name]), "addm")
        return line

    def with_value(self, word: str, value: str) -> RcLine:
        """With this value of `word`; "" removes the word."""
        return self._with_clause(lambda clause: clause[0] == word, (word, value) if value else ())

    def with_word(self, word: str, on: bool) -> RcLine:
        """With or without a word that stands alone."""
        return self._with_clause(lambda clause: clause == (word,), (word,) if on else ())

    def with_address(self, value: str, family: str = "inet") -> RcLine:
        """With this address in place of its first one of that family, and of DHCP; "" removes it."""
        first = next((clause for clause in self.parts if address_of(clause, family)), None)
        line = RcLine(tuple(clause for clause in self.parts if clause[0].upper() not in DHCP))
        return line._with_clause(lambda clause: clause == first, (family, value) if value else (), front=True)

    def with_up(self) -> RcLine:
        """With `up`, if it is empty."""
        return self if self.parts else RcLine((("up",),))

    def _with_clause(self, is_it: Callable[[Clause], bool], new: Clause, *, front: bool = False) -> RcLine:
        at = next((place for place, clause in enumerate(self.parts) if is_it(clause)), None)
        rest = tuple(clause for clause in self.parts if not is_it(clause))
        if not new:
            return RcLine(rest)
        if at is not None:
            return RcLine((*self.parts[:at], new, *(clause for clause in self.parts[at + 1 :] if not is_it(clause))))
        return RcLine((new, *rest)) if front else RcLine(rest)._after(new, "")

    def _after(self, new: Clause, word: str) -> RcLine:
        """`new` after the last clause of that word; without one, before an `up` at the end."""
        places = [place for place, clause in enumerate(self.parts) if clause[0] == word]
        at = places[-1] + 1 if places else len(self.parts) - (self.parts[-1:] == (("up",),))
        return RcLine((*self.parts[:at], new, *self.parts[at:]))


def addm(name: str, tags: Tags) -> Clause:
    """The words that add a member with its VLANs."""
    clause: Clause = ("addm", name)
    for word, value in zip(("untagged", "tagged"), tags, strict=True):
        clause += (word, value) if value else ()
    return clause


def _about(clause: Clause, members: Iterable[str], staying: Iterable[str]) -> bool:
    """Whether a clause is about one of the `members`; of those `staying`, only about its VLANs."""
    if len(clause) < 2 or clause[1] not in members:
        return False
    if clause[1] in staying:
        return clause[0] in ("ifuntagged", "-ifuntagged", "iftagged", "+iftagged", "-iftagged")
    return clause[0] in OF_A_MEMBER or clause[0] in OF_A_MEMBER_WITH_VALUE


def persistent_names(rcconf: Mapping[str, str] | None) -> frozenset[str] | None:
    """The interfaces that rc.conf creates at boot, epairs as `epair0`; None if it was not read (rc.conf(5))."""
    if rcconf is None:
        return None
    names = set(words(rcconf.get("cloned_interfaces", "")))
    for variable, value in rcconf.items():
        if variable.startswith("vlans_"):
            parent = variable.removeprefix("vlans_")
            names |= {f"{parent}.{word}" if word.isdigit() else word for word in value.split()}
        elif variable.startswith("ifconfig_") and variable.endswith("_name"):
            names |= {value.strip()}
    return frozenset(names)
