"""The table of commands, and why a command is off. The footer, `?`, the palette and the keymap use it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.forms.opening import FormName
    from jailtui.model.state import Jail


class Command(NamedTuple):
    """A command. `id` names it in the keymap.

    `key` is Textual's key, or several with commas. `verb` is set if it changes the host, `form` if it opens a form.
    `footer`: the key bar shows it. `group`: its heading in `?`.
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
        """The action of the screen for its key and for a click on it."""
        return f"command('{self.id}')"

    def binding(self) -> Binding:
        first = self.id == "view.filter"
        return Binding(
            self.key, self.action, self.label, tooltip=self.help, id=self.id, show=self.footer, priority=first
        )


ACTIONS = (
    Command("jail.start", "s", "start", "Start the jail; shows the plan first.", "Change", Verb.START, True),
    Command("jail.stop", "S", "stop", "Stop the jail; shows the plan first.", "Change", Verb.STOP, True),
    Command("jail.restart", "r", "restart", "Stop and start the jail, as two commands.", "Change", Verb.RESTART, True),
    Command(
        "epair.reclaim", "R", "reclaim", "Destroy an orphaned pair; on a jail, its pairs.", "Change", Verb.RECLAIM, True
    ),
)
FORMS = (
    Command(
        "form.network",
        "e",
        "network",
        "Edit the network of the jail, or the bridge or VLAN.",
        "Edit",
        footer=True,
        form="network",
    ),
    Command(
        "form.permissions", "p", "permissions", "Edit the jail's permissions.", "Edit", footer=True, form="permissions"
    ),
    Command("form.new", "n", "new", "New jail, or a bridge or VLAN in its panel.", "Edit", form="new"),
    Command("form.copy", "c", "copy jail", "New jail with the settings of this one.", "Edit", form="copy"),
    Command("form.rename", "N", "rename jail", "Rename the jail wherever its name is written.", "Edit", form="rename"),
    Command("form.remove", "X", "remove", "Remove the jail, or the bridge or VLAN.", "Edit", form="remove"),
    Command(
        "file.undo",
        "u",
        "undo save",
        "Undo the last save, else that of this row's file; again: the one before.",
        "Edit",
    ),
    Command("file.redo", "U", "redo save", "Return to the save that was undone last.", "Edit"),
)
INSIDE = (
    Command("jail.shell", "dollar_sign", "shell", "Open a shell in the jail; exit returns to the console.", "Inside"),
    Command("jail.path", "t", "path check", "Say why the jail can't reach the network, hop by hop.", "Inside"),
    Command("jail.inside", "i", "inside", "Processes, sockets, routes, services of the jail.", "Inside"),
    Command("jail.log", "l", "log", "Follow the jail's console log and its messages.", "Inside"),
)
"""What looks into a jail."""
OTHERS = (
    Command(
        "epair.reclaim-all",
        "O",
        "reclaim all orphans",
        "Destroy all orphaned pairs; those of a jail manager only if marked.",
        "Change",
    ),
    Command("view.doctor", "d", "doctor", "All problems, with evidence and fixes.", "Go", footer=True),
    Command("view.map", "m", "map", "The wiring of the host as one drawing, live.", "Go", footer=True),
    Command("view.timeline", "E", "timeline", "What happened on the host, the newest first.", "Go"),
    Command("view.filter", "slash", "filter", "Filter by text, regex or manager:NAME; ! inverts.", "View", footer=True),
    Command("go.orphan", "o", "orphan", "Go to the next orphaned epair.", "Go", footer=True),
    Command("panel.jails", "1", "jails", "Go to the jails.", "Go"),
    Command("panel.epairs", "2", "epairs", "Go to the epairs.", "Go"),
    Command("panel.bridges", "3", "bridges", "Go to the bridges.", "Go"),
    Command("panel.vlans", "4", "VLANs", "Go to the VLANs.", "Go"),
    Command("panel.next", "tab", "next panel", "Go to the next panel.", "Go"),
    Command("panel.previous", "shift+tab", "previous panel", "Go to the previous panel.", "Go"),
    Command("view.back", "escape", "back", "One level back: details, filter, marks, one panel. Never quits.", "Go"),
    Command("view.problems", "exclamation_mark", "problems", "Show only rows with a problem, or all rows.", "View"),
    Command("view.enlarge", "plus", "enlarge", "Show the panel on the whole screen, or all panels again.", "View"),
    Command("view.load", "T", "load", "Show the load in place of addresses, or the addresses again.", "View"),
    Command(
        "sort.next", "greater_than_sign", "sort by next", "Sort by the next column; after the last as usual.", "View"
    ),
    Command("sort.previous", "less_than_sign", "sort by previous", "Sort by the column before.", "View"),
    Command("sort.invert", "I", "invert order", "Invert the order of the rows.", "View"),
    Command("view.pause", "z", "pause", "Pause reading the host, or resume.", "View"),
    Command("view.refresh", "ctrl+r", "refresh", "Read the host now.", "View"),
    Command("view.run", "v", "view run", "Show the current run, or the last one.", "View"),
    Command("view.history", "h", "history", "Runs and saves with their results; undoes a save.", "View"),
    Command("view.mouse", "M", "mouse", "Turn the mouse off to select text freely, or on again.", "View"),
    Command("view.copy", "y", "copy", "Copy the details as text (OSC 52).", "View"),
    Command(
        "view.save", "ctrl+s", "save as text", "Save the table or the details in a new file on this machine.", "View"
    ),
    Command("app.help", "question_mark", "help", "All keys, why some are off, and the manual.", "Console", footer=True),
    Command(
        "app.palette",
        "colon",
        "palette",
        "Commands, jails, epairs, bridges, VLANs, addresses and rules by name.",
        "Console",
        footer=True,
    ),
    Command("app.leave", "q", "quit", "Quit jailtui.", "Console", footer=True),
)
MOVES = (
    Command("list.down", "j,down", "down", "One row down.", "Move"),
    Command("list.up", "k,up", "up", "One row up.", "Move"),
    Command("list.first", "g,home", "first", "First row.", "Move"),
    Command("list.last", "G,end", "last", "Last row.", "Move"),
    Command("list.page_down", "pagedown,ctrl+f", "page down", "One page down.", "Move"),
    Command("list.page_up", "pageup,ctrl+b", "page up", "One page up.", "Move"),
    Command("list.mark", "space", "mark", "Mark or unmark the row and go down.", "Move", footer=True),
    Command("list.mark_range", "shift+space", "mark range", "Mark the rows from the last marked one to this.", "Move"),
    Command("list.mark_down", "shift+down", "mark down", "Mark this row and the next.", "Move"),
    Command("list.mark_up", "shift+up", "mark up", "Mark this row and the one above.", "Move"),
    Command("list.mark_all", "asterisk", "mark all", "Mark all rows that the filter shows; again unmarks.", "Move"),
    Command("list.open", "enter", "details", "Show all details of the row.", "Move"),
)
COMMANDS = (*ACTIONS, *FORMS, *INSIDE, *OTHERS, *MOVES)
BY_ID = {command.id: command for command in COMMANDS}

_SIGNS = {
    "slash": "/",
    "dollar_sign": "$",
    "asterisk": "*",
    "exclamation_mark": "!",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "plus": "+",
    "question_mark": "?",
    "colon": ":",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def keymap_problems(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """The problems of the operator's keys, as (id, problem): an unknown id, or a key of two commands."""
    problems = []
    taken = {key: command.id for command in COMMANDS if command.id not in keymap for key in command.key.split(",")}
    for name, keys in keymap.items():
        if name not in BY_ID:
            near = difflib.get_close_matches(name, BY_ID, 1)
            problems.append((name, "unknown command" + (f"; did you mean {near[0]}?" if near else "")))
            continue
        for key in map(str.strip, keys.split(",")):
            if taken.setdefault(key, name) != name:
                problems.append((name, f"{key} is already the key of {taken[key]}"))
    return problems


def key_names(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a command as an operator writes them: those of the keymap, else its own."""
    return tuple(_SIGNS.get(key.strip(), key.strip()) for key in keymap.get(command.id, command.key).split(","))


LOOKED_AT = ("network", "permissions")
"""Forms that can be opened to read, even if nothing can be saved."""


class CommandContext(NamedTuple):
    """The facts that decide whether a command is off.

    `configured`: a file of the host defines the jail under the cursor. `kept` is that jail if only a manager keeps it.
    """

    read_only: str | None = None
    loaded: bool = False
    stale: str | None = None
    running: str | None = None
    had_run: bool = False
    panel: str = "jails"
    rows: bool = False
    configured: bool = False
    kept: Jail | None = None
    orphans: int = 0


def why_not(command: Command, now: CommandContext) -> str | None:
    """The reason why `command` is off, as a sentence; None if it is on."""
    if command.verb is not None:
        return _why_no_action(command.verb, now)
    if command.form is not None:
        looking = now._replace(read_only=None, stale=None, running=None) if command.form in LOOKED_AT else now
        return why_no_change(looking) or _why_no_form(command.form, now)
    if command in INSIDE:
        return _why_no_jail(command.id, now)
    if command.id in ("file.undo", "file.redo"):
        return why_no_change(now)
    if command.id in ("go.orphan", "epair.reclaim-all") and not now.orphans:
        return "No epair is orphaned."
    if command.id == "epair.reclaim-all":
        return why_no_change(now)
    if command.id in ("view.doctor", "view.map", "view.timeline") and not now.loaded:
        return "The host has not been read yet."
    if command.id == "view.run" and not now.had_run:
        return "Nothing has been run yet."
    if command.id in ("view.copy", "view.save") and not now.rows:
        return "No row is selected."
    return None


def why_no_change(now: CommandContext) -> str | None:
    """The reason why nothing can be changed, as a sentence, or None."""
    if now.read_only is not None:
        return f"Read-only: {now.read_only}"
    if not now.loaded:
        return "The host has not been read yet."
    if now.stale is not None:
        return f"The last reading is stale: {now.stale}"
    if now.running is not None:
        return f"{now.running} is still running (v shows it)."
    return None


def _why_no_jail(name: str, now: CommandContext) -> str | None:
    if name == "jail.shell" and now.read_only is not None:
        return f"Read-only: {now.read_only}"
    if not now.loaded:
        return "The host has not been read yet."
    if now.panel != "jails":
        return "Select a jail first (1)."
    return None if now.rows else "No row is selected."


def _why_no_action(verb: Verb, now: CommandContext) -> str | None:
    if (reason := why_no_change(now)) is not None:
        return reason
    if now.panel not in ("jails", "epairs"):
        return "Select a jail or an epair first (1, 2)."
    if now.panel == "epairs" and verb is not Verb.RECLAIM:
        return f"An epair can only be reclaimed; {verb.value} is for jails (1)."
    if not now.rows:
        return "No row is selected."
    return None


def _why_no_form(form: FormName, now: CommandContext) -> str | None:
    if form in ("network", "new", "remove"):
        if now.panel == "epairs":
            return "Select a jail, a bridge or a VLAN first (1, 3, 4)."
    elif now.panel != "jails":
        return "Select a jail first (1)."
    if form == "new":
        return None
    if not now.rows:
        return "No row is selected."
    if now.panel == "jails" and now.kept is not None:
        from jailtui.model.keeping import sentence

        return sentence(form, now.kept)
    if now.panel == "jails" and not now.configured:
        return "Nothing to edit: this jail is not defined in a file."
    return None
