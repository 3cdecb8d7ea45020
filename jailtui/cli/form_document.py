"""The JSON of a form, and of what saving it would do."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from jailtui.cli.document import Document, Texts
from jailtui.exchange import FileEdit, difference
from jailtui.forms.protocol import Answers, Form, Level
from jailtui.forms.protocol import Kind as FieldKind


class FieldEntry(Document):
    """A field of a form."""

    key: str = Field(description="FIELD of FIELD=VALUE")
    label: str
    value: str
    raw: str = Field(description="the value as it is written")
    where: str = Field(description="the place where it is written")
    group: str
    shared: Texts = Field(description="the jails that share it")
    kind: FieldKind
    choices: Texts
    help: str
    now: str = Field(description="the running jail's value, if it differs")
    risk: str = Field(description="of a permission")
    default: str = Field(description="of a permission")
    live: str = Field(description="of a permission: whether it can be changed live or needs a restart")


class FormDocument(Document):
    """What `jailtui conf` prints of a form with `--json` and without FIELD=VALUE."""

    title: str
    subject: str
    fields: list[FieldEntry]

    @classmethod
    def of(cls, form: Form, answers: Answers) -> FormDocument:
        return cls.model_validate({"title": form.title, "subject": form.subject, "fields": form.fields(answers)})


class EditEntry(Document):
    """The change of a file."""

    path: str
    diff: str

    @model_validator(mode="before")
    @classmethod
    def _from_edit(cls, edit: FileEdit) -> dict[str, str]:
        return {"path": edit.path, "diff": "\n".join(difference(edit.old or b"", edit.new, edit.path))}


class NoteEntry(Document):
    """A note on the answers."""

    level: Level
    text: str
    field: str


Words = Annotated[list[list[str]], BeforeValidator(lambda steps: [list(step.argv) for step in steps])]


class DraftDocument(Document):
    """What `jailtui conf` prints with FIELD=VALUE and `--json`: what saving would do."""

    before: Words = Field(description="commands that run before the files are saved, each a list of words")
    files: list[EditEntry]
    commands: Words = Field(description="commands that run after the files are saved, each a list of words")
    notes: list[NoteEntry]
    effect: str = Field(description="when the change takes effect")
    restart: str | None = Field(description="the jail that needs a restart for it")
