"""`jailtui steps`: the steps that run on the host, or have ended there and were not fetched."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jailtui.cli.hosts import opened
from jailtui.cli.talk import ask, put, table, talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.plans.halfway import left_by

if TYPE_CHECKING:
    import argparse

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.host.steprun import KeptStep
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("id", nargs="?", metavar="ID", help="wait for this step, print its output, and forget it")
    to.add_argument("--stop", action="store_true", help="send TERM to the command of the step first")
    to.add_argument("--yes", action="store_true", help="do not ask before --stop")
    to.add_argument("--json", action="store_true", help="print one JSON object")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    if arguments.stop and not arguments.id:
        raise Stop("--stop needs the ID of a step.", Exit.USAGE)
    with opened(arguments, config) as backend:
        steps = backend.steps()
        if arguments.id:
            return fetch(arguments, backend, steps)
    if arguments.json:
        from jailtui.cli.documents import StepsDocument

        put(StepsDocument.of(steps, backend.name).as_json())
    elif steps:
        put(table([["ID", "BEGUN", "STATE", "COMMAND"], *map(row, steps)]))
    else:
        talk("No step runs, and none waits to be fetched.")
    return Exit.OK


def row(step: KeptStep) -> list[str]:
    begun = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(step.begun))
    return [step.identity, begun, state_of(step), step.line]


def state_of(step: KeptStep) -> str:
    """Whether it runs, or how it ended."""
    if step.status is not None:
        return f"exit status {step.status}"
    return "killed" if step.lost else "runs"


def fetch(arguments: Arguments, backend: HostBackend, steps: tuple[KeptStep, ...]) -> int:
    """Follow one step to its end, and have the host forget it."""
    step = next((step for step in steps if step.identity == arguments.id), None)
    if step is None:
        raise Stop(f"The host keeps no step {arguments.id}.", Exit.REFUSED)
    if arguments.stop and step.status is None and not step.lost:
        talk(f"{step.line}: {left_by(tuple(step.line.split()))}")
        if not (arguments.yes or ask("Send TERM to it?", "give --yes to stop it")):
            return Exit.DECLINED
        if problem := backend.stop_step(step.identity):
            raise Stop(problem, Exit.FAILED)
    result = backend.fetch_step(step.identity, lambda text: None)
    if result.output:
        put(result.output)
    if result.rc != 0:
        talk(f"exit status {result.rc}" if result.rc is not None else result.note)
    return Exit.OK if result.rc == 0 else Exit.FAILED


VERBS = {"steps": CommandVerb(options, run)}
