"""A host: connecting to it, reading it and changing it. Its text is parsed elsewhere."""

from __future__ import annotations

import contextlib
import threading
import time
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.exchange import (
    BASTILLE_CONF,
    QUESTION_SECONDS,
    Argv,
    Capture,
    FileEdit,
    FileRequest,
    Garbled,
    HostError,
    HostTimeout,
    Result,
    Section,
    Step,
    Unreachable,
    difference,
)
from jailtui.host.executor import Executor
from jailtui.host.frames import Contents, ask
from jailtui.host.sections import asked_section, asking, conf_files_section, facts, is_slow, late
from jailtui.host.shell import Shell, script
from jailtui.host.steprun import new_id
from jailtui.host.turns import Turns
from jailtui.host.wayback import Ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jailtui.exchange import PlanMark
    from jailtui.host import files
    from jailtui.host.monitor import Monitor
    from jailtui.host.pipes import Pipes
    from jailtui.host.steprun import KeptStep

READ_SECONDS = 30.0
KEEP = 5
"""Backups kept of a file that is saved."""
MOVES = 4
"""An undo or a redo keeps this many times as many backups, since it leaves one too."""
PROBE = ("probe.sh",)
WAYS_IN = ("wayin.sh", "ways.sh")
LOAD = ("load.sh", "alone.sh")
ACCOUNT = ("account.sh",)
ABOUT = ("paths.sh", "inside.sh", "about.sh")
FILES = (
    FileRequest("/etc/jail.conf", ("/etc/jail.conf",)),
    FileRequest("/etc/jail.*.conf", ("/etc/jail.", ".conf")),
    FileRequest("/etc/jail.conf.d/*.conf", ("/etc/jail.conf.d/", ".conf")),
    FileRequest(BASTILLE_CONF, (BASTILLE_CONF,)),
    FileRequest("/usr/local/bastille/jails/*/jail.conf", ("/usr/local/bastille/jails/", "/jail.conf"), BASTILLE_CONF),
)
"""The files that rc.d/jail reads, and those of Bastille where they usually are; every reading has them."""
SLOW_EVERY = 30.0
"""Seconds after which the slow sections are read again (sysrc takes twenty times as long as `ifconfig -a`)."""
DIRECTORY = "dir="


class Host:
    """A host that can be read and changed. `name` is how the operator named it; `connect` opens a shell on it.

    A failed reading drops the connection; the next one connects again. Readings and steps may come from several
    threads. `keep` is how many backups are kept of a file that a step saves. `reached` is local, ssh, demo, or "" if
    that is not known; captures have it as the fact of that name. `conf_files` are read as jail(8) does with -f.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Shell],
        executor: Executor | None = None,
        *,
        keep: int = KEEP,
        reached: str = "",
        conf_files: Sequence[FileRequest] = (),
    ) -> None:
        self.name = name
        self.conf_files = tuple(conf_files)
        self.reached = reached
        self.keep = keep
        self._connect = connect
        self.ways = Ways(self._other_than, connect)
        self._executor = executor or Executor()
        self._lock = threading.Lock()
        self._shell: Shell | None = None
        self._facts: Mapping[str, str] = MappingProxyType({})
        self._slow: tuple[Section, ...] = ()
        self._contents = Contents()
        self._turns = Turns()
        self._always: Argv = ()
        self._late: Argv = ()
        self._slow_at = float("-inf")
        self._changes = 0
        self._load_wanted = False
        self.asked_at = float("-inf")
        """When the last reading began to ask the host (time.monotonic): no reading waits for another one after that."""

    def capture(
        self,
        *,
        fresh: bool = False,
        everything: bool = False,
        files: Sequence[FileRequest] = (),
        first: Sequence[int] | None = None,
        lists: bool = True,
    ) -> Capture:
        """Read the host in one round trip (two if it has to connect). `fresh` reads the slow sections too; `everything`
        in addition the routes inside each jail and all parameters. `files` are read in addition to FILES; the section
        `asked` names them all. With `first`, many jails are looked into in turn, those of these jids before others.
        Without `lists` the managers of jails are asked for theirs in the next reading only: that may take seconds.

        Raises HostError: Unreachable, HostTimeout or Garbled.
        """
        with self._reading() as shell:
            lists = lists or not any(name.startswith("manager ") for name in self._facts)
            changes = self._changes
            slow = fresh or everything or time.monotonic() - self._slow_at > SLOW_EVERY
            turns = () if first is None else self._turns.words(first, time.time())
            options = self._words(slow, everything, lists)
            words = (*options, *self._late, *turns, *self._always, *self._contents.words())
            self._load_wanted = False
            asked = (*FILES, *self.conf_files, *files)
            sections = self._contents.complete(self._read_files(shell, asked, "refresh.sh", words))
            now = time.time()
            sections = self._turns.complete(sections, now, self._always)
            self._late = tuple(filter(None, map(late, sections)))
            if slow:
                self._slow_at = time.monotonic() if lists and changes == self._changes else float("-inf")
                self._slow = tuple(section for section in sections if is_slow(section))
            else:
                sections += self._slow
            sections = (*sections, asked_section(asked), conf_files_section(self.conf_files))
            return Capture(self.name, now, sections, self._facts, self._turns.looked_at)

    def want_load(self) -> None:
        """Have the next reading read the load of the jails too (see load.sh)."""
        self._load_wanted = True

    def load(self) -> tuple[Section, ...]:
        """The load of the jails alone. Raises HostError."""
        with self._reading() as shell:
            return self._read(shell, LOAD, ())

    def account(self, jail: str) -> Section:
        """What the kernel accounts to the jail of that name, which `is_plain`. Raises HostError."""
        with self._reading() as shell:
            return self._read(shell, ACCOUNT, (jail,))[0]

    def look_up(self, capture: Capture, files: Sequence[FileRequest]) -> Capture:
        """`capture` with these files added, in one round trip. Raises HostError."""
        with self._reading() as shell:
            blind = () if self._facts.get("uid") == "0" else ("blind",)
            answer = self._read_files(shell, files, "look.sh", (*blind, *self._contents.known()))
            added = self._contents.complete(answer, more=True)
        asked = next((section.out.split("\0") for section in capture.sections if section.name == "asked"), [])
        sections = {section.name: section for section in (*added, *capture.sections) if section.name != "asked"}
        return capture._replace(sections=(*sections.values(), asked_section(files, asked)))

    def ask_always(self, words: Argv) -> tuple[Section, ...]:
        """Ask about these paths (see paths.sh) and routes (`route=JID`) in every reading from now on: the answers to
        what is new. Raises HostError.
        """
        new = set(words).difference(self._always)
        sections: tuple[Section, ...] = ()
        if new:
            directories = any(word.startswith(DIRECTORY) for word in new)  # one section names all that are missing
            asked = (word for word in words if word in new or (directories and word.startswith(DIRECTORY)))
            with self._reading() as shell:
                netstat = ("n",) if self._facts.get("netstat-j") == "yes" else ()
                sections = self._read(shell, ABOUT, ("only", *netstat, *asked))
                self._slow += tuple(filter(is_slow, sections))
        self._always = words
        return sections

    def look_closer(self, places: Mapping[int | None, Sequence[str]]) -> tuple[Section, ...]:
        """What ifconfig and netstat list in these places (jids; None: the host), and what ifconfig prints of each
        interface of these names: `stanza JID NUMBER`, with `host` for None. Raises HostError.
        """
        from jailtui.host.closer import closer

        with self._reading() as shell:
            return ask(
                shell, script("path.sh", "sections.sh", "inside.sh") + closer(places, self._facts), (), READ_SECONDS
            )

    def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]:
        """What these commands print, each on the host or in the jail of that jid, within 3 s each. Raises HostError."""
        from jailtui.host.questions import asking_each

        text = script("path.sh", "sections.sh", "inside.sh") + asking_each(questions)
        with self._reading() as shell:
            return ask(shell, text, (), (QUESTION_SECONDS + 2) * len(questions) + READ_SECONDS)

    def monitor(self) -> Monitor:
        """The messages of the host's network, as they come. Raises HostError."""
        from jailtui.host.monitor import Monitor

        return Monitor(self._open())

    def ways_in(self) -> tuple[Section, ...]:
        """The sessions of sshd, and the way back to each client, as in a reading. Raises HostError."""
        with self._reading() as shell:
            return self._read(shell, WAYS_IN, ())

    def about(self, words: Argv) -> tuple[Section, ...]:
        """The answers that a form needs about one jail; for the words see about.sh. Raises HostError."""
        with self._reading() as shell:
            return self._read(shell, ABOUT, words)

    @property
    def read_only(self) -> str | None:
        """Why nothing may be changed, whatever the host says; None otherwise."""
        return self._executor.read_only

    def execute(self, step: Step, output: Callable[[str], None], plan: PlanMark | None = None) -> Result:
        """Run one step of that plan, which changes the host. Never raises: a failure is in the result."""
        if step.file is not None:
            return self._save(step.argv, step.file, output, plan)
        try:
            return self._executor.run(step, self._other_than, output, plan)
        finally:
            self._changed()

    def enter(self, jid: int, argv: Argv, *, clean: bool, called: Argv, pipes: Pipes | None = None) -> Result:
        """Run `argv` in that jail, at a terminal of its own, else through `pipes`, and record it as `called`.

        `clean`: by `jexec -l`. Raises HostError.
        """
        from jailtui.host.entering import enter

        if reason := self._executor.read_only:
            return Result(called, None, note=reason)
        shell, identity = self._open(), new_id()
        if problem := self._executor.begin(identity, called, None):
            return Result(called, None, note=problem)
        result = Result(called, None, note="it was interrupted")
        try:
            result = enter(shell, jid, argv, clean, called, pipes)
        finally:
            result = self._executor.end(identity, result, None)
        return result

    def steps(self) -> tuple[KeptStep, ...]:
        """The steps that run on the host or wait to be fetched, the oldest first. Raises HostError."""
        from jailtui.host.steprun import kept_steps

        return kept_steps(self._open())

    def stop_step(self, identity: str) -> str:
        """Send TERM to the command of that step, and record it; the reason if that failed, or "". Raises HostError."""
        from jailtui.host.steprun import stop_step

        own, argv = new_id(), ("jailtui", "steps", identity, "--stop")
        if problem := self._executor.begin(own, argv, None):
            return problem
        problem = stop_step(self._open(), identity)
        ended = self._executor.end(own, Result(argv, 1 if problem else 0, problem), None)
        return problem or ended.note

    def fetch_step(self, identity: str, output: Callable[[str], None]) -> Result:
        """Follow that step to its end; the host then forgets it. Never raises."""
        return self._executor.fetch(identity, self._other_than, output)

    @property
    def longest_step(self) -> tuple[str, Argv] | None:
        """The ID and the command of the step of ours that has run longest, if one runs."""
        return self._executor.longest

    def watch_line(self, on_cut: Callable[[bool], None], *, watched: bool = False) -> None:
        """See `Executor.watch`."""
        self._executor.watch(on_cut, watched=watched)

    def leave_steps(self) -> None:
        """Follow no step any more; those that run go on."""
        self._executor.leave()

    def _other_than(self, broken: Shell | None) -> Shell:
        """A shell on the host; another one than that whose line is cut. Raises HostError."""
        if broken is not None and self._shell is broken:
            self.drop()
        return self._shell or self._open()

    def _save(self, argv: Argv, edit: FileEdit, output: Callable[[str], None], plan: PlanMark | None) -> Result:
        """Save a file of the host and record it, see `files.save_file`."""
        from jailtui.host import files

        executor, old = self._executor, edit.old or b""
        if reason := executor.read_only:
            return Result(argv, None, note=reason)
        identity, base = new_id(), None if edit.old is None else files.digest(edit.old)
        words = ("save", edit.path, base or files.NEW, files.digest(edit.new))
        if problem := executor.begin(identity, words, plan, "\n".join(difference(old, edit.new, edit.path))):
            return Result(argv, None, note=problem)
        try:
            outcome = self._saved(edit, base, self.keep * (MOVES if edit.moves else 1))
            saved, report = files.report(outcome, old)
            output(f"{report}\n")
            result = Result(words, 0 if saved else 1, f"{report}\n")
        except HostError as error:
            result = Result(words, None, note=str(error))
        finally:
            self._changed()
        return executor.end(identity, result, plan)._replace(argv=argv)

    def _saved(self, edit: FileEdit, base: str | None, keep: int) -> files.Outcome:
        """Save it; where the line is cut, ask by a new one what became of the save. Raises HostError."""
        from jailtui.host import files

        shell = self._open()
        try:
            return files.save_file(shell, edit.path, base, edit.new, keep=keep)
        except (Unreachable, HostTimeout, Garbled) as cut:
            if self._shell is shell:
                self.drop()
            try:
                with self._executor.waiting(edit.path):
                    outcome = files.settled(self._read_anew, edit.path, base, edit.new, self._executor.patient())
            except HostError as error:
                raise HostError(f"The line was cut; whether it was saved is not known: {error}") from cut
            if outcome is None:
                raise HostError(f"It was not saved: {cut}") from cut
            return outcome

    def _read_anew(self, path: str) -> files.FileText | files.Missing:
        """A file of the host; where that fails, the next reading is by a new line. Raises HostError."""
        try:
            return self.read_file(path)
        except HostError:
            self.drop()
            raise

    def read_file(self, path: str) -> files.FileText | files.Missing:
        """A file of the host, see `files.read_file`. Raises HostError."""
        from jailtui.host import files  # imports hashlib: verbs that only read the host start sooner without it

        return files.read_file(self._open(), path)

    def read_saves(self, path: str) -> files.FileAndBackups:
        """A file of the host and its backups, see `files.read_saves`. Raises HostError."""
        from jailtui.host import files

        return files.read_saves(self._open(), path)

    def _changed(self) -> None:
        """Have the next reading read the slow sections, even if another reading is under way."""
        self._changes += 1
        self._slow_at = float("-inf")

    def drop(self) -> None:
        """Close the connection; the next reading opens a new one."""
        shell, self._shell = self._shell, None
        if shell is not None:
            shell.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Shell]:
        """The shell for a reading, locked against other threads' readings, and closed if the reading fails."""
        with self._lock:
            self.asked_at = time.monotonic()
            try:
                yield self._connected()
            except HostError:
                self.drop()
                raise

    def _open(self) -> Shell:
        with self._lock:
            return self._connected()

    def _connected(self) -> Shell:
        if self._shell is None:
            shell = self._connect()
            try:
                answers = {section.name: section for section in self._read(shell, PROBE, ())}
            except HostError as error:
                if shell.plain is not None and isinstance(error, Unreachable):
                    from jailtui.host.become import explained

                    error = explained(shell, error)
                shell.close()
                raise error from None
            self._facts, self._shell = MappingProxyType({**facts(answers), "reached": self.reached}), shell
            self._slow_at = float("-inf")
        return self._shell

    def _words(self, slow: bool, everything: bool, lists: bool) -> Argv:
        options = {"D": "ifconfig-D", "j": "ifconfig-j", "n": "netstat-j"}
        words = {word: self._facts.get(fact) == "yes" for word, fact in options.items()}
        words |= {"load": self._load_wanted, "slow": slow, "routes": everything, "blind": self._facts.get("uid") != "0"}
        words["unlisted"] = not lists
        return tuple(word for word, wanted in words.items() if wanted)

    def _read_files(self, shell: Shell, files: Sequence[FileRequest], name: str, words: Argv) -> tuple[Section, ...]:
        readers = script("path.sh", "sections.sh", "inside.sh", "jailconf.sh", "paths.sh", "wayin.sh", "load.sh")
        readers += script("managers.sh")
        text = readers + asking(files) + script(name)
        return ask(shell, text, words, READ_SECONDS)

    def _read(self, shell: Shell, names: Argv, words: Argv) -> tuple[Section, ...]:
        return ask(shell, script("path.sh", "sections.sh", *names), words, READ_SECONDS)
