"""Forms: which one a key opens for the row under the cursor, and what becomes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from jailtui.exchange import HostError
from jailtui.forms.protocol import Answers, Draft, Form, NoForm
from jailtui.plans.plan import Verb
from jailtui.plans.save import taken_back
from jailtui.ui.commands import BY_ID
from jailtui.ui.drafting import drafted
from jailtui.ui.messages import Asker, Formed
from jailtui.ui.screens.acting import ActingScreen
from jailtui.ui.whynot import why_no_change

if TYPE_CHECKING:
    from jailtui.forms.opening import FormName

BY_PANEL: dict[str, FormName] = {"bridges": "bridge", "vlans": "vlan"}
"""The form that `e` and `n` open in a panel that holds no jails."""


class FormingScreen(ActingScreen):
    """Opens forms over the console and takes their drafts to the host."""

    @property
    def subject(self) -> str:
        """The name a form knows the row under the cursor by."""
        key = self.rows.cursor or ""
        jail = self.state.jail(key) if self.state is not None and self.active == "jails" else None
        return jail.name if jail is not None else key

    @property
    def configured_in(self) -> str | None:
        """The file that defines the jail under the cursor, or None."""
        if self.state is None or self.active != "jails":
            return None
        jail = self.state.jail(self.rows.cursor or "")
        return jail.configured.file if jail is not None and jail.configured is not None else None

    def action_form_network(self) -> None:
        self._open("form.network", BY_PANEL.get(self.active, "network"), self.subject)

    def action_form_permissions(self) -> None:
        self._open("form.permissions", "permissions", self.subject)

    def action_form_new(self) -> None:
        self._open("form.new", BY_PANEL.get(self.active, "new"), "")

    def action_form_copy(self) -> None:
        self._open("form.copy", "copy", self.subject)

    def action_form_rename(self) -> None:
        self._open("form.rename", "rename", self.subject)

    def action_form_remove(self) -> None:
        self._open("form.remove", "remove", self.subject)

    def action_file_undo(self) -> None:
        """Show the plan that takes the last save back: the one of this session, else the last of the row's file."""
        if (reason := self.why_not(BY_ID["file.undo"])) is not None:
            self.say(reason)
            return
        picture = self.runs.picture
        saved = picture is not None and picture.plan.verb is Verb.SAVE and picture.over and picture.saved
        if picture is not None and saved and (back := taken_back(picture.plan)) is not None:
            self.ask_plan(lambda _: back, self)
            return
        if self.active in BY_PANEL:
            self.say("No bridge or VLAN was changed here yet: there is nothing to take back.")
            return
        path = self.configured_in or "/etc/jail.conf"
        self.say(f"Reading the backups of {path}.")
        self.ask_plan(lambda _: self.backend.undo_plan(path), self)

    def _open(self, command: str, name: FormName, subject: str) -> None:
        if (reason := self.why_not(BY_ID[command])) is not None:
            self.say(reason)
        else:
            self.ask_form(name, subject, self)

    def ask_form(self, name: FormName, subject: str, asker: Asker, field: str = "") -> None:
        """Have the host read for a form, which is then shown over the screen of `asker`, its cursor on `field`."""
        asker.say(f"Reading {subject or 'the host'} for its form.")
        self._read_form(name, subject, asker, field)

    @work(thread=True, exclusive=True, group="form", exit_on_error=False)
    def _read_form(self, name: FormName, subject: str, asker: Asker, field: str) -> None:
        worker = get_current_worker()
        try:
            message = Formed(name, asker, drafted(self.backend.form(name, subject), Answers()), field=field)
        except (HostError, NoForm) as error:
            message = Formed(name, asker, None, str(error))
        except Exception as error:  # noqa: BLE001 a form that can't be made must not be waited for in vain
            message = Formed(name, asker, None, f"The form failed inside jailtui: {type(error).__name__}: {error}")
        if not worker.is_cancelled:
            self.post_message(message)

    def on_formed(self, event: Formed) -> None:
        if event.first is None:
            event.asker.say(event.error)
            return
        if not self.on_top(event.asker):
            return
        from jailtui.ui.screens.form import FormScreen

        event.asker.say("")
        if isinstance(event.asker, FormScreen):
            event.asker.open(event.name, event.first)
        else:
            screen = FormScreen(event.name, event.first, self, self.glyphs)
            if event.field in {one.key for one in event.first.fields}:
                screen.fields.become(cursor=event.field)
            self.app.push_screen(screen)

    def ask_save(self, form: Form, draft: Draft, asker: Asker, *, restart: bool) -> None:
        """Have a plan made of that draft, and shown; a form may be looked at where nothing can be changed."""
        if (reason := why_no_change(self.situation())) is not None:
            asker.say(reason)
            return
        self.ask_plan(lambda state: self.backend.save_plan(form, draft, state, restart=restart), asker)
