"""Runs the steps that change a host, and records them. Nothing else changes a host."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal

from jailtui.exchange import Argv, Result, Step, Unreachable, shell_line
from jailtui.host.shell import Shell, script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP_SECONDS = 600.0
RECORDED = ("USER", "SUDO_USER", "DOAS_USER", "SSH_CONNECTION")


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

    def _append(self, argv: Argv, host: str, event: Literal["begun", "ended"], status: int | None) -> str:
        """Add a line to the audit file; the reason if that fails, or ""."""
        if self.audit is None:
            return ""
        import json
        from dataclasses import asdict

        from jailtui.host.auditline import AuditLine

        by = {name: os.environ[name] for name in RECORDED if name in os.environ}
        line = AuditLine(time.strftime("%Y-%m-%dT%H:%M:%S%z"), host, event, list(argv), status, by)
        try:
            self.audit.parent.mkdir(parents=True, exist_ok=True)
            with self.audit.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(line)) + "\n")
        except OSError as error:
            return error.strerror or str(error)
        return ""
