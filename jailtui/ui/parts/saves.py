"""The saves of this session, for undo to go back and redo to return, one save each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Verb

if TYPE_CHECKING:
    from jailtui.plans.plan import Plan


class Saves:
    """The plans that were run last of the saves that stand, and of those that were undone, each in their order."""

    def __init__(self) -> None:
        self._standing: list[Plan] = []
        self._undone: list[Plan] = []

    def take(self, plan: Plan, *, saved: bool) -> None:
        """That plan was run. Nothing goes back past a save that has no way back, or that could not be undone."""
        from jailtui.plans.save import taken_back

        if plan.verb is not Verb.SAVE:
            return
        if plan.called:
            before, after = (self._standing, self._undone) if plan.called == "Undo" else (self._undone, self._standing)
            del before[-1 if saved else 0 :]
            if saved:
                after.append(plan)
        elif saved:
            self._undone.clear()
            self._standing.append(plan)
            if taken_back(plan) is None:
                self._standing.clear()

    def forget(self, plan: Plan) -> None:
        """The host has undone that plan by itself."""
        self._standing = [each for each in self._standing if each is not plan]

    def back(self, *, redo: bool) -> Plan | None:
        """The plan that undoes the last save that stands, or redoes the last one undone; None: there is none."""
        from jailtui.plans.save import taken_back

        plans = self._undone if redo else self._standing
        return taken_back(plans[-1]) if plans else None
