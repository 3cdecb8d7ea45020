"""What is seen inside of a running jail, as tables: each with the command that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, shell_line
from jailtui.formats import netstat, ps, resolv, sockstat
from jailtui.formats.errors import FormatError
from jailtui.formats.neighbours import neighbours
from jailtui.text import output_lines

if TYPE_CHECKING:
    from jailtui.exchange import Section
    from jailtui.model.state import HostFacts, Jail

Rows = tuple[tuple[str, ...], ...]
BOUNDED = '"$@" | head -c 262144'
"""Runs a command of the host, whose output a jail can make long."""
RESOLV_CONF = ("cat", "/etc/resolv.conf")
NO_PF = "/dev/pf: No such file or directory"


class InsideTable(NamedTuple):
    """A table: `command` shows it, `problem` says why it is not known ("": it is)."""

    name: str
    title: str
    command: str
    columns: tuple[str, ...]
    rows: Rows = ()
    problem: str = ""


class TableQuestion(NamedTuple):
    """How a table is asked for: by a command, in the jail if `inside`, else on the host; and how it is read.

    Methods of `read` raise FormatError.
    """

    name: str
    title: str
    argv: Argv
    inside: bool
    columns: tuple[str, ...]
    read: Callable[[str], Rows]

    def command(self, jid: int) -> str:
        """As an operator types it on the host."""
        return shell_line(("jexec", str(jid), *self.argv) if self.inside else self.argv)

    def asked(self, jid: int) -> tuple[Argv, int | None]:
        """As the host is asked."""
        if self.inside:
            return self.argv, jid
        return ("/bin/sh", "-c", BOUNDED, "sh", *self.argv), None


def table_questions(jail: Jail, facts: HostFacts) -> tuple[TableQuestion, ...]:
    """The tables of a running jail. Where the host can tell, the jail is not entered."""
    return tuple(_questions(str(jail.jid), own_stack=bool(jail.vnet), by_host=facts.can("netstat -j")))


PROCESSES = ("PID", "USER", "%CPU", "RSS KiB", "AGE s", "COMMAND")
LISTENING = ("PROTO", "ADDRESS", "USER", "COMMAND", "PID")
ROUTES = ("DESTINATION", "GATEWAY", "FLAGS", "INTERFACE", "MTU")
NEIGHBOURS = ("ADDRESS", "MAC", "INTERFACE", "")


def _questions(jid: str, *, own_stack: bool, by_host: bool) -> Iterator[TableQuestion]:
    processes = ("ps", "-J", jid, "-ww", "-o", "pid,user,%cpu,rss,etimes,command")
    yield TableQuestion("processes", "Processes", processes, False, PROCESSES, ps.parse)
    yield TableQuestion("listening", "Listening", ("sockstat", "-j", jid, "-46l"), False, LISTENING, _listening)
    if own_stack:
        routes = ("netstat", *(("-j", jid) if by_host else ()), "-rnW", "--libxo", "json")
        yield TableQuestion("routes", "Routes", routes, not by_host, ROUTES, _routes)
        yield TableQuestion("arp", "ARP", ("arp", "-an"), True, NEIGHBOURS, _neighbours)
        yield TableQuestion("ndp", "NDP", ("ndp", "-an"), True, NEIGHBOURS, _neighbours)
    yield TableQuestion("resolver", "Resolver", RESOLV_CONF, True, ("KEYWORD", "VALUE"), resolv.parse)
    yield TableQuestion("services", "Services", ("service", "-e"), True, ("SERVICE", "SCRIPT"), _services)
    yield TableQuestion("pf", "pf", ("pfctl", "-s", "info"), True, ("PF",), _pf_status)
    yield TableQuestion("pf-rules", "pf rules", ("pfctl", "-s", "rules"), True, ("RULE",), _lines)


LOADED = ("kldstat", "-q", "-m", "pf")
"""Tells whether pf is loaded on the host: without it no jail has it."""


def tables(jid: int, asked: tuple[TableQuestion, ...], answers: Mapping[str, Section]) -> tuple[InsideTable, ...]:
    """The tables, by the answers to their questions in their order and to LOADED."""
    loaded = answers.get(str(len(asked)))
    plain = (_table(jid, question, answers.get(str(number))) for number, question in enumerate(asked))
    explained = (table._replace(problem=_without_pf(table.problem, loaded)) for table in plain)
    return tuple(table for table in explained if table.name != "pf-rules" or not table.problem)


def _table(jid: int, question: TableQuestion, section: Section | None) -> InsideTable:
    table = InsideTable(question.name, question.title, question.command(jid), question.columns)
    if section is None:
        return table._replace(problem="it was not asked")
    if problem := _problem(question, section):
        return table._replace(problem=problem)
    try:
        return table._replace(rows=question.read(section.out))
    except FormatError as error:
        return table._replace(problem=str(error))


def _problem(question: TableQuestion, section: Section) -> str:
    """Why the command gave no table; "" if it did."""
    if section.unanswered:
        return section.unanswered
    complaint = output_lines((section.out if question.inside else section.err).strip())[-1]
    failed = section.rc != 0 if question.inside else bool(complaint) and not section.out.strip()
    return (complaint or f"exit status {section.rc}") if failed else ""


def _without_pf(problem: str, loaded: Section | None) -> str:
    """Of a jail without /dev/pf why it has none, as far as that can be told (look-inside/pf/01 and /10)."""
    if NO_PF not in problem or loaded is None:
        return problem
    if loaded.rc == 0:
        return "no /dev/pf in the jail: its devfs ruleset does not unhide it"
    return "pf is not loaded on the host"


def _listening(text: str) -> Rows:
    return tuple((each.proto, each.address, each.user, each.command, each.pid) for each in sockstat.listeners(text))


def _routes(text: str) -> Rows:
    return tuple(tuple(row) for row in netstat.route_table(text))


def _neighbours(text: str) -> Rows:
    return tuple(
        (each.address, each.mac or "(incomplete)", each.interface, "permanent" if each.fixed else "")
        for each in neighbours(text)
    )


def _services(text: str) -> Rows:
    paths = [line.strip() for line in text.splitlines() if line.startswith("/")]
    return tuple((path.rpartition("/")[2], path) for path in paths)


def _pf_status(text: str) -> Rows:
    return tuple((" ".join(line.split()),) for line in text.splitlines() if line.startswith("Status:"))


def _lines(text: str) -> Rows:
    return tuple((line.strip(),) for line in text.splitlines() if line.strip())
