"""A line of the audit log, as it is written and as `jailtui schema` describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass  # no pydantic model: it is written while the screen runs; pydantic reads it for `jailtui schema`
class AuditLine:
    """A line of the audit log. A step that was begun and never ended may still be running."""

    __pydantic_config__ = {"extra": "forbid"}

    at: str = field(metadata={"description": "local time with its offset from UTC, ISO 8601"})
    host: str = field(metadata={"description": "the host by the name it was reached by"})
    event: Literal["begun", "ended"] = field(metadata={"description": "two lines a step"})
    argv: list[str] = field(metadata={"description": "the command, a word each, or `save` and a file"})
    rc: int | None = field(metadata={"description": "its exit status; null if it has none (yet)"})
    by: dict[str, str] = field(
        metadata={"description": "who: USER, SUDO_USER, DOAS_USER, SSH_CONNECTION as they are set"}
    )
