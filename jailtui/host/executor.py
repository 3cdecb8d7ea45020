"""Runs the steps that change a host, and records them. Nothing else changes a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Result, Step, Unreachable, shell_line
from jailtui.host.shell import Shell, script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jailtui.host.auditline import Event

STEP_SECONDS = 600.0


class Executor:
    """Runs steps and appends each to the file `audit`, if that is set. `read_only`: the reason why no step may run.

    A step that takes longer than `limit` seconds is not waited for; it is left to finish.
    """

    def __init__(self, *, read_only: str | None = None, audit: Path | None = None, limit: float = STEP_SECONDS) -> None:
        self.read_only = read_only
        self.audit = audit
        self.limit = limit

    def run(self, step: Step, shell: Shell, host: str, output: Callable[[str], None]) -> Result:
        """Run `step` on `shell` and pass its output to `output` as it comes. Never raises."""
        if self.read_only:
            return Result(step.argv, None, note=self.read_only)
        pieces: list[str] = []

        def take(text: str) -> None:
            pieces.append(text)
            output(text)

        self._append(step.argv, host, "begun", None)
        line = "exec " + shell_line(step.argv) + " </dev/null\n"
        try:
            status = shell.stream(script("path.sh") + line, take, self.limit)
            note = "" if status is not None else f"still running after {self.limit:g} s; it was left to finish"
        except Unreachable as error:
            status, note = None, str(error)
        result = Result(step.argv, status, "".join(pieces), note)
        return self.recorded(result, host)

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
