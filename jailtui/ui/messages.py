"""What other threads and other screens tell the console. Only handlers of these touch widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Answers, Draft, Field, Form
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.ui.findings import Findings
    from jailtui.ui.reader import Answer

Choice = Literal["go", "clear", "cancel"]
"""What is said to a plan: run it; show it with what clears its way before it; leave it."""


class Asker(Protocol):
    """The screen that asked for a plan: the console, or a form over it."""

    def say(self, text: str) -> None:
        """Tell why there is no plan."""

    def settled(self, saved: bool) -> None:
        """What it asked for was run; `saved`: its files are written, or all of it was done."""


@dataclass
class Answered(Message):
    """The host was read, or could not be."""

    answer: Answer


@dataclass
class Planned(Message):
    """A plan for the state it was made of; `plan` is None where `error` says why there is none.

    `make` makes it anew of a later state. `asker` is the screen it is shown over. `agreed` is the plan that the
    operator has said yes to, of which this is the one made anew.
    """

    plan: Plan | None
    before: HostState
    make: Callable[[HostState], Plan]
    asker: Asker
    error: str = ""
    agreed: Plan | None = None


@dataclass
class Examined(Message):
    """The host was read in full and judged; `found` is None where `error` says why it could not be."""

    found: Findings | None
    error: str = ""


@dataclass
class Reported(Message):
    """A run went one step on."""

    event: RunEvent


@dataclass
class RunOver(Message):
    """No command of the run is under way any more; `outcomes` is None when it broke off with `error`."""

    outcomes: Mapping[str, Outcome] | None
    error: str = ""


@dataclass
class Judged(Message):
    """What is true now of what the run was about."""

    verdicts: tuple[Verdict, ...]


@dataclass
class Copy(Message):
    """Put this text on the operator's clipboard."""

    text: str


@dataclass
class Drafted(Message):
    """What these answers to that form come to."""

    form: Form
    answers: Answers
    fields: tuple[Field, ...]
    draft: Draft


@dataclass
class Formed(Message):
    """The host was read for a form; `first` is it with no answers, None where `error` says why there is none.

    `field` is the key of the field it is opened for, "" for the first.
    """

    name: FormName
    asker: Asker
    first: Drafted | None
    error: str = ""
    field: str = ""
