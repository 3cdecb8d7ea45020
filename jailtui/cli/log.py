"""`jailtui log`: what this program did, by the audit log of this machine. No host is asked."""

from __future__ import annotations

import heapq
import json
from typing import TYPE_CHECKING

from jailtui.cli.hosts import audit_file, chosen, host_name
from jailtui.cli.talk import put, table, talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from jailtui.cli.verb import Arguments
    from jailtui.host.auditline import AuditLine
    from jailtui.plans.history import PastRun
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--json", action="store_true", help="print the lines of the log, one JSON object a line")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    lines = logged(arguments, config)
    if arguments.json:
        for line in lines:
            put(as_json(line))
        return Exit.OK
    from jailtui.plans.history import past_runs

    if runs := past_runs(lines):
        put(table([["TIME", "HOST", "WHO", "WHAT", "CAME OF IT"], *map(row, runs)]))
    else:
        talk("Nothing was recorded.")
    return Exit.OK


def logged(arguments: Arguments, config: Config) -> Iterator[AuditLine]:
    """The lines of the log, the newest first: those of the host that is named, else of all. Raises Stop."""
    choice = chosen(arguments, config)
    if arguments.host or arguments.demo_dir:
        name = host_name(choice)
        return (line for line in lines_of(audit_file(choice)) if line.host == name)
    every = (audit_file(choice._replace(host=kind)) for kind in ("local", "demo"))
    return heapq.merge(*map(lines_of, every), key=lambda line: line.time, reverse=True)


def lines_of(file: Path) -> Iterator[AuditLine]:
    """The lines of that log, the newest first. Raises Stop."""
    from jailtui.host.auditlog import newest_first

    try:
        yield from newest_first(file)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Stop(f"{file}: {error.strerror}", Exit.FAILED) from error


def as_json(line: AuditLine) -> str:
    from jailtui.cli.document import in_unicode

    return json.dumps(in_unicode(line.values()))


def row(run: PastRun) -> list[str]:
    return [run.begun[:19].replace("T", " "), run.host, run.who, run.title, run.outcome]


VERBS = {"log": CommandVerb(options, run)}
