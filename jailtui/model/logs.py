"""The logs of a jail: where they are, and what is new in them. The jail writes both: its text is data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.model.console import around, log_of, root_of, roots, usable
from jailtui.text import output_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.exchange import Argv, Section
    from jailtui.model.state import HostState, Jail

MESSAGES = "/var/log/messages"
OVERLAP = 2000
"""Characters at the end of what was read, by which its place is found in what is read next."""
NOT_THERE = "there is no such file, or a link is on the way"
GAP = "(what came between was not read)"


class JailLog(NamedTuple):
    """A log: `path` on the host, `inside` as the jail names it ("" for a file of the host), `under` the root of the
    outermost jail with that file ("": none), `jid` of the jail if it is running.
    """

    title: str
    path: str
    inside: str = ""
    under: str = ""
    jid: int | None = None

    @property
    def name(self) -> str:
        """The file as an operator names it."""
        return self.inside or self.path


def logs(state: HostState, jail: Jail) -> tuple[JailLog, ...]:
    """The console log, if the configuration has one, and the messages of the jail's syslogd."""
    outermost = roots(state)
    places = [JailLog("console", path, under=around(path, outermost)) for path in log_of(jail) if usable(path)]
    if usable(root := root_of(jail).rstrip("/")):
        path = root + MESSAGES
        running = jail.jid if jail.running else None
        places.append(JailLog("messages", path, MESSAGES, around(path, outermost), running))
    return tuple(places)


def no_console(jail: Jail) -> str:
    """Why there is no console log, as a sentence; "" if there is one."""
    if jail.configured is None:
        return f"no console log: no file defines {jail.name}"
    path = next(iter(log_of(jail)), "")
    if not path:
        return "no log: exec.consolelog is not set"
    return "" if usable(path) else f"no log: exec.consolelog is {path}"


def remedy(jail: Jail) -> Argv:
    """The command that sets exec.consolelog, to the path that rc.d/jail has (rc.d/jail of FreeBSD 13 and later)."""
    return ("jailtui", "conf", "log", jail.name, f"path=/var/log/jail_{jail.name}_console.log")


class FollowedLog:
    """A log that is read again and again. `why` is the reason why it can't be read, or ""."""

    def __init__(self, log: JailLog) -> None:
        self.log = log
        self.why = ""
        self._file_id = ""
        self._last = self._begun = ""
        self._inside = False
        """Whether it is read through the jail: a link is on the way, which on the host would lead elsewhere."""

    @property
    def question(self) -> Argv:
        """The words by which about.sh reads it."""
        if self._inside:
            return (f"in={self.log.jid}", f"end-in={self.log.inside}")
        return (f"under={self.log.under}", f"known={self._file_id or '-'}", f"end={self.log.path}")

    def take(self, answers: Mapping[str, Section]) -> tuple[str, ...] | None:
        """The new clean lines, whole ones only; None where the jail has to be asked instead."""
        section = answers.get(f"end-in {self.log.inside}" if self._inside else f"end {self.log.path}")
        self.why = "it was not read" if section is None else _why(section, self._inside)
        if section is None or self.why:
            asked_inside, self._inside = self._inside, self.log.jid is not None
            return None if self._inside and not asked_inside else ()
        if self._inside:
            added = self._after_overlap(section.out)
        else:
            file_id, _, text = section.out.partition("\n")
            added = self._grown(file_id, text)
            self._file_id = file_id
        if added is None:
            self._begun = ""
            return (GAP, *self._whole(section.out if self._inside else text))
        return self._whole(added)

    def _grown(self, file_id: str, text: str) -> str | None:
        """What the file has grown by, by its size; None if that is not all here, or it is another file."""
        if file_id == self._file_id:
            return ""
        if not self._file_id:
            return text
        *file, size = file_id.split(".")[:3]
        *file_before, size_before = self._file_id.split(".")[:3]
        data = text.encode("utf-8", "surrogateescape")
        if file != file_before or not (size.isdecimal() and size_before.isdecimal()):
            return None
        grown = int(size) - int(size_before)
        if not 0 <= grown <= len(data):
            return None
        return data[len(data) - grown :].decode("utf-8", "surrogateescape")

    def _after_overlap(self, text: str) -> str | None:
        """What stands after that which was read before; None if its place is not found."""
        last, self._last = self._last, text
        if text.startswith(last):
            return text[len(last) :]
        at = text.rfind(last[-OVERLAP:])
        return None if at < 0 else text[at + len(last[-OVERLAP:]) :]

    def _whole(self, added: str) -> tuple[str, ...]:
        """The whole lines of what was begun and what was added; the rest is begun."""
        whole, ended, self._begun = (self._begun + added).rpartition("\n")
        return tuple(output_lines(whole)) if ended else ()


def _why(section: Section, inside: bool) -> str:
    """Why the file could not be read, in one line; "" if it was."""
    if section.rc == 0:
        return ""
    complaint = output_lines((section.out if inside else section.err).strip())[-1]
    why = re.sub(r"^\S*sh: (\d+: )?", "", complaint)
    return NOT_THERE if not why or why.startswith("cd: ") else why
