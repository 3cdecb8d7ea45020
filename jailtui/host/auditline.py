"""The lines of the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jailtui.exchange import Argv

END_READ = 1 << 16
"""How many bytes are read at the end of an audit log."""


@dataclass  # no pydantic model: it is written while the screen runs; pydantic reads it for `jailtui schema`
class AuditLine:
    """A line of the audit log. A step that began and did not end may still be running."""

    __pydantic_config__ = {"extra": "forbid"}

    at: str = field(metadata={"description": "local time with its offset from UTC, ISO 8601"})
    host: str = field(metadata={"description": "the host by the name it was reached by"})
    event: Literal["begun", "ended"] = field(metadata={"description": "two lines a step"})
    argv: list[str] = field(metadata={"description": "the command, a word each, or `save` and a file"})
    rc: int | None = field(metadata={"description": "its exit status; null if it has none (yet)"})
    by: dict[str, str] = field(
        metadata={"description": "who: USER, SUDO_USER, DOAS_USER, SSH_CONNECTION as they are set"}
    )


def ended(audit: Path, host: str) -> Iterator[tuple[Argv, int | None]]:
    """The last steps that ended on that host, by the log, with their exit statuses, oldest first."""
    import json

    try:
        with audit.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - END_READ))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:  # the first line that is read is rarely complete
            continue
        if isinstance(line, dict) and (line.get("host"), line.get("event")) == (host, "ended"):
            yield tuple(map(str, line.get("argv") or ())), line.get("rc")
