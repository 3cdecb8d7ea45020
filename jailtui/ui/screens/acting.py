"""Plans and their runs: what was asked for is shown, and once confirmed, run and judged by the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from jailtui.exchange import HostError
from jailtui.plans.plan import Plan, Verb
from jailtui.ui.commands import ACTIONS, BY_ID, Command
from jailtui.ui.messages import Asker, Choice, Judged, Planned, Reported, RunOver
from jailtui.ui.screens.panels import PanelsScreen
from jailtui.ui.whynot import Situation, why_no_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.model.state import HostState
    from jailtui.ui.backend import Backend
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.header import Age
    from jailtui.ui.runkeeper import RunKeeper

TOLD = 2
"""Verdicts that find room in the bar of keys."""


class ActingScreen(PanelsScreen):
    """Makes plans in other threads, shows them, runs them. What it says and reads is `ConsoleScreen`'s."""

    backend: Backend
    state: HostState | None
    age: Age
    runs: RunKeeper

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs)
        self._ran_for: Asker | None = None

    def say(self, text: str) -> None:
        """Show a sentence in the place of the keys for a moment."""
        raise NotImplementedError

    def situation(self) -> Situation:
        """What decides which commands can be done now."""
        raise NotImplementedError

    def why_not(self, command: Command) -> str | None:
        """The reason `command` is off, or None."""
        raise NotImplementedError

    def draw_overlaid(self) -> None:
        """Draw the last state, with what an action of ours is doing laid over it."""
        raise NotImplementedError

    def settled(self, saved: bool) -> None:
        """Nothing: the panels show the host as it is."""

    def on_top(self, asker: Asker) -> bool:
        """Whether the screen of `asker` is the one that is seen."""
        top: object = self.app.screen
        return top is asker

    # Plans.

    async def action_jail_start(self) -> None:
        self.intend(Verb.START)

    async def action_jail_stop(self) -> None:
        self.intend(Verb.STOP)

    async def action_jail_restart(self) -> None:
        self.intend(Verb.RESTART)

    async def action_epair_reclaim(self) -> None:
        self.intend(Verb.RECLAIM)

    def intend(self, verb: Verb) -> None:
        """Show what `verb` would run for the marked rows, or for the row under the cursor."""
        command = next(one for one in ACTIONS if one.verb is verb)
        if (reason := self.why_not(command)) is not None:
            self.say(reason)
            return
        rows = self.rows
        keys = tuple(row.key for row in rows.rows if row.key in rows.marks) or (rows.cursor or "",)
        self.ask_plan(self._maker(verb, keys), self)

    def _maker(self, verb: Verb, keys: tuple[str, ...]) -> Callable[[HostState], Plan]:
        return lambda state: self.backend.plan(verb, state, keys)

    def ask_plan(self, make: Callable[[HostState], Plan], asker: Asker, agreed: Plan | None = None) -> None:
        """Have a plan made of the picture of now, and shown over the screen of `asker`."""
        if self.state is not None:
            self._plan(make, self.state, self.age.paused_since is not None, asker, agreed)

    @work(thread=True, exclusive=True, group="plan", exit_on_error=False)
    def _plan(
        self, make: Callable[[HostState], Plan], state: HostState, old: bool, asker: Asker, agreed: Plan | None
    ) -> None:
        """A picture that was paused is read anew first: a plan is never made of an old one."""
        worker = get_current_worker()
        try:
            state = self.backend.read() if old else state
            message = Planned(make(state), state, make, asker, agreed=agreed)
        except HostError as error:
            message = Planned(None, state, make, asker, str(error))
        if not worker.is_cancelled:
            self.post_message(message)

    def on_planned(self, event: Planned) -> None:
        plan, asker = event.plan, event.asker
        if plan is None:
            asker.say(event.error)
            return
        if event.agreed is not None and plan.does(event.agreed):
            self.run_plan(plan, event.before, asker)
            return
        if not self.on_top(asker):
            return
        from jailtui.ui.screens.plan import PlanScreen

        note = "The host has changed meanwhile: look again." if event.agreed is not None else ""

        def chosen(choice: Choice | None) -> None:
            if choice in (None, "cancel"):
                return
            if (reason := why_no_change(self.situation())) is not None:
                asker.say(reason)
                return
            offers = plan.offers if choice == "clear" else ()
            keys = tuple(task.key for task in (*offers, *plan.tasks))
            make = event.make if plan.verb is Verb.SAVE else self._maker(plan.verb, keys)
            # made anew: the dialog may have stood open for an hour
            self.ask_plan(make, asker, plan if choice == "go" else None)

        self.app.push_screen(PlanScreen(plan, glyphs=self.glyphs, note=note), chosen)

    # Runs.

    def run_plan(self, plan: Plan, before: HostState, asker: Asker) -> None:
        """Run it and show it."""
        if self.runs.under_way is not None:
            asker.say(f"{self.runs.under_way} is still under way.")
            return
        self.runs.begin(plan, before)
        self._ran_for = asker
        if plan.verb not in (Verb.SAVE, Verb.REMEDY):
            self.rows.mark(frozenset())
        self._run(plan, self.runs.cancel.is_set)
        self.situation_changed()
        self.action_view_run()

    @work(thread=True, group="run", exit_on_error=False)
    def _run(self, plan: Plan, cancelled: Callable[[], bool]) -> None:
        try:
            outcomes = self.backend.run(plan, lambda event: void(self.post_message(Reported(event))), cancelled)
        except HostError as error:
            self.post_message(RunOver(None, str(error)))
        except Exception as error:  # noqa: BLE001 a run must never end unheard: what was done is then unknown
            self.post_message(RunOver(None, f"Running failed inside jailtui: {type(error).__name__}: {error}"))
        else:
            self.post_message(RunOver(outcomes))

    def on_reported(self, event: Reported) -> None:
        if self.runs.heard(event.event):
            self.draw_overlaid()
        self._run_changed()

    def on_run_over(self, event: RunOver) -> None:
        self.runs.over(event.outcomes, event.error)
        self._run_changed()

    def cancel_rest(self) -> None:
        """Begin no further task of the run."""
        self.runs.cancel_rest()
        self._run_changed()

    @work(thread=True, group="judge", exit_on_error=False)
    def _judge(self, plan: Plan, before: HostState, after: HostState) -> None:
        self.post_message(Judged(self.backend.verdict(plan, self.runs.outcomes, before, after)))

    def on_judged(self, event: Judged) -> None:
        self.runs.judged(event.verdicts)
        self._run_changed()
        self._settle()
        if self.app.screen is self:
            self.say(self.came_of_it())

    def came_of_it(self) -> str:
        """What is true now of what was run last, what went wrong before what went well."""
        verdicts = (self.runs.picture.verdicts if self.runs.picture is not None else None) or ()
        failed = [one for one in verdicts if not one.ok]
        told, more = (failed or verdicts)[:TOLD], len(failed or verdicts) - TOLD
        return " ".join((*(one.text for one in told), *([f"{more} more: v shows the run."] if more > 0 else [])))

    def _run_changed(self) -> None:
        from jailtui.ui.screens.run import RunScreen

        screen = self.app.screen
        if isinstance(screen, RunScreen) and self.runs.picture is not None:
            screen.update(self.runs.picture)
        self.situation_changed()

    def action_view_run(self) -> None:
        if self.runs.picture is None:
            self.say(self.why_not(BY_ID["view.run"]) or "")
            return
        from jailtui.ui.screens.run import RunScreen

        shown = RunScreen(self.runs.picture, cancel_rest=self.cancel_rest, glyphs=self.glyphs)
        self.app.push_screen(shown, lambda _: self._settle())

    def _settle(self) -> None:
        """Tell the screen that asked for the run what came of it, once it is judged and that screen is on top."""
        picture, asker = self.runs.picture, self._ran_for
        if asker is None or picture is None or picture.verdicts is None:
            return
        if self.on_top(asker):
            self._ran_for = None
            asker.settled(picture.saved)


def void(_: object) -> None:
    """Nothing: `report` gives no answer."""
