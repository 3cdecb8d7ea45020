"""What was run before: the history, and, at the start, what an interrupted run has left to do."""

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
    from jailtui.ui.reader import WatchedHost
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.history import HistoryScreen


class Interruption(NamedTuple):
    """An interrupted run, in a sentence what became of it, and what remains. `more`: how many others follow.

    `ended`: no step of it runs on the host any more.
    """

    run: PastRun
    account: str
    rest: Plan
    ended: bool
    more: int


class History:
    """Opens the history, undoes saves of it, and reports interrupted runs and steps that the host keeps."""

    def __init__(
        self,
        backend: HostBackend,
        host: WatchedHost,
        planner: Planner,
        runs: Runs,
        background: Background,
        front: Front,
    ) -> None:
        self._backend, self._host, self._planner = backend, host, planner
        self._background, self._front = background, front
        self.outcome = runs.outcome
        self._screen: HistoryScreen | None = None
        self._reported: set[str] = set()
        self._busy = self._over = False

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

    # What was left behind.

    def look(self) -> None:
        """The host was read, or nothing covers the panels any more: tell what is left of earlier runs, one by one."""
        snapshot = self._host.snapshot
        if snapshot is None or self._over or self._busy or not self._front.is_on_top(self._front):
            return
        self._busy = True
        self._background.start(
            "search for interrupted runs", lambda: self._left(snapshot), self._tell, self._failed, exclusive=False
        )

    def settled(self) -> None:
        """A plan was run, and nothing covers the panels any more."""
        self._busy = False
        self.look()

    def _answered(self, confirmed: bool) -> None:
        """The dialog with what remains of a run is closed; a plan that was confirmed is settled later."""
        if not confirmed:
            self.settled()

    def _left(self, snapshot: Snapshot) -> Interruption | str:
        """The newest interrupted run that was not reported yet; without one, a sentence about the steps that the host
        keeps, or "".
        """
        runs = [run for run in self._past.interrupted() if run.mark.id not in self._reported]
        if not runs:
            return self._past.kept_besides(self._reported)
        from jailtui.plans.interrupted import account

        run, *others = runs
        rest, ended = self._past.rest_plan(run, snapshot), not self._past.still_runs(run)
        return Interruption(run, account(run), rest, ended, len(others))

    def _failed(self, error: str) -> None:
        self._over = True
        self._front.show_message(error)

    def _tell(self, left: Interruption | str) -> None:
        if isinstance(left, str):
            self._over = True
            if left:
                self._front.show_message(left)
        elif self._front.blocked() is not None:
            self._over = True
            self._front.show_message(left.account + self._others(left, "h lists them"))
        elif not self._front.is_on_top(self._front):
            self._busy = False  # the operator was faster: tell it after a later reading
        else:
            self._reported.add(left.run.mark.id)
            make = lambda snapshot: self._past.rest_plan(left.run, snapshot)  # noqa: E731
            note = left.account + self._others(left, "they follow")
            self._planner.show(left.rest, make, self._front, note=note, closed=self._answered)
            if left.ended:  # else the next start reports it again
                self._note(left)

    def _note(self, left: Interruption) -> None:
        self._background.start(
            "record",
            lambda: self._past.note_told(left.run, left.account),
            self._front.show_message,
            self._front.show_message,
            exclusive=False,
        )

    @staticmethod
    def _others(left: Interruption, how: str) -> str:
        return f" Others were interrupted too ({left.more}): {how}." if left.more else ""
