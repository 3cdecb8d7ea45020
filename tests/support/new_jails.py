"""What the tests of the forms new, copy, rename and remove share: drafts made, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jailtui import jailconf
from jailtui.exchange import Section
from jailtui.forms.jails.outcome import config_after
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft, Form
from jailtui.forms.sources import Sources

Params = dict[str, tuple[str, ...]]


def opened(name: FormName, subject: str, sources: Sources) -> Form:
    return open_form(name, subject, sources)


def answered(**values: str) -> Answers:
    """Answers by field key; a dot in a key is written as two underscores."""
    return Answers({key.replace("__", "."): value for key, value in values.items()})


def with_roots(sources: Sources, parent: str, *names: str) -> Sources:
    """The reading with the folders of one parent."""
    out = "".join(f"{name}/\n" for name in names)
    return replace(sources, about={f"roots {parent}": Section(f"roots {parent}", 0, out)})


def shown(form: Form, answers: Answers) -> dict[str, str]:
    """The values by key, as answered or else as the form says."""
    return {one.key: answers.values.get(one.key, one.value) for one in form.fields(answers)}


def told(draft: Draft, level: str) -> list[str]:
    """The notes of a level, each behind its field's key."""
    return [f"{note.field}: {note.text}" for note in draft.notes if note.level == level]


def params(jail: jailconf.JailDefinition) -> Params:
    return {one.name: one.values for one in jail.params}


def jails_after(sources: Sources, draft: Draft) -> dict[str, Params]:
    """All configured jails once the draft is saved, by name."""
    assert not draft.errors, draft.errors
    return {one.name: params(one.jail) for one in config_after(sources, draft.files).jails}


def jails_before(sources: Sources) -> dict[str, Params]:
    return {one.name: params(one.jail) for one in sources.config.jails}


def text_after(draft: Draft) -> Mapping[str, str]:
    """The texts of the files that the draft saves."""
    return {edit.path: edit.new.decode() for edit in draft.files}


def argvs(draft: Draft) -> list[Any]:
    return [step.argv for step in draft.commands]
