"""Forms on a jail of a manager: the warning that the manager has a command for what a form changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.notes import saving
from jailtui.forms.protocol import NoForm
from jailtui.model.keeping import DOES, sentence

if TYPE_CHECKING:
    from jailtui.forms.protocol import Answers, Draft, Field, Form
    from jailtui.model.state import HostState, Jail


def kept(name: str, subject: str, state: HostState) -> Jail | None:
    """The jail of that form, if a manager keeps it."""
    jail = state.jail(subject) if name in DOES else None
    return jail if jail is not None and jail.manager else None


class ManagedForm:
    """A form on a jail whose file its manager keeps: each draft has the manager's own command as a warning."""

    def __init__(self, form: Form, warning: str) -> None:
        self._form, self._warning = form, saving("managers", warning)

    @property
    def title(self) -> str:
        return self._form.title

    @property
    def subject(self) -> str:
        return self._form.subject

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """As in `Form`."""
        return self._form.fields(answers)

    def draft(self, answers: Answers) -> Draft:
        """As in `Form`."""
        draft = self._form.draft(answers)
        return draft if draft.empty else draft._replace(notes=(*draft.notes, self._warning))


def no_form(name: str, jail: Jail) -> NoForm:
    """The error that a manager keeps the jail in no file for jail(8)."""
    return NoForm(sentence(name, jail))
