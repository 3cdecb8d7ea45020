"""The keys of the doctor: what its bar shows for the finding under the cursor, and all of them for `?`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.opening import FORMS, FormName
from jailtui.ui.findings import KIND_PANELS
from jailtui.ui.lines import Cell, used

if TYPE_CHECKING:
    from jailtui.rules.finding import Remedy
    from jailtui.ui.doctorlines import DoctorPicture

KEYS = (
    ("j k, up down", "To another finding; pgup and pgdn a page of them."),
    ("tab, 1-9", "Choose another remedy."),
    ("enter", "Show the plan of the chosen remedy, or open its form. Nothing runs before it is confirmed."),
    ("y", "Copy the commands of the chosen remedy (OSC 52)."),
    ("g", "Go to the row in the panels that the finding is about."),
    ("s", "Show errors only, all, or all but notes."),
    ("/", "Show only findings with that text in subject, code, sentence or manager; esc shows all."),
    ("r", "Read the host in full, routes inside jails too, and judge it again."),
    ("O", "One plan that reclaims all orphaned epairs; a manager's only if it is marked in its panel."),
    ("ctrl+d ctrl+u", "Scroll the page."),
    ("esc q", "One level back."),
)


def form_name(remedy: Remedy) -> FormName | None:
    """The form that makes the remedy's edit, None where there is none of that name."""
    return next((name for name in FORMS if remedy.form is not None and name == remedy.form[0]), None)


def bar_cells(picture: DoctorPicture, room: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The left and the right end of the bar; a key that finds no room is left out whole."""
    right = (Cell(" ?", "key", "screen.app_help"), Cell(" esc", "key", "screen.back"), Cell(" back "))
    gap = " " if room >= 100 else ""
    cells: list[Cell] = []
    for key, label, action in _keys(picture):
        pair = (Cell(f" {key}", "key", action), Cell(f" {label}{gap}", "", action))
        if used((*cells, *pair, *right)) <= room:
            cells += pair
    return tuple(cells), right


def _keys(picture: DoctorPicture) -> list[tuple[str, str, str]]:
    """Keys with labels and what a click on them does, by weight."""
    keys: list[tuple[str, str, str]] = []
    here, remedy = picture.here, picture.chosen
    if remedy is not None and (remedy.form is not None or remedy.steps):
        keys.append(("enter", "carry out" if remedy.form is None else "its form", "screen.carry_out"))
    if here is not None and len(here.remedies) > 1:
        keys.append(("tab", "remedy", "screen.remedy(1)"))
    if remedy is not None and remedy.steps:
        keys.append(("y", "copy", "screen.copy"))
    if here is not None and here.subject.kind in KIND_PANELS:
        keys.append(("g", "row", "screen.go"))
    keys += [("s", "severity", "screen.severity"), ("/", "filter", "screen.view_filter")]
    return [*keys, ("r", "read", "screen.examine"), ("^d", "scroll", "screen.scroll_page(1)")]
