"""A form made of values over one file of `KEY = value;` lines, and a host that opens and saves it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jailtui.exchange import FileEdit, HostError, Step
from jailtui.forms.opening import FormName
from jailtui.forms.protocol import Answers, Draft, Field, Form, NoForm, Note, form_title
from jailtui.model.state import HostState
from jailtui.plans.plan import Plan
from jailtui.plans.run import Outcome, RunEvent
from jailtui.plans.save import save_plan, undo_plan
from jailtui.snapshot import Snapshot
from tests.support.screens import ValueHost

PATH = "/etc/jail.conf"
TEXT = """web {
\taddress = 192.168.1.154/24;
\tgateway = 192.168.1.1;
\tbridge = bridge0;
\tdhcp = off;
\tpath = /jails/web;
}
"""


@dataclass
class LineForm:
    """Fields that stand in the lines of `text`; a permission adds a line. An address that db has is a warning,
    one that is none an error."""

    name: FormName
    subject: str
    text: str = TEXT
    hold: threading.Event | None = None
    asked: list[Answers] = field(default_factory=list)

    @property
    def title(self) -> str:
        return form_title(self.name, self.subject)

    def written(self, key: str) -> str:
        return next((line.split(" = ")[1].rstrip(";") for line in self.text.splitlines() if f"\t{key} = " in line), "")

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        if self.name == "permissions":
            return tuple(self.permission(number) for number in range(1, 51))
        found = (
            Field(
                "address",
                "Address",
                self.written("address"),
                raw="192.168.1.${id}/24",
                where="jail.conf:2, $ip",
                choices=("192.168.1.154/24", "192.168.1.200/24", "192.168.1.201/24"),
                help="The jail's address with the length of its network.",
            ),
            Field(
                "gateway",
                "Gateway",
                self.written("gateway"),
                where="jail.conf:3, * block",
                shared=("web", "db", "dns"),
            ),
            Field("bridge", "Bridge", self.written("bridge"), "choice", choices=("bridge0", "br10", "br20")),
            Field("dhcp", "DHCP", self.written("dhcp"), "switch"),
            Field("path", "Path", self.written("path"), "fact", where="jail.conf:6"),
        )
        return (*found, Field("lease", "Lease file")) if answers.values.get("dhcp") == "on" else found

    def permission(self, number: int) -> Field:
        key = "allow.raw_sockets" if number == 2 else f"allow.right{number}"
        return Field(
            key,
            key,
            self.written(key) or "inherit",
            "three",
            help=f"Lets the jail do thing {number}.",
            default="deny",
            live="live" if number % 2 else "restart",
            risk="can read other jails' packets" if number == 2 else "",
            now="allow" if number == 3 else "",
            group="Network" if number < 5 else "Files",
        )

    def draft(self, answers: Answers) -> Draft:
        if self.hold is not None:
            self.hold.wait(10)
        self.asked.append(answers)
        text, notes = self.text, []
        for key, value in answers.values.items():
            if f"\t{key} = " in text:
                text = text.replace(f"\t{key} = {self.written(key)};", f"\t{key} = {value};")
            else:
                text = text.replace("}", f"\t{key} = {value};\n}}")
        address = answers.values.get("address", "")
        if "address" in answers.values and "/" not in address:
            notes.append(Note("error", f"{address or 'Nothing'} is no address with a length.", "address"))
        if address.startswith("192.168.1.155"):
            notes.append(Note("warning", "192.168.1.155 is in use by db (jid 5).", "address"))
        if text == self.text:
            return Draft(notes=tuple(notes))
        files = (FileEdit(PATH, self.text.encode(), text.encode()),)
        commands = (Step(("ifconfig", "bridge0", "addm", "epair154a"), "now"),) if "bridge" in answers.values else ()
        return Draft(files, commands, tuple(notes), "takes effect after web restarts", "web")


@dataclass
class FormHost(ValueHost):
    """A host with one file, which it writes when a plan with it is run; `refuses` makes saving fail.

    `before` is the file's text before the session, None where there was no save then.
    """

    text: str = TEXT
    before: str | None = None
    refuses: bool = False
    hold_draft: threading.Event | None = None
    hold_form: threading.Event | None = None
    opened: list[tuple[FormName, str]] = field(default_factory=list)
    no_form: Exception | None = None
    last: LineForm | None = None

    def form(self, name: FormName, subject: str) -> Form:
        self.opened.append((name, subject))
        if self.hold_form is not None:
            self.hold_form.wait(10)
        if isinstance(self.no_form, (NoForm, HostError)):
            raise self.no_form
        self.last = LineForm(name, subject, self.text, self.hold_draft)
        return self.last

    def save_plan(self, form: Form, draft: Draft, snapshot: Snapshot, *, restart: bool = False) -> Plan:
        return save_plan(form, draft, snapshot.state, restart=restart)

    def undo_plan(self, path: str, *, redo: bool = False) -> Plan:
        text = None if redo or self.before is None else self.before.encode()
        edit = FileEdit(path, self.text.encode(), text or b"", moves=True)
        return undo_plan(self.name, edit, "" if text is None else "10:00", redo=redo)

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        self.fails = frozenset({PATH}) if self.refuses else frozenset()

        def heard(event: RunEvent) -> None:
            if event.kind == "step-ended" and event.result is not None and event.result.ok and event.step is not None:
                step = next(task for task in plan.tasks if task.key == event.key).steps[event.step]
                if step.file is not None:
                    self.text = step.file.new.decode()
            report(event)

        keys = frozenset(task.key for task in plan.tasks)
        self.leaves = keys
        return super().run(plan, heard, cancelled)


def unwritten(state: HostState, keys: Sequence[str]) -> HostState:
    """`state` where no file defines those jails."""
    jails = tuple(one._replace(configured=None) if one.key in keys else one for one in state.jails)
    return state._replace(jails=jails)
