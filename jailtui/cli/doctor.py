"""`jailtui doctor`: the findings as text, as JSON and as metrics."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from jailtui.cli import metrics
from jailtui.cli.explain import no_rule
from jailtui.cli.hosts import opened, unreadable
from jailtui.cli.talk import put, put_exact, talk, talk_troubles
from jailtui.cli.verb import CommandVerb, Exit, host_options
from jailtui.exchange import HostError, shell_line
from jailtui.rules.finding import RULES, SEVERITIES, Finding, Remedy, Rule, Subject
from jailtui.rules.groups import groups, summed
from jailtui.rules.ignored import codes_of, shown
from jailtui.rules.registry import judge
from jailtui.text import clean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState
    from jailtui.preferences import Config
    from jailtui.snapshot import Snapshot


def options(to: argparse.ArgumentParser) -> None:
    form = to.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--openmetrics", action="store_true", help="print counts for Prometheus")
    for name, text in (("--select", "check only these rules"), ("--ignore", "do not check these rules")):
        to.add_argument(name, action="append", default=[], metavar="CODE[,CODE]", help=text)
    to.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="warning",
        help="exit with status 1 if a problem has this severity or a higher one (default: warning)",
    )
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    rules = chosen(arguments.select, arguments.ignore)
    with opened(arguments, config) as backend:
        try:
            snapshot = backend.examine()
        except HostError:
            if arguments.openmetrics:
                put_exact(metrics.unread(backend.name), as_is)
            raise
    judged = judge(snapshot.context, rules)
    findings = shown(judged, snapshot.hiding)
    report(arguments, backend.name, snapshot, findings, list(rules.values()), hidden=len(judged) - len(findings))
    if unreadable(snapshot.state):
        return Exit.UNREACHABLE
    failing = SEVERITIES[: SEVERITIES.index(arguments.fail_on) + 1]
    return Exit.FAILED if any(finding.severity in failing for finding in findings) else Exit.OK


def report(
    arguments: Arguments,
    host: str,
    snapshot: Snapshot,
    findings: Sequence[Finding],
    rules: list[Rule],
    hidden: int,
) -> None:
    """Print the findings in the form that the command line asks for, and how many the configuration file hides."""
    state = snapshot.state
    if arguments.openmetrics:
        counts = metrics.metrics(state, findings, rules, host, snapshot.taken_at, hidden)
        put_exact(metrics.unread(host) if unreadable(state) else counts, as_is)
    elif arguments.json:
        from jailtui.cli.documents import DoctorDocument

        put(DoctorDocument.of(state, findings, host, snapshot.taken_at, hidden).as_json())
    else:
        for line in lines(findings, grouped=not arguments.select):
            put(clean(line))
    talk_troubles(() if arguments.json else state.errors)
    if state.facts.read_only:
        talk(f"{state.facts.read_only}; what can't be seen is not judged")
    if not arguments.json and not arguments.openmetrics:
        talk(summary(findings, state, hidden))


def as_is(text: str) -> str:
    """Metrics unchanged: they contain no control characters."""
    return text


def chosen(select: Iterable[str], ignore: Iterable[str]) -> dict[str, Rule]:
    """The rules of `--select` (none: all) without those of `--ignore`, each a list of codes. Raises Stop."""
    selected = {code for words in select for code in codes(words)} or RULES.keys()
    ignored = {code for words in ignore for code in codes(words)}
    return {code: rule for code, rule in RULES.items() if code in selected and code not in ignored}


def codes(words: str) -> Iterator[str]:
    """The codes of a list with commas; `EPAIR` means all codes that begin with it. Raises Stop."""
    for word in filter(None, (word.strip().upper() for word in words.split(","))):
        matching = codes_of(word)
        if not matching:
            raise no_rule(word)
        yield from matching


# As text.


def lines(findings: Sequence[Finding], *, grouped: bool) -> Iterator[str]:
    """The findings by subject, the worst subject first. `grouped`: many findings of one code are a group."""
    grouped_codes = groups(findings) if grouped else {}
    blocks: dict[Subject | str, list[Finding]] = {}
    for finding in findings:
        blocks.setdefault(finding.code if finding.code in grouped_codes else finding.subject, []).append(finding)
    worst_first = sorted(blocks.items(), key=lambda block: SEVERITIES.index(block[1][0].severity))
    for number, (about, block) in enumerate(worst_first):
        if number:
            yield ""
        if isinstance(about, str):
            yield from group_lines(about, block)
            continue
        yield str(about)
        for finding in block:
            yield from (f"  {line}" for line in finding_lines(finding))


def group_lines(code: str, findings: Sequence[Finding]) -> Iterator[str]:
    """A group of findings with the remedies for all; `--select CODE` prints them one by one."""
    summary = summed(findings)
    yield f"{code} x{len(findings)} {summary.severity}: {summary.text}"
    names = ", ".join(dict.fromkeys(finding.subject.name for finding in findings))
    yield from textwrap.wrap(names, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    yield f"  One by one: jailtui doctor --select {code}"
    for remedy in summary.remedies:
        yield from (f"  {line}" for line in remedy_lines(remedy, most=MANY))


MANY = 10
"""The number of commands printed of a remedy for a group."""
VALUE = "VALUE"
"""The placeholder of a value that the operator has to choose."""
CONFIDENCES = {"certain": "", "likely": "  This is likely, not certain.", "guess": "  This is a guess."}
DRIFTS = {
    "": "",
    "live": "  Can be changed while the jail runs.",
    "restart": "  Needs a restart.",
    "reboot": "  Lost at a reboot.",
}


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding with its evidence and remedies."""
    yield f"{finding.code} {finding.severity}: {finding.text}"
    for fact in finding.evidence:
        first, *rest = fact.said.split("\n")
        yield f"  {fact.source}: {first}"
        yield from (f"    | {line}" for line in rest)
    owner = f"  Created by {finding.owner}." if finding.owner else ""
    yield from filter(None, (CONFIDENCES[finding.confidence], DRIFTS.get(finding.drift, ""), owner))
    for remedy in finding.remedies:
        yield from (f"  {line}" for line in remedy_lines(remedy))


def remedy_lines(remedy: Remedy, most: int | None = None) -> Iterator[str]:
    """A remedy with its commands, at most `most`."""
    forced = " (last resort)" if remedy.force == "forced" else ""
    task = remedy.task
    yield f"-> {task.label}{forced}{f': {task.why}' if task.why else ''}"
    shell_lines = commands(remedy)
    yield from (f"   $ {line}" for line in shell_lines[:most])
    if more := len(shell_lines[most:]) if most else 0:
        yield f"     and {more} more"
    for label, text in (("breaks", task.breaks), ("undo", task.undo)):
        if text:
            yield f"   {label}: {text}"


def commands(remedy: Remedy) -> list[str]:
    """The commands of a remedy as lines of shell; for an edit, the verb that makes it."""
    if remedy.form is None:
        return [step.line for step in remedy.task.steps]
    if remedy.parts:
        return [command for part in remedy.parts for command in commands(part)]
    form, subject, field = remedy.form
    verb = shell_line(("jailtui", "conf", form, *filter(None, (subject,))))
    return [f"{verb} {shell_line((f'{field}={remedy.answer or VALUE}',))}"]


def summary(findings: Collection[Finding], state: HostState, hidden: int) -> str:
    """The number of findings of each severity and of hidden ones, and whether everything was judged."""
    counts = [(severity, sum(finding.severity == severity for finding in findings)) for severity in SEVERITIES]
    words = [f"{count} {severity}{'s' * (count != 1)}" for severity, count in counts if count]
    if why := state.unknown("jails", "interfaces", "files"):
        words.append(f"not everything was judged: {why}")
    nothing = "No problems in what could be read." if state.errors else "No problems."
    ending = f" {hidden} hidden by ignore in the configuration file." if hidden else ""
    return (f"{', '.join(words)}." if words else nothing) + ending


VERBS = {"doctor": CommandVerb(options, run)}
