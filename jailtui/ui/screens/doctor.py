"""The doctor: the findings, and the page of the selected one with its evidence and remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.widgets import Input

from jailtui.rules.finding import SEVERITIES, Remedy, Severity
from jailtui.ui.commands import BY_ID
from jailtui.ui.doctorlines import KEYS, LEAST, ShownFindings, commands, doctor_keys, form_name, page_lines
from jailtui.ui.findings import KIND_PANELS, Findings
from jailtui.ui.lines import ENDS, Cell, bar, indented
from jailtui.ui.messages import Copy, Requester
from jailtui.ui.screens.paged import PagedScreen
from jailtui.ui.widgets.findinglist import FindingList

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.ui.glyphs import Glyphs

BRIEF = 22
"""Lines of the page below which the remedies come before the explanation."""


class DoctorOwner(Protocol):
    """The part that opened the doctor, as the doctor uses it."""

    def ask_form(self, name: FormName, subject: str, requester: Requester, field: str = "") -> None: ...

    def ask_remedy(self, remedy: Remedy, requester: Requester) -> None: ...

    def ask_reclaims(self, requester: Requester) -> None: ...

    def examine(self) -> None: ...

    def go_to(self, panel: str, key: str) -> None: ...

    def outcome(self) -> str: ...


class DoctorScreen(PagedScreen):
    """Shows the findings. `kind` and `key` are the row it was opened from."""

    list: FindingList
    BINDINGS = [
        BY_ID["epair.reclaim-all"].binding(),
        Binding("enter", "carry_out", "carry out"),
        Binding("tab", "remedy(1)", show=False, priority=True),
        Binding("shift+tab", "remedy(-1)", show=False, priority=True),
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)),
        Binding("s", "severity", "severity"),
        Binding("space", "open_group", "its findings"),
        Binding("y", "copy", "copy the commands"),
        Binding("g", "go", "go to the row"),
        Binding("r", "examine", "read again"),
    ]

    def __init__(self, findings: Findings, owner: DoctorOwner, glyphs: Glyphs, kind: str = "", key: str = "") -> None:
        super().__init__(FindingList(glyphs=glyphs, id="findings"), glyphs, "doctor", KEYS)
        self._owner = owner
        self._examining = False
        self._examined = False
        self.commands["epair.reclaim-all"] = lambda: self._owner.ask_reclaims(self)
        self._shown: tuple[str, int] = ("", 0)
        here = findings.of(kind, key)
        least: Severity = "note" if here and here[0].severity == "note" else "warning"
        selection = ShownFindings(findings, least=least)
        if here and here[0].code in selection.groups:
            selection = ShownFindings(findings, least=least, opened=frozenset({here[0].code}))
        self.list.become(selection=selection, cursor=selection.key_of(kind, key))

    def on_mount(self) -> None:
        self.action_examine()

    # The findings.

    def update(self, findings: Findings) -> None:
        """Take the findings of a changed host; after a full reading it is read in full again first."""
        if self._examined:
            self._owner.examine()
        else:
            self.list.take(findings, news=not self._examining)

    def examined(self, findings: Findings | None, error: str = "") -> None:
        """Take the findings of a full reading; None: it failed, and `error` says why."""
        self._examining = False
        if findings is not None:
            self.list.take(findings, news=self._examined)
        else:
            self.show_message(error)
        self._examined = findings is not None
        self.redraw()

    # Drawing.

    def on_finding_list_finding_moved(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Update page and bar; only changes are painted."""
        state = self.list.state
        selection, glyphs = state.selection, self.glyphs
        hidden = len(selection.weighty) < len(selection.findings.findings)
        words = [LEAST[selection.least]] if hidden else []
        words += [selection.filter.words] if selection.filter else []
        words += ["reading in full"] if self._examining else []
        counts = (Cell("  "), Cell(selection.title_counts, "dim")) if selection.title_counts else ()
        corner = (Cell(f" {glyphs.dot} ".join(words), "accent"),) if words else ()
        self.list.entitle((Cell("Doctor", "title"), *counts), corner)
        here = state.here
        self.page.entitle((Cell(here.code, "title"),) if here is not None else ())
        brief = self.page.page < BRIEF
        lines, span = page_lines(state, glyphs, max(10, self.page.room - 2), brief=brief)
        self.page.show(indented(lines))
        self._scroll_page(span)
        self.bar.show_keys(*bar(doctor_keys(state), ENDS, self.app.size.width))

    def _scroll_page(self, span: tuple[int, int]) -> None:
        """Scroll to the top of another finding, or to another chosen remedy."""
        state = self.list.state
        before, self._shown = self._shown, (state.cursor, state.remedy)
        if before[0] != state.cursor:
            self.page.scroll_first(0)
        elif before[1] != state.remedy:
            begin, end = span
            if end > self.page.first + self.page.page:
                self.page.scroll_first(end - self.page.page)
            if begin < self.page.first:
                self.page.scroll_first(begin)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab chooses no remedy while a filter is typed."""
        if action == "remedy" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_remedy(self, way: int) -> None:
        here = self.list.state.here
        if here is not None and here.remedies:
            self.list.become(remedy=(self.list.state.remedy + way) % len(here.remedies))

    def action_choose(self, number: int) -> None:
        here = self.list.state.here
        if here is not None and number <= len(here.remedies):
            self.list.become(remedy=number - 1)
        else:
            self.show_message(f"This finding has no remedy {number}.")

    def on_finding_list_finding_opened(self) -> None:
        self.action_carry_out()

    def action_carry_out(self) -> None:
        """Show the plan of the chosen remedy, or its form; nothing runs before it is confirmed."""
        here, remedy = self.list.state.here, self.list.state.chosen
        if here is None:
            self.show_message("No finding is selected.")
        elif remedy is None:
            self.show_message("No remedy is known; the page explains the problem.")
        elif remedy.parts:
            self._owner.ask_remedy(remedy, self)
        elif remedy.form is not None:
            _, subject, field = remedy.form
            name = form_name(remedy)
            if name is None:
                self.show_message(f"No form is called {remedy.form[0]}.")
            else:
                self._owner.ask_form(name, subject, self, field)
        elif remedy.task.steps:
            self._owner.ask_remedy(remedy, self)
        else:
            self.show_message(f"Nothing to run: {remedy.task.why or remedy.task.label}")

    def settled(self, saved: bool) -> None:
        """Show the verdicts of a plan of this screen."""
        self.show_message(self._owner.outcome())

    def action_copy(self) -> None:
        remedy = self.list.state.chosen
        if remedy is not None and remedy.task.steps:
            self.post_message(Copy(commands(remedy)))
        else:
            self.show_message("This remedy has no commands to copy.")

    def action_go(self) -> None:
        """Go to the row of the finding in the panels."""
        here = self.list.state.here
        panel = KIND_PANELS.get(here.subject.kind) if here is not None else None
        if here is None or panel is None:
            self.show_message(
                "This finding has no row in the panels." if here is not None else "No finding is selected."
            )
            return
        self.dismiss(None)
        self._owner.go_to(panel, here.subject.key)

    def action_severity(self) -> None:
        """Show all but notes, errors only, or all, in turn."""
        least = self.list.state.selection.least
        self.list.select(least=SEVERITIES[(SEVERITIES.index(least) - 1) % len(SEVERITIES)])

    def action_open_group(self) -> None:
        """Show the findings of the group under the cursor one by one, or together again."""
        here, selection = self.list.state.here, self.list.state.selection
        if here is None or here.code not in selection.groups:
            self.show_message("This finding is not in a group.")
            return
        self.list.select(opened=selection.opened ^ {here.code})

    def action_examine(self) -> None:
        self._examining = True
        self._owner.examine()
        self.redraw()
