"""The keys of a form: what its bar shows for the field under the cursor, and all of them for `?`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.lines import Cell, used

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.ui.formlines import FormPicture

KEYS = (
    ("j k, up down, tab", "To another field; pgup and pgdn a page of them."),
    ("enter", "Type a text, choose from a list; else on to the next field."),
    ("space, left right", "The next value of a choice, a switch or a permission."),
    ("i a d", "Of a permission: inherit, allow, deny."),
    ("o A", "Of a value that several jails share: change it for this jail only, or for all (a too, where it is free)."),
    ("up down", "While a text is typed: along the proposals under it, or to another field."),
    ("/", "Show only fields with that text in name, value or explanation; esc shows all."),
    ("ctrl+d ctrl+u", "Scroll what saving would write."),
    ("ctrl+s", "Show the plan of saving. Nothing is written before it is confirmed."),
    ("ctrl+r", "The same, with a restart of the jail."),
    ("e p", "To the network or the permissions of the same jail."),
    ("esc q", "One level back. With unsaved answers it asks: a second time drops them."),
)

_BY_KIND = {
    "text": (("enter", "edit"),),
    "choice": (("space", "next"), ("enter", "list")),
    "switch": (("space", "change"),),
    "three": (("i", "inherit"), ("a", "allow"), ("d", "deny")),
    "fact": (),
}


def bar_cells(
    picture: FormPicture, name: FormName, restart: bool, room: int
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of the bar; a key that finds no room is left out whole."""
    right = (Cell(" ?", "key", "screen.app_help"), Cell(" esc", "key", "screen.back"), Cell(" back "))
    gap = " " if room >= 100 else ""
    cells: list[Cell] = []
    for key, label, action in _keys(picture, name, restart):
        pair = (Cell(f" {key}", "key", action), Cell(f" {label}{gap}", "", action))
        if used((*cells, *pair, *right)) <= room:
            cells += pair
    return tuple(cells), right


def _keys(picture: FormPicture, name: FormName, restart: bool) -> list[tuple[str, str, str]]:
    """Keys with labels and what a click on them does, by weight."""
    if picture.open:
        walk = [("up/down", "proposals", "")] if picture.offered else []
        return [("enter", "next", ""), ("esc", "as it was", ""), *walk, ("^s", "save", "screen.save(False)")]
    if picture.offered:
        return [("up/down", "choose", ""), ("enter", "take", "")]
    here = picture.here
    keys = [(key, label, "") for key, label in (_BY_KIND[here.kind] if here is not None else ())]
    if here is not None and picture.asks(here):
        keys += [("o", "only it", ""), ("A" if here.kind == "three" else "a", "all", "")]
    keys.append(("^s", "save", "screen.save(False)"))
    keys += [("^r", "save, restart", "screen.save(True)")] if restart else []
    if name == "network":
        keys.append(("p", "permissions", "screen.form_permissions"))
    if name == "permissions":
        keys.append(("e", "network", "screen.form_network"))
    return [*keys, ("/", "filter", "screen.view_filter"), ("^d", "scroll diff", "screen.scroll_draft(1)")]
