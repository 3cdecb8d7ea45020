"""`jailtui path`: where the path of a jail to the network is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.actions import jail_of
from jailtui.cli.doctor import remedy_lines
from jailtui.cli.hosts import opened
from jailtui.cli.talk import put
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.pathcheck.beyond import NO_TARGET, PathTarget
from jailtui.pathcheck.run import check_jail

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.pathcheck.hops import Course, PathHop, PathReport
    from jailtui.preferences import Config
    from jailtui.rules.finding import Evidence

MARKS = {"ok": "ok", "broken": "BROKEN", "unknown": "?", "skipped": "-"}


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("jail", metavar="JAIL", help="a jail, by name or jid")
    text = "an address or a name, with :PORT for a TCP port; without it the check ends at the gateway"
    to.add_argument("target", nargs="?", metavar="TARGET", help=text)
    to.add_argument("--json", action="store_true", help="print one JSON object")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    target = target_of(arguments.target) if arguments.target else None
    with opened(arguments, config) as backend:
        snapshot = backend.understood(backend.capture(fresh=True))
        jail = jail_of(arguments.jail, snapshot.state)
        report = check_jail(backend, snapshot, jail, target, *(() if arguments.json else (put_hop, put_course)))
    if arguments.json:
        from jailtui.cli.path_document import PathDocument

        put(PathDocument.of(report, backend.name).as_json())
    else:
        put("\n".join(ending(report)))
    return status(report)


def put_hop(hop: PathHop) -> None:
    put("\n".join(hop_lines(hop)))


def put_course(course: Course) -> None:
    put(course.sends)


def status(report: PathReport) -> Exit:
    if report.broken is not None:
        return Exit.FAILED
    return Exit.OK if report.verdict == "ok" else Exit.UNREACHABLE


def target_of(text: str) -> PathTarget:
    """The target in a word of the command line. Raises Stop."""
    target = PathTarget.parsed(text)
    if target is None:
        raise Stop(NO_TARGET.format(text), Exit.USAGE)
    return target


def hop_lines(hop: PathHop) -> Iterator[str]:
    yield f"{MARKS[hop.result]:6}  {hop.hop:15}  {hop.text}"
    if hop.result in ("broken", "unknown"):
        yield from evidence_lines(hop.evidence)


def evidence_lines(evidence: Sequence[Evidence]) -> Iterator[str]:
    yield from (f"{'':25}  {fact.source}: {fact.said}" for fact in evidence)


def ending(report: PathReport) -> Iterator[str]:
    """The verdict, the remedies of the first fault, and what else was seen."""
    yield ""
    if report.first is None:
        yield report.summary
        return
    yield f"{report.verdict}: {report.first.text}"
    for remedy in report.first.finding.remedies:
        yield from remedy_lines(remedy)
    for fault in report.also:
        yield f"Also seen: {fault.verdict}: {fault.text}"


VERBS = {"path": CommandVerb(options, run)}
