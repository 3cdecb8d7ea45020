"""Where the rooms are joined into a host that can be read and told: the backend of the screen and of the verbs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jailtui.exchange import Argv, Capture, HostError, Result, Section, Step
from jailtui.host.collect import FileHost
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import Shell
from jailtui.judging import Judge
from jailtui.model.build import Builder
from jailtui.plans import actions
from jailtui.plans.plan import Plan, Task, Verb
from jailtui.plans.run import Outcome, RunEvent, overtaken, run_plan
from jailtui.plans.verdict import Verdict, verdicts
from jailtui.preferences import Config, state_home

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.forms.sources import Sources
    from jailtui.host.files import FileText, Missing
    from jailtui.model.state import HostState
    from jailtui.rules.context import Context
    from jailtui.rules.finding import Finding, Remedy


class Choice(NamedTuple):
    """Which host, and how to get there: `host` is local, demo, a file or [ssh://]user@box[:port]; None by platform.

    The demo_ fields are for the embedded host: its folder, a size in jails, a release, a fresh start.
    """

    host: str | None = None
    ssh_config: str | None = None
    become: str | None = None
    demo_dir: Path | None = None
    demo_jails: int | None = None
    demo_release: str | None = None
    demo_reset: bool = False

    def kind(self) -> str:
        """local, demo, file or ssh. A file is a word that names one, or ends in .json."""
        host = self.host or ("local" if sys.platform.startswith("freebsd") else "demo")
        if host in ("local", "demo"):
            return host
        return "file" if host.endswith(".json") or ("@" not in host and Path(host).is_file()) else "ssh"


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
        self.taken_at = 0.0
        self._at_once = at_once
        self._builder = Builder()
        self._building = threading.Lock()
        self._judge = Judge()
        self._state: HostState | None = None
        self._ahead: Future[HostState] | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def read_only(self) -> str | None:
        """Why no action can run at all: the source's reason, or what the last reading told (no root)."""
        return self.source.read_only or (self._state.facts.read_only if self._state else None)

    def read(self) -> HostState:
        """One refresh. Raises HostError."""
        ahead, self._ahead = self._ahead, None
        return ahead.result() if ahead is not None else self._refresh()

    def read_ahead(self) -> None:
        """Begin a reading on a thread of its own; the next `read` waits for it and gives its answer."""
        future: Future[HostState] = Future()
        self._ahead = future

        def begin() -> None:
            try:
                future.set_result(self._refresh())
            except BaseException as error:  # noqa: BLE001 it reaches who waits for the future
                future.set_exception(error)

        threading.Thread(target=begin, daemon=True, name="first reading").start()

    def _refresh(self, *, everything: bool = False) -> HostState:
        capture = self.source.capture(everything=everything)
        self.taken_at = capture.taken_at
        self._state = self._build(capture)
        return self._state

    def _build(self, capture: Capture) -> HostState:
        with self._building:  # readings come from several threads, and a state is judged by the files of its own
            state = self._builder.build(capture)
            self._judge.remember(state, self._builder.config)
            return state

    def examine(self) -> HostState:
        """One full reading, for the doctor: routes inside jails too, and the console logs of jails that failed.

        Raises HostError.
        """
        from jailtui.model.console import answers, questions, with_console

        state = self._refresh(everything=True)
        words = questions(state)
        if not words:
            return state
        told = with_console(state, answers(state, self.source.about(words)))
        self._judge.same_files(told, state)
        return told

    def plan(self, verb: Verb, state: HostState, keys: Sequence[str]) -> Plan:
        """What `verb` would run for these rows.

        Before a start the rules say what would make it fail. What clears its way is offered, or, where the keys of the
        offers are among `keys`, done first. Keys of remedies alone are planned by `Verb.REMEDY`.
        """
        from jailtui.plans.preflight import with_preflight
        from jailtui.plans.remedy import is_remedy

        if verb is Verb.REMEDY:
            return self._remedies(state, keys)
        wanted = frozenset(filter(is_remedy, keys))
        made = actions.plan(verb, state, [key for key in keys if key not in wanted])
        if verb not in (Verb.START, Verb.RESTART) or not made.tasks:
            return made
        return with_preflight(made, self._judge.obstacles(state, {task.key for task in made.tasks}), wanted)

    def remedy_plan(self, finding: Finding, remedy: Remedy, state: HostState) -> Plan:
        """What carrying out that remedy runs; refused where the finding is no longer true of the host.

        What only a full reading tells is read anew. Raises HostError.
        """
        from jailtui.judging import cure

        return self._remedies(state, (cure(finding, remedy).key,))

    def _remedies(self, state: HostState, keys: Sequence[str]) -> Plan:
        made = self._judge.remedies(state, keys)
        if made.refused:
            made = self._judge.remedies(self.examine(), keys)
        return made

    def context(self, state: HostState) -> Context:
        """What rules judge by: `state`, which has to be one of those read last, and the settings in its files."""
        return self._judge.context(state)

    def findings(self, state: HostState) -> tuple[Finding, ...]:
        """What is wrong with the host in that state, worst first. Each state is judged once."""
        return self._judge.findings(state)

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
        state = self._build(capture)
        texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
        told = next((one for one in capture.sections if one.name == "sysrc" and one.rc == 0), None)
        rcconf = None if told is None else dict(sysrc.parse(told.out))
        about = {one.name: one for one in self.source.about(questions(state, subject))}
        return Sources(state, texts, rcconf, about)

    def save_plan(self, form: Form, draft: Draft, state: HostState, *, restart: bool = False) -> Plan:
        """What saving `draft` runs, and restarting its jail where that is asked for."""
        from jailtui.plans.save import save_plan

        return save_plan(form, draft, state, restart=restart)

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
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: HostState, after: HostState
    ) -> tuple[Verdict, ...]:
        """What is true now, by the host's state; of a remedy, by what is found by a full reading."""
        cured = [task.key for task in plan.tasks if plan.verb_of(task) is Verb.REMEDY]
        left: Mapping[str, str] = {}
        if cured:
            with suppress(HostError):  # then the shorter reading is what there is
                after = self.examine()
            left = self._judge.left(after, cured)
        return verdicts(plan, outcomes, before, after, left)

    def close(self) -> None:
        """Let go of the host."""
        self.source.drop()


def open_host(choice: Choice, config: Config) -> HostBackend:
    """The backend for `choice`. Nothing is connected yet.

    Raises ValueError for a host that is none, OSError when the embedded host's folder can't be used.
    """
    kind = choice.kind()
    if kind == "file":
        return HostBackend(FileHost(Path(choice.host or "")))
    name, connect = {"local": local, "demo": demo, "ssh": remote}[kind](choice)
    executor = Executor(audit=state_home() / "audit.log", limit=config.step_limit)
    return HostBackend(Host(name, connect, executor, keep=config.backups, reached=kind), config.at_once)


Opening = tuple[str, Callable[[], Shell]]


def local(choice: Choice) -> Opening:
    """This machine."""

    def connect() -> Shell:
        from plumbum import local as machine

        return Shell(machine, become=choice.become)

    return "local", connect


def demo(choice: Choice) -> Opening:
    """The embedded host, made in its folder now if it is not there."""
    from jailtui.simhost.setup import prepare

    folder = choice.demo_dir or state_home() / "demo"
    environment = prepare(
        folder, jails=choice.demo_jails or 0, reset=choice.demo_reset, release=choice.demo_release or "15.1"
    )

    def connect() -> Shell:
        from plumbum import local as machine

        return Shell(machine, environment=environment)

    return "demo", connect


def remote(choice: Choice) -> Opening:
    """A machine reached by ssh."""
    from jailtui.host import ssh

    where = ssh.destination(choice.host or "")
    name = (choice.host or "").removeprefix("ssh://").rstrip("/")
    return name, lambda: ssh.connect(where, config=choice.ssh_config, become=choice.become)
