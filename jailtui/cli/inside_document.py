"""The JSON that `jailtui inside` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from jailtui.cli.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.model.state import Jail
    from jailtui.model.tables import InsideTable


class InsideTableEntry(Document):
    """A table."""

    name: str = Field(description="processes, listening, routes, arp, ndp, resolver, services, pf or pf-rules")
    command: str = Field(description="the command that shows it, as typed on the host")
    problem: str | None = Field(description="why it is not known; null if it is")
    columns: list[str]
    rows: list[list[str]] = Field(description="texts as the host or the jail printed them, in the order of the columns")


class InsideDocument(Document):
    """What `jailtui inside --json` prints. The jail may lie in what it is asked itself (`jexec`)."""

    host: str = Field(description="the host by the name it was reached by")
    jail: str
    jid: int
    tables: list[InsideTableEntry]

    @classmethod
    def of(cls, jail: Jail, tables: Iterable[InsideTable], host: str) -> InsideDocument:
        entries = [
            InsideTableEntry(
                name=table.name,
                command=table.command,
                problem=table.problem or None,
                columns=list(table.columns),
                rows=[list(row) for row in table.rows],
            )
            for table in tables
        ]
        return cls(host=host, jail=jail.name, jid=jail.jid or 0, tables=entries)
