"""Runs the steps that change a host, and records them. Nothing else changes a host."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, HostError, Result, Step
from jailtui.host import steprun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jailtui.host.auditline import Event
    from jailtui.host.shell import Shell

    Connect = Callable[[Shell | None], Shell]

STEP_SECONDS = 600.0
PATIENCE_SECONDS = 60.0
AGAIN_SECONDS = 1.0


class Executor:
    """Runs steps and appends each to the file `audit`, if that is set. `read_only`: the reason why no step may run.

    A step that takes longer than `limit` seconds is not waited for; it goes on on the host. So does one whose line is
    cut: for `patience` seconds it is asked for by a new one.
    """

    def __init__(
        self,
        *,
        read_only: str | None = None,
        audit: Path | None = None,
        limit: float = STEP_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.read_only = read_only
        self.audit = audit
        self.limit = limit
        self.patience = patience

    def run(self, step: Step, connect: Connect, host: str, output: Callable[[str], None]) -> Result:
        """Run `step` and pass its output to `output` as it comes; where the line is cut, follow it by a new one.

        `connect` gives a shell on the host, another one than that it is given, which is broken. Never raises.
        """
        if self.read_only:
            return Result(step.argv, None, note=self.read_only)
        pieces: list[str] = []

        def take(text: str) -> None:
            pieces.append(text)
            output(text)

        self._append(step.argv, host, "begun", None)
        ending = self._followed(step.argv, steprun.new_id(), connect, take, None)
        result = Result(step.argv, ending.status, "".join(pieces), _note(ending, self.limit))
        return self.recorded(result, host)

    def fetch(self, identity: str, connect: Connect, output: Callable[[str], None]) -> Result:
        """Follow a step that was begun before, from its first output to its end. Never raises."""
        pieces: list[str] = []

        def take(text: str) -> None:
            pieces.append(text)
            output(text)

        ending = self._followed((), identity, connect, take, 0)
        return Result((), ending.status, "".join(pieces), _note(ending, self.limit))

    def _followed(
        self, argv: Argv, identity: str, connect: Connect, output: Callable[[str], None], shown: int | None
    ) -> steprun.Ending:
        """Begin the step, unless `shown` bytes of its output are here, and follow it to its end, over several lines if
        need be.
        """
        shell, patience = None, 0.0
        deadline = time.monotonic() + self.limit
        while True:
            try:
                shell = connect(shell)
                ending = steprun.run_step(shell, identity, argv, output, deadline - time.monotonic(), shown)
            except HostError as error:
                ending = steprun.Ending("cut" if shown is not None else "refused", None, shown or 0, str(error))
            if ending.kind != "cut":
                return ending
            if ending.shown != shown:  # the line was good until now
                patience = time.monotonic() + self.patience
            shown = ending.shown
            if time.monotonic() > min(patience, deadline):
                return ending
            time.sleep(AGAIN_SECONDS)

    def recorded(self, result: Result, host: str) -> Result:
        """Record `result`, and return it, with a note if it could not be recorded."""
        if problem := self._append(result.argv, host, "ended", result.rc):
            return Result(result.argv, result.rc, result.output, f"{result.note} (not recorded: {problem})".strip())
        return result

    def _append(self, argv: Argv, host: str, event: Event, status: int | None) -> str:
        """Add a line to the audit file; the reason if that fails, or ""."""
        if self.audit is None:
            return ""
        from jailtui.host.auditline import append

        return append(self.audit, host, event, argv, status)


def _note(ending: steprun.Ending, limit: float) -> str:
    """Why a step has no exit status; "" where it has one."""
    notes = {
        "running": f"still running after {limit:g} s; it goes on on the host (`jailtui steps`)",
        "cut": "the line was cut; it goes on on the host (`jailtui steps`)",
        "lost": "it was killed before it ended",
        "unknown": "it was not begun: the line was cut",
        "refused": "" if ending.complaint else "it was not begun",
    }
    note = notes.get(ending.kind, "")
    return ": ".join(filter(None, (note, ending.complaint)))
