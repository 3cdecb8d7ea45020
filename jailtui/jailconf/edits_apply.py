"""Makes edits as patches. An edit is refused unless the file, read again, has that change and no other."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.jailconf.edit import (
    AddJail,
    Append,
    Change,
    Edit,
    EditError,
    EditPlace,
    Patch,
    RemoveJail,
    RenameJail,
    Set,
    Unset,
    ValueEdit,
    Written,
    patched,
)
from jailtui.jailconf.edits_jails import add_jail, remove_jail, rename_jail
from jailtui.jailconf.edits_scope import Element, Scope, jail_scope, option, own_scopes, resolved, same_option, scopes
from jailtui.jailconf.edits_values import Picture, picture, value_patches
from jailtui.jailconf.evaluate import Evaluation, JailDefinition, Setting, evaluate
from jailtui.jailconf.parse import Cache, parse
from jailtui.jailconf.quote import QuoteError, octets
from jailtui.jailconf.style import Style, style_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.jailconf.gather import Glob, Read
    from jailtui.jailconf.tree import File, Param


def apply(file: File, edits: Sequence[Edit], read: Read | None = None, glob: Glob | None = None) -> Change:
    """The change that `edits`, one after another, make in `file`.

    The result is read again: an edit that would not be read back as meant, that would change another jail or
    another parameter, or that a statement further down overrides, is refused. `read` and `glob` serve `.include` as
    for `evaluate`; without them what is included counts as empty. Raises EditError, with a sentence that says why.
    """
    return apply_to(CheckedReading(file, read, glob), edits)


def apply_to(reading: CheckedReading, edits: Sequence[Edit]) -> Change:
    """As `apply`, for several changes of the same file."""
    return Change(reading.file.data, edited(reading, edits).file.data)


def edited(reading: CheckedReading, edits: Sequence[Edit]) -> CheckedReading:
    """The file after these edits."""
    file = reading.file
    if file.faults:
        raise EditError(f"a file that jail(8) refuses cannot be edited: {file.faults[0].message}")
    for edit in _simple(edits):
        before = reading.file.data
        try:
            data = patched(before, _patches(reading, edit))
        except QuoteError as error:
            raise EditError(f"{error}.") from error
        if data != before:
            after = reading.later(data)
            check(reading, after, edit)
            reading = after
    return reading


def _simple(edits: Sequence[Edit]) -> list[Edit]:
    """The edits; a jail that is copied gets its own parameters by edits that follow."""
    simple: list[Edit] = []
    for edit in edits:
        simple.append(edit)
        if isinstance(edit, AddJail) and edit.like is not None:
            simple += [Set(EditPlace(jail=edit.name), name, values) for name, values in edit.params]
    return simple


def _patches(reading: CheckedReading, edit: Edit) -> list[Patch]:
    file = reading.file
    match edit:
        case AddJail():
            return add_jail(file, edit, reading.style)
        case RenameJail():
            return rename_jail(file, edit)
        case RemoveJail():
            return remove_jail(file, edit)
        case _:
            _check_name(file, edit.name)
            setting = reading.setting(edit.where, edit.name)
            if isinstance(edit, Append) and setting is not None and setting.sources[0].param is None:
                raise EditError(f"{edit.name} of {edit.where} comes from its block's name: set it instead.")
            seen = reading.picture(edit.where, edit.name)
            if isinstance(edit, Set) and reading.says(seen, edit):
                return []
            return value_patches(seen._replace(style=reading.style), edit)


def _check_name(file: File, name: str) -> None:
    if name in ("", "$"):
        raise EditError("a parameter needs a name.")
    if name == ".include" and file.dialect != "13":
        raise EditError("what a file includes is not a parameter.")


class CheckedReading:
    """A file and its evaluation; without `read`, included files count as empty."""

    def __init__(
        self, file: File, read: Read | None = None, glob: Glob | None = None, cache: Cache | None = None
    ) -> None:
        self.file = file
        self.read: Read = read or (lambda name: b"")
        self.glob: Glob = glob or (lambda pattern: ())
        self.cache = cache or Cache()

    def later(self, data: bytes) -> CheckedReading:
        """The same file with other bytes."""
        return CheckedReading(parse(data, self.file.name, self.file.dialect), self.read, self.glob, self.cache)

    @cached_property
    def evaluation(self) -> Evaluation:
        return evaluate(self.file, self.read, self.glob, self.cache)

    @cached_property
    def style(self) -> Style:
        return style_of(self.file)

    @cached_property
    def scopes(self) -> list[Scope]:
        return scopes(self.file)

    def setting(self, where: EditPlace, name: str) -> Setting | None:
        """A parameter or variable of a jail as jail(8) resolves it; None for other places and failed jails."""
        jails = [jail for jail in self.evaluation.jails if jail.name == where.jail]
        return resolved(jails[0], name) if len(jails) == 1 and not jails[0].failed else None

    def picture(self, where: EditPlace, name: str) -> Picture:
        return picture(self.file, Style(), where, name, self.setting(where, name))

    def says(self, seen: Picture, edit: Set) -> bool:
        """Whether the place has this value already."""
        setting = self.setting(edit.where, edit.name)
        if any(isinstance(value, Written) for value in edit.values):
            return False
        if setting is not None:
            return setting.name == option(edit.name)[0] and setting.values == edit.values
        same_name = [param for param in seen.statements if param.name == option(edit.name)[0]]
        return bool(same_name) and same_name[-1] is seen.statements[-1] and seen.definite and seen.texts == edit.values


def check(before: CheckedReading, after: CheckedReading, edit: Edit) -> None:
    """Raise EditError unless `after` differs from `before` by what `edit` means."""
    if after.file.faults:
        raise EditError(f"jail(8) would refuse the result: {after.file.faults[0].message}")
    if after.evaluation.faults and not before.evaluation.faults:
        raise EditError(f"jail(8) would refuse the result: {after.evaluation.faults[0].message}")
    if after.evaluation.crash and not before.evaluation.crash:
        raise EditError(f"jail(8) would crash on the result: {after.evaluation.crash.message}")
    if before.evaluation.crash or before.evaluation.faults:
        return  # jail(8) loads no jail that could be compared
    match edit:
        case AddJail():
            _check_added(before, after, edit)
        case RenameJail():
            names = _renamings(before, edit)
            _check_rest(before, after, lambda name: names.get(name, name), {edit.new})
        case RemoveJail():
            _check_rest(before, after, lambda name: None if name == edit.name else name, set())
        case _:
            _check_others(before, after, edit)
            _check_value(before, after, edit)


def _renamings(before: CheckedReading, edit: RenameJail) -> dict[str, str]:
    """The new names of the jail and of those nested in its block; `old.x` in a block elsewhere keeps its name."""
    block = jail_scope(before.scopes, edit.old).block
    assert block is not None, "only the globals have no block"
    inside = [scope.name for scope in before.scopes if scope.block and block.start <= scope.block.start < block.end]
    return {name: edit.new + name.removeprefix(edit.old) for name in inside if name is not None}


def _check_added(before: CheckedReading, after: CheckedReading, edit: AddJail) -> None:
    _check_rest(before, after, lambda name: name, {edit.name})
    if edit.like is not None:
        return
    for name, values in edit.params:
        if (setting := after.setting(EditPlace(jail=edit.name), name)) and not _same_values(setting.values, values):
            raise EditError(f"{name} of {edit.name} would not be as given: a block further down sets it too.")


def _same_values(values: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the values are the wanted ones; those given as jail.conf's own text are taken for right."""
    pairs = zip(values, wanted, strict=False)
    return len(values) == len(wanted) and all(isinstance(new, Written) or new == value for value, new in pairs)


def _check_rest(
    before: CheckedReading, after: CheckedReading, name: Callable[[str], str | None], new: set[str]
) -> None:
    """Raise EditError unless all jails but the `new` ones are unchanged; `name` maps old names to new, or None."""
    old = [(name(jail.name), jail) for jail in before.evaluation.jails]
    kept = [(now, jail) for now, jail in old if now is not None]
    names = {now for now, _ in kept}
    rest = [jail for jail in after.evaluation.jails if jail.name not in new or jail.name in names]
    if [now for now, _ in kept] != [jail.name for jail in rest]:
        raise EditError("this would add, remove or rename other jails too.")
    for (now, jail), other in zip(kept, rest, strict=True):
        if other.failed and not jail.failed:
            raise EditError(f"the jail {now} would fail: {_complaint(before, after)}")
        if now == jail.name and (name_changed := _differing(jail, other)):
            raise EditError(f"this would also change {name_changed[0]} of {now}.")


def _complaint(before: CheckedReading, after: CheckedReading) -> str:
    known = {fault.message for fault in before.evaluation.warnings}
    return next((fault.message for fault in after.evaluation.warnings if fault.message not in known), "")


def _differing(jail: JailDefinition, other: JailDefinition) -> list[str]:
    """The parameters that the two definitions give other values."""
    old = {setting.name: (setting.values, setting.bool) for setting in jail.params}
    new = {setting.name: (setting.values, setting.bool) for setting in other.params}
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def _check_value(before: CheckedReading, after: CheckedReading, edit: ValueEdit) -> None:
    """Raise EditError unless the place has the value of the edit."""
    if isinstance(edit, Unset):
        return
    new = after.picture(edit.where, edit.name)
    if isinstance(edit, Set):
        wanted: tuple[str | None, ...] = edit.values
    elif isinstance(edit, Append):
        wanted = before.picture(edit.where, edit.name).texts + edit.values
    else:
        old = before.picture(edit.where, edit.name).texts
        wanted = (*old[: edit.index], edit.value, *old[edit.index + 1 :])
    triples = zip(new.elements, new.texts, wanted, strict=False)
    if len(new.texts) != len(wanted) or not all(_reads(*triple, after.file) for triple in triples):
        raise EditError(f"{edit.name} of {edit.where} would not be as given: a block further down sets it too.")


def _reads(element: Element, text: str | None, wanted: str | None, file: File) -> bool:
    if isinstance(wanted, Written):
        return file.data[element.value.start : element.value.end] == octets(wanted)
    return text == wanted


def _check_others(before: CheckedReading, after: CheckedReading, edit: ValueEdit) -> None:
    """Raise EditError if a jail that the place does not reach changes, or anything but the option and its users."""
    jails, others = before.evaluation.jails, after.evaluation.jails
    if [jail.name for jail in jails] != [jail.name for jail in others]:
        raise EditError("this would add, remove or rename jails.")
    own = own_scopes(before.scopes, edit.where) or [Scope(None, None, ())]
    users: set[str] | None = None
    for jail, other in zip(jails, others, strict=True):
        if other.failed and not jail.failed:
            raise EditError(f"the jail {jail.name} would fail: {_complaint(before, after)}")
        differing = [] if jail.failed else _differing(jail, other)
        if differing and not (jail.name == edit.where.jail or any(scope.reaches(jail.name) for scope in own)):
            raise EditError(f"this would also change {differing[0]} of {jail.name}.")
        differing = [name for name in differing if not same_option(name, option(edit.name)[0])]
        if differing and users is None:
            users = _users(after.evaluation.files, edit.name) | _users(before.evaluation.files, edit.name)
        for name in differing:
            if users and not _is_among(name, users):
                raise EditError(f"this would also change {name} of {jail.name}.")


def _is_among(name: str, names: set[str]) -> bool:
    return name in names or any(same_option(name, other) for other in names)


def _users(files: Sequence[File], name: str) -> set[str]:
    """The option and all whose values have it as a variable, directly or through another, also in included files."""
    params = (param for file in files for scope in scopes(file) for param in scope.params)
    uses = {(param.name, _variables(param)) for param in params}  # few, even of 1,000 jails
    users = {option(name)[0]}
    while new := {user for user, names in uses if user not in users and any(_is_among(used, users) for used in names)}:
        users |= new
    return users


def _variables(param: Param) -> frozenset[str]:
    if "$" not in param.text[param.values_start : param.values_end]:
        return frozenset()
    return frozenset(piece.text for value in param.values for piece in value.pieces if piece.kind == "variable")
