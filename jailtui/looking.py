"""What is seen inside a jail: its logs, and tables of what runs there and how its network is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import HostError
from jailtui.model.logs import FollowedLog, logs

if TYPE_CHECKING:
    from jailtui.backend import HostBackend
    from jailtui.model.state import HostState, Jail
    from jailtui.model.tables import InsideTable


class News(NamedTuple):
    """What one reading found in a log: its name, new lines, and why it can't be read ("")."""

    title: str
    name: str
    lines: tuple[str, ...]
    why: str


class JailLogs:
    """The logs of one jail, read again and again. Methods may block."""

    def __init__(self, backend: HostBackend, state: HostState, jail: Jail) -> None:
        self._backend = backend
        self._followed = [FollowedLog(log) for log in logs(state, jail)]

    def begin(self, jail: Jail) -> str:
        """Record that the logs of that jail are read; why that can't be recorded, or ""."""
        from jailtui.host.steprun import new_id

        audit, words = self._backend.audit, ("jailtui", "logs", jail.name)
        if audit is None:
            return ""
        identity = new_id()
        return audit.begin(identity, None, words) or audit.end(identity, None, words, 0)

    def read(self) -> tuple[News, ...]:
        """What is new in each log since it was read last. Raises HostError."""
        if self._backend.source.reached == "file":
            raise HostError(f"{self._backend.source.read_only}: it holds no logs.")
        lines = self._taken(self._followed)
        again = [log for log in self._followed if lines[log] is None]
        lines |= self._taken(again) if again else {}
        return tuple(News(each.log.title, each.log.name, lines[each] or (), each.why) for each in self._followed)

    def _taken(self, followed: list[FollowedLog]) -> dict[FollowedLog, tuple[str, ...] | None]:
        words = [word for log in followed for word in log.question]
        sections = self._backend.source.about(("only", *words)) if words else ()
        answers = {section.name: section for section in sections}
        return {log: log.take(answers) for log in followed}


def closed(jail: Jail) -> str:
    """Why nothing can be seen in that jail, as a sentence; "" if it is running."""
    return "" if jail.running else f"{jail.name} is not running: there is nothing to see in it."


def look_inside(backend: HostBackend, state: HostState, jail: Jail) -> tuple[InsideTable, ...]:
    """The tables of a running jail, by one round trip. Raises HostError."""
    from jailtui.model.tables import LOADED, table_questions, tables

    why = closed(jail)
    if why or jail.jid is None:
        raise HostError(why)
    asked = table_questions(jail, state.facts)
    sections = backend.source.ask_each([*(question.asked(jail.jid) for question in asked), (LOADED, None)])
    return tables(jail.jid, asked, {section.name: section for section in sections})
