"""A line of the audit log: what it holds, how it is written, and how it is read, those of older releases too."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from jailtui.exchange import PlanMark

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("SUDO_USER", "DOAS_USER", "USER")
LINES_KEPT = 20
BYTES_KEPT = 4096

Event = Literal["begin", "end", "refused", "running", "gone"]
OLDER_EVENTS = {"begun": "begin", "ended": "end", "running": "running"}


def about(description: str) -> dict[str, str]:
    """What the schema and the manual say of a field."""
    return {"description": description}


@dataclass  # no pydantic model: it is written while the screen runs; pydantic reads it for `jailtui schema`
class AuditPlan:
    """The plan that a step belongs to."""

    __pydantic_config__ = {"extra": "forbid"}

    id: str = field(default="", metadata=about("the ID of the plan"))
    title: str = field(default="", metadata=about("the title of the plan"))
    verb: str = field(
        default="",
        metadata=about("start, stop, restart, reclaim, save, undo, redo or carry out; empty: no plan was made"),
    )
    keys: list[str] = field(default_factory=list, metadata=about("the jails or epairs it is about"))


@dataclass
class AuditLine:
    """A line of the audit log. A step and a plan have one when they begin and one when they end."""

    __pydantic_config__ = {"extra": "forbid", "alias_generator": lambda name: name.rstrip("_")}

    id: str = field(
        default="", metadata=about("joins the lines of a step, or of a plan; that of a step is its ID in jailtui steps")
    )
    time: str = field(default="", metadata=about("local time with its offset from UTC, ISO 8601"))
    event: Event = field(
        default="begin",
        metadata=about(
            "begin, end; refused: nothing was begun; running: a jail whose last start failed was seen running; gone: "
            "no file defines such a jail any more"
        ),
    )
    host: str = field(default="", metadata=about("the host by the name it was reached by"))
    who: dict[str, str] = field(
        default_factory=dict,
        metadata=about("SUDO_USER, DOAS_USER and USER as they are set, and uid"),
    )
    from_: str | None = field(default=None, metadata=about("SSH_CONNECTION, if it is set"))
    pid: int | None = field(default=None, metadata=about("the process of jailtui"))
    plan: AuditPlan | None = field(default=None, metadata=about("the plan; null for what belongs to none"))
    argv: list[str] | None = field(
        default=None, metadata=about("the command, a word each; save, the file and its digests; null for a plan")
    )
    diff: str | None = field(default=None, metadata=about("what a save changes, when it begins"))
    commands: list[list[str]] | None = field(
        default=None, metadata=about("the commands and saves of a plan that saves, when it begins, in their order")
    )
    rc: int | None = field(
        default=None, metadata=about("the exit status; null if it has none, as where the line was cut")
    )
    output: str = field(default="", metadata=about("the first lines of the output, or the reason"))

    @property
    def seconds(self) -> float:
        """When it was written, in seconds since the epoch; 0 if that can't be read."""
        try:
            return datetime.fromisoformat(self.time).timestamp()
        except (ValueError, OverflowError, OSError):
            return 0.0

    def values(self) -> dict[str, Any]:
        """The line as JSON has it."""
        return {name.rstrip("_"): value for name, value in asdict(self).items()}

    def mark(self) -> PlanMark | None:
        """The plan it belongs to, or None."""
        plan = self.plan
        return None if plan is None else PlanMark(plan.id, plan.title, plan.verb, tuple(map(str, plan.keys)))

    def text(self) -> str:
        """The line as JSON, ASCII only."""
        return json.dumps(self.values()) + "\n"


def line_of_now(event: Event, host: str, **values: Any) -> AuditLine:
    """A line with this moment, and who runs this process."""
    who = {name: os.environ[name] for name in NAMES if name in os.environ} | {"uid": str(os.getuid())}
    came_from = os.environ.get("SSH_CONNECTION")
    return AuditLine(
        time=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        event=event,
        host=host,
        who=who,
        from_=came_from,
        pid=os.getpid(),
        **values,
    )


def first_lines(output: str) -> str:
    """What a line holds of an output."""
    return "\n".join(output[:BYTES_KEPT].splitlines()[:LINES_KEPT])


def parsed(text: str) -> AuditLine | None:
    """The line, also one of an older release; None if it is none, as a part of one."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    if "time" not in values:
        values = _from_older(values)
    known = _known(AuditLine, values)
    if isinstance(plan := known.get("plan"), dict):
        known["plan"] = AuditPlan(**_known(AuditPlan, plan))
    return AuditLine(**known)


KINDS = {"argv": list, "commands": list, "keys": list, "who": dict, "plan": dict, "pid": int, "rc": int}
"""What the fields that hold no text hold."""


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values for the fields of that kind of object; what is of another type than the field is left out."""
    named = {name: values.get(name.rstrip("_")) for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    return {name: value for name, value in named.items() if isinstance(value, KINDS.get(name, str))}


def _from_older(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a line that jailtui 1 wrote, which had no ID and knew of no plan."""
    by = values.get("by")
    who = dict(by) if isinstance(by, dict) else {}
    came_from = who.pop("SSH_CONNECTION", None)
    renamed = {"time": values.get("at"), "event": OLDER_EVENTS.get(str(values.get("event")), "begin")}
    return {**values, **renamed, "who": who, "from": came_from}
