"""Forms and the doctor: opened over the main screen, and their requests carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Refusal, Verb
from jailtui.ui.findings import UNJUDGED, Findings

if TYPE_CHECKING:
    from jailtui.backend import HostBackend
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.model.state import Jail
    from jailtui.plans.plan import Plan
    from jailtui.rules.finding import Remedy
    from jailtui.snapshot import Snapshot
    from jailtui.ui.draftlines import Drafted
    from jailtui.ui.messages import Front, Requester
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.parts.runs import Planner, Runs
    from jailtui.ui.reader import WatchedHost
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.doctor import DoctorScreen

BY_PANEL: dict[str, FormName] = {"bridges": "bridge", "vlans": "vlan"}
"""The form that `e` and `n` open in a panel that holds no jails."""
REMOVALS: dict[str, FormName] = {"bridges": "remove-bridge", "vlans": "remove-vlan"}
"""The form that `X` opens in a panel that holds no jails."""


class Forms:
    """Opens forms over the main screen and takes their drafts to the host."""

    def __init__(
        self, backend: HostBackend, panels: Panels, planner: Planner, runs: Runs, background: Background, front: Front
    ) -> None:
        self._backend, self._panels, self._planner, self._runs = backend, panels, planner, runs
        self._background, self._front = background, front
        runs.undo = self.ask_undo

    @property
    def _jail(self) -> Jail | None:
        kind, key = self._panels.subject
        return self._panels.state.jail(key) if self._panels.state is not None and kind == "jail" else None

    @property
    def subject(self) -> str:
        """The name a form knows the row under the cursor by."""
        return self._jail.name if self._jail is not None else self._panels.subject[1]

    @property
    def configured_in(self) -> str | None:
        """The file that defines the jail under the cursor, or None."""
        return self._jail.configured.file if self._jail is not None and self._jail.configured is not None else None

    @property
    def kept(self) -> Jail | None:
        """The jail under the cursor, if a manager keeps it in no file that was read."""
        jail = self._jail
        return jail if jail is not None and jail.manager and jail.configured is None else None

    def open(self, name: FormName) -> None:
        """Open that form for the row under the cursor; in the panels of bridges and VLANs theirs."""
        if name in ("network", "new"):
            subject = "" if name == "new" else self.subject
            self.ask_form(BY_PANEL.get(self._panels.active, name), subject, self._front)
        elif name == "remove":
            self.ask_form(REMOVALS.get(self._panels.active, name), self.subject, self._front)
        else:
            self.ask_form(name, self.subject, self._front)

    def ask_form(self, name: FormName, subject: str, requester: Requester, field: str = "") -> None:
        """Have the host read for a form, which is then shown over the screen of `requester`, its cursor on `field`.

        What is typed meanwhile is for the form.
        """
        from jailtui.exchange import HostError
        from jailtui.forms.protocol import Answers, NoForm
        from jailtui.ui.draftlines import drafted
        from jailtui.ui.screens.waiting import WaitScreen

        glyphs = self._front.glyphs
        waiting = WaitScreen(f"Reading {subject or 'the host'}{glyphs.ellipsis}", glyphs)

        def opened(first: Drafted) -> None:
            def show() -> None:
                if waiting.end():
                    self._opened(name, first, requester, field)
                    self._front.type_again(waiting.keys)

            waiting.after_keys(show)

        def failed(reason: str) -> None:
            if waiting.end():
                requester.show_message(reason)

        requester.show_message("")
        self._front.push(waiting)
        self._background.start(
            "form",
            lambda: drafted(self._backend.form(name, subject), Answers()),
            opened,
            failed,
            expected=(HostError, NoForm),
        )

    def _opened(self, name: FormName, first: Drafted, requester: Requester, field: str) -> None:
        from jailtui.ui.screens.form import FormScreen

        if isinstance(requester, FormScreen):
            requester.open(name, first)
            return
        screen = FormScreen(name, first, self, self._front.glyphs)
        if field in {shown.key for shown in first.fields}:
            screen.fields.become(cursor=field)
        self._front.push(screen)

    def ask_save(self, form: Form, draft: Draft, requester: Requester, *, restart: bool) -> None:
        """Have a plan made of that draft, and shown."""
        self._planner.ask(lambda snapshot: self._backend.save_plan(form, draft, snapshot, restart=restart), requester)

    def ask_undo(self, *, redo: bool = False) -> None:
        """Show the plan that takes the last save back, or with `redo` returns to it: the one of this session, else the
        last of the row's file.
        """
        if (plan := self._runs.saves.back(redo=redo)) is not None:
            self._planner.ask(lambda _: self._backend.taken_back(plan), self._front)
        elif self._panels.active in BY_PANEL:
            nothing = (
                "redo: no change of a bridge or VLAN was undone" if redo else "undo: no bridge or VLAN was changed"
            )
            self._front.show_message(f"Nothing to {nothing} in this session.")
        else:
            path = self.configured_in or "/etc/jail.conf"
            self._front.show_message(f"Reading the backups of {path}{self._front.glyphs.ellipsis}")
            self._planner.ask(lambda _: self._backend.undo_plan(path, redo=redo), self._front)


class Doctor:
    """Opens the doctor and carries out the remedies chosen in it."""

    def __init__(
        self,
        backend: HostBackend,
        host: WatchedHost,
        panels: Panels,
        planner: Planner,
        runs: Runs,
        forms: Forms,
        background: Background,
        front: Front,
    ) -> None:
        self._backend, self._host, self._panels, self._planner = backend, host, panels, planner
        self._runs, self._background, self._front = runs, background, front
        self.ask_form = forms.ask_form
        self.go_to = panels.go_to
        self.outcome = runs.outcome
        self._screen: DoctorScreen | None = None
        self._shown = UNJUDGED

    def _settled(self, findings: Findings) -> Findings:
        """The findings without those of the middle of a run."""
        return findings if self._host.state is None else self._runs.picture(self._host.state, findings)[1]

    def open(self) -> None:
        """Open it on the worst finding of the row under the cursor."""
        from jailtui.ui.screens.doctor import DoctorScreen

        self._shown = self._settled(self._host.findings)
        self._screen = DoctorScreen(self._shown, self, self._front.glyphs, *self._panels.subject)
        self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None

    def update(self) -> None:
        """The host was judged again."""
        findings = self._settled(self._host.findings)
        if self._screen is not None and findings != self._shown:
            self._shown = findings
            self._screen.update(findings)

    def examine(self) -> None:
        """Have the host read in full and judged, and give the findings to the doctor."""
        from jailtui.ui.reader import judged

        screen = self._screen
        if screen is not None:
            self._background.start(
                "full reading",
                lambda: judged(self._backend.examine()),
                lambda findings: screen.examined(self._settled(findings)),
                lambda error: screen.examined(None, error),
            )

    def ask_remedy(self, remedy: Remedy, requester: Requester) -> None:
        """Have the remedy's plan made and shown; one for several findings has a task for each, or one edit of files."""
        if remedy.parts and remedy.form is not None:
            self._planner.ask(lambda _: self._backend.answers_plan(remedy), requester)
        else:
            keys = tuple(part.task.key for part in remedy.parts or (remedy,))
            self._planner.ask_verb(Verb.REMEDY, keys, requester)

    def ask_reclaims(self, requester: Requester) -> None:
        """Have one plan made for all orphans that no manager made, or that are marked, and shown."""
        if self._host.state is None or not self._host.state.orphans:
            requester.show_message("No epair is orphaned.")
        else:
            marked = self._panels.lists["epairs"].marks
            self._planner.ask(lambda snapshot: self._reclaims(snapshot, marked), requester)

    def _reclaims(self, snapshot: Snapshot, marked: frozenset[str]) -> Plan:
        from jailtui.plans.actions import left_over

        unmanaged, managed = left_over(snapshot.state)
        left = [pair for pair in managed if pair.key not in marked]
        keys = tuple(pair.key for pair in (*unmanaged, *managed) if pair not in left)
        plan = self._backend.plan(Verb.RECLAIM, snapshot, keys)
        refused = (
            Refusal(pair.key, pair.name, f"created by {pair.manager}: mark it in its panel (space) to include it")
            for pair in left
        )
        return plan._replace(refused=(*plan.refused, *refused))
