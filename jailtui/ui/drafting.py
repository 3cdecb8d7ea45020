"""What a form makes of answers: asked for in another thread, so that typing never waits for it."""

from __future__ import annotations

from typing import NamedTuple

from jailtui.forms.protocol import Answers, Draft, Field, Form, Note


class Drafted(NamedTuple):
    """What these answers to that form come to."""

    form: Form
    answers: Answers
    fields: tuple[Field, ...]
    draft: Draft


def drafted(form: Form, answers: Answers) -> Drafted:
    """Fields and draft for these answers; what fails inside a form is an error of its draft, and can't be saved."""
    fields: tuple[Field, ...] = ()
    try:
        fields = form.fields(answers)
        draft = form.draft(answers)
    except Exception as error:  # noqa: BLE001 typing goes on, and the next answers may do
        draft = Draft(notes=(Note("error", f"Failed inside jailtui: {type(error).__name__}: {error}"),))
    return Drafted(form, answers, fields, draft)
