"""The path check of the jail under the cursor, and its remedies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jailtui.exchange import HostError
from jailtui.pathcheck.beyond import NO_TARGET, PathTarget
from jailtui.pathcheck.run import check_path, of_path_check
from jailtui.plans.remedy import remedy_plan
from jailtui.ui.doctorlines import form_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import HostBackend
    from jailtui.pathcheck.hops import PathReport
    from jailtui.plans.plan import Plan
    from jailtui.rules.finding import Remedy
    from jailtui.snapshot import Snapshot
    from jailtui.ui.messages import Front
    from jailtui.ui.parts.opened import Doctor
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.parts.runs import Planner
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.path import PathScreen


REPAIR = "Repair"
"""What a plan is called whose remedy no rule of the doctor has: it is made again as it was made."""


class Paths:
    """Opens the path check of a jail."""

    def __init__(
        self,
        backend: HostBackend,
        panels: Panels,
        doctor: Doctor,
        planner: Planner,
        background: Background,
        front: Front,
    ) -> None:
        self._backend, self._panels, self._doctor = backend, panels, doctor
        self._planner, self._background, self._front = planner, background, front
        self._key = ""
        self._checks = 0

    def open(self) -> None:
        from jailtui.ui.screens.path import PathScreen

        kind, self._key = self._panels.subject
        jail = self._panels.state.jail(self._key) if self._panels.state is not None and kind == "jail" else None
        if jail is not None:
            self._front.push(PathScreen(jail.name, self, self._front.glyphs))

    def check(self, screen: PathScreen, target: str) -> str:
        """Have the path checked; the reason if that can't be."""
        wanted = PathTarget.parsed(target) if target else None
        if target and wanted is None:
            return NO_TARGET.format(target)

        def ended(report: PathReport | None) -> None:
            if report is None:
                screen.ended(None, "The jail is gone.")
            else:
                screen.ended(report)

        self._checks += 1
        number = self._checks

        def heard(show: Callable[[Any], None], news: Any) -> None:
            """An earlier check may still ask: nobody hears it any more."""
            if number == self._checks and screen.is_attached:
                show(news)

        hear = partial(self._background.call, heard, screen.announced)
        show = partial(self._background.call, heard, screen.add)
        self._background.start(
            "path",
            lambda: check_path(self._backend, self._key, wanted, show, hear),
            partial(heard, ended),
            partial(heard, partial(screen.ended, None)),
            expected=(HostError,),
        )
        return ""

    def carry_out(self, screen: PathScreen, remedy: Remedy) -> None:
        """Show the plan of a remedy, or its form."""
        if remedy.form is not None:
            _, subject, field = remedy.form
            if (name := form_name(remedy)) is not None:
                self._doctor.ask_form(name, subject, screen, field)
        elif not remedy.task.steps:
            screen.show_message(f"Nothing to run: {remedy.task.why or remedy.task.label}")
        elif of_path_check(remedy.task.key):
            self._planner.ask(partial(self._plan, screen.shown.report, remedy), screen)
        else:
            self._doctor.ask_remedy(remedy, screen)

    def _plan(self, report: PathReport | None, remedy: Remedy, snapshot: Snapshot) -> Plan:
        """The plan of a remedy that the doctor does not know."""
        findings = [fault.finding for fault in report.faults] if report is not None else []
        plan = remedy_plan(self._backend.name, findings, (remedy.task.key,))
        tasks = tuple(task._replace(subject=findings[0].subject.name) for task in plan.tasks)
        return self._backend.with_cuts(plan._replace(tasks=tasks, called=REPAIR), snapshot.state)
