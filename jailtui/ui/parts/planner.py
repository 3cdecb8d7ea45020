"""Plans: made of the host as it is now, shown, and run once the operator has said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import Snapshot
    from jailtui.plans.plan import Plan
    from jailtui.ui.backend import Backend
    from jailtui.ui.messages import Requester
    from jailtui.ui.parts.background import Background
    from jailtui.ui.parts.front import Front
    from jailtui.ui.parts.runs import Runs
    from jailtui.ui.parts.watched import WatchedHost
    from jailtui.ui.screens.plan import PlanChoice

    MakePlan = Callable[[Snapshot], Plan]


class Planner:
    """Shows a plan for what a screen asks, and hands it to the runs once it is confirmed."""

    def __init__(self, backend: Backend, host: WatchedHost, runs: Runs, background: Background, front: Front) -> None:
        self._backend, self._host, self._runs, self._background, self._front = backend, host, runs, background, front

    def ask_verb(self, verb: Verb, keys: tuple[str, ...], requester: Requester) -> None:
        """Have a plan made of what `verb` does to the rows of those keys, and shown."""
        self.ask(self._maker(verb, keys), requester)

    def _maker(self, verb: Verb, keys: tuple[str, ...]) -> MakePlan:
        return lambda snapshot: self._backend.plan(verb, snapshot, keys)

    def ask(self, make: MakePlan, requester: Requester, agreed: Plan | None = None) -> None:
        """Have a plan made of the host's state of now, and shown over the screen of `requester`.

        `agreed` is the plan that was said yes to: what is made anew of it is run at once if it does the same.
        """
        snapshot, paused = self._host.snapshot, self._host.paused
        if snapshot is None:
            return

        def work() -> tuple[Plan, Snapshot]:
            """While paused the host is read anew first: a plan is never made of an old state."""
            now = self._backend.read() if paused else snapshot
            return make(now), now

        def made(result: tuple[Plan, Snapshot]) -> None:
            plan, before = result
            if agreed is not None and plan.does(agreed):
                self._run(plan, before, requester)
            elif self._front.is_on_top(requester):
                self._show(plan, make, requester, changed=agreed is not None)

        self._background.start("plan", work, made, requester.show_message)

    def _show(self, plan: Plan, make: MakePlan, requester: Requester, *, changed: bool) -> None:
        from jailtui.ui.screens.plan import PlanScreen

        def chosen(choice: PlanChoice | None) -> None:
            if choice in (None, "cancel"):
                return
            if (reason := self._front.blocked()) is not None:
                requester.show_message(reason)
                return
            offers = plan.offers if choice == "clear" else ()
            keys = tuple(task.key for task in (*offers, *plan.tasks))
            again = make if plan.verb is Verb.SAVE else self._maker(plan.verb, keys)
            # made anew: the dialog may have stood open for an hour
            self.ask(again, requester, plan if choice == "go" else None)

        note = "The host has changed: check the plan again." if changed else ""
        self._front.push(PlanScreen(plan, glyphs=self._front.glyphs, note=note), chosen)

    def _run(self, plan: Plan, before: Snapshot, requester: Requester) -> None:
        if self._runs.under_way is not None:
            requester.show_message(f"{self._runs.under_way} is still running.")
        else:
            self._front.confirmed(plan.verb)
            self._runs.begin(plan, before, requester)
