"""The rooms joined around one reading of a host: the backend of the screen and of the verbs."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from jailtui.exchange import Argv, Capture, HostError, Result, Section, Step, Task, Verb
from jailtui.model.build import Builder
from jailtui.plans import actions
from jailtui.plans.preflight import Obstacle, obstacles, with_preflight
from jailtui.plans.remedy import about, is_remedy, remedy_plan
from jailtui.plans.run import Outcome, RunEvent, overtaken, run_plan
from jailtui.plans.verdict import Verdict, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from jailtui.config.world import World
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.forms.sources import Sources
    from jailtui.host.files import FileText, Missing
    from jailtui.jailconf import HostConfig
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Finding, Remedy


class Snapshot:
    """One reading of a host: its state, what its files mean, when it was taken (seconds since the epoch).

    What follows from these is made when it is first asked for, from whatever thread, or taken from the reading
    `before` where that one saw the same.
    """

    def __init__(
        self, state: HostState, config: HostConfig, taken_at: float = 0.0, before: Snapshot | None = None
    ) -> None:
        self.state = state
        self.config = config
        self.taken_at = taken_at
        made = {} if before is None else vars(before)
        self._last_world: World | None = made.get("world", made.get("_last_world"))
        if before is not None and before.config is config:  # it is the same one as long as no file changed
            kept = ("world", "context", "findings") if before.state is state else ("world",)
            vars(self).update({name: made[name] for name in kept if name in made})

    @cached_property
    def world(self) -> World:
        """All jails as configured."""
        from jailtui.config.world import world

        return world(self.config, self._last_world)

    @cached_property
    def context(self) -> Context:
        """What rules judge by."""
        from jailtui.rules.context import Context

        return Context(self.state, self.world, from_here=self.state.facts.local)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the host, worst first."""
        from jailtui.rules.registry import judge

        return judge(self.context)


class Source(Protocol):
    """A host or a file that stands for one."""

    name: str

    @property
    def read_only(self) -> str | None: ...

    def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture: ...

    def about(self, words: Argv) -> tuple[Section, ...]: ...

    def execute(self, step: Step, output: Callable[[str], None]) -> Result: ...

    def read_file(self, path: str) -> FileText | Missing: ...

    def drop(self) -> None: ...


class HostBackend:
    """A host as the screen and the verbs need it. Its methods may block, and may be called from any thread."""

    def __init__(self, source: Source, at_once: int = 4) -> None:
        self.source = source
        self._at_once = at_once
        self._builder = Builder()
        self._building = threading.Lock()
        self._last: Snapshot | None = None
        self._examined: Snapshot | None = None
        self._ahead: Future[Snapshot] | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def read_only(self) -> str | None:
        """Why no action can run at all: the source's reason, or what the last reading told (no root)."""
        return self.source.read_only or (self._last.state.facts.read_only if self._last else None)

    def read(self) -> Snapshot:
        """One refresh. Raises HostError."""
        ahead, self._ahead = self._ahead, None
        return ahead.result() if ahead is not None else self._refresh()

    def read_ahead(self) -> None:
        """Begin a reading on a thread of its own; the next `read` waits for it and gives its answer."""
        future: Future[Snapshot] = Future()
        self._ahead = future

        def begin() -> None:
            try:
                future.set_result(self._refresh())
            except BaseException as error:  # noqa: BLE001 it reaches who waits for the future
                future.set_exception(error)

        threading.Thread(target=begin, daemon=True, name="first reading").start()

    def _refresh(self, *, everything: bool = False) -> Snapshot:
        return self._snapshot(self.source.capture(everything=everything))

    def _snapshot(self, capture: Capture) -> Snapshot:
        with self._building:  # readings come from several threads
            state = self._builder.build(capture)
            self._last = Snapshot(state, self._builder.config, capture.taken_at, self._last)
            return self._last

    def examine(self) -> Snapshot:
        """One full reading, for the doctor: routes inside jails too, and the console logs of jails that failed.

        Raises HostError.
        """
        from jailtui.model.console import answers, questions, with_console

        snapshot = self._refresh(everything=True)
        if words := questions(snapshot.state):
            state = with_console(snapshot.state, answers(snapshot.state, self.source.about(words)))
            snapshot = Snapshot(state, snapshot.config, snapshot.taken_at, snapshot)
        self._examined = snapshot
        return snapshot

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        """What `verb` would run for these rows.

        Before a start the rules say what would make it fail. What clears its way is offered, or, where the keys of the
        offers are among `keys`, done first. Keys of remedies alone are planned by `Verb.REMEDY`.
        """
        if verb is Verb.REMEDY:
            return self._remedies(snapshot, keys)
        wanted = frozenset(filter(is_remedy, keys))
        plan = actions.plan(verb, snapshot.state, [key for key in keys if key not in wanted])
        if verb not in (Verb.START, Verb.RESTART) or not plan.tasks:
            return plan
        return with_preflight(plan, _obstacles(snapshot, {task.key for task in plan.tasks}), wanted)

    def remedy_plan(self, finding: Finding, remedy: Remedy, snapshot: Snapshot) -> Plan:
        """What carrying out that remedy runs; refused where the finding is no longer true of the host.

        What only a full reading tells is read anew. Raises HostError.
        """
        return self._remedies(snapshot, (remedy.task.key,))

    def _remedies(self, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        plan = remedies(snapshot, keys)
        return remedies(self.examine(), keys) if plan.refused else plan

    def form(self, name: FormName, subject: str) -> Form:
        """The form of that name on a jail, bridge or VLAN ("": a new one), by a fresh reading.

        Raises NoForm, HostError.
        """
        from jailtui.forms.opening import open_form

        return open_form(name, subject, self.sources(subject))

    def sources(self, subject: str) -> Sources:
        """A fresh reading of the host, rc.conf too, for a form about that subject. Raises HostError."""
        from jailtui.config.jails import files_of
        from jailtui.formats import sysrc
        from jailtui.forms.sources import Sources, questions

        capture = self.source.capture(fresh=True)
        snapshot = self._snapshot(capture)
        texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
        told = next((one for one in capture.sections if one.name == "sysrc" and one.rc == 0), None)
        rcconf = None if told is None else dict(sysrc.parse(told.out))
        about = {one.name: one for one in self.source.about(questions(snapshot.state, subject))}
        return Sources(snapshot.state, texts, rcconf, about, snapshot)

    def save_plan(self, form: Form, draft: Draft, snapshot: Snapshot, *, restart: bool = False) -> Plan:
        """What saving `draft` runs, and restarting its jail where that is asked for."""
        from jailtui.plans.save import save_plan

        return save_plan(form, draft, snapshot.state, restart=restart)

    def undo_plan(self, path: str) -> Plan:
        """What giving a file its text from before the last save back runs. Raises HostError."""
        from jailtui.host.files import FileText, earlier
        from jailtui.plans.save import undo_plan

        now, backup, text = earlier(self.source.read_file, path)
        if backup is None:
            return undo_plan(self.name, path, None, None, "")
        return undo_plan(self.name, path, now.data if isinstance(now, FileText) else None, text, backup.when)

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        """Run it, several tasks at once, in `depend` order.

        A pair to be reclaimed, or a remedy, is judged again by a new reading right before it begins.
        """
        return run_plan(
            plan,
            self.source.execute,
            report,
            cancelled,
            at_once=self._at_once,
            still=lambda task: self._still(plan.verb_of(task), task),
        )

    def _still(self, verb: Verb, task: Task) -> str | None:
        """Why the task must not run any more, if so: the world moves."""
        if verb not in (Verb.RECLAIM, Verb.REMEDY):
            return None
        try:
            return overtaken(task, self.plan(verb, self._refresh(), (task.key,)))
        except HostError as error:
            return f"the host could not be read again before it: {error}"

    def verdict(
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: Snapshot, after: Snapshot
    ) -> tuple[Verdict, ...]:
        """What is true now, by the host's state; of a remedy, by what is found by a full reading."""
        keys = [task.key for task in plan.tasks if plan.verb_of(task) is Verb.REMEDY]
        if not keys:
            return verdicts(plan, outcomes, before.state, after.state)
        known = (before, self._examined or before)
        with suppress(HostError):  # then the shorter reading is what there is
            after = self.examine()
        return verdicts(plan, outcomes, before.state, after.state, left(known, after, keys))

    def close(self) -> None:
        """Let go of the host."""
        self.source.drop()


def _obstacles(snapshot: Snapshot, keys: Collection[str]) -> tuple[Obstacle, ...]:
    """What a start of the jails of these row keys would fail or go wrong by, worst first."""
    try:
        return obstacles(snapshot.findings, snapshot.state, keys)
    except Exception as error:  # noqa: BLE001 a fault in a rule must not keep a jail from being started
        text = f"What would make it fail is not known, judging failed inside jailtui: {type(error).__name__}."
        return tuple(Obstacle(key, text) for key in keys)


def remedies(snapshot: Snapshot, keys: Sequence[str]) -> Plan:
    """The remedies of these task keys as one plan; refused is what `snapshot` gives no cause for."""
    return remedy_plan(snapshot.state.facts.name, snapshot.findings, keys)


def left(before: Iterable[Snapshot], after: Snapshot, keys: Sequence[str]) -> Mapping[str, str]:
    """The sentence of what is still found, by the key of the remedy that was to take it away.

    A subject may have several findings of one code: then one less than in any reading `before` is the one that is gone.
    """
    counts = [Counter(finding.identity for finding in snapshot.findings) for snapshot in (*before, after)]
    texts = {finding.identity: finding.text for finding in reversed(after.findings)}
    identities = {key: about(key) for key in keys}
    return {
        key: texts[identity]
        for key, identity in identities.items()
        if identity in texts and counts[-1][identity] >= max(count[identity] for count in counts)
    }
