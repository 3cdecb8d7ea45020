"""The consequences of an edit for other jails and values, to be shown before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.edit import AddJail, Edit, EditError, EditPlace, RemoveJail, RenameJail
from jailtui.jailconf.edits_scope import Scope, own_scopes, resolved, scopes, speaking
from jailtui.jailconf.edits_values import picture
from jailtui.jailconf.options import is_wildcard
from jailtui.jailconf.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.jailconf.evaluate import Evaluation, JailDefinition, Setting
    from jailtui.jailconf.origins import Origin
    from jailtui.jailconf.tree import File, Param

Place = tuple[str, int]  # file and offset


def consequences(file: File, edit: Edit, evaluation: Evaluation) -> tuple[str, ...]:
    """Sentences about an edit of `file`: which other jails it changes, what overrides it, which jails name the jail.

    `evaluation`: of the file with all it includes, before the edit.
    """
    match edit:
        case AddJail():
            return tuple(_duplicates(evaluation, edit.name, 1))
        case RenameJail():
            return (*_duplicates(evaluation, edit.new, 1), *_dependents(evaluation, edit.old))
        case RemoveJail():
            return (*_duplicates(evaluation, edit.name, 2), *_dependents(evaluation, edit.name))
    if edit.where.jail is None:
        return tuple(_of_shared_place(file, edit.where, edit.name, evaluation))
    sentences = list(_duplicates(evaluation, edit.where.jail, 2))
    for jail in [jail for jail in evaluation.jails if jail.name == edit.where.jail][:1]:
        sentences += _overriding(file, edit.where, edit.name, jail)
        if (setting := resolved(jail, edit.name)) is not None:
            sentences += _of_origins(file, jail, setting, evaluation)
            sentences += _of_variables(jail, setting, evaluation)
    return tuple(sentences)


def listed(names: Iterable[str]) -> str:
    """The first three of these names, and how many more there are."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    return ", ".join(unique[:3]) + more


def _line(origin: Origin) -> str:
    return f"{origin.file} line {origin.line}"


def _place(origin: Origin) -> Place:
    return (origin.file, origin.start)


def _duplicates(evaluation: Evaluation, name: str, allowed: int) -> Iterator[str]:
    jails = [jail for jail in evaluation.jails if jail.name == name]
    if len(jails) >= allowed:
        yield f"the jail {name} is defined in {' and '.join(_line(jail.block) for jail in jails)}."


def _dependents(evaluation: Evaluation, name: str) -> Iterator[str]:
    settings = {jail.name: resolved(jail, "depend") for jail in evaluation.jails if jail.name != name}
    if naming := [jail for jail, setting in settings.items() if setting and name in setting.values]:
        yield f"depend of {listed(naming)} names {name}."


def _of_origins(file: File, jail: JailDefinition, setting: Setting, evaluation: Evaluation) -> Iterator[str]:
    """Where the jail's value is written, if not in its own block of this file."""
    foreign: dict[Place, Origin] = {}
    for origin in setting.origins:
        if origin.block != jail.name or origin.file != file.name:
            foreign.setdefault(_place(origin), origin)
    users: dict[Place, list[str]] = {place: [] for place in foreign}
    for other in evaluation.jails if foreign else ():
        resolved_setting = resolved(other, f"${setting.name}" if setting.variable else setting.name)
        for place in {_place(origin) for origin in resolved_setting.origins} & users.keys() if resolved_setting else ():
            users[place].append(other.name)
    for place, origin in foreign.items():
        where = "the global settings" if origin.block is None else f"the block {origin.block}"
        if origin.block != jail.name:
            yield f"{setting.name} comes from {where} ({_line(origin)}), for {listed(users[place])}."
        if origin.file != file.name:
            yield f"{setting.name} is in the included {_line(origin)}."


def _of_variables(jail: JailDefinition, setting: Setting, evaluation: Evaluation) -> Iterator[str]:
    """The variables in the value, or the edited variable, that other parameters use too."""
    used = setting.origins if setting.variable else [inner for origin in setting.origins for inner in origin.through]
    variables = {_place(origin): origin for origin in used if _place(origin) != _place(jail.block)}
    only = [jail] if all(origin.block == jail.name for origin in variables.values()) else evaluation.jails
    users = _users(only, set(variables))
    for place, origin in variables.items():
        if others := [user for user in users[place] if user != (jail.name, setting.name)]:
            yield f"the variable of {_line(origin)} is used in {_users_text(others)}."


def _users_text(users: list[tuple[str, str]]) -> str:
    return f"{listed(param for _, param in users)} of {listed(jail for jail, _ in users)}"


def _users(jails: Iterable[JailDefinition], places: set[Place]) -> dict[Place, list[tuple[str, str]]]:
    """The parameters, each with its jail, whose values contain a variable that was defined at a place."""
    users: dict[Place, list[tuple[str, str]]] = {place: [] for place in places}
    for jail in jails if places else ():
        for setting in jail.params:
            if any(definition.has_variables for definition in setting.sources):
                used = {_place(inner) for origin in setting.origins for inner in _through(origin)}
                for place in places & used:
                    users[place].append((jail.name, setting.name))
    return users


def _through(origin: Origin) -> Iterator[Origin]:
    for inner in origin.through:
        yield inner
        yield from _through(inner)


def _overriding(file: File, where: EditPlace, name: str, jail: JailDefinition) -> Iterator[str]:
    """The statement after the jail's own that overrides it, or would."""
    setting = resolved(jail, name)
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
        yield f"{name} is set again after the block of {jail.name}, in {_line(last)}, which overrides it."


def _of_shared_place(file: File, where: EditPlace, name: str, evaluation: Evaluation) -> Iterator[str]:
    """The jails that a wildcard block or the globals reach, and those that keep a value of their own."""
    file_scopes = scopes(file)
    try:
        own = own_scopes(file_scopes, where)
    except EditError:
        return
    last = max((at for at, scope in enumerate(file_scopes) if any(scope is mine for mine in own)), default=-1)
    later = {scope.name: scope for scope in file_scopes[last + 1 :] if speaking(scope, name)}
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
        yield f"this changes {name} for {listed(reached)}."
    if keeping:
        line, _ = file.position(next(iter(keeping.values())).start)
        yield f"{name} is set again for {listed(keeping)}, first in {file.name} line {line}."
    if name.startswith("$"):
        yield from _of_shared_variable(evaluation, own, name, file)


def _of_shared_variable(evaluation: Evaluation, own: list[Scope], name: str, file: File) -> Iterator[str]:
    """The jails whose parameters use a variable of a wildcard block or of the globals."""
    for param in [param for scope in own for param in speaking(scope, name)][:1]:
        first = param.values[0].start if param.values else param.start
        if users := _users(evaluation.jails, {(file.name, first)})[file.name, first]:
            yield f"{name} is used in {_users_text(users)}."
