"""The parts of a form: fields with the place where they are written, answers, and their draft.

The screen and `jailtui conf` show and fill in the fields; neither knows jail.conf.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jailtui.exchange import FileEdit, Step, Taking
from jailtui.rules.finding import Severity

Kind = Literal["text", "choice", "switch", "three", "fact"]
"""text: free, `choices` are proposals. choice: one of `choices`. switch: "on" or "off".
three: "inherit", "allow" or "deny". fact: can't be edited."""

Level = Severity
"""An error prevents saving, a warning may be overruled, a note only informs."""

ON, OFF = "on", "off"

AT_ONCE = "takes effect at once"
_TITLES = {
    "permissions": "Permissions of",
    "copy": "Copy",
    "rename": "Rename",
    "log": "Console log of",
    "remove": "Remove",
}
"""The beginnings of titles, by form."""
_NEW = {"new": "jail", "vlan": "VLAN"}


def form_title(name: str, subject: str) -> str:
    """The title of a form: `Network of web`, `Rename web`, without a subject `New jail`."""
    return f"{_TITLES.get(name, 'Network of')} {subject}" if subject else f"New {_NEW.get(name, name)}"


def form_effect(jail: str, *, running: bool) -> str:
    """When a change takes effect that a running jail can't get."""
    return f"takes effect after {jail} restarts" if running else f"takes effect when {jail} next starts"


class Field(NamedTuple):
    """One value of a form.

    `key` never changes (`address`, of a second interface `2.address`), `group` is the heading it stands under.
    `value` has its variables resolved; `raw` is the text as written, if that differs. `where` is the place where it is
    written (`jail.conf:14, $ip`); `shared` are the jails that get it from there, this jail among them, if there are
    several: an answer then has to say for whom. `now` is the running jail's value, if that differs.
    `risk`, `default` and `live` ("live" or "restart") are a permission's.
    """

    key: str
    label: str
    value: str = ""
    kind: Kind = "text"
    raw: str = ""
    where: str = ""
    group: str = ""
    choices: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    help: str = ""
    now: str = ""
    risk: str = ""
    default: str = ""
    live: str = ""


Scope = Literal["one", "all"]


class Answers(NamedTuple):
    """The answers of the operator: values by field key; `scope` says for which jails a shared value is changed."""

    values: Mapping[str, str] = MappingProxyType({})
    scope: Mapping[str, Scope] = MappingProxyType({})

    def changed(self, field: Field) -> bool:
        """Whether the answers change the field."""
        return field.kind != "fact" and self.values.get(field.key, field.value) != field.value


def is_on(key: str, fields: Iterable[Field], answers: Answers) -> bool:
    """Whether the switch of that key is on. What can't be edited is not."""
    field = next(field for field in fields if field.key == key)
    return field.kind == "switch" and answers.values.get(key, field.value) == ON


class Note(NamedTuple):
    """A sentence about a draft, at the field of that key ("": about the whole draft).

    `code` is that of the rule that found it ("": it is about an answer, or about the save). `standing`: it is true
    already, and so does not prevent saving. `until_restart`: it is no longer true after a save with a restart.
    `takes` is what a start by the draft takes from other jails.
    """

    level: Level
    text: str
    field: str = ""
    code: str = ""
    standing: bool = False
    until_restart: bool = False
    takes: tuple[Taking, ...] = ()


class Draft(NamedTuple):
    """What saving would do: files get new text, then commands run. Empty: nothing would change.

    The steps of `before` come first; if one fails, the files stay unchanged.

    `effect` says when (`takes effect at once`). `restart` is the running jail that needs a restart for it.
    `becomes` is the name of what saving creates, or renames the form's subject to.
    """

    files: tuple[FileEdit, ...] = ()
    commands: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    effect: str = ""
    restart: str | None = None
    becomes: str = ""
    before: tuple[Step, ...] = ()

    @property
    def errors(self) -> tuple[Note, ...]:
        """The notes that prevent saving."""
        return tuple(note for note in self.notes if note.level == "error" and not note.standing)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not self.files and not self.commands


def held(proposed: Callable[[Answers], tuple[Field, ...]], answers: Answers) -> tuple[Field, ...]:
    """The fields that `proposed` gives for the answers, each with its value without its own answer."""

    def alone(field: Field) -> Field:
        if field.kind == "fact" or field.key not in answers.values:
            return field
        others = Answers({key: value for key, value in answers.values.items() if key != field.key})
        return field._replace(value=next((other.value for other in proposed(others) if other.key == field.key), ""))

    return tuple(map(alone, proposed(answers)))


class Form(Protocol):
    """A form about one subject. It reads no host and writes nothing; a draft is fast enough for every key press."""

    @property
    def title(self) -> str:
        """`Network of web`, `Rename web`, `New jail`."""

    @property
    def subject(self) -> str:
        """The jail, bridge or VLAN of the form, "" for a new one."""

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields in their order. They may depend on the answers (a kind that needs other fields).

        The value of an answered field is the one without its answer.
        """

    def draft(self, answers: Answers) -> Draft:
        """What saving these answers would do, with notes."""


class NoForm(Exception):
    """The form can't be opened. The text is a sentence."""
