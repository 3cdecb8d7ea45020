"""The keys of the doctor: what its bar shows for the finding under the cursor, and all of them for `?`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.opening import FORMS, FormName
from jailtui.ui.findings import KIND_PANELS
from jailtui.ui.keys import ENDS, FILTER, Key, bar

if TYPE_CHECKING:
    from jailtui.rules.finding import Remedy
    from jailtui.ui.doctorlines import DoctorState
    from jailtui.ui.lines import Cell

KEYS = (
    ("j k, up down", "Another finding; pgup and pgdn one page."),
    ("tab, 1-9", "Choose another remedy."),
    ("enter", "Show the plan of the chosen remedy, or open its form. Nothing runs before you confirm it."),
    ("y", "Copy the commands of the chosen remedy (OSC 52)."),
    ("g", "Go to the row that the finding is about."),
    ("s", "Show errors only, all findings, or all but notes."),
    ("/", "Filter findings by subject, code, sentence or manager; esc shows all."),
    ("r", "Read the host in full, routes inside jails too, and judge it again."),
    ("O", "Reclaim all orphaned epairs in one plan; a manager's only if marked in its panel."),
    ("ctrl+d ctrl+u", "Scroll the page."),
    ("esc q", "One level back."),
)


def form_name(remedy: Remedy) -> FormName | None:
    """The form that makes the remedy's edit, None where there is none of that name."""
    return next((name for name in FORMS if remedy.form is not None and name == remedy.form[0]), None)


def doctor_bar(state: DoctorState, room: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of the bar of keys; those of most weight first."""
    return bar(_keys(state), ENDS, room)


def _keys(state: DoctorState) -> list[Key]:
    keys: list[Key] = []
    here, remedy = state.here, state.chosen
    if remedy is not None and (remedy.form is not None or remedy.task.steps):
        keys.append(Key("enter", "show plan" if remedy.form is None else "open form", "screen.carry_out"))
    if here is not None and len(here.remedies) > 1:
        keys.append(Key("tab", "remedy", "screen.remedy(1)"))
    if remedy is not None and remedy.task.steps:
        keys.append(Key("y", "copy", "screen.copy"))
    if here is not None and here.subject.kind in KIND_PANELS:
        keys.append(Key("g", "row", "screen.go"))
    keys += [Key("s", "severity", "screen.severity"), FILTER]
    return [*keys, Key("r", "read", "screen.examine"), Key("^d", "scroll", "screen.scroll_page(1)")]
