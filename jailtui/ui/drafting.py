"""What a form makes of answers, as a message: asked aside, so that typing never waits for it."""

from __future__ import annotations

from jailtui.forms.protocol import Answers, Draft, Field, Form, Note
from jailtui.ui.messages import Drafted


def drafted(form: Form, answers: Answers) -> Drafted:
    """Fields and draft for these answers; what fails inside a form is an error of its draft, and can't be saved."""
    fields: tuple[Field, ...] = ()
    try:
        fields = form.fields(answers)
        draft = form.draft(answers)
    except Exception as error:  # noqa: BLE001 typing goes on, and the next answers may do
        draft = Draft(notes=(Note("error", f"Failed inside jailtui: {type(error).__name__}: {error}"),))
    return Drafted(form, answers, fields, draft)
