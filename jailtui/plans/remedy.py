"""A remedy of the doctor as a plan. What is found is told to here in plain parts, since plans know no findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Step, shell_line
from jailtui.plans.actions import legible
from jailtui.plans.plan import Plan, Refusal, Task, Verb
from jailtui.plans.reclaim import made_by

if TYPE_CHECKING:
    from collections.abc import Sequence

Identity = tuple[str, str, str]
"""What a finding stays known by: its code, and the kind and the row key of what it is about."""


class Cure(NamedTuple):
    """One remedy of one finding: `identity` and `name` (of the subject) say of which, `label` what it is called.

    `why`, `breaks` and `undo` are lines for the dialog, `owner` is the manager whose resource it is, `doubt` what must
    not be overlooked (a cause that is only a guess, a way that is the last one).
    """

    identity: Identity
    name: str
    label: str
    steps: tuple[Step, ...]
    why: str = ""
    breaks: str = ""
    undo: str = ""
    owner: str = ""
    doubt: str = ""

    @property
    def key(self) -> str:
        """The key of its task: another one as soon as other commands are needed."""
        code, kind, key = self.identity
        commands = " && ".join(shell_line(step.argv) for step in self.steps).replace("\n", " ")
        return f"{code}\n{kind}\n{commands}\n{key}"

    @property
    def subject(self) -> str:
        """`EPAIR-LOST epair7`."""
        return f"{self.identity[0]} {self.name}"


def is_remedy(key: str) -> bool:
    """Whether a task's key is one of a remedy, and not a row's of the panels."""
    return key.count("\n") >= 3


def about(key: str) -> Identity:
    """The finding that the task of that key is a remedy of."""
    code, kind, _, subject = key.split("\n", 3)
    return code, kind, subject


def remedy_task(cure: Cure) -> Task | Refusal:
    """Its steps; a refusal where it has none, or where a terminal could not show them."""
    if not cure.steps:
        return Refusal(cure.key, cure.subject, f"{cure.label}: there is no command for it")
    warning = "; ".join((*([cure.doubt] if cure.doubt else []), *made_by(cure.owner)))
    return legible(
        Task(
            cure.key,
            cure.subject,
            cure.steps,
            why=cure.why,
            breaks=cure.breaks,
            undo=cure.undo,
            warning=warning,
            owner=cure.owner,
            verb=Verb.REMEDY,
            label=cure.label,
        )
    )


def gone(key: str) -> Refusal:
    """What is said of a remedy whose finding is true no more, or needs other commands now."""
    code, _, subject = about(key)
    return Refusal(key, f"{code} {subject}", "it is gone, or something else is to be done about it now")


def remedy_plan(host: str, made: Sequence[Task | Refusal]) -> Plan:
    """The plan of these remedies."""
    tasks = tuple(one for one in made if isinstance(one, Task))
    return Plan(Verb.REMEDY, host, tasks, tuple(one for one in made if isinstance(one, Refusal)))
