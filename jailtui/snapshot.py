"""One reading of a host, as values: what it holds, and what follows from that."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.world import World
    from jailtui.jailconf import HostConfig
    from jailtui.model.load import Load
    from jailtui.model.state import HostState
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Finding
    from jailtui.rules.ignored import Ignored


class Snapshot:
    """One reading of a host: its state, its configuration, when it was taken (seconds since the epoch).

    `collected`: it was read from a file written by `jailtui collect`. `load` is None if it was not asked for.
    `looked_at`: when each jail was looked into, by jid, where that is done in turn. Derived
    values are made on first use, in any thread, or taken from the snapshot `before` if nothing changed since.
    """

    def __init__(
        self,
        state: HostState,
        config: HostConfig,
        taken_at: float = 0.0,
        before: Snapshot | None = None,
        hiding: tuple[Ignored, ...] = (),
        *,
        collected: bool = False,
        load: Load | None = None,
        looked_at: Mapping[int, float] = MappingProxyType({}),
    ) -> None:
        self.looked_at = looked_at
        self.collected = collected
        self.load = load
        self.state = state
        self.config = config
        self.taken_at = taken_at
        self.hiding = hiding
        derived = {} if before is None else vars(before)
        self._last_world: World | None = derived.get("world", derived.get("_last_world"))
        if before is not None and before.config is config:  # the same object as long as no file changed
            kept = ("world", "context", "findings") if before.state is state else ("world",)
            vars(self).update({name: derived[name] for name in kept if name in derived})

    def older_view(self, jid: int | None) -> float | None:
        """When the jail was looked into last, if that was before this reading."""
        looked_at = self.taken_at if jid is None else self.looked_at.get(jid, self.taken_at)
        return looked_at if looked_at < self.taken_at else None

    @property
    def has_older_views(self) -> bool:
        """Whether some jails were not looked into in this reading."""
        return any(self.older_view(jid) is not None for jid in self.looked_at)

    @cached_property
    def world(self) -> World:
        """All jails as configured."""
        from jailtui.config.world import world

        return world(self.config, self._last_world, self.state.configured)

    @cached_property
    def context(self) -> Context:
        """What rules judge by."""
        return self._context()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The problems of the host, worst first. A context made for this is not kept: it takes much memory."""
        from jailtui.rules.registry import judge

        return judge(vars(self).get("context") or self._context())

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The problems that the configuration file does not hide. Plans consider hidden ones too."""
        from jailtui.rules.ignored import shown

        return shown(self.findings, self.hiding) if self.hiding else self.findings

    def _context(self) -> Context:
        from jailtui.rules.context import Context

        return Context(self.state, self.world, from_here=self.state.facts.local)
