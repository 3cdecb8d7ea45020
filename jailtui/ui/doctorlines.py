"""The doctor's list, the page of a finding, and the keys, as lines. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.forms.opening import FORMS, FormName
from jailtui.forms.protocol import form_title
from jailtui.rules.finding import RULES, SEVERITIES, Finding, Remedy, Severity, Subject
from jailtui.rules.groups import groups, summed
from jailtui.ui.findings import KIND_PANELS, UNJUDGED, Findings
from jailtui.ui.lines import FILTER, Cell, Key, Line, LineTone, Tone, hanging, labelled, line, severity_cell, wrap
from jailtui.ui.rows import Filter, Row
from jailtui.ui.runlines import command_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jailtui.ui.glyphs import Glyphs

LEAST: Mapping[Severity, str] = {"note": "", "warning": "without notes", "error": "errors only"}
"""What is left out below each severity."""
CODE = 18
"""The most cells of a code in the list."""
DRIFTS = {"live": "can be changed while it runs", "restart": "needs a restart", "reboot": "lost at the next boot"}
CONFIDENCE = {"certain": "certain", "likely": "likely", "guess": "a guess"}


@dataclass(frozen=True)
class ShownFindings:
    """The shown findings: those from `least` on that match the filter.

    Many findings of one code are one line; `opened` are the codes whose findings are also shown one by one.
    """

    findings: Findings = UNJUDGED
    filter: Filter = field(default_factory=Filter)
    least: Severity = "warning"
    opened: frozenset[str] = frozenset()

    @cached_property
    def groups(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings that match the filter, by code, if they are many."""
        return groups(finding for finding in self.weighty if self._fits(finding))

    def _fits(self, finding: Finding) -> bool:
        return not self.filter or self.filter(filter_row(finding))

    @cached_property
    def weighty(self) -> tuple[Finding, ...]:
        """The findings from `least` on, without the filter."""
        return tuple(finding for finding in self.findings.findings if at_least(finding, self.least))

    @cached_property
    def shown(self) -> Mapping[str, Finding]:
        """The findings in the order of the list, by key: those of a subject or a group together, the worst first."""
        blocks: dict[str | tuple[str, str], dict[str, Finding]] = {}
        for row, group in self.findings.by_row.items():
            for key, finding in keyed(group):
                if at_least(finding, self.least) and self._fits(finding):
                    blocks.setdefault(finding.code if finding.code in self.groups else row, {})[key] = finding
        for code, several in self.groups.items():
            each = blocks[code] if code in self.opened else {}
            blocks[code] = {group_key(code): summed(several), **each}
        worst_first = sorted(blocks.values(), key=lambda block: SEVERITIES.index(next(iter(block.values())).severity))
        return {key: finding for block in worst_first for key, finding in block.items()}

    @cached_property
    def all_keys(self) -> frozenset[str]:
        return frozenset(key for group in self.findings.by_row.values() for key, _ in keyed(group))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.shown)

    @cached_property
    def counts(self) -> str:
        counts = Counter(finding.severity for finding in self.findings.findings)
        return ", ".join(f"{counts[name]} {name}{'s' * (counts[name] != 1)}" for name in SEVERITIES if counts[name])

    @cached_property
    def title_counts(self) -> str:
        """The number of findings, and of those that the configuration file hides."""
        hidden = f"{self.findings.hidden} hidden" if self.findings.hidden else ""
        return ", ".join(filter(None, (self.counts, hidden)))

    @cached_property
    def code_width(self) -> int:
        return min(CODE, max((len(finding.code) for finding in self.shown.values()), default=0))

    @cached_property
    def entries(self) -> tuple[str | Subject, ...]:
        """The lines of the list with headings: a subject, then the keys of its findings."""
        entries: list[str | Subject] = []
        subject = None
        for key, finding in self.shown.items():
            if finding.subject != subject:
                subject = finding.subject
                entries.append(subject)
            entries.append(key)
        return tuple(entries)

    def key_of(self, kind: str, key: str) -> str:
        return next((name for name, _ in keyed(self.findings.of(kind, key))), "")


@dataclass(frozen=True)
class DoctorState:
    """The state of the doctor: its findings, the finding under the cursor, and the chosen remedy.

    `fresh` are the findings that came while it was open, until the cursor has left them.
    """

    selection: ShownFindings = field(default_factory=ShownFindings)
    cursor: str = ""
    remedy: int = 0
    fresh: frozenset[str] = frozenset()

    @property
    def here(self) -> Finding | None:
        return self.selection.shown.get(self.cursor)

    @property
    def group(self) -> tuple[Finding, ...]:
        """The findings of the group under the cursor; none if it is on a single finding."""
        here = self.here
        return self.selection.groups[here.code] if here is not None and self.cursor == group_key(here.code) else ()

    @property
    def chosen(self) -> Remedy | None:
        remedies = self.here.remedies if self.here is not None else ()
        return remedies[self.remedy] if self.remedy < len(remedies) else None


def group_key(code: str) -> str:
    """The key of the line for all findings of that code."""
    return f"all\n{code}"


def at_least(finding: Finding, least: Severity) -> bool:
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(least)


def keyed(findings: Sequence[Finding]) -> Iterator[tuple[str, Finding]]:
    """Findings of one subject with keys that stay the same from one reading to the next."""
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        yield "\n".join((*finding.identity, str(seen[finding.identity]))), finding
        seen[finding.identity] += 1


def filter_row(finding: Finding) -> Row:
    return Row("", (Cell(str(finding.subject)), Cell(finding.code), Cell(finding.text), Cell(finding.owner)))


# The list.


def entry_line(entry: str | Subject, state: DoctorState, glyphs: Glyphs, *, focused: bool) -> Line:
    """A line of the list: a subject's name, or a finding as mark, code and sentence."""
    if isinstance(entry, Subject):
        kind = "" if entry.name.startswith(entry.kind) or entry.kind in ("file", "host") else f"  {entry.kind}"
        return line(" ", Cell(entry.name, "title"), Cell(kind, "dim"))
    selection, here = state.selection, entry == state.cursor
    finding, wide = selection.shown[entry], selection.code_width
    lead = Cell(f"{glyphs.cursor if here else ' ':<2}", "accent")
    code = Cell(f"{finding.code:<{wide}}"[:wide] + "  ", "strong" if finding.severity == "error" else "")
    count = len(selection.groups[finding.code]) if entry == group_key(finding.code) else 0
    times = Cell(f"{glyphs.times}{count}  ", "accent") if count else Cell("")
    text = Cell(finding.text, "dim" if finding.severity == "note" else "")
    context: LineTone = ("cursor" if focused else "cursor-idle") if here else ""
    new = (Cell("new", "new"), Cell(" ")) if entry in state.fresh else ()
    return line(lead, severity_cell(finding.severity, glyphs, 3), code, *new, times, text, tone=context)


def empty_lines(selection: ShownFindings, room: int) -> list[Line]:
    """The lines of a list without findings."""
    findings = selection.findings
    tone: Tone = "dim"
    if not findings.judged:
        words, tone = findings.error or "Not judged yet.", "bad" if findings.error else "dim"
    elif selection.filter and selection.weighty:
        words = f"Nothing matches {selection.filter.words}."
    elif findings.error:
        words, tone = findings.error, "bad"
    else:
        words, tone = "No errors." if selection.least == "error" else "No problems.", "ok"
        words += f" {selection.counts}: s shows them." if findings.findings else ""
    return [line("  ", Cell(part, tone)) for part in wrap(words, max(8, room - 3))]


# The page of one finding.


def page_lines(state: DoctorState, glyphs: Glyphs, room: int, *, brief: bool) -> tuple[list[Line], tuple[int, int]]:
    """The page of the finding under the cursor, and the first and last line of the chosen remedy.

    `brief`: the remedies come before the explanation.
    """
    finding = state.here
    if finding is None:
        return [], (0, 0)
    top = [*_sentence(finding, glyphs, room), *_facts(finding, glyphs, room)]
    rule = RULES.get(finding.code)
    explained = [Line(), *(line(part) for part in wrap(rule.explanation, room))] if rule is not None else []
    evidence = _evidence(finding, room)
    remedies, (begin, end) = _remedies(finding, state.remedy, glyphs, room)
    before = top if brief else [*top, *explained, *evidence]
    after = [*evidence, *explained] if brief else []
    return [*before, *remedies, *after], (len(before) + begin, len(before) + end)


def _sentence(finding: Finding, glyphs: Glyphs, room: int) -> list[Line]:
    return hanging(severity_cell(finding.severity, glyphs, 3), finding.text, room, "strong")


def _facts(finding: Finding, glyphs: Glyphs, room: int) -> list[Line]:
    drift = DRIFTS.get(finding.drift, finding.drift)
    facts = filter(None, (str(finding.subject), finding.severity, CONFIDENCE[finding.confidence], drift))
    lines = hanging(Cell("   "), f" {glyphs.dot} ".join(facts), room, "dim")
    if finding.owner:
        advice = f"Created by {finding.owner}: prefer its own commands."
        lines += hanging(Cell("   "), advice, room, "warn")
    return lines


def _evidence(finding: Finding, room: int) -> list[Line]:
    lines = [Line(), line(Cell("Evidence", "title"))] if finding.evidence else []
    for fact in finding.evidence:
        lines += hanging(Cell("  "), fact.source, room, "accent")
        first, *below = fact.said.split("\n")
        lines += hanging(Cell("      "), first, room)
        lines += [line(Cell("    | ", "dim"), Cell(text)) for text in below]
    return lines


def _remedies(finding: Finding, chosen: int, glyphs: Glyphs, room: int) -> tuple[list[Line], tuple[int, int]]:
    lines = [Line(), line(Cell("Remedies" if len(finding.remedies) != 1 else "Remedy", "title"))]
    span = (0, 0)
    for at, remedy in enumerate(finding.remedies):
        begin = len(lines)
        lines += _remedy(at, remedy, at == chosen, glyphs, room)
        if at == chosen:
            span = (begin, len(lines))
    if not finding.remedies:
        lines.append(line("  ", Cell("No remedy is known.", "dim")))
    return lines, span


def _remedy(at: int, remedy: Remedy, chosen: bool, glyphs: Glyphs, room: int) -> list[Line]:
    sign = Cell(f"{glyphs.cursor if chosen else ' '} ", "accent")
    number = Cell(f"{at + 1}  ", "key")
    force = "  (last resort)" if remedy.force == "forced" else ""
    first, *more = wrap(f"{remedy.task.label}{force}", max(8, room - 5))
    lines = [line(sign, number, Cell(first, "strong" if chosen else ""))]
    lines += [line("     ", Cell(part, "strong" if chosen else "")) for part in more]
    for step in range(len(remedy.task.steps)):
        lines += command_lines(remedy.task.steps, step, Cell("     "), room)
    if remedy.parts and remedy.form is not None:
        lines.append(line("     ", Cell(f"sets {remedy.form[2]} to {remedy.answer} for each", "accent")))
    elif remedy.form is not None:
        lines.append(line("     ", Cell(form_words(remedy.form), "accent")))
    elif not remedy.task.steps:
        lines.append(line("     ", Cell("no command: wait, or edit by hand", "dim")))
    lines += hanging(Cell("     "), remedy.task.why, room, "dim") if remedy.task.why else []
    for label, text in (("Breaks", remedy.task.breaks), ("Undo", remedy.task.undo)):
        facts = labelled(label, text, max(12, room - 5), wide=8) if text else []
        lines += [Line((Cell("     "), *each.cells)) for each in facts]
    return lines


def form_words(form: tuple[str, str, str]) -> str:
    """`opens Network of web`, `opens New bridge`."""
    return f"opens {form_title(*form[:2])}"


def commands(remedy: Remedy) -> str:
    """The remedy's commands as lines of shell, or ""."""
    return "".join(f"{step.line}\n" for step in remedy.task.steps)


KEYS = (
    ("j k, up down", "Another finding; pgup and pgdn one page."),
    ("tab, 1-9", "Choose another remedy."),
    ("enter", "Show the plan of the chosen remedy, or open its form. Nothing runs before you confirm it."),
    ("y", "Copy the commands of the chosen remedy (OSC 52)."),
    ("space", "Show the findings of a group one by one, or together again."),
    ("g", "Go to the row that the finding is about."),
    ("s", "Show errors only, all findings, or all but notes."),
    ("/", "Filter findings by subject, code, sentence or manager; esc shows all."),
    ("r", "Read the host in full, routes inside jails too, and judge it again."),
    ("O", "Reclaim all orphaned epairs in one plan; a manager's only if marked in its panel."),
    ("ctrl+d ctrl+u", "Scroll the page."),
    ("esc q", "One level back."),
)


def form_name(remedy: Remedy) -> FormName | None:
    """The form that makes the remedy's edit, or None."""
    return next((name for name in FORMS if remedy.form is not None and name == remedy.form[0]), None)


def doctor_keys(state: DoctorState) -> list[Key]:
    """The keys of the bar, the most important first."""
    keys: list[Key] = []
    here, remedy = state.here, state.chosen
    if remedy is not None and (remedy.form is not None or remedy.task.steps):
        plan = remedy.form is None or remedy.parts
        keys.append(Key("enter", "show plan" if plan else "open form", "screen.carry_out"))
    if here is not None and here.code in state.selection.groups:
        label = "together" if here.code in state.selection.opened else "one by one"
        keys.append(Key("space", label, "screen.open_group"))
    if here is not None and len(here.remedies) > 1:
        keys.append(Key("tab", "remedy", "screen.remedy(1)"))
    if remedy is not None and remedy.task.steps:
        keys.append(Key("y", "copy", "screen.copy"))
    if here is not None and here.subject.kind in KIND_PANELS:
        keys.append(Key("g", "row", "screen.go"))
    keys += [Key("s", "severity", "screen.severity"), FILTER]
    return [*keys, Key("r", "read", "screen.examine"), Key("^d", "scroll", "screen.scroll_page(1)")]
