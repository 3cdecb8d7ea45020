"""The settings of all jails of a host, and the messages of jail(8) about their files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.hazards import Hazard, hazards
from jailtui.config.network import parameters, read
from jailtui.jailconf.faults import printable
from jailtui.jailconf.parse import collections_paused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui import jailconf
    from jailtui.config.view import Configured, View


@dataclass(frozen=True, slots=True)
class JailSettings:
    """One configured jail. `view` is its network; `params` what jail(8) takes, by name.

    `by_service`, `boot_file`, `others` and `legacy` are as in `jailconf.HostJail`: whether `service jail start` finds
    it, the file it is started from at boot, other files that define it, rc.conf variables that win over the files.
    `alone`: rc.d/jail never reads its file.
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
    alone: bool
    failed: bool
    jail: jailconf.JailDefinition = field(repr=False, compare=False)

    def place(self, name: str) -> tuple[str, int]:
        """File and line of the first statement about a parameter; of one that is not set, of the jail's block."""
        setting = self.jail.get(name)
        return (self.jail.header if setting is None else setting.sources[0]).place()

    def flag(self, name: str) -> bool:
        """Whether a boolean parameter is set and on."""
        return name in self.params and self.params[name][-1:] not in (("false",), ("0",), ("disable",), ("inherit",))


@dataclass(frozen=True, slots=True)
class World:
    """All configured jails of a host.

    `faults` are what keeps jail(8) from loading a file, `warnings` why one jail of it fails; `defined` the places
    (file, line) of the blocks of each name; `boot_names` what is started at boot. `trees` are the parsed files,
    `hazards` the places of their text that are not what they look like. `boot_known`: jail(8) loads all files that
    rc.d/jail gives it.
    """

    jails: tuple[JailSettings, ...] = ()
    faults: tuple[jailconf.Fault, ...] = ()
    warnings: tuple[jailconf.Fault, ...] = ()
    defined: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    boot_names: tuple[str, ...] = ()
    trees: tuple[jailconf.File, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    boot_known: bool = True


@collections_paused()
def world(
    config: jailconf.HostConfig, last: World | None = None, jails: Mapping[str, Configured] | None = None
) -> World:
    """The world of `config`. A jail that is the same in `last` or among `jails` is not read again."""
    before = {settings.name: settings for settings in last.jails} if last is not None else {}
    known = jails or {}
    evaluations = config.evaluations.values()
    faults = [fault for evaluation in evaluations for fault in evaluation.faults]
    faults += [evaluation.crash for evaluation in evaluations if evaluation.crash is not None]
    defined: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for jail in (jail for evaluation in evaluations for jail in evaluation.jails):
        defined[jail.name].append(jail.header.place())
    trees = {file.name: file for evaluation in evaluations for file in evaluation.files}
    return World(
        tuple(_settings(jail, before.get(jail.name), known.get(jail.name)) for jail in config.jails),
        tuple(faults),
        tuple(fault for evaluation in evaluations for fault in evaluation.warnings),
        {name: tuple(places) for name, places in defined.items()},
        config.boot_names,
        tuple(trees.values()),
        hazards(trees.values()),
        not any(path not in config.alone and (each.faults or each.crash) for path, each in config.evaluations.items()),
    )


def _settings(jail: jailconf.HostJail, before: JailSettings | None, known: Configured | None) -> JailSettings:
    """The settings of one jail. A jail that fails is always read again."""
    if before is not None and not jail.jail.failed and before.jail == jail.jail:
        view, params = before.view, before.params
    else:
        values = parameters(jail.jail)
        unchanged = known is not None and known.params == values and not jail.jail.failed
        view = known.view if known is not None and unchanged else read(jail.jail, placed=False).view
        params = dict(values)
    return JailSettings(
        jail.name,
        view,
        params,
        jail.file,
        jail.jail.header.place()[1],
        jail.by_service,
        jail.boot_file,
        jail.others,
        jail.legacy,
        jail.alone,
        jail.jail.failed,
        jail.jail,
    )


class FileMessage(NamedTuple):
    """A message of jail(8) about a file, without `jail: `. `picture` is the message with its line and carets below."""

    file: str
    line: int
    message: str
    picture: str


def refusals(world: World) -> Mapping[str, tuple[FileMessage, ...]]:
    """Why jail(8) does not load a file, by file ("" if unknown), each message once, in the order of the files."""
    return _grouped(world, ((fault.file, fault) for fault in world.faults))


def failures(world: World) -> Mapping[str, tuple[FileMessage, ...]]:
    """Why a jail of a file that loads can't be started as it is written, by the jail's name."""
    named = ((fault.message.removeprefix("jail: ").partition(": ")[0], fault) for fault in world.warnings)
    return _grouped(world, named)


def _grouped(world: World, keyed: Iterable[tuple[str, jailconf.Fault]]) -> Mapping[str, tuple[FileMessage, ...]]:
    faults: dict[str, dict[jailconf.Fault, None]] = defaultdict(dict)
    for key, fault in keyed:
        faults[key][fault] = None
    texts = {tree.name: tree.data for tree in world.trees} if faults else {}
    return {key: tuple(_message(fault, texts) for fault in own) for key, own in faults.items()}


def _message(fault: jailconf.Fault, texts: Mapping[str, bytes]) -> FileMessage:
    data = texts.get(fault.file)
    text = printable(fault.text)
    return FileMessage(fault.file, fault.line, text.removeprefix("jail: "), text if data is None else fault.caret(data))
