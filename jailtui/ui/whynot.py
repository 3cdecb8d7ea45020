"""Why a command is off just now, in one place: the keys, the bar, `?` and the palette all ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.ui.commands import Command

LOOKED_AT = ("network", "permissions")
"""Forms that are worth opening where nothing can be saved."""


class CommandContext(NamedTuple):
    """What decides whether a command can be done: what the screen knows at this moment.

    `configured`: the jail under the cursor stands in a file of the host.
    """

    read_only: str | None = None
    loaded: bool = False
    stale: str | None = None
    running: str | None = None
    had_run: bool = False
    panel: str = "jails"
    rows: bool = False
    configured: bool = False
    orphans: int = 0


def why_not(command: Command, now: CommandContext) -> str | None:
    """The reason `command` can't be done, as a sentence; None when it can."""
    if command.verb is not None:
        return _why_no_action(command.verb, now)
    if command.form is not None:
        looking = now._replace(read_only=None, stale=None, running=None) if command.form in LOOKED_AT else now
        return why_no_change(looking) or _why_no_form(command.form, now)
    if command.id == "file.undo":
        return why_no_change(now)
    if command.id in ("go.orphan", "epair.reclaim-all") and not now.orphans:
        return "There is no orphaned epair."
    if command.id == "epair.reclaim-all":
        return why_no_change(now)
    if command.id == "view.doctor" and not now.loaded:
        return "The host has not been read yet."
    if command.id == "view.run" and not now.had_run:
        return "Nothing has been run yet."
    if command.id == "view.copy" and not now.rows:
        return "No row is selected."
    return None


def why_no_change(now: CommandContext) -> str | None:
    """The reason why nothing at all can be changed, whatever it is."""
    if now.read_only is not None:
        return f"Read-only: {now.read_only}"
    if not now.loaded:
        return "The host has not been read yet."
    if now.stale is not None:
        return f"The last reading is stale: {now.stale}"
    if now.running is not None:
        return f"{now.running} is still running (v shows it)."
    return None


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
    if form in ("network", "new"):
        if now.panel == "epairs":
            return "Select a jail, a bridge or a VLAN first (1, 3, 4)."
    elif now.panel != "jails":
        return "Select a jail first (1)."
    if form == "new":
        return None
    if not now.rows:
        return "No row is selected."
    if now.panel == "jails" and not now.configured:
        return "This jail is not defined in a file: there is nothing to edit."
    return None
