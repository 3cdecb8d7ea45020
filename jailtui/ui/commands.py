"""Everything the operator can do, as one table. The footer, `?`, the palette and the keymap all read it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.forms.opening import FormName


class Command(NamedTuple):
    """One thing to do. `id` names it in the keymap.

    `key` is Textual's key, or several with commas. `verb` is set where it changes the host, `form` where it opens
    one. `footer` says whether the bar of keys shows it, `group` under which heading `?` does.
    """

    id: str
    key: str
    label: str
    help: str
    group: str = "Console"
    verb: Verb | None = None
    footer: bool = False
    form: FormName | None = None

    @property
    def action(self) -> str:
        """What its key and a click on it run: an action of the screen."""
        return f"command('{self.id}')"

    def binding(self) -> Binding:
        """The Textual binding of it."""
        first = self.id == "view.filter"
        return Binding(
            self.key, self.action, self.label, tooltip=self.help, id=self.id, show=self.footer, priority=first
        )


ACTIONS = (
    Command("jail.start", "s", "start", "Show what starting would run, then run it.", "Change", Verb.START, True),
    Command("jail.stop", "S", "stop", "Show what stopping would run, then run it.", "Change", Verb.STOP, True),
    Command("jail.restart", "r", "restart", "Stop and start again, as two commands.", "Change", Verb.RESTART, True),
    Command(
        "epair.reclaim",
        "R",
        "reclaim",
        "Take a pair out of its bridge and destroy it; on a jail, the pairs of it.",
        "Change",
        Verb.RECLAIM,
        True,
    ),
)
FORMS = (
    Command(
        "form.network",
        "e",
        "network",
        "Edit how the jail, bridge or VLAN is joined to the network.",
        "Edit",
        footer=True,
        form="network",
    ),
    Command(
        "form.permissions", "p", "permissions", "Edit what the jail may do.", "Edit", footer=True, form="permissions"
    ),
    Command("form.new", "n", "new", "A new jail; in their panels, a new bridge or VLAN.", "Edit", form="new"),
    Command("form.copy", "c", "copy jail", "A new jail with the settings of this one.", "Edit", form="copy"),
    Command(
        "form.rename", "N", "rename jail", "Give the jail another name wherever it is written.", "Edit", form="rename"
    ),
    Command("form.remove", "X", "remove jail", "Take the jail out of the configuration.", "Edit", form="remove"),
    Command("file.undo", "u", "undo save", "Show the last save of the file behind the row taken back.", "Edit"),
)
OTHERS = (
    Command(
        "epair.reclaim-all",
        "O",
        "reclaim all orphans",
        "One plan for all orphaned pairs; those of a manager only where they are marked.",
        "Change",
    ),
    Command(
        "view.doctor", "d", "doctor", "All that is wrong, with what shows it and the ways back.", "Go", footer=True
    ),
    Command("view.filter", "slash", "filter", "Narrow as you type: text or regex, ! inverts.", "View", footer=True),
    Command("go.orphan", "o", "orphan", "Jump to the next orphaned epair.", "Go", footer=True),
    Command("panel.jails", "1", "jails", "Go to the jails.", "Go"),
    Command("panel.epairs", "2", "epairs", "Go to the epairs.", "Go"),
    Command("panel.bridges", "3", "bridges", "Go to the bridges.", "Go"),
    Command("panel.vlans", "4", "VLANs", "Go to the VLANs.", "Go"),
    Command("panel.next", "tab", "next panel", "Go to the next panel.", "Go"),
    Command("panel.previous", "shift+tab", "previous panel", "Go to the panel before.", "Go"),
    Command("view.back", "escape", "back", "One level back: details, filter, marks. Never quits.", "Go"),
    Command("view.problems", "exclamation_mark", "problems", "Show only what has a problem, or all again.", "View"),
    Command("view.pause", "z", "pause", "Freeze the picture, or let it live again.", "View"),
    Command("view.refresh", "ctrl+r", "refresh", "Read the host now.", "View"),
    Command("view.run", "v", "view run", "Show the run that is under way, or the last one.", "View"),
    Command("view.mouse", "M", "mouse", "Leave the mouse to the terminal, or take it back.", "View"),
    Command("view.copy", "y", "copy", "Copy the details as text (OSC 52).", "View"),
    Command("app.help", "question_mark", "help", "All keys, and why some are off.", "Console", footer=True),
    Command("app.palette", "colon", "palette", "Commands by name, and jails to go to.", "Console", footer=True),
    Command("app.leave", "q", "quit", "Leave jailtui.", "Console", footer=True),
)
MOVES = (
    Command("list.down", "j,down", "down", "One row down.", "Move"),
    Command("list.up", "k,up", "up", "One row up.", "Move"),
    Command("list.first", "g,home", "first", "To the first row.", "Move"),
    Command("list.last", "G,end", "last", "To the last row.", "Move"),
    Command("list.page_down", "pagedown,ctrl+f", "page down", "One page down.", "Move"),
    Command("list.page_up", "pageup,ctrl+b", "page up", "One page up.", "Move"),
    Command("list.mark", "space", "mark", "Mark the row, or unmark it, and go down.", "Move", footer=True),
    Command("list.open", "enter", "details", "Show all details of the row.", "Move"),
)
COMMANDS = (*ACTIONS, *FORMS, *OTHERS, *MOVES)
BY_ID = {command.id: command for command in COMMANDS}

_SIGNS = {
    "slash": "/",
    "exclamation_mark": "!",
    "question_mark": "?",
    "colon": ":",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def keymap_problems(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with the operator's keys, as (id, what): an id that no command has, a key that two would have."""
    found = []
    taken = {key: one.id for one in COMMANDS if one.id not in keymap for key in one.key.split(",")}
    for name, keys in keymap.items():
        if name not in BY_ID:
            near = difflib.get_close_matches(name, BY_ID, 1)
            found.append((name, "no command has this id" + (f"; did you mean {near[0]}?" if near else "")))
            continue
        for key in (one.strip() for one in keys.split(",")):
            if taken.setdefault(key, name) != name:
                found.append((name, f"{key} is the key of {taken[key]} already"))
    return found


def key_names(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a command as an operator writes them, the keymap's in place of its own."""
    return tuple(_SIGNS.get(key.strip(), key.strip()) for key in keymap.get(command.id, command.key).split(","))
