"""Plans: made of the host as it is now, shown, run once confirmed, and judged by the host when they are over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from jailtui.exchange import Verb
from jailtui.ui.parts.keeping import Keeping
from jailtui.ui.parts.saves import Saves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.backend import HostBackend
    from jailtui.model.commands import By
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.snapshot import Snapshot
    from jailtui.ui.busy import BusyJails
    from jailtui.ui.findings import Findings
    from jailtui.ui.messages import Front, Requester
    from jailtui.ui.parts.failed import FailedRun
    from jailtui.ui.progress import RunProgress
    from jailtui.ui.reader import HostReader, WatchedHost
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.plan import PlanChoice, RunScreen

    MakePlan = Callable[[Snapshot], Plan]
    Closed = Callable[[bool], None]

VERDICTS_SHOWN = 2
"""Verdicts that find room in the bar of keys."""


def ignore(confirmed: bool) -> None:
    """Do nothing once a plan's dialog is closed."""


class Runs:
    """Knows the last run, one at a time, and the saves. `progress` is None before the first; `undo` takes the last save
    back.
    """

    def __init__(self, backend: HostBackend, reader: HostReader, background: Background, front: Front) -> None:
        self._backend, self._reader, self._background, self._front = backend, reader, background, front
        self.keeping = Keeping(backend, reader, background, front, self._undone)
        self.progress: RunProgress | None = None
        self.busy: BusyJails | None = None
        self._cancel = threading.Event()
        self._outcomes: Mapping[str, Outcome] = {}
        self._judge_from: int | None = None
        self._requester: Requester | None = None
        self._screen: RunScreen | None = None
        self.saves = Saves()
        self.undo: Callable[[], None] = lambda: None
        self.after_failure: Callable[[], FailedRun] | None = None

    @property
    def under_way(self) -> str | None:
        """What is being run, in words, or None: over means that the host was read again too."""
        if self.progress is None or (self.progress.over and self._judge_from is None):
            return None
        return self.progress.words

    def begin(self, plan: Plan, before: Snapshot, findings: Findings, requester: Requester) -> None:
        """Run it and show it; `findings` are those shown before it, `requester` is notified when it is settled."""
        from jailtui.ui.busy import BusyJails
        from jailtui.ui.progress import RunProgress

        self._cancel = threading.Event()
        self._backend.watch_line(lambda cut: self._background.call(self._line, cut), watched=True)
        self.progress = RunProgress.of(plan, before)
        self.busy = BusyJails(before.state, findings)
        self._requester = requester
        self._background.start(
            "run",
            lambda: self._backend.run(
                plan, lambda event: self._background.call(self._advance, event), self._cancel.is_set
            ),
            self._over,
            self._broke_off,
            exclusive=False,
        )
        self._changed()
        self.show()

    def _advance(self, event: RunEvent) -> None:
        if self.progress is not None and self.busy is not None:
            self.progress = self.progress.after(event)
            if event.kind == "step-started" and event.step is not None:
                task = next(task for task in self.progress.plan.tasks if task.key == event.key)
                self.busy.advance(task.key, task.steps[event.step].argv)
            if event.kind == "task-ended":
                self.busy.ended(event.key, self._reader.ask())
            self._changed()

    def _broke_off(self, error: str) -> None:
        if self.progress is not None:
            self._over(self.progress.outcomes(), error)

    def _over(self, outcomes: Mapping[str, Outcome], error: str = "") -> None:
        """No command runs any more: ask for the reading that judges the run."""
        if self.progress is None or self.busy is None:
            return
        self._outcomes = outcomes
        self.progress = self.progress._replace(over=True, error=error)
        self.saves.take(self.progress.plan, saved=self.progress.saved)
        self._judge_from = self._reader.ask()
        self.busy.over(self._judge_from)
        self._changed()
        self.keeping.ask()

    def cancel_rest(self) -> bool:
        """Begin no further task of the run; False if nothing runs or it was cancelled before."""
        if self.progress is None or self.under_way is None or self._cancel.is_set():
            return False
        self._cancel.set()
        if not self.progress.over:
            self.progress = self.progress._replace(cancelled=True)
        self._changed()
        return True

    def stop(self) -> None:
        """The screen is left: a task under way ends, no other begins. Nothing waits for a line that is cut."""
        self._cancel.set()
        self._backend.watch_line(lambda cut: None)
        if self.progress is not None and self.progress.cut:
            self._backend.leave_steps()

    def _line(self, cut: bool) -> None:
        """The line was cut while a step runs, or it is back."""
        if self.progress is not None:
            self.progress = self.progress._replace(cut=cut)
            self._changed()

    def _undone(self, became: str) -> None:
        """The host has taken back what was done, by a sentence."""
        if self.progress is not None:
            self.progress = self.progress._replace(undone=became)
            self.saves.forget(self.progress.plan)
            self._changed()

    # The verdicts.

    def take(self, snapshot: Snapshot, ticket: int) -> None:
        """The host was read: have the run judged by it if it is the reading that was asked for."""
        if self.busy is not None:
            self.busy.read(ticket)
        if self.progress is None or self._judge_from is None or ticket < self._judge_from:
            return
        self._judge_from = None
        plan, before, outcomes = self.progress.plan, self.progress.before, self._outcomes
        self._background.start(
            "verdict",
            lambda: self._backend.verdict(plan, outcomes, before, snapshot),
            self._judged,
            self._front.show_message,
            exclusive=False,
        )

    def _judged(self, verdicts: tuple[Verdict, ...]) -> None:
        if self.progress is not None:
            self.progress = self.progress._replace(verdicts=verdicts)
        self._changed()
        self.settle()
        if self._front.is_on_top(self._front):
            self._front.show_message(self.outcome())

    def outcome(self) -> str:
        """What is true now of what was run last, what went wrong before what went well."""
        if self.progress is not None and self.progress.undone:
            return self.progress.undone
        verdicts = (self.progress.verdicts if self.progress is not None else None) or ()
        weighty = [verdict for verdict in verdicts if not verdict.ok] or verdicts
        more = len(weighty) - VERDICTS_SHOWN
        sentences = [verdict.text for verdict in weighty[:VERDICTS_SHOWN]]
        return " ".join([*sentences, *([f"{more} more: v shows the run."] if more > 0 else [])])

    def settle(self) -> None:
        """Notify the screen that asked for the run, once the run is judged and that screen is on top."""
        if self._requester is None or self.progress is None or self.progress.verdicts is None:
            return
        if self._front.is_on_top(self._requester):
            requester, self._requester = self._requester, None
            requester.settled(self.progress.saved)

    # Showing it.

    def picture(self, state: HostState, findings: Findings) -> tuple[HostState, Findings]:
        """The host without what is true only in the middle of the run."""
        return (state, findings) if self.busy is None else self.busy.picture(state, findings)

    def show(self) -> None:
        from jailtui.ui.screens.plan import RunScreen

        if self.progress is not None and self.after_failure is not None:
            failed = self.after_failure()
            self._screen = RunScreen(
                self.progress,
                cancel_rest=self.cancel_rest,
                longest=lambda: self._backend.longest_step,
                stop=self._stop_step,
                undo=self._undo,
                helps=failed.helps,
                help=lambda key, run: self._background.call(failed.help, key, run),
                glyphs=self._front.glyphs,
            )
            self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None
        self.settle()

    def _stop_step(self, identity: str) -> None:
        self._background.start(
            "stop",
            lambda: self._backend.stop_step(identity),
            self._front.show_message,
            self._front.show_message,
            exclusive=False,
        )

    def _undo(self) -> None:
        """Take back the save that was just run, once its screen and the form under it are closed."""
        self._background.call(self.undo)

    def _changed(self) -> None:
        if self._screen is not None and self.progress is not None:
            self._screen.update(self.progress)
        self._front.redraw()


class Planner:
    """Shows a plan for what a screen asks, and hands it to the runs once it is confirmed."""

    def __init__(
        self, backend: HostBackend, host: WatchedHost, runs: Runs, background: Background, front: Front
    ) -> None:
        self._backend, self._host, self._runs, self._background, self._front = backend, host, runs, background, front

    def ask_verb(self, verb: Verb, keys: tuple[str, ...], requester: Requester) -> None:
        """Have a plan made of what `verb` does to the rows of those keys, and shown."""
        self.ask(self._maker(verb, keys), requester)

    def _maker(self, verb: Verb, keys: tuple[str, ...], by: By = "manager") -> MakePlan:
        return lambda snapshot: self._backend.plan(verb, snapshot, keys, by)

    def ask(self, make: MakePlan, requester: Requester, agreed: Plan | None = None) -> None:
        """Have a plan made of the host's state of now, and shown over the screen of `requester`.

        `agreed` is the plan that was confirmed: if the new plan does the same, it is run at once.
        """
        snapshot = self._host.snapshot
        if (reason := self._front.blocked()) is not None:
            requester.show_message(reason)
        if snapshot is None or reason is not None:
            return

        older = self._host.paused or snapshot.has_older_views

        def work() -> tuple[Plan, Snapshot]:
            """Where something is older the host is read first: a plan is never made of an old state."""
            now = self._backend.read() if older else snapshot
            return make(now), now

        def made(result: tuple[Plan, Snapshot]) -> None:
            plan, before = result
            if agreed is not None and plan.does(agreed):
                self._run(plan, before, requester)
            elif self._front.is_on_top(requester):
                note = "The host has changed: check the plan again." if agreed is not None else ""
                self.show(plan, make, requester, note=note)

        self._background.start("plan", work, made, requester.show_message)

    def show(
        self, plan: Plan, make: MakePlan, requester: Requester, *, note: str = "", closed: Closed = ignore
    ) -> None:
        """Show the plan, with a note above it; once it is confirmed, it is made again by `make` and run.

        One of refusals alone is recorded, unless the note is about an earlier run. `closed` gets whether it was
        confirmed.
        """
        from jailtui.ui.screens.plan import PlanScreen

        def chosen(choice: PlanChoice | None) -> None:
            closed(choice not in (None, "cancel"))
            if choice in (None, "cancel"):
                if plan.verb is Verb.SAVE and plan.tasks:
                    requester.show_message("Nothing was saved.")
                return
            offers = plan.offers if choice == "clear" else ()
            keys = tuple(task.key for task in (*offers, *plan.tasks))
            keys += tuple(refusal.key for refusal in plan.refused) if choice == "by" else ()
            same = choice == "go" and (plan.verb is Verb.SAVE or plan.called or note)
            by = plan.by if choice != "by" else "jail" if plan.by == "manager" else "manager"
            again = make if same else self._maker(plan.verb, keys, by or "manager")
            # a new plan: the dialog may have been open for an hour
            self.ask(again, requester, plan if choice == "go" else None)

        self._front.push(PlanScreen(plan, glyphs=self._front.glyphs, note=note), chosen)
        if plan.refused and not plan.tasks and not note:
            reasons = [refusal.text for refusal in plan.refused]
            lost = requester.show_message
            self._background.start("record", lambda: self._backend.note_refusal(plan.mark(), reasons), lost, lost)

    def _run(self, plan: Plan, before: Snapshot, requester: Requester) -> None:
        if self._runs.under_way is not None:
            requester.show_message(f"{self._runs.under_way} is still running.")
        else:
            self._front.confirmed(plan)
            self._runs.begin(plan, before, self._host.findings, requester)
