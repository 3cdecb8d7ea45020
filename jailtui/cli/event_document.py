"""The JSON of an event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from jailtui.cli.document import Document, in_unicode

if TYPE_CHECKING:
    from jailtui.model.events import HostEvent


class EventEntry(Document):
    """A line of `jailtui watch --json`."""

    time: str = Field(description="when it was seen, ISO 8601, UTC", json_schema_extra={"format": "date-time"})
    kind: str = Field(description="a word such as jail-started, epair-returned, interface-link, file-saved, run")
    subject: str = Field(description="the name of the jail, pair, interface or file, or of the host")
    text: str = Field(description="a sentence")

    @classmethod
    def of(cls, event: HostEvent) -> EventEntry:
        at = datetime.fromtimestamp(event.time, UTC).isoformat(timespec="seconds")
        return cls(time=at, kind=event.kind, subject=event.subject, text=event.text)

    def as_line(self) -> str:
        """The entry as JSON on one line."""
        return json.dumps(in_unicode(self.model_dump()))
