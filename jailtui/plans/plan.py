"""What a plan is: tasks with steps, shown whole before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jailtui.exchange import FileEdit, Refusal, Step, Task, Verb, difference, shell_line, taken

END_OF_PATCH = "END OF PATCH"


class Plan(NamedTuple):
    """One intention as tasks, with what it leaves out and why. `called` is what it is called where the verb is not the
    operator's word (a save that takes another back).

    `offers` are remedies that would remove what makes a start fail. None is run unless the plan is made again with
    their keys among the rows' (`HostBackend.plan`); then they are tasks, before those that need them.
    """

    verb: Verb
    host: str
    tasks: tuple[Task, ...]
    refused: tuple[Refusal, ...] = ()
    called: str = ""
    offers: tuple[Task, ...] = ()

    @property
    def word(self) -> str:
        """What to call it: `Start`, `Undo`."""
        return self.called or self.verb.value.capitalize()

    @property
    def title(self) -> str:
        """`Start web`, `Start 7 jails`; of one task with a label, that: `Destroy epair7`, `Save network of web`."""
        own = [task for task in self.tasks if self.verb_of(task) is self.verb]
        if len(own) == 1 and own[0].label and not self.called:
            return own[0].label
        many = {Verb.RECLAIM: "epairs", Verb.REMEDY: "remedies"}.get(self.verb, "jails")
        what = own[0].subject if len(own) == 1 else f"{len(own)} {many}"
        return f"{self.word} {what}" if len(own) == len(self.tasks) else f"Clear leftovers, then {self.verb} {what}"

    def verb_of(self, task: Task) -> Verb:
        """What is done to the object of that task."""
        return task.verb or self.verb

    def does(self, other: Plan) -> bool:
        """Whether it runs the same commands with the same warnings as `other`, and takes the same."""
        ours, theirs = (
            [(task.key, task.steps, task.warning, task.takes) for task in plan.tasks] for plan in (self, other)
        )
        return ours == theirs

    def script(self) -> str:
        """The plan as a POSIX shell script: each task a group that ends at its first failing step.

        What is no UTF-8 in a file's text stands as surrogateescape has it.
        """
        lines = ["#!/bin/sh", "# " + comment(f"{self.title} on {self.host}")]
        for task in self.tasks:
            lines += ["", "# " + comment(task.subject)]
            if task.warning:
                lines.append("# warning: " + comment(task.warning))
            if task.takes:
                lines.append(f"# takes {comment(taken((task,)))}")
            commands = [_with_rescue(number, step, task) for number, step in enumerate(task.steps) if not step.rescues]
            lines.append(" && \\\n".join(_line_of(several) for several in commands))
            steps = [step for several in commands for step in several]
            lines += [text for step in steps if step.file is not None for text in _patch(step.file)]
        lines += [f"# left out: {comment(refusal.subject)}: {comment(refusal.reason)}" for refusal in self.refused]
        return "\n".join(lines) + "\n"


def _with_rescue(number: int, step: Step, task: Task) -> list[Step]:
    """The step of that number, and those that come to its rescue."""
    return [step, *(other for other in task.steps if number in other.rescues)]


def _line_of(steps: Sequence[Step]) -> str:
    """A step, with those that run where it fails."""
    first, *rescue = map(_line, steps)
    return f"{{ {first} || {{ {' && '.join(rescue)}; false; }}; }}" if rescue else first


def _line(step: Step) -> str:
    if step.file is None:
        return "{ " + shell_line(step.argv) + " || :; }" if step.may_fail else shell_line(step.argv)
    path = shell_line((step.file.path,))
    if not _fits(step.file):
        return f"{{ echo {path}': no script can hold its text' >&2; false; }}"
    return f"patch -s {path} <<'{END_OF_PATCH}'" if _patch(step.file) else f": >>{path}"


def _fits(edit: FileEdit) -> bool:
    """Whether a here-document can hold the texts: a shell's text has no NUL."""
    return b"\0" not in edit.new + (edit.old or b"")


def _patch(edit: FileEdit) -> list[str]:
    """What patch(1) reads, as a here-document; none of its lines is the end's, since each has a sign before it."""
    lines = difference(edit.old or b"", edit.new, comment(edit.path)) if _fits(edit) else []
    return [*lines, END_OF_PATCH] if lines else []


def comment(text: str) -> str:
    """`text` fit for a comment line of a script: no control character may end the comment."""
    return "".join(char if char.isprintable() else "?" for char in text)
