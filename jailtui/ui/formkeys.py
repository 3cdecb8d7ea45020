"""The keys of a form: what its bar shows for the field under the cursor, and all of them for `?`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.keys import ENDS, FILTER, Key, bar

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.ui.formlines import FormState
    from jailtui.ui.lines import Cell

KEYS = (
    ("j k, up down, tab", "Another field; pgup and pgdn one page."),
    ("enter", "Type a text or choose from a list; otherwise go to the next field."),
    ("space, left right", "Next value of a choice, a switch or a permission."),
    ("i a d", "Inherit, allow or deny a permission."),
    ("o A", "Change a shared value for this jail only, or for all jails that share it (a too, where it is free)."),
    ("up down", "While typing: choose a suggestion, or go to another field."),
    ("/", "Filter fields by name, value or help; esc shows all."),
    ("ctrl+d ctrl+u", "Scroll the diff."),
    ("ctrl+s", "Show the plan of saving. Nothing is written before you confirm it."),
    ("ctrl+r", "Save and restart the jail; shows the plan first."),
    ("e p", "Open the network or the permissions of the same jail."),
    ("esc q", "One level back. A second esc discards unsaved changes."),
)

_BY_KIND = {
    "text": (("enter", "edit"),),
    "choice": (("space", "next"), ("enter", "list")),
    "switch": (("space", "change"),),
    "three": (("i", "inherit"), ("a", "allow"), ("d", "deny")),
    "fact": (),
}


def form_bar(state: FormState, name: FormName, restart: bool, room: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of the bar of keys; those of most weight first."""
    return bar(_keys(state, name, restart), ENDS, room)


def _keys(state: FormState, name: FormName, restart: bool) -> list[Key]:
    save = Key("^s", "save", "screen.save(False)")
    if state.open:
        walk = [Key("up/down", "suggestions")] if state.offered else []
        return [Key("enter", "next"), Key("esc", "revert"), *walk, save]
    if state.offered:
        return [Key("up/down", "choose"), Key("enter", "take")]
    here = state.here
    keys = [Key(key, label) for key, label in (_BY_KIND[here.kind] if here is not None else ())]
    if here is not None and state.asks(here):
        keys += [
            Key("o", f"only {state.subject}"),
            Key("A" if here.kind == "three" else "a", f"all {len(here.shared)}"),
        ]
    keys.append(save)
    keys += [Key("^r", "save, restart", "screen.save(True)")] if restart else []
    if name == "network":
        keys.append(Key("p", "permissions", "screen.command('form.permissions')"))
    if name == "permissions":
        keys.append(Key("e", "network", "screen.command('form.network')"))
    return [*keys, FILTER, Key("^d", "scroll diff", "screen.scroll_draft(1)")]
