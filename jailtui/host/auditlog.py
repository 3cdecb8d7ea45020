"""The audit log: what this program did on a host, added to and read in a file of this machine."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from jailtui.exchange import EndedCommand
from jailtui.host.auditline import AuditLine, AuditPlan, Event, first_lines, line_of_now, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from jailtui.exchange import Argv, PlanMark

END_READ = 1 << 18
"""How many bytes are read at the end of a log."""
PS_SECONDS = 5.0
OPENED = os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_WRONLY


class AuditLog:
    """The audit log in the file `path`, for one host. Other processes write to it too, so it is read on each time.

    `required`: nothing may be done that it can't hold. `private`: its folder is for the owner alone.
    """

    def __init__(self, path: Path, host: str, *, required: bool = False, private: bool = True) -> None:
        self.path = path
        self.required = required
        self._host = host
        self._private = private
        self._news = Tail(path, host)

    def barred(self) -> str | None:
        """Why nothing may be done now, or None."""
        if not self.required:
            return None
        problem = self._added("")
        return f"{problem}, and the configuration file has `audit: required`" if problem else None

    def begin(
        self,
        identity: str,
        plan: PlanMark | None,
        argv: Argv | None = None,
        diff: str | None = None,
        *,
        commands: Sequence[Argv] | None = None,
    ) -> str:
        """A step begins, or with no `argv` a plan of these `commands`; why that can't be recorded, or ""."""
        words = None if commands is None else [list(command) for command in commands]
        return self._append("begin", id=identity, plan=_plan(plan), argv=_words(argv), diff=diff, commands=words)

    def end(self, identity: str, plan: PlanMark | None, argv: Argv | None, rc: int | None, output: str = "") -> str:
        """It has ended, or nobody follows it any more (None); why that can't be recorded, or ""."""
        values = {"id": identity, "plan": _plan(plan), "argv": _words(argv), "rc": rc, "output": first_lines(output)}
        return self._append("end", **values)

    def refused(self, plan: PlanMark, reason: str) -> str:
        """The plan, or a part of it, is not begun for that reason; why that can't be recorded, or ""."""
        return self._append("refused", id=plan.id, plan=_plan(plan), output=first_lines(reason))

    def seen_running(self, jail: str) -> None:
        """A jail whose last start failed runs."""
        self._append("running", argv=["jail", "-c", jail])

    def seen_gone(self, jail: str) -> None:
        """No file defines a jail any more whose last start failed."""
        self._append("gone", argv=["jail", "-c", jail])

    def ended(self) -> Iterator[EndedCommand]:
        """The steps that ended since this was asked last, the oldest first. The start of a jail that was seen running,
        or that is gone, counts as one that succeeded. The first time only the end of the log is read.
        """
        for line in self._news.lines():
            if line.event in ("end", "running", "gone"):
                status = line.rc if line.event == "end" else 0
                yield EndedCommand(tuple(map(str, line.argv or ())), status, line.seconds, line.output)

    def tail(self, *, older: bool = False) -> Tail:
        """A reader of the lines that the log gets from now on, after those at its end if they are wanted."""
        return Tail(self.path, self._host, skip=not older)

    def lines(self) -> Iterator[AuditLine]:
        """The lines about the host, the newest first; none if there is no log that can be read."""
        with suppress(OSError):
            yield from (line for line in newest_first(self.path) if line.host == self._host)

    def begun(self, identity: str) -> AuditLine | None:
        """The line with which that step began, or None."""
        return next((line for line in self.lines() if line.id == identity and line.event == "begin"), None)

    def _append(self, event: Event, **values: Any) -> str:
        return self._added(line_of_now(event, self._host, **values).text())

    def _added(self, text: str) -> str:
        """Add that text to the log; why that can't be done, or ""."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._private and self.path.parent.stat().st_mode & 0o077:
                self.path.parent.chmod(0o700)
            number = os.open(self.path, OPENED, 0o600)
            try:
                _write(number, text.encode("ascii"))
            finally:
                os.close(number)
        except OSError as error:
            why = "it is a link" if self.path.is_symlink() else error.strerror or str(error)
            return f"{self.path}: the audit log can't be written: {why}"
        return ""


class Tail:
    """Reads on in the log `path`, the lines about one host. The first time only the end of the log is read, or nothing
    if that is to be skipped. Of a shorter log that has taken its place only what is newer is read.
    """

    def __init__(self, path: Path, host: str, *, skip: bool = False) -> None:
        self._path, self._host = path, host
        self._read = 0
        self._newest: list[AuditLine] = []
        """The lines of the second in which the last line was written."""
        if skip:
            self.lines()

    def lines(self) -> list[AuditLine]:
        """The whole lines that the log got since they were asked for last, the oldest first."""
        before = self._read
        every = [line for text in self._texts() if (line := parsed(text)) is not None and line.host == self._host]
        if self._read < before:
            every = [line for line in every if not self._is_known(line)]
        if timed := [line for line in every if line.seconds]:
            at = timed[-1].seconds
            self._newest = [line for line in (*self._newest, *timed) if line.seconds == at]
        return every

    def _is_known(self, line: AuditLine) -> bool:
        """Whether that line was read before; one without a time counts as new."""
        return bool(self._newest) and (0 < line.seconds < self._newest[0].seconds or line in self._newest)

    def _texts(self) -> list[str]:
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(self._read if 0 < self._read <= size else max(0, size - END_READ))
                text, _, part = file.read().rpartition(b"\n")
                self._read = file.tell() - len(part)
        except OSError:
            return []
        return text.decode("utf-8", "replace").splitlines()


def _write(number: int, data: bytes) -> None:
    """Write a line to the log, for its owner's eyes only. Raises OSError."""
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        raise OSError("it is no file")
    if mode & 0o077:
        os.fchmod(number, 0o600)
    if os.write(number, data) < len(data):
        raise OSError("the disk is full")


def _plan(mark: PlanMark | None) -> AuditPlan | None:
    return None if mark is None else AuditPlan(mark.id, mark.title, mark.verb, list(mark.keys))


def _words(argv: Argv | None) -> list[str] | None:
    return None if argv is None else list(argv)


def newest_first(path: Path) -> Iterator[AuditLine]:
    """The lines of a log, the newest first; the log of an older release too. Raises OSError."""
    for text in _lines_backwards(path):
        line = parsed(text)
        if line is not None:
            yield line


def _lines_backwards(path: Path) -> Iterator[str]:
    """The lines of a file from its end. Raises OSError."""
    with path.open("rb") as file:
        at = file.seek(0, 2)
        part = b""
        while at:
            start = max(0, at - END_READ)
            file.seek(start)
            first, *lines = (file.read(at - start) + part).split(b"\n")
            for line in reversed(lines):
                yield line.decode("utf-8", "replace")
            at, part = start, first
        yield part.decode("utf-8", "replace")


def goes_on(pid: int | None, begun: str) -> bool:
    """Whether the process of that ID of this machine, which wrote a line at that time, is still there."""
    if pid is None:
        return False
    try:
        asked = subprocess.run(
            ("ps", "-o", "etimes=", "-p", str(pid)), capture_output=True, text=True, timeout=PS_SECONDS, check=False
        )
        started = time.time() - int(asked.stdout)
        return started <= datetime.fromisoformat(begun).timestamp() + 1
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
