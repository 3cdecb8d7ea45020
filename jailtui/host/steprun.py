"""A step on its host: begun there as a process that outlives us, followed as it prints, fetched when it has ended."""

from __future__ import annotations

import os
import re
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, shell_line
from jailtui.host.frames import ask
from jailtui.host.shell import last_line, script

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.host.shell import Shell

SCRIPTS = ("path.sh", "kept.sh", "step.sh")
STEPS_SECONDS = 15.0
LEFT_SECONDS = 0.25
"""How often a step that prints nothing is asked whether it is still to be followed."""
WITHOUT_OURS = 'env -i "PATH=${JAILTUI_ROOT:+$JAILTUI_ROOT/bin:}/sbin:/bin:/usr/sbin:/usr/bin" '
"""Before a command that runs a jail's program: jexec(8) hands on all variables (FREEBSD.md 12, found/environment)."""
ID = re.compile(r"[0-9a-f]{16}")


def new_id() -> str:
    """An ID for a step: 16 hexadecimal digits."""
    return secrets.token_hex(8)


class Ending(NamedTuple):
    """How the following of a step ended.

    `status` is the exit status of its command, None where it has none: `kind` is then `running` (the time is over),
    `left` (it was not to be followed any more), `cut` (the line is gone, the step goes on), `lost` (its runner was
    killed), `unknown` (the host has no record of it) or `refused` (it was not begun; the output says why). `shown` is
    how many bytes of output were handed on.
    """

    kind: str
    status: int | None
    shown: int
    complaint: str = ""


class KeptStep(NamedTuple):
    """A step of which the host keeps something. `begun` is seconds since the epoch by its clock; `status` the exit
    status of one that has ended, None where it runs, or with `lost` was killed.
    """

    identity: str
    begun: int
    line: str
    status: int | None
    lost: bool


def kept_steps(shell: Shell) -> tuple[KeptStep, ...]:
    """The steps that run on the host or wait to be fetched, the oldest first. Raises HostError."""
    sections = {section.name: section for section in ask(shell, _list_text(), (), STEPS_SECONDS)}
    steps = []
    for name, section in sections.items():
        identity = name.removeprefix("step ")
        begun, _, line = section.out.partition("\n")
        if name == identity or section.rc or not (ID.fullmatch(identity) and begun.isdigit()):
            continue
        status = sections.get(f"status {identity}")
        lives = sections.get(f"lives {identity}")
        code = int(status.out) if status and status.out.strip().isdigit() else None
        lost = code is None and lives is not None and lives.rc != 0
        steps.append(KeptStep(identity, int(begun), line.rstrip("\n"), code, lost))
    return tuple(sorted(steps, key=lambda step: (step.begun, step.identity)))


def stop_step(shell: Shell, identity: str) -> str:
    """Send TERM to the command of the step; the reason if that failed, or "". Raises HostError."""
    sections = ask(shell, _list_text(), ("stop", identity), STEPS_SECONDS)
    return next((last_line(section.err) or f"exit status {section.rc}" for section in sections if section.rc), "")


def _list_text() -> str:
    return script("path.sh", "sections.sh", "kept.sh", "steps.sh")


def run_step(
    shell: Shell,
    identity: str,
    argv: Argv,
    output: Callable[[str], None],
    limit: float,
    shown: int | None = None,
    left: Callable[[], bool] = lambda: False,
) -> Ending:
    """Begin the step on its host and follow it for `limit` seconds; with `shown`, follow one that was begun before, of
    whose output so many bytes are here. It is followed no more once `left()` is true. The host keeps its end until it
    was fetched.

    Raises Unreachable where no shell can be started.
    """
    mark = "==" + os.urandom(16).hex()
    words = (mark, identity, str(shown or 0), "begin" if shown is None else "follow")
    conversation = shell.converse(words, _text(argv))
    reading = _Reading(f"\n{mark} ".encode(), output, shown or 0)
    deadline = time.monotonic() + limit
    while not reading.closing and not left() and (remaining := deadline - time.monotonic()) > 0:
        chunk = conversation.chunk(min(remaining, LEFT_SECONDS))
        if chunk == b"":
            reading.rest()
            return Ending("cut", None, reading.shown, conversation.complaint())
        reading.take(chunk or b"")
    if not reading.closing:
        reading.rest()
        return Ending("left" if left() else "running", None, reading.shown)
    word, _, status = reading.closing.decode("ascii", "replace").partition(" ")
    conversation.answer("fetched\n")
    if word == "refused":
        return Ending("refused", None, reading.shown)
    return Ending("ended", int(status), reading.shown) if status.isdigit() else Ending(status, None, reading.shown)


def run_line(argv: Argv) -> str:
    """The line by which a script runs a command; a jail's program gets none of our variables."""
    return f"run {WITHOUT_OURS if argv[:1] == ('jexec',) else ''}{shell_line(argv)}"


def _text(argv: Argv) -> str:
    return (
        script(*SCRIPTS[:2])
        + f"step() {{\n{run_line(argv)}\n}}\nline() {{\nprintf '%s\\n' {shell_line((shell_line(argv),))}\n}}\n"
        + script(SCRIPTS[2])
    )


class _Reading:
    """Splits what comes into the step's output and our own first and last line, which a random word marks.

    What comes before the first line is the login shell's.
    """

    def __init__(self, mark: bytes, output: Callable[[str], None], shown: int) -> None:
        self.shown = shown
        self.closing = b""
        self._begins = False
        self._mark = mark
        self._output = output
        self._held = b""

    def take(self, chunk: bytes) -> None:
        """Hand on what is output for certain."""
        held = self._held + chunk
        if not self._begins:
            self._held, opening, held = held.partition(self._mark + b"follows\n")
            if not opening:
                return
            self._begins = True
        at = held.find(self._mark)
        end = at if at >= 0 else len(held) - self._begun(held)
        self._show(held[:end])
        self._held = held[end:]
        if at >= 0 and self._held.endswith(b"\n"):
            self.closing = self._held[len(self._mark) :].strip()

    def rest(self) -> None:
        """No more comes: what was held back is output, if it is not the beginning of our line."""
        if self._begins and not self._held.startswith(self._mark):
            self._show(self._held)

    def _begun(self, text: bytes) -> int:
        """How many bytes at its end may be the beginning of the mark."""
        most = min(len(text), len(self._mark) - 1)
        return next((size for size in range(most, 0, -1) if self._mark.startswith(text[-size:])), 0)

    def _show(self, data: bytes) -> None:
        if data:
            self.shown += len(data)
            self._output(data.decode("utf-8", "surrogateescape"))
