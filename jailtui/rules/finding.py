"""Findings, and the table of rules. A rule is a function with a code, as in a linter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from jailtui.exchange import Step, Taking, Task, Verb, shell_line
from jailtui.model.commands import made_by

if TYPE_CHECKING:
    from jailtui.model.state import Part
    from jailtui.rules.context import Context

Severity = Literal["error", "warning", "note"]
"""error: broken now, or dangerous. warning: will break, or breaks something sometimes. note: worth knowing."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
Kind = Literal["jail", "epair", "bridge", "vlan", "interface", "file", "host"]
Confidence = Literal["certain", "likely", "guess"]
Force = Literal["gentle", "firm", "forced"]


class Subject(NamedTuple):
    """What a finding is about: `key` is the row key (of a file its path), `name` the name."""

    kind: Kind
    key: str
    name: str

    def __str__(self) -> str:
        return self.name if self.kind in ("file", "host") else f"{self.kind} {self.name}"


class Evidence(NamedTuple):
    """A fact (`said`) and its source: a command as an operator would type it (`jls -d`), or a file with its line."""

    source: str
    said: str


class Remedy(NamedTuple):
    """A way to solve the problem of a finding.

    The task's `steps` are the exact commands; without any there is no command: wait, or edit by hand. `form` is the
    form that makes the edit, as (form, subject, field); `answer` is the value for the field, "" if the operator has to
    choose it. `parts` are the remedies of several findings that this one stands for (see groups).
    """

    task: Task
    force: Force = "gentle"
    form: tuple[str, str, str] | None = None
    answer: str = ""
    parts: tuple[Remedy, ...] = ()

    @classmethod
    def of(
        cls,
        label: str,
        steps: tuple[Step, ...] = (),
        why: str = "",
        breaks: str = "",
        undo: str = "",
        force: Force = "gentle",
        form: tuple[str, str, str] | None = None,
        answer: str = "",
    ) -> Remedy:
        """A remedy without its finding: `why` is its effect, `breaks` what stops with it, `undo` how to reverse it."""
        task = Task("", "", steps, why=why, breaks=breaks, undo=undo, verb=Verb.REMEDY, label=label)
        return cls(task, force, form, answer)


class Finding(NamedTuple):
    """A problem. `text` is one sentence for the list, `owner` the manager of the subject (`Bastille`, "").

    `drift` is when a setting of the file takes effect: "live" (can be set now), "restart", "reboot", or "".
    `fields` are (form, field) pairs: the fields beside which it is shown in forms that no remedy opens.
    `causes` are its causes if these are not the subject (see `cause`).
    `takes` is what the next start or stop of the subject takes from other jails.
    """

    code: str
    severity: Severity
    subject: Subject
    text: str
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence = "certain"
    owner: str = ""
    remedies: tuple[Remedy, ...] = ()
    drift: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    causes: tuple[str, ...] = ()
    takes: tuple[Taking, ...] = ()

    @classmethod
    def of(
        cls,
        subject: Subject,
        text: str,
        evidence: Iterable[Evidence],
        remedies: Iterable[Remedy] = (),
        *,
        severity: Severity | None = None,
        confidence: Confidence = "certain",
        owner: str = "",
        drift: str = "",
        fields: tuple[tuple[str, str], ...] = (),
        causes: tuple[str, ...] = (),
        takes: Iterable[Taking] = (),
    ) -> Finding:
        """A finding without the code of its rule, and without a `severity` also without that of the rule."""
        rated = cast("Severity", severity or "")
        facts, takings = tuple(evidence), tuple(dict.fromkeys(takes)) if takes else ()
        return cls("", rated, subject, text, facts, confidence, owner, tuple(remedies), drift, fields, causes, takings)

    def field(self, form: str) -> str | None:
        """The field of that form beside which the finding is shown, or None."""
        opened = ((remedy.form[0], remedy.form[2]) for remedy in self.remedies if remedy.form is not None)
        return next((field for name, field in (*self.fields, *opened) if name == form), None)

    @property
    def all_causes(self) -> tuple[str, ...]:
        """The causes, by default the subject, which findings of several rules may share."""
        return self.causes or (cause(self.subject.kind, self.subject.key),)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What identifies the finding in several readings."""
        return (self.code, self.subject.kind, self.subject.key)

    def complete(self, owner: str = "") -> Finding:
        """The finding with its owner, if the rule gave none, and the keys, subjects and warnings of its tasks set."""
        owner = self.owner or owner
        remedies = tuple([Remedy(self._task(remedy, owner), *remedy[1:]) for remedy in self.remedies])
        return Finding(*self[:6], owner, remedies, *self[8:])  # _replace takes four times as long

    def _task(self, remedy: Remedy, owner: str) -> Task:
        """The task of a remedy (`EPAIR-LOST epair7`). Its key contains the commands: others have another key."""
        task = remedy.task
        commands = " && ".join([shell_line(step.argv) for step in task.steps]).replace("\n", " ")
        warnings = []
        if self.confidence == "guess":
            warnings.append("the cause is only a guess")
        if remedy.force == "forced":
            warnings.append("last resort: forces what would otherwise end by itself")
        warnings += made_by(owner)
        key = f"{self.code}\n{self.subject.kind}\n{commands}\n{self.subject.key}"
        return Task(key, f"{self.code} {self.subject.name}", *task[2:7], tuple(warnings), owner, *task[9:])


def problems(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """The findings at warning or above, in their order, by the kind and the key of their subjects."""
    rows: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.severity != "note":
            rows[finding.subject.kind, finding.subject.key].append(finding)
    return rows


def cause(kind: Kind, key: str, part: str = "") -> str:
    """The cause of a finding: a pair, a jail or another row, or a `part` of it (`default route`)."""
    return f"{kind} {key} {part}"


class Rule(NamedTuple):
    """A rule: its stable code, the usual severity of its findings, one line, and one paragraph that explains it.

    `preflight`: its findings make a start of the subject fail or go wrong. `drafts`: its findings follow from the
    files, so that forms judge drafts by it. `parts`: what must have been read, since it concludes from absence.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    judge: Callable[[Context], Iterable[Finding]]
    preflight: bool = False
    drafts: bool = False
    parts: tuple[Part, ...] = ("jails", "interfaces")


RULES: dict[str, Rule] = {}
"""All rules by code, in the order of their modules; filled when `jailtui.rules.registry` is imported."""

Judge = Callable[["Context"], Iterator[Finding]]


def rule(
    code: str,
    severity: Severity,
    title: str,
    *,
    preflight: bool = False,
    drafts: bool = False,
    parts: tuple[Part, ...] = ("jails", "interfaces"),
) -> Callable[[Judge], Judge]:
    """Make a function a rule; `jailtui explain CODE` prints its docstring.

    Its findings (`Finding.of`) get the code, and those without a severity that of the rule.
    """

    def register(judge: Judge) -> Judge:
        assert code not in RULES, f"two rules are called {code}"

        @wraps(judge)
        def judged(context: Context) -> Iterator[Finding]:
            for finding in judge(context):
                yield Finding(code, finding.severity or severity, *finding[2:])

        RULES[code] = Rule(
            code, severity, title, " ".join((judge.__doc__ or "").split()), judged, preflight, drafts, parts
        )
        return judged

    return register
