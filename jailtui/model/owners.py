"""The owner of an epair, the jail that names it, and its manager, the tool whose marks it has (FREEBSD.md 10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.managers import APPJAIL, BASTILLE, BY_NAME, CBSD, IOCAGE, POT
from jailtui.config.names import stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from jailtui.config.view import Configured
    from jailtui.model.pairs import JoinedEnds
    from jailtui.model.state import Interface

MARKS = (
    (BASTILLE.name, re.compile(r"\S+ host interface for Bastille jail (?P<jail>.+)")),
    (IOCAGE.name, re.compile(r"associated with jail: (?P<jail>\S+) as nic: .*")),
    (CBSD.name, re.compile(r"(?P<jail>[\w-]+)-eth\d+")),
)
OWN = re.compile(r"jail:(?P<jail>.+)")
NAMED = re.compile(r"e\d+[ab]_(?P<jail>.+)|[es][ab]_(?P<app>.+)")
NAMES = (
    (re.compile(r"e\d+[ab]_bastille\d+"), BASTILLE.name),
    (re.compile(r"e\d+[ab]_.+"), "jib or Bastille"),
    (re.compile(r"[es][ab]_.+"), APPJAIL.name),
    (re.compile(r"vnet\d+\.\d+"), IOCAGE.name),
    (re.compile(r"[a-z0-9]{5}_net\d+[ab]"), "Sylve"),
)
"""How tools name the ends of their pairs."""
ANY_NAME = re.compile("|".join(pattern.pattern for pattern, _ in NAMES))
GROUPS = {"appjail_epair": APPJAIL.name, "appjail_bridge": APPJAIL.name, "pot": POT.name}
GROUPS |= {"vm-switch": "vm-bhyve", "vm-vlan": "vm-bhyve"}
LINKS = (
    (re.compile(r"bastille\d+"), BASTILLE.name),
    (re.compile(r"[a-z]+\d+(\.\d+)?bridge"), "jib or Bastille"),
    (re.compile(r"cni-\S+"), "podman"),
)
"""How tools name the bridges and other interfaces of the host that they create; jib's is `em0bridge`."""


class Owners:
    """Looks up owners among the configured jails, in time that does not grow with their number."""

    def __init__(self, configured: Mapping[str, Configured]) -> None:
        # Not from `UsageIndex`: that is made from the state, which needs this. It also has no pair of a jail without
        # vnet, but a pair that vnet.interface of such a jail names must not be reclaimed either.
        self.configured = configured
        self.by_interface: dict[str, str] = {}
        self.hiding: dict[str, Configured] = {}
        for jail, config in configured.items():
            moved_in = [name for interface in config.interfaces for name in (interface, stem(interface)) if name]
            created = [name for created in config.view.created if created.own for name in created.names]
            for name in (*moved_in, *created):
                self.by_interface.setdefault(name, jail)
            if config.view.hidden:
                self.hiding[jail] = config

    def configured_owner(self, ends: Iterable[Interface | None]) -> str | None:
        """The configured jail that names one of these ends, or their pair."""
        names = [name for end in ends if end is not None for name in (end.name, stem(end.name) or "")]
        return next((self.by_interface[name] for name in names if name in self.by_interface), None)

    def suspect(self, names: Collection[str], stopped: Collection[str]) -> str | None:
        """A jail whose hooks may create a pair of these names by a command that was not understood.

        Either the command names the pair, or the jail is among the `stopped`, has a vnet and no known pair.
        """
        word = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, names))})(?![\w.-])")
        for jail, config in self.hiding.items():
            if any(word.search(text) for text in config.view.hidden):
                return jail
            if jail in stopped and config.vnet and not config.view.links and not config.creates:
                return jail
        return None

    def owner(self, pair: JoinedEnds) -> str | None:
        """The jail a pair belongs to: by jail.conf, else by its description, else by its names."""
        ends = pair.ends
        if jail := self.configured_owner(ends):
            return jail
        for end in ends:
            text = (end.description if end else None) or ""
            for tool, pattern in (*MARKS, ("", OWN)):
                if match := pattern.fullmatch(text):
                    return BY_NAME[tool].in_kernel(match["jail"]) if tool in BY_NAME else match["jail"]
        for end in ends:
            if end and (match := NAMED.fullmatch(end.name)):
                return match["jail"] or match["app"]
        return None

    def named_by(self, jails: Collection[str], names: Collection[str]) -> bool:
        """Whether the file gives a pair of these names to one of the jails, or hooks of theirs do something to it."""
        theirs = {jail: self.configured[jail] for jail in jails if jail in self.configured}
        if not Owners(theirs).by_interface.keys().isdisjoint(names):
            return True
        return any(config.view.touches(name) for config in theirs.values() for name in names)


def by_name(end: str) -> str | None:
    """The tool that names an end of a pair like this."""
    if ANY_NAME.fullmatch(end) is None:  # nearly always
        return None
    return next(tool for pattern, tool in NAMES if pattern.fullmatch(end))


def maker(interface: Interface) -> str | None:
    """The tool whose own mark an interface has: a group, its way of naming, or the description of an epair's end."""
    marks = [GROUPS[group] for group in interface.groups if group in GROUPS]
    if interface.kind != "epair":
        marks += [tool for pattern, tool in LINKS if pattern.fullmatch(interface.name)]
        return next(iter(marks), None)
    marks += [tool for tool, pattern in MARKS if pattern.fullmatch(interface.description or "")]
    return next(iter(marks), None) or by_name(interface.name)


def manager(pair: JoinedEnds, bridge: str | None = None) -> str | None:
    """The tool that made a pair, where it left a mark: a group, a description, its way of naming, or its bridge.

    Sylve names by `HASH_netN` (its internal/services/network/epair.go), podman's bridge plugin uses `cni-podmanN`.
    """
    if tool := next(filter(None, map(maker, filter(None, pair.ends))), None):
        return tool
    return "podman" if bridge is not None and re.fullmatch(r"cni-\S+", bridge) else None
