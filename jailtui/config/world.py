"""The settings of all jails of a host, in short, for rules that look at everything; kept as long as no file changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jailtui.config.hazards import Hazard, hazards
from jailtui.config.network import parameters, read
from jailtui.jailconf.parse import collections_paused

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
    jail: jailconf.JailDefinition = field(repr=False, compare=False)

    def place(self, name: str) -> tuple[str, int]:
        """File and line of the first statement about a parameter; of one that is not set, of the jail's block."""
        setting = self.jail.get(name)
        origin = self.jail.block if setting is None else setting.sources[0].origin(None)
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
    before = {settings.name: settings for settings in last.jails} if last is not None else {}
    known = jails or {}
    faults = [fault for evaluation in config.evaluations.values() for fault in evaluation.faults]
    faults += [evaluation.crash for evaluation in config.evaluations.values() if evaluation.crash is not None]
    defined: dict[str, list[tuple[str, int]]] = {}
    for evaluation in config.evaluations.values():
        for jail in evaluation.jails:
            block = jail.block
            defined.setdefault(jail.name, []).append((block.file, block.line))
    trees = {file.name: file for evaluation in config.evaluations.values() for file in evaluation.files}
    return World(
        tuple(_settings(jail, before.get(jail.name), known.get(jail.name)) for jail in config.jails),
        tuple(faults),
        tuple(fault for evaluation in config.evaluations.values() for fault in evaluation.warnings),
        {name: tuple(places) for name, places in defined.items()},
        config.boot_names,
        tuple(trees.values()),
        hazards(trees.values()),
    )


def _settings(jail: jailconf.HostJail, before: JailSettings | None, known: Configured | None) -> JailSettings:
    """A jail that fails is read anew: what it says is more than its values."""
    if before is not None and not jail.jail.failed and before.jail == jail.jail:
        view, params = before.view, before.params
    else:
        said = parameters(jail.jail)
        view = (
            known.view
            if known is not None and known.params == said and not jail.jail.failed
            else read(jail.jail, placed=False).view
        )
        params = dict(said)
    return JailSettings(
        jail.name,
        view,
        params,
        jail.file,
        jail.jail.block.line,
        jail.by_service,
        jail.boot_file,
        jail.others,
        jail.legacy,
        jail.jail.failed,
        jail.jail,
    )
