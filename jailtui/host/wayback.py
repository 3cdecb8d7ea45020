"""The timed way back: armed on the host before a plan that may cut the operator off, which undoes the plan by itself.

It is a process of daemon(8) in a folder of its own (waysback.sh, wayback.sh). Whoever renames `open` there first wins:
the way back, from when on no step of the plan may begin, or who keeps the plan. A step is entered in `open` before it
begins, so that only those that had begun are undone.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import HostError
from jailtui.host.frames import ask
from jailtui.host.shell import last_line, script
from jailtui.host.steprun import ID, new_id, run_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.exchange import Section, Step
    from jailtui.host.shell import Shell

WAYS_SECONDS = 15.0
LINES = 4
"""What is told of one way back: begun, seconds, now, state."""


class WayBack(NamedTuple):
    """A way back of a host. `left` is how many seconds it still waits; `state` is armed, fired (it is at work), ended,
    kept, or lost (its process is gone).
    """

    identity: str
    left: int
    state: str


class Ways:
    """The ways back of a host. `shell` gives a shell, another one than that it is given; `fresh` connects anew."""

    def __init__(self, shell: Callable[[Shell | None], Shell], fresh: Callable[[], Shell]) -> None:
        self._shell = shell
        self._fresh = fresh

    def arm(self, steps: Sequence[Step], seconds: float) -> str:
        """Arm a way back that undoes these steps after so many seconds: its ID. Raises HostError if it does not run."""
        identity = new_id()
        end = f"END {secrets.token_hex(8)}"
        text = f"text() {{\ncat <<'{end}'\n{undoing(steps)}{end}\n}}\n"
        _ask(self._shell(None), ("arm", identity, f"{seconds:g}"), text)
        return identity

    def begin(self, identity: str, order: int, number: int) -> None:
        """Enter that the step of that number begins, as the one of that order. Raises HostError: it must not begin."""
        words = ("begin", identity, f"{order:06}-{number}")
        shell = self._shell(None)
        try:
            _ask(shell, words)
        except WayRefused:
            raise
        except HostError:  # the step before it may have cut the line
            _ask(self._shell(shell), words)

    def keep(self, identity: str) -> None:
        """End a way back, by a new connection: the plan stays. Raises HostError if that fails, or it has gone."""
        shell = self._fresh()
        try:
            _ask(shell, ("keep", identity))
        finally:
            shell.close()

    def reach(self) -> None:
        """Connect anew, by which a plan shows that it leaves a way in. Raises HostError."""
        shell = self._fresh()
        try:
            ask(shell, _text(), (), WAYS_SECONDS)
        finally:
            shell.close()

    def all(self) -> tuple[WayBack, ...]:
        """The ways back of the host. Raises HostError."""
        return tuple(filter(None, map(_way, ask(self._shell(None), _text(), (), WAYS_SECONDS))))


class WayRefused(HostError):
    """What the host answered: no line was cut."""


def undoing(steps: Sequence[Step]) -> str:
    """The script of a way back."""
    from jailtui.host.files import undo_script  # imports hashlib

    texts = (_undo(step) if step.file is None else f"(PATH=$given\n{undo_script(step.file)})" for step in steps)
    cases = "".join(f"{number})\n{text}\n;;\n" for number, text in enumerate(texts))
    undo = f"undo() {{\ncase $1 in\n{cases}esac\n}}\n"
    return script("path.sh", "kept.sh", "routes.sh") + undo + script("wayback.sh")


def _undo(step: Step) -> str:
    return ":" if step.undo is None else run_line(step.undo)


def _way(section: Section) -> WayBack | None:
    identity = section.name.removeprefix("way ")
    lines = section.out.splitlines()
    if section.rc or not ID.fullmatch(identity) or len(lines) != LINES:
        return None
    begun, seconds, now, state = lines
    return WayBack(identity, max(0, round(int(begun) + float(seconds) - int(now))), state)


def _ask(shell: Shell, words: tuple[str, ...], text: str = "") -> None:
    for section in ask(shell, text + _text(), words, WAYS_SECONDS):
        if section.rc:
            raise WayRefused(f"{last_line(section.err) or f'exit status {section.rc}'}.")


def _text() -> str:
    return script("path.sh", "sections.sh", "kept.sh", "routes.sh", "waysback.sh")
