"""The backend of the screen and of the verbs: it reads a host, judges it, makes plans and runs them.

The rooms that parse, judge and plan are imported when first needed, after the first frame of the screen.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

from jailtui.exchange import EndedCommand, HostError, Verb
from jailtui.readings import HostReadings
from jailtui.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from jailtui.exchange import Argv, Capture, PlanMark, Result, Step, Task
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.forms.sources import Sources
    from jailtui.host.auditlog import AuditLog
    from jailtui.host.steprun import KeptStep
    from jailtui.model.commands import By
    from jailtui.model.state import HostState
    from jailtui.plans.guard import Armed, Guard
    from jailtui.plans.plan import Plan
    from jailtui.plans.remedy import Obstacle
    from jailtui.plans.run import Execute, Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.rules.finding import Remedy
    from jailtui.rules.ignored import Ignored
    from jailtui.source import Source


class HostBackend(HostReadings):
    """A host for the screen and the verbs. Methods may block, and may be called from any thread."""

    def __init__(
        self,
        source: Source,
        at_once: int = 4,
        hiding: tuple[Ignored, ...] = (),
        audit: AuditLog | None = None,
        way_back: float = 60.0,
    ) -> None:
        super().__init__(source, hiding, audit)
        self._way_back = way_back
        self._at_once = at_once
        self._examined: Snapshot | None = None

    @cached_property
    def guard(self) -> Guard:
        """What arms and keeps the ways back of plans."""
        from jailtui.plans.guard import Guard

        return Guard(lambda: self.source.ways, self._way_back, elsewhere=self.source.reached == "ssh")

    @property
    def armed(self) -> Armed | None:
        """The way back of the last plan, if there is one; the first frame asks, and no plan was made then."""
        return self.guard.armed if "guard" in vars(self) else None

    def steps(self) -> tuple[KeptStep, ...]:
        """The steps that run on the host or wait to be fetched, the oldest first. Raises HostError."""
        return self.source.steps()

    def stop_step(self, identity: str) -> str:
        """Send TERM to the command of that step; the reason if that failed, or "". Raises HostError."""
        return self.read_only or self.source.stop_step(identity)

    def fetch_step(self, identity: str, output: Callable[[str], None]) -> Result:
        """Follow that step to its end, and have the host forget it. Never raises."""
        return self.source.fetch_step(identity, output)

    @property
    def longest_step(self) -> tuple[str, Argv] | None:
        """The ID and the command of the step of ours that has run longest, if one runs."""
        return self.source.longest_step

    def watch_line(self, on_cut: Callable[[bool], None], *, watched: bool = False) -> None:
        """Call `on_cut` when steps wait for a line that was cut, and when none does any more. As long as somebody has
        `watched` this, they wait without end.
        """
        self.source.watch_line(on_cut, watched=watched)

    def leave_steps(self) -> None:
        """Follow no step any more; those that run continue on the host."""
        self.source.leave_steps()

    def _execute(self, mark: PlanMark, step: Step, output: Callable[[str], None]) -> Result:
        """Run a step of that plan and remember how a start ended."""
        result = self.source.execute(step, output, mark)
        with self._building:
            self._starts().note(EndedCommand(result.argv, result.rc, time.time(), result.output))
        return result

    def everything(self) -> Capture:
        """A full reading, not parsed, with the files in jails that give names addresses. Raises HostError."""
        from jailtui.model.namefiles import read_in_jails

        capture = self.capture(everything=True)
        more = read_in_jails(self.understood(capture).state, self.source.about)
        return capture._replace(sections=(*capture.sections, *more))

    def examine(self) -> Snapshot:
        """A full reading, for the doctor: with routes inside jails, files that give names addresses, and the console
        logs of jails that failed.

        Raises HostError.
        """
        from jailtui.model.console import answers, questions, with_console
        from jailtui.model.namefiles import read_in_jails, with_names

        snapshot = self._refresh(everything=True)
        state, words = snapshot.state, questions(snapshot.state)
        if words:
            state = with_console(state, answers(state, self.source.about(words)))
        state = with_names(state, read_in_jails(state, self.source.about))
        if state is not snapshot.state:
            snapshot = Snapshot(
                state, snapshot.config, snapshot.taken_at, snapshot, self._hiding, collected=snapshot.collected
            )
        self._examined = snapshot
        return snapshot

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By = "manager") -> Plan:
        """The plan of `verb` for these row keys.

        The plan of a start has the problems that would make it fail, each with the key of a remedy; remedies whose keys
        are in `keys` become tasks before it. Remedies alone are planned by `Verb.REMEDY`. What a start or a stop would
        take from other jails is in its task. `by` is what starts and stops a jail that has a manager.
        """
        return self.with_cuts(self._plan(verb, snapshot, keys, by), snapshot.state)

    def with_cuts(self, plan: Plan, state: HostState) -> Plan:
        """The plan with what in it may cut the operator's ssh session, by the sessions of now."""
        from jailtui.model.wayin import answers, way_in
        from jailtui.plans.cuts import with_cuts

        if not plan.tasks:
            return plan
        try:
            now = answers(self.source.ways_in())
        except HostError as error:
            now = answers((), unknown=str(error))
        host = [interface for interface in state.interfaces if interface.jid is None]
        cutting = with_cuts(plan, state._replace(way_in=way_in(now, host, state.epairs, state.jails)))
        return self.guard.promised(cutting)

    def _plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By) -> Plan:
        from jailtui.plans.actions import plan as actions
        from jailtui.plans.leaving import with_left_over
        from jailtui.plans.remedy import is_remedy, with_preflight
        from jailtui.plans.takings import with_takings

        if verb is Verb.REMEDY:
            return with_takings(self._remedies(snapshot, keys), snapshot.state, lambda: snapshot.context)
        wanted = frozenset(filter(is_remedy, keys))
        plan = actions(verb, snapshot.state, [key for key in keys if key not in wanted], by)
        if verb in (Verb.START, Verb.RESTART) and plan.tasks:
            plan = with_preflight(plan, _obstacles(snapshot, {task.key for task in plan.tasks}), wanted)
        elif verb is Verb.STOP:
            plan = with_left_over(plan, snapshot.state, wanted, by)
        return with_takings(plan, snapshot.state, lambda: snapshot.context)

    def _remedies(self, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        """The plan of these remedies; a full reading is made for a finding that the last reading does not have."""
        from jailtui.plans.remedy import remedy_plan

        plan = remedy_plan(self.name, snapshot.findings, keys)
        return remedy_plan(self.name, self.examine().findings, keys) if plan.refused else plan

    def form(self, name: FormName, subject: str) -> Form:
        """The form of that name for a jail, bridge or VLAN ("": a new one), by a fresh reading.

        Raises NoForm, HostError.
        """
        from jailtui.forms.opening import open_form

        return open_form(name, subject, self.sources(subject))

    def sources(self, subject: str) -> Sources:
        """A fresh reading of the host, with rc.conf, for a form about that subject. Raises HostError."""
        from jailtui.config.jails import files_of, others_of
        from jailtui.forms.sources import Sources, questions

        capture = self.capture(fresh=True)
        snapshot = self.understood(capture)
        texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
        rcconf = None if snapshot.state.rcconf is None else dict(snapshot.state.rcconf)
        about = {section.name: section for section in self.source.about(questions(snapshot.state, subject))}
        return Sources(snapshot.state, texts, rcconf, about, snapshot, others_of(capture))

    def save_plan(self, form: Form, draft: Draft, snapshot: Snapshot, *, restart: bool = False) -> Plan:
        """The plan that saves `draft`, and with `restart` stops its jail by the old text and starts it by the new one.

        Its tasks have what the stop and the start take from other jails.
        """
        from jailtui.plans.save import save_plan
        from jailtui.plans.takings import taking, with_takings

        plan = save_plan(form, draft, snapshot.state, restart=restart)
        stopped = with_takings(plan, snapshot.state, lambda: snapshot.context, at=("stop",))
        takes = [each for note in draft.notes for each in note.takes] if restart else []
        whole = stopped._replace(tasks=tuple(taking(task, takes) for task in stopped.tasks))
        return self.with_cuts(whole, snapshot.state)

    def answers_plan(self, remedy: Remedy) -> Plan:
        """The plan that saves the answers of a remedy for several findings. Raises HostError."""
        from jailtui.forms.opening import FORMS
        from jailtui.plans.save import Request, answers_plan

        edits = [(*part.form, part.answer) for part in remedy.parts if part.form is not None]
        requests = [Request(name, *edit[1:]) for edit in edits for name in FORMS if name == edit[0]]
        sources = self.sources(requests[0].subject)
        return self.with_cuts(answers_plan(sources, requests, remedy.task.label), sources.state)

    def undo_plan(self, path: str, *, redo: bool = False) -> Plan:
        """The plan that restores the text of a file before its last save, and at the next undo the text before that;
        with `redo` the later text again. Raises HostError.
        """
        from jailtui.host.history import way_back
        from jailtui.plans.save import relisted, renamed, undo_plan

        edit, backup = way_back(self.source.read_saves, path, redo=redo)
        when = backup.when if backup is not None else ""
        plan = undo_plan(self.name, edit, when, redo=redo)
        if self._last is not None and any(renamed(task, self._last.state) for task in plan.tasks):
            plan = relisted(plan, self.understood(self.capture(fresh=True)).state)
        return self.without_losses(plan)

    def taken_back(self, plan: Plan) -> Plan:
        """The plan that takes a save of this session back, for the texts that its files have now. Raises HostError."""
        from jailtui.host.files import FileText
        from jailtui.plans.save import onto_host

        def text_of(path: str) -> bytes | None:
            file = self.source.read_file(path)
            return file.data if isinstance(file, FileText) else None

        return self.without_losses(onto_host(plan, text_of))

    def without_losses(self, plan: Plan) -> Plan:
        """The plan without the tasks that would remove the definition of a running jail, by the last reading, and with
        what in it may cut the operator's ssh session.
        """
        from jailtui.plans.save import without_losses

        return plan if self._last is None else self.with_cuts(without_losses(plan, self._last.state), self._last.state)

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        """Run the plan, several tasks at once, in `depend` order. The audit log tells its begin and its end.

        Before a pair is reclaimed or a remedy runs, the host is read and judged again. A plan that may cut the session
        does not begin without a way back, which is then `guard.armed`.
        """
        from jailtui.plans.record import RunRecord
        from jailtui.plans.run import run_plan

        record = RunRecord(plan, self.audit, report)
        execute: Execute = partial(self._execute, record.mark)
        unguarded = ""
        if plan.cuts:
            try:
                execute = self.guard.around(plan, execute, partial(self._note_way_back, record.mark))
            except HostError as error:
                unguarded = f"the way back does not stand: {error}"
        outcomes: Mapping[str, Outcome] = {}
        try:
            outcomes = run_plan(
                plan,
                execute,
                record.heard,
                cancelled,
                at_once=self._at_once,
                still=lambda task: unguarded or self._still(plan.verb_of(task), task),
            )
        finally:
            record.over(outcomes)
        return outcomes

    def _note_way_back(self, mark: PlanMark, identity: str, argv: Argv, meaning: str) -> None:
        """Record that the plan was kept, or was undone by its host."""
        if self.audit is not None:
            self.audit.begin(identity, mark, argv)
            self.audit.end(identity, mark, argv, 0, meaning)

    def note_refusal(self, mark: PlanMark, reasons: Sequence[str]) -> str:
        """Record that the plan is not begun for these reasons; why that can't be recorded, or ""."""
        return self.audit.refused(mark, "\n".join(reasons)) if self.audit is not None else ""

    def _still(self, verb: Verb, task: Task) -> str | None:
        """Why the task must not run any more, since the host has changed; else None."""
        from jailtui.pathcheck.run import of_path_check, overtaken_on_path
        from jailtui.plans.run import overtaken

        if verb not in (Verb.RECLAIM, Verb.REMEDY):
            return None
        try:
            if verb is Verb.REMEDY and of_path_check(task.key):
                return overtaken_on_path(self, task.key)
            return overtaken(task, self.plan(verb, self._refresh(), (task.key,)))
        except HostError as error:
            return f"the host could not be read again: {error}"

    def verdict(
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: Snapshot, after: Snapshot
    ) -> tuple[Verdict, ...]:
        """What each task achieved, by the host's state `after`; for a remedy, by the findings of a full reading."""
        from jailtui.plans.remedy import still_found
        from jailtui.plans.verdict import verdicts

        keys = [task.key for task in plan.tasks if plan.verb_of(task) is Verb.REMEDY]
        if not keys:
            return verdicts(plan, outcomes, before.state, after.state, unsaved=_unsaved(plan, after))
        earlier = (before.findings, (self._examined or before).findings)
        with suppress(HostError):  # else the shorter reading has to do
            after = self.examine()
        return verdicts(plan, outcomes, before.state, after.state, still_found(keys, earlier, after.findings))


def _unsaved(plan: Plan, after: Snapshot) -> frozenset[str]:
    """The keys of the tasks whose files were read and do not have the text that was to be saved."""
    files = (file for evaluation in after.config.evaluations.values() for file in evaluation.files)
    texts = {file.name: file.data for file in files}
    edits = ((task.key, step.file) for task in plan.tasks for step in task.steps if step.file and not step.rescues)
    return frozenset(key for key, edit in edits if texts.get(edit.path, edit.new) != edit.new)


def _obstacles(snapshot: Snapshot, keys: Collection[str]) -> tuple[Obstacle, ...]:
    """The problems that would make a start of these jails fail or go wrong, worst first."""
    from jailtui.plans.remedy import Obstacle, obstacles

    if why := snapshot.state.unknown("jails", "interfaces"):
        return tuple(Obstacle(key, f"Could not check what would make it fail: {why}.") for key in keys)
    try:
        return obstacles(snapshot.findings, snapshot.state, keys)
    except Exception as error:  # noqa: BLE001 a fault in a rule must not keep a jail from being started
        text = f"Could not check what would make it fail: an error inside jailtui, {type(error).__name__}."
        return tuple(Obstacle(key, text) for key in keys)
