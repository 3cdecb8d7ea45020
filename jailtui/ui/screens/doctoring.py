"""The doctor from the console's side: opened, kept up to date, and its remedies asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from jailtui.exchange import HostError
from jailtui.plans.plan import Plan, Refusal, Verb
from jailtui.ui.commands import BY_ID
from jailtui.ui.findings import PANEL_KINDS, UNJUDGED, Findings
from jailtui.ui.messages import Asker, Examined
from jailtui.ui.reader import judged
from jailtui.ui.screens.forming import FormingScreen
from jailtui.ui.whynot import why_no_change

if TYPE_CHECKING:
    from jailtui.model.state import HostState
    from jailtui.rules.finding import Finding, Remedy
    from jailtui.ui.screens.doctor import DoctorScreen


class DoctoringScreen(FormingScreen):
    """Opens the doctor and carries out what is chosen there."""

    judged: Findings = UNJUDGED
    doctor: DoctorScreen | None = None

    def action_view_doctor(self) -> None:
        """Open the doctor on the worst finding of the row under the cursor."""
        if (reason := self.why_not(BY_ID["view.doctor"])) is not None:
            self.say(reason)
            return
        from jailtui.ui.screens.doctor import DoctorScreen

        kind, key = PANEL_KINDS[self.active], self.rows.cursor or ""
        self.doctor = DoctorScreen(self.judged, self, self.glyphs, kind, key)
        self.app.push_screen(self.doctor, self._doctor_left)

    def _doctor_left(self, _: None) -> None:
        self.doctor = None

    def tell_doctor(self) -> None:
        """The host was judged again."""
        if self.doctor is not None:
            self.doctor.update(self.judged)

    def examine(self) -> None:
        """Have the host read in full and judged; the doctor is told of it."""
        self._examine()

    @work(thread=True, exclusive=True, group="examine", exit_on_error=False)
    def _examine(self) -> None:
        worker = get_current_worker()
        try:
            message = Examined(judged(self.backend.findings, self.backend.examine()))
        except HostError as error:
            message = Examined(None, str(error))
        except Exception as error:  # noqa: BLE001 the doctor must not wait in vain
            message = Examined(None, f"Reading failed inside jailtui: {type(error).__name__}: {error}")
        if not worker.is_cancelled:
            self.post_message(message)

    def on_examined(self, event: Examined) -> None:
        if self.doctor is not None:
            self.doctor.examined(event.found, event.error)

    def ask_remedy(self, finding: Finding, remedy: Remedy, asker: Asker) -> None:
        """Have a plan made of that remedy, and shown."""
        if (reason := why_no_change(self.situation())) is not None:
            asker.say(reason)
            return
        self.ask_plan(lambda state: self.backend.remedy_plan(finding, remedy, state), asker)

    def action_epair_reclaim_all(self) -> None:
        self.ask_reclaims(self)

    def ask_reclaims(self, asker: Asker) -> None:
        """Have one plan made for all orphans, and shown."""
        if (reason := self.why_not(BY_ID["epair.reclaim-all"])) is not None:
            asker.say(reason)
            return
        marked = self.lists["epairs"].marks
        self.ask_plan(lambda state: self._reclaims(state, marked), asker)

    def _reclaims(self, state: HostState, marked: frozenset[str]) -> Plan:
        """A plan for the orphans that no manager made, or that are marked."""
        from jailtui.plans.reclaim import left_over

        meant, managed = left_over(state)
        left = [pair for pair in managed if pair.key not in marked]
        keys = tuple(pair.key for pair in (*meant, *managed) if pair not in left)
        plan = self.backend.plan(Verb.RECLAIM, state, keys)
        told = (
            Refusal(pair.key, pair.name, f"{pair.manager} made it: mark it in its panel (space) to take it along")
            for pair in left
        )
        return plan._replace(refused=(*plan.refused, *told))
