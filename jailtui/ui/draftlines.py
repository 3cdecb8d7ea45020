"""What saving a form would write, as lines, and why it can't be saved. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import shell_line
from jailtui.forms.protocol import Answers, Draft, Field, Form, Note
from jailtui.ui.formlines import by_weight
from jailtui.ui.lines import Cell, Line, hanging, line, severity_cell
from jailtui.ui.runlines import edit_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.exchange import Step
    from jailtui.ui.formlines import FormState
    from jailtui.ui.glyphs import Glyphs


class Drafted(NamedTuple):
    """A form with answers, its fields and its draft."""

    form: Form
    answers: Answers
    fields: tuple[Field, ...]
    draft: Draft


def drafted(form: Form, answers: Answers) -> Drafted:
    """Fields and draft for these answers; an exception in the form becomes an error of the draft."""
    fields: tuple[Field, ...] = ()
    try:
        fields = form.fields(answers)
        draft = form.draft(answers)
    except Exception as error:  # noqa: BLE001 the operator keeps typing
        draft = Draft(notes=(Note("error", f"Failed inside jailtui: {type(error).__name__}: {error}"),))
    return Drafted(form, answers, fields, draft)


def unanswered(form: Form, answers: Answers) -> tuple[tuple[Field, ...], Answers]:
    """The fields of a form that was read again, and the `answers` that still change a field."""
    fields = form.fields(answers)
    left = {field.key for field in fields if answers.changed(field)}
    values = {key: value for key, value in answers.values.items() if key in left}
    return fields, Answers(values, {key: scope for key, scope in answers.scope.items() if key in left})


def note_lines(notes: Sequence[Note], fields: Sequence[Field], here: str, glyphs: Glyphs, room: int) -> list[Line]:
    """The notes by severity, each with the label of its field unless it begins with that."""
    labels = {field.key: field.label for field in fields}
    lines: list[Line] = []
    for note in by_weight(notes, here):
        label = labels.get(note.field, "")
        label = f"{label}: " if label and not note.text.casefold().startswith(label.casefold()) else ""
        sign = severity_cell(note.level, glyphs)
        lines += hanging(Cell(f"{sign.text} ", sign.tone), label + note.text, room, sign.tone)
    return lines


def draft_lines(draft: Draft, room: int, context: int = 3) -> list[Line]:
    """The changes of files, with `context` lines around each, and the commands of a save."""
    lines = _command_lines(draft.before, room)
    for edit in draft.files:
        path = edit.path if edit.old is not None else f"{edit.path} (new file)"
        lines += [line(Cell(path, "strong")), *edit_lines(edit, room, context)]
    lines += _command_lines(draft.commands, room)
    if not lines and not draft.errors:
        lines.append(line(Cell("Nothing would change.", "dim")))
    return lines


def _command_lines(steps: Sequence[Step], room: int) -> list[Line]:
    lines: list[Line] = []
    for step in steps:
        lines += hanging(Cell("run  ", "dim"), shell_line(step.argv), room, "accent")
        lines += hanging(Cell("     "), step.why, room, "dim") if step.why else []
    return lines


def draft_title(draft: Draft, glyphs: Glyphs) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The title over the draft, and at its right when a save takes effect."""
    effect = (Cell(draft.effect, "accent"),) if draft.effect and not draft.empty else ()
    if draft.errors:
        return (Cell(f"{glyphs.bad} ", "bad"), Cell("Can't be saved", "bad")), effect
    return (Cell("Saving would write", "title"),), effect


def noted_draft(draft: Draft, state: FormState, glyphs: Glyphs, room: int, page: int) -> list[Line]:
    """The draft between its errors and warnings above and its notes below; the fewer lines `page` has, the fewer
    unchanged lines are around a change."""
    weighty = [note for note in draft.notes if note.level != "note"]
    plain = [note for note in draft.notes if note.level == "note"]
    lines = note_lines(weighty, state.fields, state.cursor, glyphs, room)
    lines += draft_lines(draft, room, 0 if page < 6 else 1 if page < 9 else 3)
    return lines + note_lines(plain, state.fields, state.cursor, glyphs, room)


def why_not_save(draft: Draft, state: FormState, restart: bool, glyphs: Glyphs) -> tuple[str, str] | None:
    """The reason why the answers can't be saved, as a sentence, and the field that it is about ("": none)."""
    for note in draft.errors[:1]:
        (first, *_) = note_lines([note], state.fields, "", glyphs, 1000)
        about = note.field if any(field.key == note.field for field in state.shown) else ""
        return first.text.partition(" ")[2], about
    for field in state.fields:
        if state.asks(field) and field.key not in state.answers.scope:
            key = "A" if field.kind == "three" else "a"
            count = len(field.shared)
            reason = f"{field.label} is shared by {count} jails: press o (only this one) or {key} (all {count})."
            return reason, field.key
    if draft.empty:
        return "No changes to save.", ""
    if restart and draft.restart is None:
        return f"No restart is needed: {draft.effect or 'nothing that runs depends on it'} (ctrl+s saves).", ""
    return None
