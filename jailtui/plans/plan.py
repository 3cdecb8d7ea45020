"""A plan: tasks with steps, shown before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import FileEdit, PlanMark, Refusal, Step, Task, Verb, difference, shell_line, taken

if TYPE_CHECKING:
    from jailtui.model.commands import By

END_OF_PATCH = "END OF PATCH"


class Plan(NamedTuple):
    """The tasks of one action, and the objects that it refuses. `called` is the name of the action if it is not that of
    the verb (the save that undoes another is called Undo).

    `offers` are remedies for problems that would make a start fail, or the reclaim of what a stop leaves over. They run
    only if the plan is made again with their keys (`HostBackend.plan`), as tasks before those that need them, or as the
    last steps of the stop. `cuts` are the reasons why it may cut the ssh
    session by which the operator came in, as sentences; then the operator types `hostname`, the host's own name.
    `way_back` says what the host then undoes by itself, and what not. `by` is what starts and stops the jails that have
    a manager; None: there is no choice.
    """

    verb: Verb
    host: str
    tasks: tuple[Task, ...]
    refused: tuple[Refusal, ...] = ()
    called: str = ""
    offers: tuple[Task, ...] = ()
    cuts: tuple[str, ...] = ()
    hostname: str = ""
    way_back: tuple[str, ...] = ()
    by: By | None = None

    @property
    def offered(self) -> str:
        """What the offers do, and when."""
        return "reclaim what is left over" if self.verb is Verb.STOP else "clear leftovers first"

    @property
    def other_way(self) -> str:
        """What else could start and stop the jails that have a manager, as a phrase; "" for nothing."""
        return {"manager": "by jail(8)", "jail": "by its manager"}.get(self.by or "", "")

    @property
    def word(self) -> str:
        """The name of the action: `Start`, `Undo`."""
        return self.called or self.verb.value.capitalize()

    @property
    def title(self) -> str:
        """`Start web`, `Start 7 jails`; the label of a single task: `Destroy epair7`, `Save network of web`."""
        main = [task for task in self.tasks if self.called or self.verb_of(task) is self.verb]
        if len(main) == 1 and main[0].label and not self.called:
            return main[0].label
        noun = {Verb.RECLAIM: "epairs", Verb.REMEDY: "remedies"}.get(self.verb, "jails")
        objects = main[0].subject if len(main) == 1 else f"{len(main)} {noun}"
        if len(main) == len(self.tasks):
            return f"{self.word} {objects}"
        return f"Clear leftovers, then {self.verb} {objects}"

    def mark(self) -> PlanMark:
        """The plan as the audit log names it, with a new ID."""
        import secrets

        verb = self.called.lower() if self.verb is Verb.SAVE and self.called else self.verb.value
        refused = ", ".join(refusal.subject for refusal in self.refused)
        title = self.title if self.tasks else f"{self.word} {refused}".strip()
        return PlanMark(secrets.token_hex(8), title, verb, tuple(task.key for task in self.tasks))

    @property
    def lost(self) -> tuple[FileEdit, ...]:
        """The edits that would drop what somebody else has changed."""
        return tuple(edit for task in self.tasks for edit in edits_of(task) if edit.loses)

    def verb_of(self, task: Task) -> Verb:
        """The verb of that task."""
        return task.verb or self.verb

    def by_whom(self, task: Task) -> str:
        """Why that command starts or stops the jail of the task; "" where nothing else could."""
        return task.why if self.verb_of(task) in (Verb.START, Verb.STOP, Verb.RESTART) else ""

    def does(self, other: Plan) -> bool:
        """Whether the plan has the same commands and warnings as `other`, and takes and cuts the same."""

        def effects(plan: Plan) -> list[tuple[object, ...]]:
            return [(task.key, task.steps, task.warnings, task.takes) for task in plan.tasks]

        return effects(self) == effects(other) and self.cuts == other.cuts

    def named_by(self, text: str) -> bool:
        """Whether `text` is the host's own name, in full or up to its first dot."""
        return text in (self.hostname, self.hostname.partition(".")[0]) and text != ""

    def script(self) -> str:
        """The plan as a POSIX shell script, decoded with surrogateescape: each task ends at its first failing step."""
        lines = ["#!/bin/sh", "# " + comment(f"{self.title} on {self.host}")]
        lines += [f"# may cut your ssh session: {comment(reason)}" for reason in self.cuts]
        lines += ["# a script has no way back"] if self.way_back else []
        for task in self.tasks:
            lines += ["", "# " + comment(task.subject)]
            if by_whom := self.by_whom(task):
                lines.append("# " + comment(by_whom))
            lines += [f"# warning: {comment(warning)}" for warning in task.warnings]
            if task.takes:
                lines.append(f"# takes {comment(taken((task,)))}")
            commands = [_with_rescue(number, step, task) for number, step in enumerate(task.steps) if not step.rescues]
            lines.append(" && \\\n".join(map(_line_of, commands)))
            steps = [step for group in commands for step in group]
            lines += [text for step in steps if step.file is not None for text in _patch(step.file)]
        lines += [f"# left out: {comment(refusal.subject)}: {comment(refusal.reason)}" for refusal in self.refused]
        return "\n".join(lines) + "\n"


def edits_of(task: Task) -> list[FileEdit]:
    """The edits of files that a task makes if nothing fails."""
    return [step.file for step in task.steps if step.file is not None and not step.rescues]


def _with_rescue(number: int, step: Step, task: Task) -> list[Step]:
    """The step, and those that run if it fails."""
    return [step, *(other for other in task.steps if number in other.rescues)]


def _line_of(steps: Sequence[Step]) -> str:
    first, *rescue = map(_line, steps)
    return f"{{ {first} || {{ {' && '.join(rescue)}; false; }}; }}" if rescue else first


def _line(step: Step) -> str:
    if step.file is None:
        return "{ " + step.line + " || :; }" if step.may_fail else step.line
    path = shell_line((step.file.path,))
    if not _fits(step.file):
        return f"{{ echo {path}': no script can hold its text' >&2; false; }}"
    return f"patch -s {path} <<'{END_OF_PATCH}'" if _patch(step.file) else f": >>{path}"


def _fits(edit: FileEdit) -> bool:
    """Whether the texts can be in a here-document, which can't have NUL."""
    return b"\0" not in edit.new + (edit.old or b"")


def _patch(edit: FileEdit) -> list[str]:
    """The here-document for patch(1). No line of it is END_OF_PATCH, since each begins with a sign."""
    lines = difference(edit.old or b"", edit.new, comment(edit.path)) if _fits(edit) else []
    return [*lines, END_OF_PATCH] if lines else []


def comment(text: str) -> str:
    """`text` for a comment of a script, without characters that could end the comment."""
    return "".join(char if char.isprintable() else "?" for char in text)
