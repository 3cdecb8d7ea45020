"""What helps after a run that failed: the keys at the end of its view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Verb
from jailtui.model.commands import starts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.ui.messages import Front, Requester
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.progress import RunProgress

    AskVerb = Callable[[Verb, tuple[str, ...], Requester], None]

COMMANDS = {"d": "view.doctor", "l": "jail.log", "e": "form.network"}
WORDS = {"d": "why", "l": "log", "e": "network", "r": "again"}


class FailedRun:
    """Goes on from a run that failed, at the row of the first of its objects that is not as asked.

    `ask_verb` shows a plan, `do` does a command of the main screen by its id.
    """

    def __init__(self, panels: Panels, ask_verb: AskVerb, front: Front, do: Callable[[str], object]) -> None:
        self._panels, self._ask_verb, self._front, self._do = panels, ask_verb, front, do

    def helps(self, run: RunProgress) -> Mapping[str, str]:
        """The keys that help, and what they do; none unless the run is judged and something is not as asked."""
        if not run.failed:
            return {}
        panel = self._panel(run.failed[0])
        letters = {"jails": "dle", "epairs": "d"}.get(panel, "")
        return {key: WORDS[key] for key in letters + ("r" if _again(run, panel) else "")}

    def help(self, key: str, run: RunProgress) -> None:
        """Do what that key says, once the view of the run is closed."""
        panel = self._panel(run.failed[0])
        if key == "r":
            verb = _again(run, panel)
            if verb is not None:
                self._ask_verb(verb, run.failed, self._front)
            return
        if self._front.is_on_top(self._front):
            self._panels.go_to(panel, run.failed[0])
            self._do(COMMANDS[key])

    def _panel(self, key: str) -> str:
        state = self._panels.state
        if state is None:
            return ""
        return "jails" if state.jail(key) else "epairs" if state.epair(key) else ""


def _again(run: RunProgress, panel: str) -> Verb | None:
    """What is asked for once more: of a save whose restart failed, the start; of another save nothing."""
    if run.plan.verb is not Verb.SAVE:
        return None if run.plan.called else run.plan.verb
    begins = any(starts(step.argv) for task in run.plan.tasks for step in task.steps)
    return Verb.START if panel == "jails" and begins and run.saved else None
