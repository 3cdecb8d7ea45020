"""What an edit touches besides what it says, as data: so that a form can ask, here for this jail or there for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.jailconf.edit import AddJail, Edit, EditError, EditPlace, RemoveJail, RenameJail
from jailtui.jailconf.edits_scope import Scope, option, own_scopes, same_option, scopes, speaking
from jailtui.jailconf.edits_values import picture
from jailtui.jailconf.options import is_wildcard
from jailtui.jailconf.origins import Origin
from jailtui.jailconf.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.jailconf.evaluate import Evaluation, JailDefinition, Setting
    from jailtui.jailconf.tree import File, Param

Kind = Literal[
    "shared", "variable-used-elsewhere", "included-file", "overridden-later", "duplicate-jail", "named-by-depend"
]
Place = tuple[str, int]  # file and offset


class Concern(NamedTuple):
    """One thing to ask about.

    shared: the value stands in a place (`origin`) that `jails` get it from, or the edit is made in one.
    variable-used-elsewhere: `origin` defines a variable that the parameters of `jails` use.
    included-file: the value stands in another file than the one that is edited.
    overridden-later: `jails` have another value, from a statement (`origin`) that comes after or is nearer.
    duplicate-jail: more than one block defines, or would define, a jail of that name.
    named-by-depend: `jails` name the jail in their `depend`.
    """

    kind: Kind
    origin: Origin | None
    jails: tuple[str, ...]
    text: str


def consequences(file: File, edit: Edit, evaluation: Evaluation) -> tuple[Concern, ...]:
    """What to ask before `edit` is made in `file`. `evaluation`: of the file with all it includes, before the edit."""
    match edit:
        case AddJail():
            return tuple(_duplicates(evaluation, edit.name, 1))
        case RenameJail():
            return (*_duplicates(evaluation, edit.new, 1), *_dependents(evaluation, edit.old))
        case RemoveJail():
            return (*_duplicates(evaluation, edit.name, 2), *_dependents(evaluation, edit.name))
    if edit.where.jail is None:
        return tuple(_of_shared_place(file, edit.where, edit.name, evaluation))
    jails = [jail for jail in evaluation.jails if jail.name == edit.where.jail]
    found = list(_duplicates(evaluation, edit.where.jail, 2))
    for jail in jails[:1]:
        found += _overriding(file, edit.where, edit.name, jail)
        if (setting := find(jail, edit.name)) is not None:
            found += _of_origins(file, jail, setting, evaluation)
            found += _of_variables(jail, setting, evaluation)
    return tuple(found)


def find(jail: JailDefinition, name: str) -> Setting | None:
    """A parameter, or with `$` a variable, of a jail."""
    plain, variable = option(name)
    told = jail.variables if variable else jail.params
    return next((setting for setting in told if same_option(setting.name, plain)), None)


def listed(jails: tuple[str, ...]) -> str:
    """Some names in a sentence: three, and how many more."""
    more = f" and {len(jails) - 3} more" if len(jails) > 3 else ""
    return ", ".join(jails[:3]) + more


def _duplicates(evaluation: Evaluation, name: str, allowed: int) -> Iterator[Concern]:
    same = [jail for jail in evaluation.jails if jail.name == name]
    if len(same) >= allowed:
        places = " and ".join(f"{jail.block.file} line {jail.block.line}" for jail in same)
        yield Concern("duplicate-jail", same[-1].block, (name,), f"the jail {name} is defined in {places}.")


def _dependents(evaluation: Evaluation, name: str) -> Iterator[Concern]:
    naming = [jail for jail in evaluation.jails if jail.name != name and name in _depend(jail)]
    if naming:
        setting = find(naming[0], "depend")
        origin = setting.origins[setting.values.index(name)] if setting else None
        names = tuple(jail.name for jail in naming)
        yield Concern("named-by-depend", origin, names, f"depend of {listed(names)} names {name}.")


def _depend(jail: JailDefinition) -> tuple[str, ...]:
    setting = find(jail, "depend")
    return setting.values if setting else ()


def _place(origin: Origin) -> Place:
    return (origin.file, origin.start)


def _of_origins(file: File, jail: JailDefinition, setting: Setting, evaluation: Evaluation) -> Iterator[Concern]:
    """Where the jail's value stands, if not in its own block of this file."""
    foreign: dict[Place, Origin] = {}
    for origin in setting.origins:
        if origin.block != jail.name or origin.file != file.name:
            foreign.setdefault(_place(origin), origin)
    users: dict[Place, list[str]] = {place: [] for place in foreign}
    for other in evaluation.jails if foreign else ():
        theirs = find(other, f"${setting.name}" if setting.variable else setting.name)
        for place in {_place(origin) for origin in theirs.origins} if theirs else ():
            if place in users:
                users[place].append(other.name)
    for place, origin in foreign.items():
        where = "the global settings" if origin.block is None else f"the block {origin.block}"
        line = f"{origin.file} line {origin.line}"
        if origin.block != jail.name:
            names = tuple(users[place])
            yield Concern("shared", origin, names, f"{setting.name} comes from {where} ({line}), for {listed(names)}.")
        if origin.file != file.name:
            yield Concern("included-file", origin, (jail.name,), f"{setting.name} stands in the included {line}.")


def _of_variables(jail: JailDefinition, setting: Setting, evaluation: Evaluation) -> Iterator[Concern]:
    """The variables the value is made of, or the variable that is edited, where others use them too."""
    used = setting.origins if setting.variable else [one for origin in setting.origins for one in origin.through]
    made = {_place(origin): origin for origin in used if _place(origin) != _place(jail.block)}
    only = [jail] if all(origin.block == jail.name for origin in made.values()) else evaluation.jails
    users = _users(only, set(made))
    for place, origin in made.items():
        others = [(other, name) for other, name in users[place] if (other, name) != (jail.name, setting.name)]
        if others:
            names = tuple(dict.fromkeys(other for other, _ in others))
            params = listed(tuple(dict.fromkeys(name for _, name in others)))
            text = f"the variable of {origin.file} line {origin.line} is used in {params} of {listed(names)}."
            yield Concern("variable-used-elsewhere", origin, names, text)


def _users(jails: Iterable[JailDefinition], places: set[Place]) -> dict[Place, list[tuple[str, str]]]:
    """The parameters, each with its jail, whose values have a variable in them that was defined at a place."""
    found: dict[Place, list[tuple[str, str]]] = {place: [] for place in places}
    for jail in jails if places else ():
        for setting in jail.params:
            if any(definition.has_variables for definition in setting.sources):
                used = {_place(one) for origin in setting.origins for one in _through(origin)}
                for place in places & used:
                    found[place].append((jail.name, setting.name))
    return found


def _through(origin: Origin) -> Iterator[Origin]:
    for one in origin.through:
        yield one
        yield from _through(one)


def _overriding(file: File, where: EditPlace, name: str, jail: JailDefinition) -> Iterator[Concern]:
    """The statement after the jail's own that has, or would have, the last word."""
    setting = find(jail, name)
    try:
        seen = picture(file, Style(), where, name, None)
    except EditError:
        return
    block = seen.own[0].block
    if setting is None or block is None:
        return
    last = setting.origins[-1]
    inside = last.file == file.name and block.start <= last.start < block.end
    if not inside and (seen.overridden or seen.statements):
        text = f"{name} is set after the block of {jail.name}, in {last.file} line {last.line}: that has the last word."
        yield Concern("overridden-later", last, (jail.name,), text)


def _of_shared_place(file: File, where: EditPlace, name: str, evaluation: Evaluation) -> Iterator[Concern]:
    """The jails that a wildcard block or the globals reach, and those that keep a value of their own."""
    found = scopes(file)
    try:
        own = own_scopes(found, where)
    except EditError:
        return
    last = max((at for at, scope in enumerate(found) if any(scope is one for one in own)), default=-1)
    later = {scope.name: scope for scope in found[last + 1 :] if speaking(scope, name)}
    wild = [scope for scope in later.values() if scope.name is None or is_wildcard(scope.name)]
    reached: list[str] = []
    keeping: dict[str, Param] = {}
    for jail in evaluation.jails:
        if where.globally or any(scope.reaches(jail.name) for scope in own):
            reached.append(jail.name)
            nearer = [*(scope for scope in wild if scope.reaches(jail.name)), *filter(None, [later.get(jail.name)])]
            if nearer:
                keeping[jail.name] = speaking(nearer[-1], name)[-1]
    if reached:
        yield Concern("shared", None, tuple(reached), f"{where} speak to {listed(tuple(reached))}.")
    if keeping:
        line, column = file.position(next(iter(keeping.values())).start)
        param = next(iter(keeping.values()))
        origin = Origin(file.name, line, column, param.start, param.end, next(iter(keeping)))
        text = f"{name} is set again for {listed(tuple(keeping))}, first in {file.name} line {line}."
        yield Concern("overridden-later", origin, tuple(keeping), text)
    if name.startswith("$"):
        yield from _of_shared_variable(evaluation, own, name, file)


def _of_shared_variable(evaluation: Evaluation, own: list[Scope], name: str, file: File) -> Iterator[Concern]:
    """The jails whose parameters use a variable of a wildcard block or of the globals."""
    for param in [param for scope in own for param in speaking(scope, name)][:1]:
        first = param.values[0].start if param.values else param.start
        users = _users(evaluation.jails, {(file.name, first)})[file.name, first]
        if users:
            names = tuple(dict.fromkeys(jail for jail, _ in users))
            params = listed(tuple(dict.fromkeys(one for _, one in users)))
            line, column = file.position(first)
            origin = Origin(file.name, line, column, param.start, param.end, own[0].name)
            yield Concern("variable-used-elsewhere", origin, names, f"{name} is used in {params} of {listed(names)}.")
