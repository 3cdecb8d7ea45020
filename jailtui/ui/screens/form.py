"""A form over the console: the fields, and below them what saving would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Container

from jailtui.forms.protocol import Answers, Draft, Field, Form
from jailtui.ui.boxes import form_heights, most_of_draft
from jailtui.ui.commands import BY_ID
from jailtui.ui.draftlines import Drafted, draft_title, drafted, noted_draft, unanswered, why_not_save
from jailtui.ui.formlines import KEYS, FormState, form_keys, help_lines, suggestions, with_value
from jailtui.ui.lines import ENDS, Cell, bar, indented
from jailtui.ui.rows import Filter
from jailtui.ui.screens.commanded import CommandScreen
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.formlist import FormList, ValueLine
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jailtui.forms.opening import FormName
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.messages import Requester

NAMING = ("copy", "rename")
"""Forms that make a new name from an object."""
SUGGESTED = 6
"""The most suggestions shown under a text that is typed."""


class FormOwner(Protocol):
    """The part that opened a form, as the form uses it."""

    def ask_form(self, name: FormName, subject: str, requester: Requester) -> None: ...

    def ask_save(self, form: Form, draft: Draft, requester: Requester, *, restart: bool) -> None: ...


class FormScreen(CommandScreen):
    """Shows a form; `open` shows another in its place. Answers are kept until they are saved or discarded."""

    CSS_PATH = style_sheets("screens")
    BINDINGS = [
        BY_ID["form.network"].binding(),
        BY_ID["form.permissions"].binding(),
        BY_ID["view.filter"].binding(),
        BY_ID["app.help"].binding(),
        Binding("escape,q", "back", "back"),
        Binding("enter", "type", show=False, priority=True),
        Binding("ctrl+s", "save(False)", "save"),
        Binding("ctrl+r", "save(True)", "save and restart"),
        Binding("ctrl+d", "scroll_draft(1)", show=False),
        Binding("ctrl+u", "scroll_draft(-1)", show=False),
    ]

    def __init__(self, name: FormName, first: Drafted, owner: FormOwner, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self.form_name = name
        self.form = first.form
        self.draft = first.draft
        self.fields = FormList(glyphs=glyphs, id="fields")
        self.about = TextLines(glyphs=glyphs, id="about")
        self.coming = TextLines(framed=True, glyphs=glyphs, id="draft")
        self.value = ValueLine()
        self._owner = owner
        self._before = Answers()
        self._drafted = first.answers
        self._draft_lines = 0
        self._drafting = False
        self._saving: bool | None = None
        self._warned = ""
        self._untouched = False
        """Whether the line for a value was opened by the form, and nothing was typed in it yet."""
        self.commands = {
            "view.filter": lambda: self.bar.open_filter(self.fields, self.redraw),
            "app.help": self._help,
            "form.network": lambda: self._switch("network", "e"),
            "form.permissions": lambda: self._switch("permissions", "p"),
        }
        self.about.can_focus = self.coming.can_focus = False
        self.open(name, first)

    def compose(self) -> ComposeResult:
        with Container(id="form"):
            yield self.fields
            yield self.about
            yield self.coming
            yield self.value
        yield self.bar

    def on_mount(self) -> None:
        self.set_focus(self.fields)
        self._type_at_once()

    def open(self, name: FormName, first: Drafted) -> None:
        """Show that form without answers; the same form, read again, with the answers that still change a field."""
        again = self.is_mounted and (name, first.form.subject) == (self.form_name, self.form.subject)
        self.form_name, self.form, self.draft = name, first.form, first.draft
        self._drafted, self._saving, self._warned = first.answers, None, ""
        if again:
            fields, answers = unanswered(first.form, self.answers)
            self.fields.become(fields=fields, answers=answers)
            self._ask_draft()
            self.show_message("Not saved. The host was read again; your changes are kept.")
            return
        self.fields.state = FormState(first.form.subject)
        self.fields.become(fields=first.fields, notes=first.draft.notes)
        self._draft_lines = 0
        if self.is_mounted:
            self.fields.scroll_first(0)
            self.share_height()
            self.redraw()
            self._type_at_once()

    @property
    def answers(self) -> Answers:
        return self.fields.state.answers

    @property
    def changed(self) -> int:
        return sum(self.answers.changed(field) for field in self.fields.state.fields)

    # The draft, made in another thread so that typing never waits for it.

    def _ask_draft(self) -> None:
        """Start a draft of the answers. While it is made, only the last of the next answers waits."""
        if not self._drafting:
            self._drafting = True
            form, answers = self.form, self.answers
            self.background.start(
                "draft", lambda: drafted(form, answers), self._take_draft, self.show_message, exclusive=False
            )

    def _take_draft(self, drafted: Drafted) -> None:
        self._drafting = False
        if drafted.form is not self.form or drafted.answers != self.answers:
            self._ask_draft()
            return
        self._drafted, self.draft = drafted.answers, drafted.draft
        shown = drafted.fields or self.fields.state.fields
        more = len(shown) != len(self.fields.state.fields)
        self.fields.become(fields=shown, notes=drafted.draft.notes)
        if more:
            self.share_height()
        self.redraw()
        if self._saving is not None:
            self.action_save(self._saving)

    def on_form_list_changed(self) -> None:
        self._warned = ""
        self._ask_draft()

    # Drawing.

    def on_resize(self) -> None:
        self.share_height()
        self.call_after_refresh(self.redraw)

    def share_height(self) -> None:
        """Divide the height between fields, help and draft. A draft that got lines keeps them."""
        height, drafted = self.app.size.height - 1, len(self.coming.lines) + 2
        self._draft_lines = max(self._draft_lines, min(drafted, most_of_draft(height)))
        groups = {field.group for field in self.fields.state.fields if field.group}
        needed = len(self.fields.state.fields) + 2 * len(groups) + 3
        lines = form_heights(needed, self._draft_lines, height)
        for widget, rows in zip((self.fields, self.about, self.coming), lines, strict=True):
            widget.display = rows > 0
            widget.styles.height = rows

    def redraw(self) -> None:
        """Update all but the fields; only changes are painted."""
        state, glyphs = self.fields.state, self.glyphs
        changed = self.changed
        words = [f"{changed} changed"] if changed else []
        words += [state.filter.words] if state.filter else []
        self.fields.entitle(
            (Cell(self.form.title, "title"),), (Cell(f" {glyphs.dot} ".join(words), "accent"),) if words else ()
        )
        room = self.about.room - 2
        about = help_lines(state.here, glyphs, max(10, room))
        self.about.show(indented(about))
        self._draw_draft(state)
        self._place_value()
        self._draw_bar()

    def _draw_draft(self, state: FormState) -> None:
        self.coming.entitle(*draft_title(self.draft, self.glyphs))
        lines = noted_draft(self.draft, state, self.glyphs, max(10, self.coming.room - 2), self.coming.page)
        self.coming.show(indented(lines))
        if self._draft_lines < min(len(lines) + 2, most_of_draft(self.app.size.height - 1)):
            self.share_height()
            self.call_after_refresh(self.redraw)

    def _draw_bar(self) -> None:
        restart = self.draft.restart is not None
        keys = form_keys(self.fields.state, self.form_name, restart)
        self.bar.show_keys(*bar(keys, ENDS, self.app.size.width))

    # Typing a value.

    def on_form_list_field_moved(self) -> None:
        self.redraw()

    def action_type(self) -> None:
        """Enter on a field. A priority binding, so that keys typed after it go to the line that it opens."""
        field = self.fields.state.here
        if field is not None and field.kind == "text" and not self.fields.state.offered:
            self.begin_typing(field)
        else:
            self.fields.action_open()

    def on_form_list_field_opened(self, event: FormList.FieldOpened) -> None:
        self.begin_typing(event.field)

    def begin_typing(self, field: Field) -> None:
        """Put the input line over the field's value."""
        state = self.fields.state
        self._before = state.answers
        self.value.fill(state.value(field))
        offered = () if " " in self.value.value else field.choices[:SUGGESTED]
        self.fields.become(open=True, offered=offered, picked=None)
        self._place_value()
        self.set_focus(self.value)

    def _type_at_once(self) -> None:
        """Open the input line for the first field of a new object; the arrows still go to other fields."""
        field = self.fields.state.here
        if field is not None and field.kind == "text" and self._is_filled_in:
            self.begin_typing(field)
            self.fields.become(offered=())
            self._untouched = True

    def _type_on(self) -> None:
        """Open the input line for the next field of a new object, if it is empty."""
        state = self.fields.state
        field = state.here
        if field is not None and field.kind == "text" and not state.value(field) and self._is_filled_in:
            self.begin_typing(field)
            self._untouched = True

    @property
    def _is_filled_in(self) -> bool:
        """Whether the form is for a new object or name, whose fields are typed one after another."""
        return not self.form.subject or self.form_name in NAMING

    def on_value_line_typed(self, event: ValueLine.Typed) -> None:
        self._untouched = False
        state = self.fields.state
        if state.open and (field := state.here) is not None:
            offered = suggestions(field, event.value)[:SUGGESTED]
            self.fields.become(answers=with_value(state.answers, field, event.value), offered=offered, picked=None)

    def on_value_line_walked(self, event: ValueLine.Walked) -> None:
        """To another suggestion, or to another field if there are no suggestions."""
        self._untouched = False
        field = self.fields.state.here
        if field is None or not self.fields.state.offered:
            self.close_value("next" if event.way > 0 else "previous")
            return
        self.fields.walk(event.way)
        before, blank, _ = self.value.value.rpartition(" ")
        text = before + blank + (self.fields.state.picked or "")
        self.value.fill(text)
        self.fields.become(answers=with_value(self.answers, field, text))

    def on_value_line_left(self, event: ValueLine.Left) -> None:
        untouched, self._untouched = self._untouched, False
        if untouched and event.how == "enter":  # asked for what is open already
            return
        how = "next" if event.how == "enter" else event.how
        before = self.fields.state.cursor
        self.close_value(how)
        if how != "undo" and self.fields.state.cursor != before:
            self._type_on()
        elif how == "undo" and untouched and not self.changed:
            self.action_back()

    def close_value(self, how: str) -> None:
        """End typing: keep the value and go on, or restore the value of before."""
        undone = {"answers": self._before} if how == "undo" else {}
        self.fields.become(open=False, offered=(), picked=None, **undone)
        if how in ("next", "previous"):
            self.fields.action_move(1 if how == "next" else -1)

    def _place_value(self) -> None:
        """Put the input line over the value that is typed, or hide it."""
        typed = self.fields.state.open
        if typed:
            column, row, room = self.fields.value_place()
            self.value.styles.offset = (column, row)
            self.value.styles.width = room
        if typed != self.value.display:
            self.value.display = typed
            if not typed:
                self.fields.focus()

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter belongs to the input line while a value is typed."""
        if action == "type" and self.focused is not self.fields:
            return False
        return super().check_action(action, parameters)

    def action_save(self, restart: bool) -> None:
        """Show the plan of saving, once the draft of the last answers is made."""
        if self._drafted != self.answers:
            self._saving = restart
            return
        self._saving = None
        if self.fields.state.open:
            self.close_value("here")
        refusal = why_not_save(self.draft, self.fields.state, restart, self.glyphs)
        if refusal is None:
            self._owner.ask_save(self.form, self.draft, self, restart=restart)
            return
        reason, field = refusal
        if field:
            self.fields.become(cursor=field)
        self.show_message(reason)

    def settled(self, saved: bool) -> None:
        """Close the form after a save; else read the host again, since it may have changed."""
        if saved:
            self.dismiss(None)
        else:
            self._owner.ask_form(self.form_name, self.form.subject, self)

    def action_back(self) -> None:
        """Close the suggestions, the filter, or the form; unsaved answers need a second press."""
        state = self.fields.state
        if state.offered:
            self.fields.become(offered=(), picked=None)
        elif state.filter:
            self.fields.narrow(Filter())
        elif self._may_drop("esc"):
            self.dismiss(None)

    def _may_drop(self, key: str) -> bool:
        """Whether there are no unsaved answers, or the same key was pressed again after the warning."""
        changed = self.changed
        what = f"{changed} unsaved change{'s' * (changed != 1)}"
        warning = f"{what}. {key} again discards {'it' if changed == 1 else 'them'}, ctrl+s saves."
        if not changed or self._warned == warning == self.bar.message:
            return True
        self.show_message(warning)
        self._warned = warning
        return False

    def _switch(self, name: FormName, key: str) -> None:
        if self.form_name not in ("network", "permissions"):
            self.show_message("Go back first (esc): this form is not about a jail.")
        elif name != self.form_name and self._may_drop(key):
            self._owner.ask_form(name, self.form.subject, self)

    def action_scroll_draft(self, pages: int) -> None:
        self.coming.scroll_first(self.coming.first + pages * max(1, self.coming.page // 2))

    def _help(self) -> None:
        from jailtui.ui.screens.dialog import keys_help

        self.app.push_screen(keys_help("Keys of a form", KEYS, self.glyphs))
