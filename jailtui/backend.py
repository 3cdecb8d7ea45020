"""The backend of the screen and of the verbs: it reads a host, judges it, makes plans and runs them.

The rooms that parse, judge and plan are imported when first needed, after the first frame of the screen.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

from jailtui.exchange import LOAD, EndedCommand, HostError, Verb
from jailtui.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Protocol

    from jailtui.exchange import Argv, Capture, FileRequest, PlanMark, Result, Section, Step, Task
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.forms.sources import Sources
    from jailtui.host.auditlog import AuditLog
    from jailtui.host.files import FileText, Missing
    from jailtui.host.monitor import Monitor
    from jailtui.host.pipes import Pipes
    from jailtui.host.steprun import KeptStep
    from jailtui.host.wayback import Ways
    from jailtui.model.build import Builder
    from jailtui.model.load import Load
    from jailtui.model.rounds import Asked
    from jailtui.model.starts import FailedStarts
    from jailtui.model.state import HostState
    from jailtui.plans.guard import Armed, Guard
    from jailtui.plans.plan import Plan
    from jailtui.plans.remedy import Obstacle
    from jailtui.plans.run import Execute, Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.rules.finding import Remedy
    from jailtui.rules.ignored import Ignored

    class Source(Asked, Protocol):
        """A host, or a file written by `jailtui collect`."""

        name: str
        reached: str

        @property
        def ways(self) -> Ways: ...

        @property
        def read_only(self) -> str | None: ...

        def capture(
            self,
            *,
            fresh: bool = False,
            everything: bool = False,
            files: Sequence[FileRequest] = (),
            first: Sequence[int] | None = None,
        ) -> Capture: ...

        def want_load(self) -> None: ...

        def load(self) -> tuple[Section, ...]: ...

        def account(self, jail: str) -> Section: ...

        def about(self, words: Argv) -> tuple[Section, ...]: ...

        def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]: ...

        def ways_in(self) -> tuple[Section, ...]: ...

        def monitor(self) -> Monitor: ...

        def execute(self, step: Step, output: Callable[[str], None], plan: PlanMark | None = None) -> Result: ...

        def enter(self, jid: int, argv: Argv, *, clean: bool, called: Argv, pipes: Pipes | None = None) -> Result: ...

        def steps(self) -> tuple[KeptStep, ...]: ...

        @property
        def longest_step(self) -> tuple[str, Argv] | None: ...

        def watch_line(self, on_cut: Callable[[bool], None], *, watched: bool = ...) -> None: ...

        def leave_steps(self) -> None: ...

        def stop_step(self, identity: str) -> str: ...

        def fetch_step(self, identity: str, output: Callable[[str], None]) -> Result: ...

        def read_file(self, path: str) -> FileText | Missing: ...

        def drop(self) -> None: ...


READ_ANYWAY = 10.0
"""Seconds after which the first reading is parsed even if no frame was drawn."""


class FirstReading(threading.Thread):
    """Reads a host at once, and parses the answer after `drawn` is set: Python runs one thread at a time."""

    def __init__(self, backend: HostBackend, drawn: threading.Event) -> None:
        super().__init__(name="first reading", daemon=True)
        self._backend, self._drawn = backend, drawn
        self._snapshot: Snapshot | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            capture = self._backend.source.capture()
            self._drawn.wait(READ_ANYWAY)
            self._snapshot = self._backend.understood(self._backend.completed(capture))
        except BaseException as error:  # noqa: BLE001 raised again by `answer`
            self._error = error

    def answer(self) -> Snapshot:
        """Wait for the snapshot. Raises what the reading raised."""
        self.join()
        if self._snapshot is None:
            raise self._error or RuntimeError("The first reading was not started.")
        return self._snapshot


class HostBackend:
    """A host for the screen and the verbs. Methods may block, and may be called from any thread."""

    def __init__(
        self,
        source: Source,
        at_once: int = 4,
        hiding: tuple[Ignored, ...] = (),
        audit: AuditLog | None = None,
        way_back: float = 60.0,
    ) -> None:
        self.source = source
        self._way_back = way_back
        self._at_once = at_once
        self._hiding = hiding
        self._builder: Builder | None = None
        self._building = threading.Lock()
        self._files: tuple[FileRequest, ...] = ()
        self._last: Snapshot | None = None
        self._examined: Snapshot | None = None
        self._ahead: FirstReading | None = None
        self.audit = audit
        self._failed_starts: FailedStarts | None = None
        self.in_view: tuple[int, ...] = ()
        """The jids of the jails that the operator sees."""
        self.load_heard: Callable[[Load], None] = lambda load: None
        """Called, from any thread, with the load that a reading brought."""

    @property
    def name(self) -> str:
        return self.source.name

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
        """Follow that step to its end, and delete what the host kept of it. Never raises."""
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

    @property
    def read_only(self) -> str | None:
        """Why nothing can be changed: the source's reason, or the last reading's (no root)."""
        return self.source.read_only or (self._last.state.facts.read_only if self._last else None)

    def read(self) -> Snapshot:
        """One refresh. Raises HostError."""
        ahead, self._ahead = self._ahead, None
        return ahead.answer() if ahead is not None else self._refresh()

    def read_in_full(self) -> Snapshot:
        """One refresh with the routes inside jails too. Raises HostError."""
        return self._refresh(everything=True)

    def read_ahead(self, drawn: threading.Event) -> None:
        """Read the host on another thread, and parse the answer after `drawn` is set; the next `read` returns it."""
        self._ahead = FirstReading(self, drawn)
        self._ahead.start()

    def glance(self) -> Snapshot:
        """One refresh that looks into many jails in turn, those in view first. Raises HostError."""
        if self._ahead is not None:
            return self.read()
        return self.understood(self.completed(self.source.capture(files=self._files, first=self.in_view)))

    def jails_changed(self, state: HostState) -> bool:
        """Whether jails came, went or began to die since that state was read. Raises HostError."""
        from jailtui.model.watching import WHO, jails_changed

        (answer,) = self.source.ask_each(((WHO, None),))
        return jails_changed(answer, state)

    def listen(self, stopped: threading.Event, listening: Callable[[], None], stir: Callable[[], None]) -> None:
        """Call `stir` each time that the host announces a change of its network, until its monitor ends or `stopped` is
        set; `listening` once it is open. Raises HostError.
        """
        from jailtui.model.watching import tells

        with closing(self.source.monitor()) as monitor:
            while not stopped.is_set() and (lines := monitor.gathered()) is not None:
                listening()
                if tells(lines):
                    stir()

    def _refresh(self, *, everything: bool = False) -> Snapshot:
        return self.understood(self.capture(everything=everything))

    def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture:
        """One reading of the host, not parsed, with all files that its files include. Raises HostError."""
        return self.completed(self.source.capture(fresh=fresh, everything=everything, files=self._files))

    def completed(self, capture: Capture) -> Capture:
        """`capture` with the sections that it lacks, such as the files that its files include. Raises HostError."""
        from jailtui.model.rounds import completed

        with self._building:
            capture, files = completed(capture, self._built(), self.source)
            self._files = self._files if files is None else files
            return capture

    def _built(self) -> Builder:
        from jailtui.model.build import Builder

        self._builder = self._builder or Builder()
        return self._builder

    def understood(self, capture: Capture) -> Snapshot:
        """Parse a capture."""
        with self._building:  # readings come from several threads
            builder = self._built()
            state = self._starts().mark(builder.build(capture))
            collected = capture.facts.get("reached") == "file"
            load = self._load_in(capture.sections, capture.taken_at, state)
            snapshot = self._last = Snapshot(
                state,
                builder.config,
                capture.taken_at,
                self._last,
                self._hiding,
                collected=collected,
                load=load,
                looked_at=capture.looked_at,
            )
        if load is not None:
            self.load_heard(load)
        return snapshot

    @property
    def reads_load(self) -> bool:
        """Whether the load can be read again and again: of a live host."""
        return self.source.reached != "file"

    def want_load(self) -> None:
        """Have the next reading bring the load of the jails."""
        self.source.want_load()

    def read_load(self) -> Load | None:
        """The load of the jails by a reading of its own. Raises HostError."""
        sections = self.source.load()
        return self._load_in(sections, time.time(), self._last.state) if self._last is not None else None

    def read_account(self, jail: str) -> Mapping[str, int]:
        """What the kernel accounts to that jail, by resource; nothing where it does not tell. Raises HostError."""
        from jailtui.model.load import account_of, is_plain

        return account_of(self.source.account(jail)) if is_plain(jail) else {}

    def _load_in(self, sections: Sequence[Section], at: float, state: HostState) -> Load | None:
        if not any(section.name.startswith(LOAD) for section in sections):
            return None
        from jailtui.model.load import load_of

        return load_of(sections, at, root=state.facts.uid == 0)

    def _execute(self, mark: PlanMark, step: Step, output: Callable[[str], None]) -> Result:
        """Run a step of that plan and remember how a start ended."""
        result = self.source.execute(step, output, mark)
        with self._building:
            self._starts().note(EndedCommand(result.argv, result.rc, time.time(), result.output))
        return result

    def _starts(self) -> FailedStarts:
        from jailtui.model.starts import FailedStarts

        self._failed_starts = self._failed_starts or FailedStarts(self.audit)
        return self._failed_starts

    def examine(self) -> Snapshot:
        """A full reading, for the doctor: with routes inside jails and the console logs of jails that failed.

        Raises HostError.
        """
        from jailtui.model.console import answers, questions, with_console

        snapshot = self._refresh(everything=True)
        if words := questions(snapshot.state):
            state = with_console(snapshot.state, answers(snapshot.state, self.source.about(words)))
            snapshot = Snapshot(
                state, snapshot.config, snapshot.taken_at, snapshot, self._hiding, collected=snapshot.collected
            )
        self._examined = snapshot
        return snapshot

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        """The plan of `verb` for these row keys.

        The plan of a start has the problems that would make it fail, each with the key of a remedy; remedies whose keys
        are in `keys` become tasks before it. Remedies alone are planned by `Verb.REMEDY`. What a start or a stop would
        take from other jails is in its task.
        """
        return self.with_cuts(self._plan(verb, snapshot, keys), snapshot.state)

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

    def _plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        from jailtui.plans.actions import plan as actions
        from jailtui.plans.remedy import is_remedy, with_preflight
        from jailtui.plans.takings import with_takings

        if verb is Verb.REMEDY:
            return with_takings(self._remedies(snapshot, keys), snapshot.state, lambda: snapshot.context)
        wanted = frozenset(filter(is_remedy, keys))
        plan = actions(verb, snapshot.state, [key for key in keys if key not in wanted])
        if verb in (Verb.START, Verb.RESTART) and plan.tasks:
            plan = with_preflight(plan, _obstacles(snapshot, {task.key for task in plan.tasks}), wanted)
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

        edit, backup = way_back(self.source.read_file, path, redo=redo)
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

    def close(self) -> None:
        """Disconnect from the host."""
        self.source.drop()


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
