"""The JSON that jailtui prints, as pydantic models, and `jailtui schema`.

pydantic takes a tenth of a second to import: only code that prints JSON or a schema imports this module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AliasPath, BeforeValidator, Field, TypeAdapter

from jailtui.cli.document import Document, Texts
from jailtui.cli.event_document import EventEntry
from jailtui.cli.form_document import DraftDocument, FormDocument
from jailtui.cli.inside_document import InsideDocument
from jailtui.cli.loads import LoadEntry, load_entry
from jailtui.cli.network_document import NameEntry, TunnelEntry
from jailtui.cli.path_document import PathDocument
from jailtui.cli.talk import put
from jailtui.cli.verb import CommandVerb, Exit
from jailtui.host.auditline import AuditLine
from jailtui.host.collected import CollectedFile
from jailtui.model.namefiles import jail_names
from jailtui.model.state import HostState, JailState, Where
from jailtui.model.tunnels import tunnels
from jailtui.preferences import Config
from jailtui.rules.finding import Confidence, Finding, Force, Kind, Severity, problems

if TYPE_CHECKING:
    import argparse

    from pydantic.json_schema import JsonSchemaMode

    from jailtui.cli.verb import Arguments
    from jailtui.host.steprun import KeptStep
    from jailtui.model.load import Load


Problems = Annotated[
    list[str],
    BeforeValidator(lambda findings: [finding.text for finding in findings]),
    Field(description="sentences of the doctor, errors before warnings"),
]
AfterBoot = Annotated[
    bool | None,
    Field(validation_alias="persistent", description="whether rc.conf creates it at boot; null if not known"),
]


class ErrorEntry(Document):
    """A command or file that could not be read."""

    subject: str = Field(description="the command or file")
    message: str = Field(description="the error in one line")


class SessionEntry(Document):
    """A connection of the host's sshd, and what it runs through."""

    address: str = Field(description="of the host")
    port: int
    client: str = Field(description="address of the client")
    client_port: int
    interfaces: Texts = Field(description="names of the host's interfaces")
    bridges: Texts = Field(description="names")
    jails: Texts = Field(description="names of the jails through which the way back to the client leads")
    own: bool = Field(description="whether jailtui reached the host by it")


class WayInEntry(Document):
    """The ssh sessions of the host."""

    sessions: list[SessionEntry]
    unknown: str = Field(description="why they are not known; empty if they are")


class ReadingDocument(Document):
    """A document about one reading of a host."""

    host: str = Field(description="the host as --host names it")
    taken_at: str = Field(description="time of the reading, ISO 8601, UTC", json_schema_extra={"format": "date-time"})


def _reading(host: str, taken_at: float) -> dict[str, str]:
    return {"host": host, "taken_at": datetime.fromtimestamp(taken_at, UTC).isoformat(timespec="seconds")}


# jailtui show --json


class JailEntry(Document):
    """A jail that runs, is dying, or is configured."""

    name: str
    jid: int | None = Field(description="null if it does not run")
    state: JailState
    vnet: bool | None = Field(description="null if not known")
    addresses: Texts
    epairs: Texts = Field(description="names of the pairs that its cables use")
    bridges: Texts = Field(description="names")
    vlans: Texts = Field(description="names")
    configured: Annotated[bool, BeforeValidator(lambda block: block is not None)] = Field(
        description="whether a file defines it"
    )
    left: Texts = Field(description="orphaned pairs that it left, if it does not run")
    start_status: int | None = Field(description="exit status of its last start by jailtui, if the state is failed")
    start_output: Texts = Field(description="the last lines that this start printed")
    path: str | None
    hostname: str | None
    file: str | None = Field(
        None, validation_alias=AliasPath("configured", "file"), description="the file that defines it"
    )
    manager: Annotated[str | None, BeforeValidator(lambda name: name or None)] = Field(
        description="the tool that manages it, such as Bastille or iocage; null for none"
    )
    tunnels: list[TunnelEntry] = Field([], description="its tun and wg interfaces")
    names: list[NameEntry] = Field([], description="names of its addresses, by hosts(5) and dnsmasq")
    load: LoadEntry | None = Field(None, description="null if it does not run, or if it could not be read")
    problems: Problems


class BridgeEntry(Document):
    """A bridge of the host."""

    name: str
    members: Texts
    addresses: Texts
    up: bool
    mtu: int
    jails: Texts = Field(description="names of the jails behind it")
    after_boot: AfterBoot
    problems: Problems


class EndEntry(Document):
    """One end of an epair."""

    name: str | None = Field(description="its current name; null if it was never seen")
    where: Where
    jail: str | None = Field(description="the jail it is in, or lost in")
    jid: int | None
    bridge: str | None = Field(description="the bridge it is a member of")


class EpairEntry(Document):
    """An epair with both its ends."""

    name: str
    a: EndEntry = Field(description="the end for the host")
    b: EndEntry = Field(description="the end for the jail")
    paired_by: Literal["drivername", "mac", "name", "none"] = Field(description="how the ends were matched")
    orphan: bool | None = Field(description="null if not known")
    why: str = Field(description="the reason for orphan")
    owner: str | None = Field(description="the jail it belongs to")
    manager: str | None = Field(description="the jail manager whose marks it carries")
    problems: Problems


class VlanEntry(Document):
    """A VLAN interface, of the host or in a jail."""

    name: str
    jid: int | None = Field(description="of the jail that holds it, which is alone in jails")
    tag: int | None = Field(description="in a jail null, unless made there")
    parent: str | None = Field(description="in a jail null, unless made there")
    bridge: str | None
    jails: Texts = Field(description="names of the jails behind it")
    addresses: Texts
    up: bool
    mtu: int
    after_boot: AfterBoot
    problems: Problems


class InterfaceEntry(Document):
    """An interface, of the host or in a jail."""

    name: str
    kind: str
    jid: int | None = Field(description="of the jail it is in")
    up: bool
    mtu: int
    ether: str | None = Field(description="its MAC")
    description: str | None
    groups: Texts
    addresses: Texts
    members: Texts = Field(description="of a bridge")
    tag: int | None = Field(description="of a VLAN")
    parent: str | None = Field(description="of a VLAN")


class ShowDocument(ReadingDocument):
    """What `jailtui show --json` prints."""

    jails: list[JailEntry]
    bridges: list[BridgeEntry]
    epairs: list[EpairEntry]
    vlans: list[VlanEntry]
    interfaces: list[InterfaceEntry]
    way_in: WayInEntry = Field(description="the ssh sessions, one of which may be yours")
    errors: list[ErrorEntry]

    @classmethod
    def of(
        cls, state: HostState, findings: Iterable[Finding], host: str, taken_at: float, load: Load | None = None
    ) -> ShowDocument:
        """The document of a state, its findings and its load, read from `host` at `taken_at` (seconds since 1970)."""
        texts = problems(findings)
        judged = {
            part: [
                SimpleNamespace(**row._asdict(), problems=texts.get((kind, getattr(row, "key", row.name)), ()))
                for row in rows
            ]
            for part, kind, rows in (
                ("jails", "jail", state.jails),
                ("bridges", "bridge", state.bridges),
                ("epairs", "epair", state.epairs),
                ("vlans", "vlan", (*state.vlans, *state.held_vlans)),
            )
        }
        names = jail_names(state)
        for entry, jail in zip(judged["jails"], state.jails, strict=True):
            entry.load, entry.tunnels = load_entry(jail, state, load), tunnels(jail)
            entry.names = names.get(jail.key, ())
        rest = {part: getattr(state, part) for part in ("interfaces", "way_in", "errors")}
        return cls.model_validate(_reading(host, taken_at) | judged | rest)


# jailtui doctor --json


class SubjectEntry(Document):
    """The subject of a finding."""

    kind: Kind
    name: str
    key: str = Field(description="distinguishes subjects of the same name")


class EvidenceEntry(Document):
    """A fact, and the command or the place in a file that shows it."""

    source: str
    said: str


class FormEntry(Document):
    """The form of `jailtui conf` that makes the edit."""

    form: str
    subject: str
    field: str


class RemedyEntry(Document):
    """A remedy."""

    label: str = Field(validation_alias=AliasPath("task", "label"))
    commands: Annotated[list[str], BeforeValidator(lambda steps: [step.line for step in steps])] = Field(
        validation_alias=AliasPath("task", "steps"), description="lines of shell; none: wait, or edit by hand"
    )
    why: str = Field(validation_alias=AliasPath("task", "why"))
    breaks: str = Field(validation_alias=AliasPath("task", "breaks"), description="what stops working")
    undo: str = Field(validation_alias=AliasPath("task", "undo"), description="how to undo it")
    force: Force = Field(description="how much it forces: gentle remedies come first, forced is the last resort")
    form: Annotated[
        FormEntry | None,
        BeforeValidator(lambda form: dict(zip(FormEntry.model_fields, form, strict=True)) if form else None),
    ] = Field(description="for an edit of a file")


class FindingEntry(Document):
    """A finding."""

    code: str = Field(description="of the rule, see jailtui explain")
    severity: Severity
    subject: SubjectEntry
    text: str
    evidence: list[EvidenceEntry]
    confidence: Confidence
    owner: str = Field(description="the jail manager that created it, or empty")
    drift: Literal["", "live", "restart", "reboot"] = Field(
        description="for a difference between a file and the kernel: what changing it needs, or when it is lost"
    )
    remedies: list[RemedyEntry]


class DoctorDocument(ReadingDocument):
    """What `jailtui doctor --json` prints."""

    findings: list[FindingEntry]
    hidden: int = Field(description="number of findings that ignore in the configuration file hides")
    errors: list[ErrorEntry]

    @classmethod
    def of(
        cls, state: HostState, findings: Sequence[Finding], host: str, taken_at: float, hidden: int
    ) -> DoctorDocument:
        """The document of the findings in a state, read from `host` at `taken_at` (seconds since the epoch)."""
        rest = {"findings": findings, "hidden": hidden, "errors": state.errors}
        return cls.model_validate(_reading(host, taken_at) | rest)


class StepEntry(Document):
    """A step of which the host keeps something."""

    id: str
    begun: str = Field(description="when it was begun by the host's clock, UTC, ISO 8601")
    command: str = Field(description="its command, quoted for a shell")
    state: Literal["runs", "ended", "killed"]
    rc: int | None = Field(description="its exit status; null if it has none")

    @classmethod
    def of(cls, step: KeptStep) -> StepEntry:
        state: Literal["runs", "killed"] = "killed" if step.lost else "runs"
        begun = datetime.fromtimestamp(step.begun, UTC).isoformat()
        return cls(
            id=step.identity,
            begun=begun,
            command=step.line,
            state=state if step.status is None else "ended",
            rc=step.status,
        )


class StepsDocument(Document):
    """What `jailtui steps --json` prints."""

    host: str = Field(description="the host by the name it was reached by")
    steps: list[StepEntry] = Field(description="the oldest first")

    @classmethod
    def of(cls, steps: Sequence[KeptStep], host: str) -> StepsDocument:
        return cls(host=host, steps=[StepEntry.of(step) for step in steps])


# jailtui schema

SCHEMAS: dict[str, tuple[type, str]] = {
    "config": (Config, "the configuration file"),
    "show": (ShowDocument, "what show --json prints"),
    "doctor": (DoctorDocument, "what doctor --json prints"),
    "form": (FormDocument, "what conf FORM --json prints without FIELD=VALUE"),
    "draft": (DraftDocument, "what conf FORM --json prints with FIELD=VALUE"),
    "steps": (StepsDocument, "what steps --json prints"),
    "inside": (InsideDocument, "what inside --json prints"),
    "path": (PathDocument, "what path --json prints"),
    "event": (EventEntry, "a line of watch --json"),
    "collected": (CollectedFile, "a file written by collect"),
    "audit": (AuditLine, "a line of the audit log"),
}


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("name", choices=SCHEMAS, help="; ".join(f"{name}: {text}" for name, (_, text) in SCHEMAS.items()))


def run(arguments: Arguments, _config: Config) -> int:
    put(json.dumps(schema(arguments.name), indent=2))
    return Exit.OK


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of that name: of what jailtui accepts, or of what it prints."""
    mode: JsonSchemaMode = "validation" if name in ("config", "collected") else "serialization"
    model, _ = SCHEMAS[name]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(model).json_schema(mode=mode)


VERBS = {"schema": CommandVerb(options, run, configured=False)}
