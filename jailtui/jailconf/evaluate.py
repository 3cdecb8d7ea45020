"""The jails of a file as jail(8) loads them: wildcards merged, variables replaced, with the origin of each value."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, cast

from jailtui.jailconf.faults import Fault, decoded, encoded
from jailtui.jailconf.gather import GatheredSection, Gathering, Glob, Read
from jailtui.jailconf.merge import Crash, Merger, Resolver, Room, Slot
from jailtui.jailconf.options import BOOLEANS, cousins, is_jid, is_wildcard, matches, truth
from jailtui.jailconf.origins import MOST_VARIABLES, TooMany
from jailtui.jailconf.parse import collections_paused

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator, Mapping

    from jailtui.jailconf.origins import Definition, Origin, Unresolved
    from jailtui.jailconf.parse import Cache
    from jailtui.jailconf.tree import File


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter (or `variable`) of a jail: its values, and for booleans that jail(8) itself reads, which.

    Two settings are equal if they say the same, wherever they come from.
    """

    name: str
    values: tuple[str, ...]
    bool: builtins.bool | None
    variable: builtins.bool
    sources: tuple[Definition, ...] = field(repr=False, compare=False)
    table: Mapping[str, Setting] = field(repr=False, compare=False)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """One for each value; without values, one for the statement. Found when asked for."""
        return origins_of(self)

    def place(self, number: int) -> tuple[str, int]:
        """The file and the line of the value of that number."""
        for definition in self.sources:
            if number < len(definition.values):
                return definition.place(number)
            number -= len(definition.values)
        raise IndexError(f"{self.name} has fewer values")


@dataclass(frozen=True, slots=True)
class JailDefinition:
    """One jail. `failed`: jail(8) will not start it, a warning of the evaluation says why.

    `params` are in jail(8)'s order, without `variables`; these are all that the jail sees.
    """

    name: str
    params: tuple[Setting, ...]
    failed: bool
    variables: tuple[Setting, ...] = field(repr=False, compare=False)
    header: Definition = field(repr=False, compare=False)

    @property
    def block(self) -> Origin:
        """The name before its `{`."""
        return self.header.origin(None)

    def get(self, name: str) -> Setting | None:
        """The parameter of that name, however spelled (`allow.nomount` is found as `allow.mount`)."""
        table = self.params[0].table if self.params else {}
        exact = table.get(name)
        if exact is not None and not exact.variable:
            return exact
        names = cousins(name)
        if table.keys().isdisjoint(names):
            return None
        return next((setting for setting in self.params if setting.name in names), None)


class Evaluation(NamedTuple):
    """With `faults` or a `crash` jail(8) loads nothing and `jails` is empty. A warning means that one jail failed."""

    jails: tuple[JailDefinition, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    crash: Fault | None
    files: tuple[File, ...]


def evaluate(file: File, read: Read | None = None, glob: Glob | None = None, cache: Cache | None = None) -> Evaluation:
    """The jails of `file` as jail(8) loads them. Never raises on content.

    read: bytes of a file by its name, may raise OSError. glob: sorted names for a pattern. Both serve `.include`;
    without them the file system does. cache: where included files are kept, give the same one each time.
    """
    with collections_paused():
        gathering = Gathering(file, read, glob, cache)
        files = tuple(gathering.files.values())
        if gathering.faults:
            return Evaluation((), tuple(gathering.faults), (), None, files)
        loading = Loading(file, gathering.sections)
        try:
            jails = tuple(loading.jails())
        except Crash as crash:
            return Evaluation((), (), tuple(loading.warnings), loading.fatal(crash), files)
        return Evaluation(jails, (), tuple(loading.warnings), None, files)


class Loading:
    """What load_config of jail(8) does after the file is parsed."""

    def __init__(self, file: File, sections: list[GatheredSection]) -> None:
        self.dialect = file.dialect
        self.sections = sections
        self.wild = [(number, section) for number, section in enumerate(sections) if is_wildcard(section.name)]
        self.merger = Merger(file.dialect, relatives(sections))
        self.room = Room()
        self.warnings: list[Fault] = []
        self.jail = ""
        self.failed = False

    def jails(self) -> Iterator[JailDefinition]:
        for number, section in enumerate(self.sections):
            header = section.header
            if header is None or is_wildcard(section.name):
                continue
            self.jail, self.failed = section.name, False
            implied = header._replace(name="jid" if is_jid(section.name) else "name", values=(encoded(section.name),))
            order = self.merger.merge(implied, self.definitions(number, section), self.warn)
            Resolver(order, self.warn, self.room).run()
            everything = settings(order)
            params = tuple([setting for setting in everything if not setting.variable])
            variables = tuple([setting for setting in everything if setting.variable])
            yield JailDefinition(section.name, params, self.failed, variables, header)

    def definitions(self, number: int, section: GatheredSection) -> Iterator[Definition]:
        """Wildcards and the jail itself, in the order of the file."""
        own = True
        for place, wildcard in self.wild:
            if own and number < place:
                own = False
                yield from section.definitions
            if matches(section.name, wildcard.name):
                yield from wildcard.definitions
        if own:
            yield from section.definitions

    def warn(self, message: str, definition: Definition) -> None:
        self.failed = True
        self.warnings.append(fault(f"jail: {self.jail}: {message}", definition, None))

    def fatal(self, crash: Crash) -> Fault:
        """The fault for a crash, about which jail(8) prints nothing."""
        message = f'{crash.definition.name}: jail(8) crashes on the list "{crash.name}" as a whole value'
        return fault(f"jail: {self.jail}: {message}", crash.definition, crash.number)


def relatives(sections: list[GatheredSection]) -> dict[str, frozenset[str]]:
    """The names of the file that are, by `no`, other names of an option of the file."""
    names = {"name", "jid"}
    for section in sections:
        names.update([definition.name for definition in section.definitions])
    relatives = {name: frozenset(names.intersection(cousins(name))) for name in names}
    return {name: same for name, same in relatives.items() if same}


def fault(message: str, definition: Definition, number: int | None) -> Fault:
    place = definition.origin(number)
    return Fault(message, place.file, place.line, place.column, place.start, place.end)


def settings(order: list[Slot]) -> list[Setting]:
    """The settings of one jail, including variables."""
    table: dict[str, Setting] = {}
    settings = []
    for slot in order:
        name, variable = slot.name, slot.variable
        values = cast("tuple[str, ...]", slot.values)
        if not "".join(values).isascii():
            values = tuple(map(decoded, values))
        known = truth(name, values) if slot.known_as in BOOLEANS and not variable else None
        setting = Setting(name, values, known, variable, slot.sources, table)
        table.setdefault(name, setting)
        settings.append(setting)
    return settings


def origins_of(setting: Setting) -> tuple[Origin, ...]:
    """One origin for each value, for the statement where it has none."""
    if not setting.values:
        return (setting.sources[-1].origin(None),)
    origins = []
    for definition in setting.sources:
        for value, place in zip(definition.values, definition.places(), strict=True):
            try:
                through = variables_of(value, setting.table, frozenset(), count())
            except TooMany:
                through = ()
            origins.append(definition.origin_at(*place, through))
    return tuple(origins)


def variables_of(
    value: Unresolved, table: Mapping[str, Setting], seen: frozenset[str], counted: Iterator[int]
) -> tuple[Origin, ...]:
    """The definitions of the variables in a value. `seen`: those on the way here, for they may turn in a circle.

    Raises TooMany: variables of variables may double with each.
    """
    origins: list[Origin] = []
    for name in () if isinstance(value, str) else dict.fromkeys(value.names):
        if name not in table or name in seen:
            continue
        used = table[name]
        if not used.values:
            origins.append(used.sources[-1].origin(None))
        for definition in used.sources if used.values else ():
            for inner, place in zip(definition.values, definition.places(), strict=True):
                if next(counted) >= MOST_VARIABLES:
                    raise TooMany
                through = variables_of(inner, table, seen | {name}, counted)
                origins.append(definition.origin_at(*place, through))
    return tuple(origins)
