"""What was run before: the history, and what an interrupted run has left to do, told at the start."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jailtui.backend import HostBackend
    from jailtui.past import Past
    from jailtui.plans.history import PastRun
    from jailtui.plans.plan import Plan
    from jailtui.snapshot import Snapshot
    from jailtui.ui.messages import Front, Requester
    from jailtui.ui.parts.runs import Planner, Runs
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.history import HistoryScreen


class Interruption(NamedTuple):
    """An interrupted run, in a sentence what became of it, and what remains. `more` are how many others there are.

    `ended`: no step of it runs on the host any more.
    """

    run: PastRun
    account: str
    rest: Plan
    ended: bool
    more: int


class History:
    """Opens the history, undoes saves of it, and tells of an interrupted run."""

    def __init__(
        self, backend: HostBackend, planner: Planner, runs: Runs, background: Background, front: Front
    ) -> None:
        self._backend, self._planner, self._background, self._front = backend, planner, background, front
        self.outcome = runs.outcome
        self._screen: HistoryScreen | None = None
        self._asked = False

    @cached_property
    def _past(self) -> Past:
        from jailtui.past import Past

        return Past(self._backend)

    def open(self) -> None:
        """Read the audit log, and show it."""
        self._background.start("history", self._past.history, self._opened, self._front.show_message)

    def _opened(self, runs: tuple[PastRun, ...]) -> None:
        from jailtui.ui.screens.history import HistoryScreen

        if self._front.is_on_top(self._front):
            self._screen = HistoryScreen(runs, self, self._front.glyphs)
            self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None

    def read_again(self) -> None:
        """Show what was run meanwhile, too."""
        screen = self._screen
        if screen is not None:
            self._background.start("history", self._past.history, screen.update, screen.show_message)

    def ask_undo(self, run: PastRun, requester: Requester) -> None:
        """Have the plan made that undoes the saves of that run, and shown."""
        self._planner.ask(lambda _: self._backend.without_losses(self._past.undo_of(run)), requester)

    def ask_rest(self, run: PastRun, requester: Requester) -> None:
        """Have the plan made of what remains of that run, and shown."""
        self._planner.ask(lambda snapshot: self._past.rest_plan(run, snapshot), requester)

    # An interrupted run.

    def look(self, snapshot: Snapshot) -> None:
        """The host was read: the first time, look for a run that was interrupted."""
        if not self._asked:
            self._asked = True
            self._background.start(
                "search for an interrupted run",
                lambda: self._interruption(snapshot),
                self._tell,
                self._front.show_message,
                exclusive=False,
            )

    def _interruption(self, snapshot: Snapshot) -> Interruption | None:
        runs = self._past.interrupted()
        if not runs:
            return None
        from jailtui.plans.interrupted import account

        run, *others = runs
        rest, ended = self._past.rest_plan(run, snapshot), not self._past.still_runs(run)
        return Interruption(run, account(run), rest, ended, len(others))

    def _tell(self, interruption: Interruption | None) -> None:
        if interruption is None:
            return
        if self._front.blocked() is not None:
            self._front.show_message(interruption.account)
        elif not self._front.is_on_top(self._front):
            self._asked = False  # the operator was faster: tell it after the next reading
        else:
            more = f" Others were interrupted too ({interruption.more}): h lists them." if interruption.more else ""
            make = lambda snapshot: self._past.rest_plan(interruption.run, snapshot)  # noqa: E731
            self._planner.show(interruption.rest, make, self._front, note=interruption.account + more)
            if not interruption.ended:
                return  # it is told again, until its step has ended
            self._background.start(
                "record",
                lambda: self._past.note_told(interruption.run, interruption.account),
                self._front.show_message,
                self._front.show_message,
                exclusive=False,
            )
