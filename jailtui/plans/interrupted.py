"""A run that was interrupted: what became of it, and what of it remains to be done."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, FileEdit, Refusal, Step, Task, Verb, shell_line
from jailtui.model.commands import managing, starts, stops
from jailtui.plans.plan import Plan
from jailtui.plans.save import save_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.model.commands import By
    from jailtui.model.state import HostState
    from jailtui.plans.history import PastRun, PastStep

Part = tuple[Verb, tuple[str, ...]]
"""A verb, and the row keys that it is to be done to."""
NOT_DONE = "the interrupted run did not come to it"
NO_FILE = "-"
"""In place of the digest of a file that there was not."""
HUNK = re.compile(r"@@ -(\d+)(,0)?")
NO_LINE_END = "\n\\ No newline at end of file"


def account(run: PastRun) -> str:
    """What became of the run, step by step."""
    begun = run.begun[:16].replace("T", " ")
    steps = "; ".join(f"{step.line}: {step.ending}" for step in run.steps) or "No command of it was begun"
    return f"{run.title} of {begun} by {run.who} was interrupted. {steps}."


def left_over(run: PastRun, state: HostState) -> tuple[Part, ...]:
    """What of the run remains, in parts that are planned anew by the host as it is now."""
    running = {jail.key for jail in state.jails if jail.running}
    if run.mark.verb == Verb.RESTART:
        again = {starts(step.argv) for step in run.steps if step.status == 0}
        to_start = tuple(key for key in run.mark.keys if key not in running or key in again)
        parts = [(Verb.START, to_start), (Verb.RESTART, tuple(key for key in run.mark.keys if key not in to_start))]
    elif run.mark.verb in (Verb.START, Verb.STOP, Verb.RECLAIM, Verb.REMEDY):
        parts = [(Verb(run.mark.verb), run.mark.keys)]
    else:  # a save: of a jail that it stopped the start
        stopped = dict.fromkeys(filter(None, (stops(step.argv) for step in run.steps)))
        parts = [(Verb.START, tuple(name for name in stopped if name not in running))]
    return tuple(part for part in parts if part[1])


def by_what(run: PastRun, state: HostState) -> By:
    """What the run had start and stop jails that have a manager: jail(8), if a command of it did that."""
    chosen = (argv for argv in (step.argv for step in run.steps) if argv[:1] == ("jail",))
    jails = (state.jail(starts(argv) or stops(argv)) for argv in chosen)
    return "jail" if any(jail is not None and managing(jail, state) for jail in jails) else "manager"


def after(plan: Plan, first: Task) -> Plan:
    """The plan, each task of which waits for that of another plan."""
    return plan._replace(tasks=tuple(task._replace(needs=task.needs | {first.key}) for task in plan.tasks))


def joined(host: str, plans: Sequence[Plan], refused: Iterable[Refusal] = ()) -> Plan:
    """One plan of several, with these refusals besides theirs."""
    verb = plans[0].verb if plans else Verb.SAVE
    several = len({plan.verb for plan in plans}) > 1
    tasks = tuple(task._replace(verb=plan.verb_of(task)) for plan in plans for task in plan.tasks)
    every = (*(refusal for plan in plans for refusal in plan.refused), *refused)
    offers = tuple(offer for plan in plans for offer in plan.offers)
    cuts = tuple(dict.fromkeys(cut for plan in plans for cut in plan.cuts))
    hostname = next((plan.hostname for plan in plans if plan.hostname), "")
    called = "Finish" if several else plans[0].called if plans else ""
    return Plan(verb, host, tasks, every, called, offers, cuts, hostname=hostname)


def rest_of_save(run: PastRun, texts: Mapping[str, bytes | None]) -> tuple[Task | None, tuple[Refusal, ...]]:
    """What remains of a save, by the `texts` that its files have now, and what can't be planned again, with reasons.

    After a command that failed there is nothing: the run did not go on to the next.
    """
    saves = {step.file: step for step in run.steps if step.file}
    edits = {path: None if step.status == 0 else _edit_again(step, texts[path]) for path, step in saves.items()}
    refused = [state_of_file(step, texts[path]) for path, step in saves.items() if edits[path] is None]
    steps = [save_step(edit, NOT_DONE) for edit in edits.values() if edit is not None]
    begun = {step.argv for step in run.steps}
    for argv in run.commands if all(step.status == 0 or not step.ended for step in run.steps) else ():
        path = argv[1] if argv[:1] == ("save",) and len(argv) > 1 else ""
        if argv in begun or path in saves or starts(argv) or stops(argv):
            continue
        if why := "it was not saved, and its new text was not recorded" if path else _why_not_again(argv):
            refused.append(Refusal(path, path or shell_line(argv), why))
        else:
            steps.append(Step(argv, NOT_DONE))
    undo = "u, or jailtui undo" if any(edits.values()) else ""
    task = Task(run.title, run.title, tuple(steps), undo=undo, label=run.title) if steps else None
    return task, tuple(refused)


def _why_not_again(argv: Argv) -> str:
    """Why a command that was not begun can't be planned as it was recorded; "" if it can."""
    if "-j" in argv or argv[:1] == ("jexec",) or any(word.startswith("jid=") for word in argv):
        return "it was not begun, and the jid may be another jail's now"
    if argv[:1] == ("sysrc",) and argv[-1].partition("=")[0][-1:] not in ("+", "-"):
        return "it was not begun, and rc.conf may have another value by now"
    return ""


def _edit_again(step: PastStep, now: bytes | None) -> FileEdit | None:
    """The edit of a save, if the file still has the text from before it: the audit log has the difference, and the
    digest of the text that was to be saved.
    """
    before, after = (*step.argv[2:4], "", "")[:2]
    if (NO_FILE if now is None else sha256(now).hexdigest()) != before:
        return None
    new = patched(now or b"", step.diff)
    return FileEdit(step.file, now, new) if new is not None and sha256(new).hexdigest() == after else None


def patched(text: bytes, diff: str) -> bytes | None:
    """The text with the changes of a unified diff of `difference`; None where that is of another text."""
    *old, last = text.decode("utf-8", "surrogateescape").split("\n")
    old += [last + NO_LINE_END] if last else []
    new: list[str] = []
    at = 0
    for line in _diff_lines(diff):
        sign, words = line[:1], line[1:]
        if hunk := HUNK.match(line):
            start = int(hunk[1]) - (hunk[2] is None)
            new, at = new + old[at:start], start
        elif sign == "+":
            new.append(words)
        elif sign not in ("-", " ") or old[at : at + 1] != [words]:
            return None
        else:
            new += [words] * (sign == " ")
            at += 1
    ended = ((line.removesuffix(NO_LINE_END), line.endswith(NO_LINE_END)) for line in new + old[at:])
    return "".join(line + "\n" * (not open_end) for line, open_end in ended).encode("utf-8", "surrogateescape")


def _diff_lines(diff: str) -> list[str]:
    """The lines below the names of the files, each with the mark that it has no line end."""
    lines: list[str] = []
    for line in diff.split("\n")[2:]:
        if line.startswith("\\") and lines:
            lines[-1] += f"\n{line}"
        else:
            lines.append(line)
    return lines


def state_of_file(step: PastStep, now: bytes | None) -> Refusal:
    """Which text the file of a save has now."""
    before, after = (*step.argv[2:4], "", "")[:2]
    digest = NO_FILE if now is None else sha256(now).hexdigest()
    if digest == after:
        text = "it has the new text"
    elif digest == before:
        text = "it has the old text: it was not saved"
    else:
        text = "it has another text by now"
    return Refusal(step.file, step.file, text)
