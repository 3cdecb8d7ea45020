"""The JSON of a jail's load. Counters, since one reading has no rates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from jailtui.cli.document import Document

if TYPE_CHECKING:
    from jailtui.model.load import Load
    from jailtui.model.state import HostState, Jail


class LoadEntry(Document):
    """What a jail uses. Each member is null if it is not known."""

    cpu_seconds: float | None = Field(description="processor time of its processes; those that have ended do not count")
    memory_bytes: int | None = Field(description="resident memory of its processes; shared pages count more than once")
    since: str | None = Field(
        description="when it started, ISO 8601, UTC, or, if its /dev does not say, when its oldest process started",
        json_schema_extra={"format": "date-time"},
    )
    in_bytes: int | None = Field(description="bytes it got by its pairs")
    out_bytes: int | None = Field(description="bytes it sent by its pairs")
    in_packets: int | None
    out_packets: int | None
    errors: int | None = Field(description="errors and drops of its pairs, as the host counts them")


def load_entry(jail: Jail, state: HostState, load: Load | None) -> LoadEntry | None:
    """The load of a jail; None if it is not running, or nothing could be read."""
    if load is None or not jail.running:
        return None
    processes, counters, since = load.sum_of(jail), load.of_jail(jail, state), load.since(jail)
    if processes is None and counters is None and since is None:
        return None
    return LoadEntry(
        cpu_seconds=processes.cpu / 100 if processes else None,
        memory_bytes=processes.memory * 1024 if processes else None,
        since=datetime.fromtimestamp(since[0], UTC).isoformat(timespec="seconds") if since else None,
        in_bytes=counters.in_bytes if counters else None,
        out_bytes=counters.out_bytes if counters else None,
        in_packets=counters.in_packets if counters else None,
        out_packets=counters.out_packets if counters else None,
        errors=counters.errors if counters else None,
    )
