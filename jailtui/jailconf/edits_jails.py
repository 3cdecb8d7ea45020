"""Jails added, renamed and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.edit import AddJail, EditError, Patch, RemoveJail, RenameJail
from jailtui.jailconf.edits_layout import append_to_file, blanks_before, next_line, remove
from jailtui.jailconf.edits_scope import Scope, jail_scope, option, scopes
from jailtui.jailconf.options import is_jid, is_wildcard
from jailtui.jailconf.quote import Quote, quote_name
from jailtui.jailconf.tree import Block, File

if TYPE_CHECKING:
    from jailtui.jailconf.style import Style

WIDEST = 100
"""Bytes of a statement beyond which a list is written as one statement a value."""


def add_jail(file: File, edit: AddJail, style: Style) -> list[Patch]:
    """The patch that adds the block: at the end of the file, or as a copy behind the block of the jail `like`.

    A copy still has the parameters of its original: those of `edit` are to be set in it afterwards.
    """
    file_scopes = scopes(file)
    _check_new(file_scopes, edit.name)
    if edit.like is not None:
        return [_copy(file, file_scopes, edit.name, edit.like, style)]
    names = [name for name, _ in edit.params]
    if len({option(name) for name in names}) < len(names):
        raise EditError("a parameter is given twice.")
    lines = [style.indent + line for name, values in edit.params for line in _statements(style, name, values)]
    lines = [quote_name(edit.name) + style.brace, *lines, b"}"]
    text = style.newline.join(style.outer + line for line in lines)
    return [append_to_file(file, text, style, apart=style.spaced)]


def _statements(style: Style, name: str, values: tuple[str, ...]) -> list[bytes]:
    """The statement that gives a parameter its values; one with `+=` a value where it would be too wide a line."""
    whole = style.statement(name, values)
    if len(values) < 2 or len(whole) <= WIDEST:
        return [whole]
    return [style.statement(name, [value], append=number > 0) for number, value in enumerate(values)]


def _check_new(file_scopes: list[Scope], name: str) -> None:
    if not name:
        raise EditError("a jail needs a name.")
    if is_wildcard(name):
        raise EditError(f"{name} would be a wildcard block, not a jail.")
    if is_jid(name):
        raise EditError(f"jail(8) takes {name} for a jid, not for a name.")
    if any(scope.name == name for scope in file_scopes):
        raise EditError(f"the jail {name} exists already.")


def _copy(file: File, file_scopes: list[Scope], name: str, like: str, style: Style) -> Patch:
    block = _own_block(file_scopes, like)
    if block not in file.statements or any(isinstance(inner, Block) for inner in block.body):
        raise EditError(f"the block of {like} stands in another or holds others: it cannot be copied.")
    data = file.data
    stop = min((other.start for other in file.statements if other.start > block.start), default=len(data))
    text = quote_name(name) + data[block.name_end : block.end]
    line = next_line(data, block.end, stop)
    if line is None:
        end = block.end
        return Patch(end, end, style.newline * (2 if style.spaced else 1) + text)
    lead = (style.newline if style.spaced else b"") + (blanks_before(data, block.start) or b"")
    return Patch(line, line, lead + text + style.newline)


def _own_block(file_scopes: list[Scope], name: str) -> Block:
    block = jail_scope(file_scopes, name).block
    assert block is not None, "only the globals have no block"
    return block


def rename_jail(file: File, edit: RenameJail) -> list[Patch]:
    """The patch of the block's name, in the quotes it has."""
    file_scopes = scopes(file)
    block = _own_block(file_scopes, edit.old)
    if edit.new == edit.old:
        return []
    _check_new(file_scopes, edit.new)
    outer = edit.old.removesuffix(block.name)
    if not edit.new.startswith(outer) or edit.new == outer:
        raise EditError(f"{edit.old} stands in the block of {outer.rstrip('.')}: its name has to begin with {outer}")
    mark = file.data[block.name_start : block.name_start + 1]
    kind: Quote = '"' if mark == b'"' else "'" if mark == b"'" else ""
    return [Patch(block.name_start, block.name_end, quote_name(edit.new.removeprefix(outer), kind))]


def remove_jail(file: File, edit: RemoveJail) -> list[Patch]:
    """The patches that take the block out; EditError where other jails are nested in it."""
    block = _own_block(scopes(file), edit.name)
    if any(isinstance(inner, Block) for inner in block.body):
        raise EditError(f"other blocks stand in the block of {edit.name}: remove those first.")
    return remove(file.data, [block])
