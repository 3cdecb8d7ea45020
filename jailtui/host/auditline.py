"""The audit log: its lines, and what they say of a host."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jailtui.exchange import Argv

END_READ = 1 << 16
"""How many bytes are read at the end of an audit log."""
RECORDED = ("USER", "SUDO_USER", "DOAS_USER", "SSH_CONNECTION")

Event = Literal["begun", "ended", "running"]


@dataclass  # no pydantic model: it is written while the screen runs; pydantic reads it for `jailtui schema`
class AuditLine:
    """A line of the audit log. A step that began and did not end may still be running."""

    __pydantic_config__ = {"extra": "forbid"}

    at: str = field(metadata={"description": "local time with its offset from UTC, ISO 8601"})
    host: str = field(metadata={"description": "the host by the name it was reached by"})
    event: Event = field(
        metadata={"description": "two lines a step; running: a jail whose last start failed was seen running"}
    )
    argv: list[str] = field(metadata={"description": "the command, a word each, or `save` and a file"})
    rc: int | None = field(metadata={"description": "its exit status; null if it has none (yet)"})
    by: dict[str, str] = field(
        metadata={"description": "who: USER, SUDO_USER, DOAS_USER, SSH_CONNECTION as they are set"}
    )


def append(audit: Path, host: str, event: Event, argv: Argv, status: int | None) -> str:
    """Add a line; the reason if that fails, or ""."""
    import json

    by = {name: os.environ[name] for name in RECORDED if name in os.environ}
    line = AuditLine(time.strftime("%Y-%m-%dT%H:%M:%S%z"), host, event, list(argv), status, by)
    try:
        audit.parent.mkdir(parents=True, exist_ok=True)
        with audit.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line)) + "\n")
    except OSError as error:
        return error.strerror or str(error)
    return ""


class AuditRecord:
    """What an audit log says of one host. Other processes write to the log too, so it is read on each time."""

    def __init__(self, audit: Path, host: str) -> None:
        self._audit = audit
        self._host = host
        self._read = 0

    def ended(self) -> Iterator[tuple[Argv, int | None]]:
        """The steps that ended since this was asked last, with their exit statuses, the oldest first. The start of a
        jail that was seen running counts as one that succeeded. The first time only the end of the log is read.
        """
        import json

        for text in self._lines():
            try:
                line = json.loads(text)
            except ValueError:  # the first line that is read is rarely complete
                continue
            if isinstance(line, dict) and line.get("host") == self._host and line.get("event") in ("ended", "running"):
                status = line.get("rc") if line["event"] == "ended" else 0
                yield tuple(map(str, line.get("argv") or ())), status

    def _lines(self) -> list[str]:
        """The whole lines that the log got since it was read last."""
        try:
            with self._audit.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(self._read if 0 < self._read <= size else max(0, size - END_READ))
                text, _, part = file.read().rpartition(b"\n")
                self._read = file.tell() - len(part)
        except OSError:
            return []
        return text.decode("utf-8", "replace").splitlines()

    def seen_running(self, jail: str) -> None:
        """Note that a jail whose last start failed runs."""
        append(self._audit, self._host, "running", ("jail", "-c", jail), None)
