"""The settings of all jails of a host, in short, for rules that look at everything; kept as long as no file changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jailtui.config.hazards import Hazard, hazards
from jailtui.config.network import parameters, read
from jailtui.jailconf.pause import collections_paused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui import jailconf
    from jailtui.config.configured import Configured
    from jailtui.config.view import View


@dataclass(frozen=True, slots=True)
class JailSettings:
    """One configured jail. `view` is its network; `params` what jail(8) takes, by name.

    `by_service`, `boot_file`, `others` and `legacy` are as in `jailconf.HostJail`: whether `service jail start` finds
    it, the file it is started from at boot, other files that define it, rc.conf variables that win over the files.
    `failed`: jail(8) will not start it as it is written.
    """

    name: str
    view: View
    params: Mapping[str, tuple[str, ...]]
    file: str
    line: int
    by_service: bool
    boot_file: str | None
    others: tuple[str, ...]
    legacy: bool
    failed: bool
    jail: jailconf.Jail = field(repr=False, compare=False)

    def place(self, name: str) -> tuple[str, int]:
        """File and line of the first statement about a parameter; of one that is not set, of the jail's block."""
        found = self.jail.get(name)
        origin = self.jail.block if found is None else found.sources[0].origin(None)
        return origin.file, origin.line

    def flag(self, name: str) -> bool:
        """Whether a boolean parameter is set and on."""
        return name in self.params and self.params[name][-1:] not in (("false",), ("0",), ("disable",), ("inherit",))


@dataclass(frozen=True, slots=True)
class World:
    """All of a host's jails as configured.

    `faults` are what keeps jail(8) from loading a file, `warnings` why one jail of it fails; `defined` the places
    (file, line) of the blocks of each name; `boot_names` what is started at boot. `trees` are the parsed files,
    `hazards` the places of their text that are not what they look like.
    """

    jails: tuple[JailSettings, ...] = ()
    faults: tuple[jailconf.Fault, ...] = ()
    warnings: tuple[jailconf.Fault, ...] = ()
    defined: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    boot_names: tuple[str, ...] = ()
    trees: tuple[jailconf.File, ...] = ()
    hazards: tuple[Hazard, ...] = ()


@collections_paused()
def world(
    config: jailconf.HostConfig, last: World | None = None, jails: Mapping[str, Configured] | None = None
) -> World:
    """`config` in short. Of a jail that says the same in `last`, or among the `jails` that were read, nothing is read
    again.
    """
    before = {one.name: one for one in last.jails} if last is not None else {}
    known = jails or {}
    faults = [fault for one in config.evaluations.values() for fault in one.faults]
    faults += [one.crash for one in config.evaluations.values() if one.crash is not None]
    defined: dict[str, list[tuple[str, int]]] = {}
    for evaluation in config.evaluations.values():
        for jail in evaluation.jails:
            block = jail.block
            defined.setdefault(jail.name, []).append((block.file, block.line))
    trees = {file.name: file for one in config.evaluations.values() for file in one.files}
    return World(
        tuple(_settings(one, before.get(one.name), known.get(one.name)) for one in config.jails),
        tuple(faults),
        tuple(fault for one in config.evaluations.values() for fault in one.warnings),
        {name: tuple(places) for name, places in defined.items()},
        config.boot_names,
        tuple(trees.values()),
        hazards(trees.values()),
    )


def _settings(one: jailconf.HostJail, before: JailSettings | None, known: Configured | None) -> JailSettings:
    """A jail that fails is read anew: what it says is more than its values."""
    if before is not None and not one.jail.failed and before.jail == one.jail:
        view, params = before.view, before.params
    else:
        said = parameters(one.jail)
        view = (
            known.view
            if known is not None and known.params == said and not one.jail.failed
            else read(one.jail, placed=False).view
        )
        params = dict(said)
    return JailSettings(
        one.name,
        view,
        params,
        one.file,
        one.jail.block.line,
        one.by_service,
        one.boot_file,
        one.others,
        one.legacy,
        one.jail.failed,
        one.jail,
    )
