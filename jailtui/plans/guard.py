"""The way back of a plan that may cut the operator's session: armed before the plan, kept or awaited after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jailtui.exchange import Argv, HostError, Result, shell_line
from jailtui.plans.history import undoing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jailtui.exchange import Step
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Execute

SECONDS = 60.0
AGAIN_SECONDS = 0.5
ENDS = {
    "kept": "It was kept from another login: what was done stays.",
    "ended": "The host has undone what was done.",
    "lost": "Its way back was killed: check the state of the host.",
    "": "The host no longer has the way back (did it reboot?): check the state of the host.",
}
"""What the last state of a way back means."""
UNDOING_SECONDS = 60.0
"""How long the undoing is waited for, after the time of the way back."""


class Waiting(Protocol):
    """A way back of the host."""

    @property
    def identity(self) -> str: ...

    @property
    def state(self) -> str: ...


class WaysBack(Protocol):
    """The ways back of a host."""

    def arm(self, steps: Sequence[Step], seconds: float) -> str: ...

    def begin(self, identity: str, order: int, number: int) -> None: ...

    def reach(self) -> None: ...

    def keep(self, identity: str) -> None: ...

    def all(self) -> Sequence[Waiting]: ...


class Armed(NamedTuple):
    """A way back that was armed, and when it goes, by time.monotonic."""

    identity: str
    goes_at: float

    @property
    def left(self) -> int:
        """The seconds until it goes."""
        return max(0, round(self.goes_at - time.monotonic()))


Note = Callable[[str, Argv, str], None]
"""Records the ID of a way back, the command that ended it, and what that means."""
KEEP = ("jailtui", "keep")


def no_note(identity: str, argv: Argv, meaning: str) -> None:
    """Record nothing."""


class Guard:
    """Guards the plans of one host. `seconds` is how long a way back waits; `elsewhere`: we are not on that host.

    `armed` is the way back of the last plan, None where it needed none, or its end is known.
    """

    def __init__(self, ways: Callable[[], WaysBack], seconds: float, *, elsewhere: bool) -> None:
        self._ways = ways
        self.seconds = seconds
        self.elsewhere = elsewhere
        self.armed: Armed | None = None
        self._note: Note = no_note

    def promised(self, plan: Plan) -> Plan:
        """The plan with what its way back does, if it needs one."""
        return plan._replace(way_back=tuple(promises(plan, self.seconds))) if plan.cuts else plan

    def around(self, plan: Plan, execute: Execute, note: Note = no_note) -> Execute:
        """Arm a way back: `execute`, with each step entered there before it begins. `note` records what becomes of it.

        Raises HostError: begin nothing.
        """
        steps = steps_of(plan)
        goes_at = time.monotonic() + self.seconds
        identity = self._ways().arm(steps, self.seconds)
        self.armed, self._note = Armed(identity, goes_at), note
        numbers = {step: number for number, step in enumerate(steps)}
        orders, lock = count(), Lock()

        def run(step: Step, output: Callable[[str], None]) -> Result:
            with lock:
                order = next(orders)
            try:
                self._ways().begin(identity, order, numbers[step])
            except HostError as error:
                return Result(step.argv, None, note=f"it was not begun: {error}")
            return execute(step, output)

        return run

    def reach(self) -> None:
        """Connect anew. Raises HostError: the plan leaves no way in."""
        self._ways().reach()

    def keep(self) -> None:
        """End the way back by a new connection. Raises HostError."""
        if self.armed is None:
            raise HostError("the host has already undone it, or it was kept from another login.")
        self._ways().keep(self.armed.identity)
        self._note(self.armed.identity, KEEP, "What was done stays.")
        self.armed = None

    def awaited(self) -> str:
        """Wait until the way back has undone the plan: what became of it, or "" where that is not known."""
        armed = self.armed
        while armed is not None and time.monotonic() < armed.goes_at + UNDOING_SECONDS:
            time.sleep(AGAIN_SECONDS)
            try:
                if became := self.look():
                    return became
            except HostError:
                continue
        return ""

    def look(self) -> str:
        """What became of the way back, as a sentence; "" while it waits or is at work. Raises HostError."""
        armed = self.armed
        if armed is None:
            return ""
        state = {way.identity: way.state for way in self._ways().all()}.get(armed.identity, "")
        if state not in ENDS:
            return ""
        self.armed = None
        if state == "ended":
            self._note(armed.identity, undoing(armed.identity), ENDS[state])
        return ENDS[state]


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """The steps that its way back may undo, by number."""
    return tuple(dict.fromkeys(step for task in plan.tasks for step in task.steps))


def promises(plan: Plan, seconds: float) -> Iterator[str]:
    """What the way back does, and what it does not undo, as sentences."""
    yield f"After {seconds:g} s the host undoes this automatically, unless you log in again and keep it."
    for step in steps_of(plan):
        if step.undo is None and step.file is None:
            yield f"It does not undo `{shell_line(step.argv)}`."
