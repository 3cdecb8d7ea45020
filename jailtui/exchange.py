"""What crosses between rooms: commands going to a host, text and results coming back, and what can go wrong.

No room owns these types, so every room may import them; this module imports none of them.
"""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

Argv = tuple[str, ...]
"""The words of one command. Only `shell_line` turns them into text."""


def shell_line(argv: Argv) -> str:
    """`argv` as one line of POSIX shell, quoted; a word with unprintable characters is written by printf(1)."""
    return " ".join(map(_quoted, argv))


def _quoted(word: str) -> str:
    if word.isprintable() or word.endswith("\n"):  # a command in quotes loses line breaks at its end
        return shlex.quote(word)
    return f"\"$(printf '{''.join(map(_octal, word))}')\""


def _octal(char: str) -> str:
    """A character of printf's format: itself, or its bytes."""
    if char.isprintable() and char not in "-%\\'":
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def difference(before: bytes, after: bytes, name: str) -> list[str]:
    """A unified diff of two texts of the file `name`, as lines without line ends, decoded with surrogateescape.

    A last line without a line end is marked as diff(1) marks it, so that patch(1) can read it.
    """
    import difflib

    changes = difflib.unified_diff(_lines(before), _lines(after), name, name, lineterm="")
    return [line for change in changes for line in change.split("\n")]


def merged(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """`base` with the changes of both texts; None where they touch: in the same lines, or in lines side by side."""
    lines = base.splitlines(keepends=True)
    changes = sorted({*_changes(lines, ours), *_changes(lines, theirs)})
    made: list[bytes] = []
    end = -1
    for start, stop, new in changes:
        if start <= end:
            return None
        made += [*lines[max(end, 0) : start], *new]
        end = stop
    return b"".join([*made, *lines[max(end, 0) :]])


def _changes(base: list[bytes], text: bytes) -> list[tuple[int, int, tuple[bytes, ...]]]:
    """Which lines of `base` are replaced in `text`, and by what."""
    import difflib

    lines = text.splitlines(keepends=True)
    matches = difflib.SequenceMatcher(None, base, lines, autojunk=False).get_opcodes()
    return [(start, stop, tuple(lines[at:to])) for tag, start, stop, at, to in matches if tag != "equal"]


def _lines(text: bytes) -> list[str]:
    *lines, last = text.decode("utf-8", "surrogateescape").split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


class FileEdit(NamedTuple):
    """A file of the host that gets the text `new`, if its text is still `old` (None: there is no such file).

    `moves`: `new` is an earlier or a later text of the file, so that more backups are kept. `base` is what the last
    save wrote, if somebody else changed it to `old` since then; if `new` `loses` that change, it has to be agreed to.
    """

    path: str
    old: bytes | None
    new: bytes
    moves: bool = False
    base: bytes | None = None
    loses: bool = False

    def onto(self, now: bytes | None) -> FileEdit:
        """The same change of a file whose text is `now`: what somebody else changed stays, unless the two touch."""
        if now is None or self.old is None or now == self.old:
            return self._replace(old=now)
        both = merged(self.old, self.new, now)
        if both is None:
            return self._replace(old=now, base=self.old, loses=True)
        return self._replace(old=now, new=both, base=self.old)


OVERTAKEN = "Not run: the host has changed since this was judged."


class Step(NamedTuple):
    """One command, or one file's new text, that changes the host, with what an operator reads before it runs.

    If there is a `file`, `argv` only names the step (`save /etc/jail.conf`). `why` is its purpose, `breaks` what stops
    working, `undo` the command that reverses it (None: no single command does). With `may_fail` the next step runs
    even if this one fails. A step with `rescues` runs only after one of the steps with these numbers, counted from 0,
    has failed, and then in place of the steps that are left. `guard` is a condition in POSIX shell, made by
    `shell_line`: the shell that runs the command looks right before it, and runs it only if the condition holds.
    """

    argv: Argv
    why: str = ""
    breaks: str = ""
    undo: Argv | None = None
    may_fail: bool = False
    file: FileEdit | None = None
    rescues: tuple[int, ...] = ()
    guard: str = ""

    @property
    def line(self) -> str:
        """The command as one line of POSIX shell, with its guard."""
        return f"{self.guard} && {shell_line(self.argv)}" if self.guard else shell_line(self.argv)

    @property
    def command(self) -> Argv:
        """What is run: the command, or one shell that looks and then runs it."""
        if not self.guard:
            return self.argv
        return (
            "/bin/sh",
            "-c",
            f"{{ {self.guard}; }} || {{ echo '{OVERTAKEN}' >&2; exit 1; }}; exec {shell_line(self.argv)}",
        )


class Taking(NamedTuple):
    """What the start or the stop of a jail takes from another jail.

    `what` is an interface, an address or a MAC; `holder` is the jail that has it, or, unless `running`, will have it
    once it runs.
    """

    what: str
    holder: str
    at: Literal["start", "stop"] = "start"
    running: bool = True


class Verb(StrEnum):
    """What an operator can ask for."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    RECLAIM = "reclaim"
    SAVE = "save"
    REMEDY = "carry out"


class Task(NamedTuple):
    """The steps for one jail or one epair, run in order; the first failing step ends the task.

    `key` is the row key of the jail or epair, `subject` its name. `needs` are keys of tasks of the same plan that
    must have succeeded before this one begins (`depend` of jail.conf). `why`, `breaks` and `undo` are one line each
    for the dialog, and so is each of `warnings` (`created by Bastille`); the first `grave` of them make the task fail.
    `owner` is the manager of the jail or pair ("Bastille"). A task with an owner, or that `takes` something from a
    running jail, has to be confirmed twice. `verb` is set if it differs from the plan's (a remedy before a start);
    `label` is the title of a plan of this task alone. `becomes` is the row key of what the task creates, or the new
    key of what it renames.
    """

    key: str
    subject: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    why: str = ""
    breaks: str = ""
    undo: str = ""
    warnings: tuple[str, ...] = ()
    owner: str = ""
    verb: Verb | None = None
    label: str = ""
    grave: int = 0
    becomes: str = ""
    takes: tuple[Taking, ...] = ()

    def warned(self, text: str) -> Task:
        """The task with this warning too."""
        return self._replace(warnings=(*self.warnings, text))


def taken(tasks: Iterable[Task]) -> str:
    """What the tasks take, as text: `epair154 and 192.168.1.154 from web`; "" for nothing."""
    by_holder: dict[str, dict[str, None]] = defaultdict(dict)
    for taking in (taking for task in tasks for taking in task.takes):
        by_holder[taking.holder][taking.what] = None
    return ", ".join(f"{' and '.join(things)} from {holder}" for holder, things in by_holder.items())


class PlanMark(NamedTuple):
    """The plan that a step belongs to, as the audit log names it. `keys` are the row keys of its tasks."""

    id: str
    title: str
    verb: str
    keys: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """An object on which the verb can't be carried out, and the reason as a sentence."""

    key: str
    subject: str
    reason: str

    @property
    def text(self) -> str:
        return f"{self.subject}: {self.reason}"


class Result(NamedTuple):
    """The result of a command. `rc` is None if the command was not started, or is still running.

    `output` is standard output and standard error as they came, decoded as UTF-8 with surrogateescape.
    """

    argv: Argv
    rc: int | None
    output: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.rc == 0


class EndedCommand(NamedTuple):
    """A command of this program that has ended at that time, seconds since the epoch; `status` is None if its exit
    status is not known.
    """

    argv: Argv
    status: int | None
    at: float = 0.0
    output: str = ""


QUESTION_SECONDS = 3
"""The time limit of a single question to a host or a jail: some commands take minutes if nobody answers."""
TIMED_OUT = (124, 137)
"""Exit statuses of timeout(1) for a command that it has ended."""
NOT_ENTERED = 125
"""The exit status for a jail that was not entered: the host has no timeout(1), or other jails took too long."""
NO_ANSWER = f"no answer within {QUESTION_SECONDS} s"


class Section(NamedTuple):
    """The exit status, standard output and standard error of one command of a capture."""

    name: str
    rc: int
    out: str
    err: str = ""

    @property
    def late(self) -> bool:
        """Whether timeout(1) has ended the command."""
        return self.rc in TIMED_OUT

    @property
    def unanswered(self) -> str:
        """Why a single question has no answer, as a phrase; "" if it has one."""
        if self.late:
            return NO_ANSWER
        entered = self.rc != NOT_ENTERED or self.out
        return "" if entered else "not asked: the host has no timeout(1), without which no jail is entered"


LOAD = "load-"
"""How the names of the sections about the load begin. They are no part of the host's state: they always differ."""


class Capture(NamedTuple):
    """What one refresh read: raw text by section, in the order it came.

    `host` is the name by which the operator reached the host, `taken_at` seconds since the epoch by the clock of this
    machine, `facts` the answers to the probe at connect. `looked_at`: when each jail was looked into, by jid, where
    that is done in turn.
    """

    host: str
    taken_at: float
    sections: tuple[Section, ...]
    facts: Mapping[str, str] = MappingProxyType({})
    looked_at: Mapping[int, float] = MappingProxyType({})


BASTILLE_CONF = "/usr/local/etc/bastille/bastille.conf"
"""Bastille's configuration, which every reading has: it names the directory of its jails."""


class FileRequest(NamedTuple):
    """A file, or all files that match a pattern, that a reading of the host should hold in addition.

    `name` is the file's absolute path or the pattern; `pieces` are its fixed parts, between which any text without a
    slash may stand. The host may answer with more files than the pattern matches. `beside`: it is asked for only where
    this other file exists.
    """

    name: str
    pieces: tuple[str, ...]
    beside: str = ""


class Trouble(NamedTuple):
    """What one refresh could not read, and the host's answer in one line."""

    subject: str
    message: str


class HostError(Exception):
    """The host could not be read. The text is a whole sentence for the operator."""


class Unreachable(HostError):
    """No connection: unknown name, refused, a wrong key, no such command."""


class HostTimeout(HostError):
    """No answer within the time limit; the command may still be running on the host."""


class Garbled(HostError):
    """The answer is not what the script prints: it was cut short, or the host has no POSIX shell."""
