"""`jailtui doctor` and `jailtui explain`: the doctor without the screen, for a terminal, cron and Prometheus."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.cli import metrics
from jailtui.cli.exits import Exit
from jailtui.cli.show import blind, table
from jailtui.cli.talk import talk
from jailtui.exchange import HostError, shell_line
from jailtui.rules.finding import RULES, SEVERITIES, Finding, Remedy, Rule, Subject
from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from jailtui.backend import Snapshot
    from jailtui.model.state import HostState

Arguments = argparse.Namespace
COLUMNS = 80


class Backend(Protocol):
    """What is needed of the host."""

    @property
    def name(self) -> str: ...

    def examine(self) -> Snapshot: ...


class Unknown(Exception):
    """No rule is called so. The text is a sentence for the operator."""


# jailtui doctor


def run(arguments: Arguments, backend: Backend) -> int:
    """Read the host in full, judge it and print what was found; gives the exit status, see `exits`."""
    try:
        asked = chosen(arguments.select, arguments.ignore)
    except Unknown as error:
        talk(f"jailtui: {error}")
        return Exit.USAGE
    try:
        snapshot = backend.examine()
    except HostError as error:
        talk(f"{backend.name}: {error}")
        if arguments.openmetrics:
            put(metrics.unread(backend.name))
        return Exit.UNREACHABLE
    found = [one for one in snapshot.findings if one.code in asked]
    tell(arguments, backend.name, snapshot, found, list(asked.values()))
    if blind(snapshot.state):
        return Exit.UNREACHABLE
    worst = SEVERITIES.index(arguments.fail_on)
    return Exit.FAILED if any(SEVERITIES.index(one.severity) <= worst for one in found) else Exit.OK


def tell(arguments: Arguments, host: str, snapshot: Snapshot, found: Sequence[Finding], asked: list[Rule]) -> None:
    """Print it in the form that was asked for."""
    state = snapshot.state
    if arguments.openmetrics:
        told = metrics.metrics(state, found, asked, host, snapshot.taken_at)
        put(metrics.unread(host) if blind(state) else told)
    elif arguments.json:
        print(json.dumps(document(state, found, host, snapshot.taken_at), indent=2))
    else:
        print("".join(f"{clean(line)}\n" for line in lines(found)), end="")
    for trouble in () if arguments.json else state.errors:
        talk(f"{trouble.subject}: {trouble.message}")
    if state.facts.read_only:
        talk(f"{state.facts.read_only}, and what can't be seen is not judged")
    if not arguments.json and not arguments.openmetrics:
        talk(summary(found))


def put(text: str) -> None:
    """Print it as UTF-8, whatever the terminal takes: that is what metrics are written in."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def chosen(select: Iterable[str], ignore: Iterable[str]) -> dict[str, Rule]:
    """The rules of `--select` (none: all) without those of `--ignore`, each a list of codes. Raises Unknown."""
    wanted = {code for words in select for code in codes(words)}
    unwanted = {code for words in ignore for code in codes(words)}
    return {code: rule for code, rule in RULES.items() if (not wanted or code in wanted) and code not in unwanted}


def codes(words: str) -> Iterator[str]:
    """The codes that a list with commas means; `EPAIR` means all that begin with it. Raises Unknown."""
    for word in filter(None, (word.strip().upper() for word in words.split(","))):
        found = [code for code in RULES if code == word] or [code for code in RULES if code.startswith(f"{word}-")]
        if not found:
            raise Unknown(f"{word}: {near(word)}")
        yield from found


def near(word: str) -> str:
    """What to say of a code that there is not."""
    like = difflib.get_close_matches(word, RULES, n=1)
    return f"there is no such rule; did you mean {like[0]}?" if like else "there is no such rule; see `jailtui explain`"


# As text.


def lines(found: Sequence[Finding]) -> Iterator[str]:
    """What was found by subject, the one with the worst finding first."""
    subjects: dict[Subject, list[Finding]] = {}
    for one in found:
        subjects.setdefault(one.subject, []).append(one)
    for number, (subject, ones) in enumerate(subjects.items()):
        if number:
            yield ""
        yield str(subject)
        for one in ones:
            yield from (f"  {line}" for line in finding_lines(one))


def finding_lines(one: Finding) -> Iterator[str]:
    yield f"{one.code} {one.severity}: {one.text}"
    for fact in one.evidence:
        yield f"  {fact.source}: {fact.said}"
    if one.confidence != "certain":
        yield "  This is likely, not certain." if one.confidence == "likely" else "  This is a guess."
    if one.drift:
        yield f"  {DRIFTS.get(one.drift, one.drift)}"
    if one.owner:
        yield f"  Made by {one.owner}, not by hand."
    for remedy in one.remedies:
        yield from (f"  {line}" for line in remedy_lines(remedy))


DRIFTS = {
    "live": "It can be changed while it runs.",
    "restart": "It takes a restart to change it.",
    "reboot": "It is lost at a reboot.",
}


def remedy_lines(remedy: Remedy) -> Iterator[str]:
    forced = " (forced)" if remedy.force == "forced" else ""
    yield f"-> {remedy.task.label}{forced}{f': {remedy.task.why}' if remedy.task.why else ''}"
    yield from (f"   $ {command}" for command in commands(remedy))
    for label, text in (("breaks", remedy.task.breaks), ("undo", remedy.task.undo)):
        if text:
            yield f"   {label}: {text}"


def commands(remedy: Remedy) -> list[str]:
    """Its commands, each as a line of shell; of an edit, the verb that makes it by its form."""
    if remedy.form is None:
        return [shell_line(step.argv) for step in remedy.task.steps]
    form, subject, field = remedy.form
    return [f"{shell_line(('jailtui', 'conf', form, *filter(None, (subject,))))} {shell_line((f'{field}=VALUE',))}"]


def summary(found: Collection[Finding]) -> str:
    counts = [(severity, sum(1 for one in found if one.severity == severity)) for severity in SEVERITIES]
    told = [f"{count} {severity}{'s' * (count != 1)}" for severity, count in counts if count]
    return f"{', '.join(told)}." if told else "Nothing is wrong."


# As JSON.


def document(state: HostState, found: Sequence[Finding], host: str, taken_at: float) -> dict[str, Any]:
    """The object `--json` prints; its keys are described in the README and held by a test."""
    return {
        "host": host,
        "taken_at": datetime.fromtimestamp(taken_at, UTC).isoformat(timespec="seconds"),
        "findings": [finding_object(one) for one in found],
        "errors": [{"subject": one.subject, "message": one.message} for one in state.errors],
    }


def finding_object(one: Finding) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "subject": {"kind": one.subject.kind, "name": one.subject.name, "key": one.subject.key},
        "text": one.text,
        "evidence": [{"source": fact.source, "said": fact.said} for fact in one.evidence],
        "confidence": one.confidence,
        "owner": one.owner,
        "drift": one.drift,
        "remedies": [remedy_object(remedy) for remedy in one.remedies],
    }


def remedy_object(remedy: Remedy) -> dict[str, Any]:
    form = dict(zip(("form", "subject", "field"), remedy.form, strict=True)) if remedy.form else None
    return {
        "label": remedy.task.label,
        "commands": [shell_line(step.argv) for step in remedy.task.steps],
        "why": remedy.task.why,
        "breaks": remedy.task.breaks,
        "undo": remedy.task.undo,
        "force": remedy.force,
        "form": form,
    }


# jailtui explain


def explain(code: str | None) -> int:
    """Print what a rule is about, or the list of all."""
    if code is None:
        print(table([["CODE", "SEVERITY", "WHAT"], *([one.code, one.severity, one.title] for one in RULES.values())]))
        return Exit.OK
    found = RULES.get(code.upper())
    if found is None:
        talk(f"jailtui: {code}: {near(code.upper())}")
        return Exit.USAGE
    print(f"{found.code}, {found.severity}: {found.title}\n")
    print(textwrap.fill(found.explanation, COLUMNS, break_on_hyphens=False, break_long_words=False))
    if found.preflight:
        print("\nA start of the jail is warned of it first.")
    return Exit.OK
