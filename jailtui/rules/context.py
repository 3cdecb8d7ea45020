"""What rules judge: the host's state, the settings of its jails, and look-ups that all rules share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, cast

from jailtui.config.managers import BASTILLE
from jailtui.config.rcconf import RcConf
from jailtui.model.state import Bridge, End, Epair, HostState, Interface, Jail, Where
from jailtui.model.usage import UsageIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.config.view import View
    from jailtui.config.world import JailSettings, World
    from jailtui.formats.fstab import FstabLine


Made = TypeVar("Made")


@dataclass(frozen=True)
class Context:
    """A host to be judged. `from_here`: jailtui runs on the host, so that steps may use programs on it.

    `only` are the names of the configured jails that are judged, None for all; the others are only compared with them.
    `index` is the index of uses of a draft; without it one is made when needed.
    """

    state: HostState
    world: World
    from_here: bool = False
    only: frozenset[str] | None = None
    index: UsageIndex | None = None
    _cache: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def major(self) -> int:
        """The major release, 0 if unknown. Only for what no probe can tell (FREEBSD.md 11)."""
        number = self.state.facts.release.partition(".")[0]
        return int(number) if number.isdigit() else 0

    @cached_property
    def rcconf(self) -> Mapping[str, str] | None:
        """The variables of rc.conf, None if it was not read."""
        return None if self.state.rcconf is None else dict(self.state.rcconf)

    @cached_property
    def fstabs(self) -> Mapping[str, tuple[FstabLine, ...]]:
        """The lines of files like fstab(5), by path."""
        return dict(self.state.fstabs)

    @cached_property
    def jails(self) -> Mapping[str, Jail]:
        """The state's jails by row key."""
        return {jail.key: jail for jail in self.state.jails}

    @cached_property
    def kernel(self) -> Mapping[int, Jail]:
        """The jails in the kernel by jid, including dying ones."""
        return {jail.jid: jail for jail in self.state.jails if jail.jid is not None}

    @cached_property
    def live(self) -> Mapping[str, Jail]:
        """The live jails by name."""
        return {jail.name: jail for jail in self.state.jails if jail.running}

    @cached_property
    def live_paths(self) -> frozenset[str]:
        """The paths of the live jails."""
        return frozenset(jail.path for jail in self.live.values() if jail.path)

    @cached_property
    def judged(self) -> tuple[JailSettings, ...]:
        """The configured jails that are judged."""
        jails = self.world.jails
        return jails if self.only is None else tuple(jail for jail in jails if jail.name in self.only)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters that the judged jails set."""
        return frozenset(chain.from_iterable(jail.params for jail in self.judged))

    def setting(self, *names: str) -> tuple[JailSettings, ...]:
        """The judged jails that set one of these parameters."""
        if self.parameters.isdisjoint(names):  # nearly always
            return ()
        return tuple(jail for jail in self.judged if not jail.params.keys().isdisjoint(names))

    @cached_property
    def usage(self) -> UsageIndex:
        """The index of the users of addresses, MACs, names and bridges."""
        return self.index or UsageIndex(self.state, self.world.jails)

    @cached_property
    def settings(self) -> Mapping[str, JailSettings]:
        """The configured jails by name."""
        return {settings.name: settings for settings in self.world.jails}

    def boots(self, name: str) -> bool:
        """Whether the jail is started at boot; False also where that could not be read."""
        jail, state = self.settings.get(name), self.state.jail(name)
        if jail is not None and jail.alone and state is not None and state.manager == BASTILLE.name:
            if self.state.bastille_boots is None:
                return False
            rc, boot = RcConf(self.rcconf or {}), dict(self.state.bastille_boots).get(name)
            return rc.starts_bastille and (rc.bastille_lists(name) if boot is None else boot != "off")
        return jail is not None and jail.boot_file is not None

    def view(self, name: str) -> View | None:
        """The configured network of the jail of that name."""
        settings = self.settings.get(name)
        return settings.view if settings is not None else None

    @cached_property
    def host(self) -> Mapping[str, Interface]:
        """The host's interfaces by name; of several with one name the by_name."""
        by_name: dict[str, Interface] = {}
        for interface in self.state.interfaces:
            if interface.jid is None:
                by_name.setdefault(interface.name, interface)
        return by_name

    @cached_property
    def inside(self) -> Mapping[int, tuple[Interface, ...]]:
        """The interfaces of each VNET jail that could be read, by jid."""
        by_jid: dict[int, list[Interface]] = defaultdict(list)
        for interface in self.state.interfaces:
            if interface.jid is not None:
                by_jid[interface.jid].append(interface)
        return {jid: tuple(interfaces) for jid, interfaces in by_jid.items()}

    @cached_property
    def bridges(self) -> Mapping[str, Bridge]:
        return {bridge.name: bridge for bridge in self.state.bridges}

    @cached_property
    def pairs(self) -> Mapping[str, tuple[Epair, ...]]:
        """The pairs by their owner."""
        owned: dict[str, list[Epair]] = defaultdict(list)
        for pair in self.state.epairs:
            if pair.owner:
                owned[pair.owner].append(pair)
        return {owner: tuple(pairs) for owner, pairs in owned.items()}

    @cached_property
    def managers(self) -> dict[tuple[type, str], str]:
        """The managers of the jails that were asked for, by their class and row key (see `jailwords.manager`)."""
        return {}

    def cached(self, make: Callable[[Context], Made]) -> Made:
        """The result of a function for this host, kept for other rules."""
        if make not in self._cache:
            self._cache[make] = make(self)
        return cast("Made", self._cache[make])

    @cached_property
    def member_managers(self) -> Mapping[str, str]:
        """The tool that made a pair, by the name of the end that is in a bridge."""
        ends = ((end, pair) for pair in self.state.epairs for end in (pair.a, pair.b))
        return {end.name: pair.manager for end, pair in ends if end.name and end.bridge and pair.manager}

    @cached_property
    def pair_managers(self) -> Mapping[str, str]:
        """The tool that made a pair, by the pair's row key."""
        return {pair.key: pair.manager for pair in self.state.epairs if pair.manager}

    @cached_property
    def far_ends(self) -> Mapping[tuple[int | None, str], End]:
        """The other end of each end that is in a jail, by the jid and name of that end."""
        ends = ((end, other) for pair in self.state.epairs for end, other in ((pair.a, pair.b), (pair.b, pair.a)))
        return {(end.jid, end.name): other for end, other in ends if end.where is Where.JAIL and end.name}

    @cached_property
    def riding(self) -> frozenset[str]:
        """The host's interfaces that are parents of VLANs."""
        return frozenset(
            interface.parent for interface in self.state.interfaces if interface.jid is None and interface.parent
        )

    @cached_property
    def lent(self) -> Mapping[str, str]:
        """The running jail that uses a pair, by the name of the end that is on the host."""
        lent = {}
        for pair in self.state.epairs:
            for end, other in ((pair.a, pair.b), (pair.b, pair.a)):
                user = self.kernel.get(other.jid or 0) if end.name and end.where is Where.HOST else None
                if end.name and user is not None and user.running:
                    lent[end.name] = user.name
        return lent

    @cached_property
    def bridge_of(self) -> Mapping[str, str]:
        """The bridge that each member is in."""
        return {member: bridge.name for bridge in self.state.bridges for member in bridge.members}
