"""Forms: which one a key opens for the row under the cursor, and what becomes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.plans.plan import Plan
    from jailtui.ui.backend import Backend
    from jailtui.ui.drafting import Drafted
    from jailtui.ui.messages import Requester
    from jailtui.ui.parts.background import Background
    from jailtui.ui.parts.front import Front
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.parts.planner import Planner
    from jailtui.ui.parts.runs import Runs

BY_PANEL: dict[str, FormName] = {"bridges": "bridge", "vlans": "vlan"}
"""The form that `e` and `n` open in a panel that holds no jails."""


class Forms:
    """Opens forms over the main screen and takes their drafts to the host."""

    def __init__(
        self, backend: Backend, panels: Panels, planner: Planner, runs: Runs, background: Background, front: Front
    ) -> None:
        self._backend, self._panels, self._planner, self._runs = backend, panels, planner, runs
        self._background, self._front = background, front

    @property
    def subject(self) -> str:
        """The name a form knows the row under the cursor by."""
        kind, key = self._panels.subject
        jail = self._panels.state.jail(key) if self._panels.state is not None and kind == "jail" else None
        return jail.name if jail is not None else key

    @property
    def configured_in(self) -> str | None:
        """The file that defines the jail under the cursor, or None."""
        kind, key = self._panels.subject
        jail = self._panels.state.jail(key) if self._panels.state is not None and kind == "jail" else None
        return jail.configured.file if jail is not None and jail.configured is not None else None

    def open(self, name: FormName) -> None:
        """Open that form for the row under the cursor; in the panels of bridges and VLANs theirs."""
        if name in ("network", "new"):
            subject = "" if name == "new" else self.subject
            self.ask_form(BY_PANEL.get(self._panels.active, name), subject, self._front)
        else:
            self.ask_form(name, self.subject, self._front)

    def ask_form(self, name: FormName, subject: str, requester: Requester, field: str = "") -> None:
        """Have the host read for a form, which is then shown over the screen of `requester`, its cursor on `field`."""
        from jailtui.exchange import HostError
        from jailtui.forms.protocol import Answers, NoForm
        from jailtui.ui.drafting import drafted

        requester.show_message(f"Reading {subject or 'the host'}{self._front.glyphs.ellipsis}")
        self._background.start(
            "form",
            lambda: drafted(self._backend.form(name, subject), Answers()),
            lambda first: self._opened(name, first, requester, field),
            requester.show_message,
            expected=(HostError, NoForm),
        )

    def _opened(self, name: FormName, first: Drafted, requester: Requester, field: str) -> None:
        if not self._front.is_on_top(requester):
            return
        from jailtui.ui.screens.form import FormScreen

        requester.show_message("")
        if isinstance(requester, FormScreen):
            requester.open(name, first)
            return
        screen = FormScreen(name, first, self, self._front.glyphs)
        if field in {shown.key for shown in first.fields}:
            screen.fields.become(cursor=field)
        self._front.push(screen)

    def ask_save(self, form: Form, draft: Draft, requester: Requester, *, restart: bool) -> None:
        """Have a plan made of that draft, and shown; a form may be looked at where nothing can be changed."""
        if (reason := self._front.blocked()) is not None:
            requester.show_message(reason)
            return
        self._planner.ask(lambda snapshot: self._backend.save_plan(form, draft, snapshot, restart=restart), requester)

    def ask_undo(self) -> None:
        """Show the plan that takes the last save back: the one of this session, else the last of the row's file."""
        if (undo := self._last_save_undone()) is not None:
            plan = undo
            self._planner.ask(lambda _: plan, self._front)
        elif self._panels.active in BY_PANEL:
            self._front.show_message("No bridge or VLAN was changed in this session: there is nothing to undo.")
        else:
            path = self.configured_in or "/etc/jail.conf"
            self._front.show_message(f"Reading the backups of {path}{self._front.glyphs.ellipsis}")
            self._planner.ask(lambda _: self._backend.undo_plan(path), self._front)

    def _last_save_undone(self) -> Plan | None:
        from jailtui.plans.save import taken_back

        last = self._runs.progress
        saved = last is not None and last.plan.verb is Verb.SAVE and last.over and last.saved
        return taken_back(last.plan) if last is not None and saved else None
