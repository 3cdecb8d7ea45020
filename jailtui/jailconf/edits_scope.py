"""Which statements apply to a jail, in the order in which jail(8) applies them (jail.conf(5), config.c)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jailtui.jailconf.edit import EditError, EditPlace
from jailtui.jailconf.options import cousins, is_wildcard, matches
from jailtui.jailconf.tree import Block, File, Param, Statement, Value

if TYPE_CHECKING:
    from jailtui.jailconf.evaluate import JailDefinition, Setting


class Scope(NamedTuple):
    """Parameters that stand together: a block's own (`name` in full, `a.b` where nested), or globals (None)."""

    name: str | None
    block: Block | None
    params: tuple[Param, ...]

    def reaches(self, jail: str) -> bool:
        """Whether the scope is the globals or a wildcard block that matches `jail`."""
        return self.name is None or (is_wildcard(self.name) and matches(jail, self.name))


class Element(NamedTuple):
    """One element of a list, with the statement and the scope it is written in."""

    scope: Scope
    param: Param
    value: Value

    @property
    def literal(self) -> str | None:
        """The value, if no variable has a part in it."""
        has_variables = any(piece.kind == "variable" for piece in self.value.pieces)
        return None if has_variables else text_of(self.value)


def same_option(name: str, other: str) -> bool:
    """Whether two names are one option: equal, or apart by a `no` before one component (`allow.nomount`)."""
    return name == other or other in cousins(name)


def scopes(file: File) -> list[Scope]:
    """All scopes of a file in the order they are applied; what is included is not looked into.

    Dialect 13 takes each run of globals at its place, later ones take all globals at the place of the first.
    """
    ordered: list[Scope] = []
    run: list[Param] = []
    together = file.dialect != "13"
    place = -1
    for statement in file.statements:
        if isinstance(statement, Param):
            if not run:
                place = len(ordered)
            run.append(statement)
        elif isinstance(statement, Block):
            if run and not together:
                ordered.append(Scope(None, None, tuple(run)))
                run = []
            ordered += _nested(statement, "")
    if run:
        ordered.insert(place, Scope(None, None, tuple(run)))
    return ordered


def _nested(block: Block, outer: str) -> Iterator[Scope]:
    todo = [(block, outer)]
    while todo:
        block, outer = todo.pop()
        name = f"{outer}.{block.name}" if outer else block.name
        yield Scope(name, block, params_of(block.body))
        todo += [(inner, name) for inner in reversed(block.body) if isinstance(inner, Block)]


def params_of(body: Iterable[Statement]) -> tuple[Param, ...]:
    """The parameters and variables among statements."""
    return tuple(statement for statement in body if isinstance(statement, Param))


def jail_scope(file_scopes: Sequence[Scope], jail: str) -> Scope:
    """The one block that defines `jail`; EditError if no block does, or several."""
    named = [scope for scope in file_scopes if scope.name == jail and not is_wildcard(jail)]
    if not named:
        raise EditError(f"no block of this file defines the jail {jail}.")
    if len(named) > 1:
        raise EditError(f"{len(named)} blocks of this file are named {jail}: to jail(8) they are different jails.")
    return named[0]


def own_scopes(file_scopes: Sequence[Scope], where: EditPlace) -> list[Scope]:
    """The scopes a place stands for; EditError where it names a block that is not there."""
    if where.jail is not None:
        return [jail_scope(file_scopes, where.jail)]
    if where.globally:
        return [scope for scope in file_scopes if scope.name is None]
    named = [scope for scope in file_scopes if scope.name == where.block]
    if not named:
        raise EditError(f"this file has no block {where.block}.")
    if not is_wildcard(where.block or ""):
        raise EditError(f"{where.block} is a jail, not a wildcard block.")
    return named


def applied_scopes(file_scopes: Sequence[Scope], where: EditPlace) -> list[Scope]:
    """The scopes whose statements make up the value at a place: for a jail, all that reach it."""
    own = own_scopes(file_scopes, where)
    if where.jail is None:
        return own
    return [scope for scope in file_scopes if scope is own[0] or scope.reaches(where.jail)]


def option(name: str) -> tuple[str, bool]:
    """An edit's name as (name, whether it is a variable)."""
    return (name[1:], True) if name.startswith("$") else (name, False)


def resolved(jail: JailDefinition, name: str) -> Setting | None:
    """The parameter, or with `$` the variable, that a jail has under that name."""
    plain, variable = option(name)
    settings = jail.variables if variable else jail.params
    return next((setting for setting in settings if same_option(setting.name, plain)), None)


def speaking(scope: Scope, name: str) -> list[Param]:
    """The statements of a scope about the option or variable `name`."""
    plain, variable = option(name)
    return [param for param in scope.params if param.variable == variable and same_option(param.name, plain)]


def elements(applied: Iterable[Scope], name: str) -> list[Element]:
    """The list that results: `+=` adds, everything else starts again, without a value it is emptied."""
    parts: list[Element] = []
    for scope in applied:
        for param in speaking(scope, name):
            if param.op != "+=":
                parts.clear()
            parts += [Element(scope, param, value) for value in param.values]
    return parts


def text_of(value: Value) -> str:
    """A value's pieces joined; a UTF-8 character may be spread over two of them."""
    raw = b"".join(piece.text.encode("utf-8", "surrogateescape") for piece in value.pieces)
    return raw.decode("utf-8", "surrogateescape")
