"""A form as lines: fields, their help, and keys. Pure."""

from __future__ import annotations

import dataclasses
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jailtui.forms.protocol import ON, Answers, Field, Level, Note, Scope
from jailtui.rules.finding import SEVERITIES
from jailtui.text import cut, width
from jailtui.ui.lines import FILTER, Cell, Key, Line, Tone, fit, hanging, line, severity_cell, used
from jailtui.ui.rows import Filter, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.forms.opening import FormName
    from jailtui.ui.glyphs import Glyphs

GUTTER = 4
"""Cells left of the labels: the cursor's sign, the mark of a changed field, the sign of a note, a gap."""
WIDE = 120
"""Cells from which on a permission's default and its risk are columns."""
NAMES = 8
"""Jails named in the question for which jails a shared value is changed."""


@dataclasses.dataclass(frozen=True)
class FormState:
    """The state of the list of fields.

    `cursor` is a field's key. `offered` are values to choose from, shown under that field; `picked` is the value
    under the cursor. `open`: the field's value is being typed, in a line over its place.
    """

    subject: str
    fields: tuple[Field, ...] = ()
    answers: Answers = dataclasses.field(default_factory=Answers)
    notes: tuple[Note, ...] = ()
    filter: Filter = dataclasses.field(default_factory=Filter)
    cursor: str = ""
    open: bool = False
    offered: tuple[str, ...] = ()
    picked: str | None = None

    @cached_property
    def shown(self) -> tuple[Field, ...]:
        """The fields that match the filter; answers do not count for it."""
        return tuple(field for field in self.fields if self.filter(_filter_row(field)))

    @property
    def here(self) -> Field | None:
        return next((field for field in self.shown if field.key == self.cursor), None)

    def value(self, field: Field) -> str:
        return self.answers.values.get(field.key, field.value)

    def asks(self, field: Field) -> bool:
        """Whether the field is shared and changed, so that its scope must be chosen."""
        return len(field.shared) > 1 and self.answers.changed(field)


def suggestions(field: Field, text: str) -> tuple[str, ...]:
    """Suggestions for the last word of `text`: a list of members is completed word by word."""
    before, _, last = text.rpartition(" ")
    taken = before.split()
    return tuple(value for value in field.choices if last.casefold() in value.casefold() and value not in taken)


def with_value(answers: Answers, field: Field, value: str) -> Answers:
    """`answers` with that value for the field; its present value is no answer."""
    values, scope = dict(answers.values), dict(answers.scope)
    values[field.key] = value
    if value == field.value:
        del values[field.key]
        scope.pop(field.key, None)
    return Answers(values, scope)


def with_scope(answers: Answers, field: Field, scope: Scope) -> Answers:
    return Answers(answers.values, {**answers.scope, field.key: scope})


def _filter_row(field: Field) -> Row:
    return Row(field.key, tuple(map(Cell, (field.key, field.label, field.group, field.value, field.help))))


class FormLine(NamedTuple):
    """A line of the list: `key` is its field, `main` whether the cursor can be on the line."""

    line: Line
    key: str = ""
    main: bool = False


class Columns(NamedTuple):
    """The widths of label and value, and whether permissions have columns of their own (`rich`)."""

    label: int
    value: int
    rich: bool

    @property
    def at(self) -> int:
        return GUTTER + self.label + 2


def columns(state: FormState, room: int) -> Columns:
    """The columns for all fields of the form, shown or not, so that a filter moves nothing."""
    label = max((width(Cell(field.label).text) for field in state.fields), default=0)
    three = any(field.kind == "three" for field in state.fields)
    least = 12 if three else 22
    value = max([least, *(width(Cell(field.value).text) + 4 for field in state.fields)])
    most = max(16, room - GUTTER - 4)
    label = min(label, max(12, most * 2 // 5))
    return Columns(label, min(value, max(least, (most - label) // 2)), three and room >= WIDE)


def form_lines(state: FormState, glyphs: Glyphs, room: int) -> list[FormLine]:
    """The list of fields in `room` cells: headings, and for each field a line, its choices and its question."""
    wide = columns(state, room)
    levels = {note.field: note.level for note in reversed(by_weight(state.notes))}
    lines: list[FormLine] = []
    group = ""
    for field in state.shown:
        if field.group and field.group != group:
            lines += [FormLine(Line())] if lines else []
            lines.append(FormLine(line(" " * GUTTER, Cell(field.group, "title"))))
        group = field.group
        lines.append(FormLine(_field_line(state, field, levels.get(field.key), wide, glyphs, room), field.key, True))
        lines += [FormLine(extra, field.key) for extra in _under(state, field, wide, glyphs, room)]
    if not lines:
        words = f"nothing matches {state.filter.words}" if state.filter else "nothing to fill in"
        lines.append(FormLine(line(" " * GUTTER, Cell(words, "dim"))))
    return lines


def _field_line(state: FormState, field: Field, level: Level | None, wide: Columns, glyphs: Glyphs, room: int) -> Line:
    here, changed = field.key == state.cursor, state.answers.changed(field)
    note = severity_cell(level, glyphs, 2) if level else Cell("  ")
    gutter = (Cell(glyphs.cursor if here else " ", "accent"), Cell("*" if changed else " ", "accent"), note)
    label = _padded(Cell(field.label, "strong" if changed else ""), wide.label, glyphs)
    value = Cell("") if here and state.open else value_cell(field, state.value(field), glyphs, changed=changed)
    cells = [*gutter, label, Cell("  "), _padded(value, wide.value, glyphs), Cell("  ")]
    if field.now:
        cells.append(Cell(f"running: {field.now}  ", "warn"))
    if wide.rich:
        cells += _rich(field, wide, glyphs, used(cells))
    cells.append(Cell(where_text(field), "dim"))
    return Line(fit(cells, room, glyphs.ellipsis), "cursor" if here else "")


def _rich(field: Field, wide: Columns, glyphs: Glyphs, taken: int) -> list[Cell]:
    """A permission's own columns, after the running jail's value."""
    ahead = max(0, wide.at + wide.value + 2 + 14 - taken)
    default = Cell(f"default {field.default}" if field.default else "", "dim")
    risk = Cell(f"risk {field.risk}" if field.risk else "", _risk_tone(field.risk))
    cells = [_padded(default, 18, glyphs), _padded(Cell(field.live, "dim"), 8, glyphs), _padded(risk, 36, glyphs)]
    return [Cell(" " * ahead), *(piece for cell in cells for piece in (cell, Cell("  ")))]


def _risk_tone(risk: str) -> Tone:
    return {"": "", "none": "dim", "low": "dim", "high": "bad"}.get(re.split("[,;]", risk)[0], "warn")  # type: ignore[return-value]


def _padded(cell: Cell, cells: int, glyphs: Glyphs) -> Cell:
    text = cut(cell.text, cells, glyphs.ellipsis)
    return Cell(text + " " * (cells - width(text)), cell.tone)


def value_cell(field: Field, value: str, glyphs: Glyphs, *, changed: bool = False) -> Cell:
    """The value as its kind is drawn; colour is never the only sign."""
    tone: Tone = "accent" if changed else ""
    if field.kind == "three":
        sign, own = {"allow": (glyphs.marked, "ok"), "deny": (glyphs.broken, "bad")}.get(value, (glyphs.dot, "dim"))
        return Cell(f"{sign} {value}", tone or own)  # type: ignore[arg-type]
    if field.kind == "switch":
        return Cell(f"[{'x' if value == ON else ' '}] {value}", tone)
    if field.kind == "choice":
        return Cell(f"{value or glyphs.none} {glyphs.down}", tone)
    if field.kind == "fact":
        return Cell(value or glyphs.none, "dim")
    return Cell(value or glyphs.none, tone or ("" if value else "dim"))


def where_text(field: Field) -> str:
    """The place of the value, and the text as written if that differs."""
    raw = field.raw if field.raw != field.value else ""
    return "  ".join(part for part in (field.where, raw) if part)


def _under(state: FormState, field: Field, wide: Columns, glyphs: Glyphs, room: int) -> list[Line]:
    lead = " " * min(wide.at, room // 3)
    lines: list[Line] = []
    if field.key == state.cursor:
        for value in state.offered:
            sign = glyphs.cursor if value == state.picked else " "
            lines.append(line(lead, Cell(f"{sign} ", "accent"), Cell(value, "strong" if sign.strip() else "dim")))
    if state.asks(field):
        lines += _question(state, field, lead, room)
    return lines


def _question(state: FormState, field: Field, lead: str, room: int) -> list[Line]:
    """The question for which jails a shared value is changed."""
    scope = state.answers.scope.get(field.key)
    facts = " ".join(field.shared[:NAMES]) + (" ..." if len(field.shared) > NAMES else "")
    options: tuple[tuple[Scope, str, str], ...] = (
        ("one", "o", f"only {state.subject}"),
        ("all", "A" if field.kind == "three" else "a", f"all {len(field.shared)}: {facts}"),
    )
    lines: list[Line] = []
    for name, key, text in options:
        tone: Tone = "strong" if scope == name else "" if scope else "warn"
        sign = Cell(f"({'x' if scope == name else ' '}) ", tone, f"scope('{name}')")
        lines += [Line((Cell(lead), *each.cells)) for each in _keyed(sign, key, text, room - len(lead), tone)]
    return lines


def _keyed(sign: Cell, key: str, text: str, room: int, tone: Tone) -> list[Line]:
    first, *others = hanging(Cell(" " * (sign.width + 2)), text, room, tone)
    return [Line((sign, Cell(f"{key} ", "key"), *first.cells[1:])), *others]


def by_weight(notes: Iterable[Note], first: str = "") -> list[Note]:
    """Errors, warnings, notes; in each group those about the field `first` come first."""
    return sorted(notes, key=lambda note: (SEVERITIES.index(note.level), note.field != first))


def help_lines(field: Field | None, glyphs: Glyphs, room: int) -> list[Line]:
    """The help of the field under the cursor: a sentence, facts, and the place where it is written."""
    if field is None:
        return []
    dot = f" {glyphs.dot} "
    live = {"live": "can be changed while it runs", "restart": "needs a restart"}.get(field.live, field.live)
    facts = [
        f"default {field.default}" if field.default else "",
        live,
        f"the running jail has {field.now}" if field.now else "",
        f"shared by {len(field.shared)} jails" if len(field.shared) > 1 and "shared" not in field.where else "",
        where_text(field),
    ]
    lines = hanging(Cell(""), field.help or field.label, room)
    text = dot.join(fact for fact in facts if fact)
    if not field.risk:
        return lines + (hanging(Cell(""), text, room, "dim") if text else [])
    risk = Cell(f"risk {field.risk}" + (dot if text else ""), _risk_tone(field.risk))
    if risk.width > room // 2:
        return lines + hanging(Cell(""), risk.text + text, room, risk.tone)
    first, *others = hanging(Cell(" " * risk.width), text, room, "dim")
    return [*lines, line(risk, *first.cells[1:]), *others]


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


def form_keys(state: FormState, name: FormName, restart: bool) -> list[Key]:
    """The keys of the bar, the most important first."""
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
