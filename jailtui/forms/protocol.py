"""What every form is made of: fields that know where they are written, answers, and the draft they come to.

The screen and `jailtui conf` draw and fill in these values; neither knows jail.conf.
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
_TITLES = {"permissions": "Permissions of", "copy": "Copy", "rename": "Rename", "remove": "Remove"}
"""How titles of forms begin; all that remove something begin alike."""
_NEW = {"new": "jail", "vlan": "VLAN"}


def form_title(name: str, subject: str) -> str:
    """What the form of that name is called: `Network of web`, `Rename web`, without a subject `New jail`."""
    return f"{_TITLES.get(name, 'Network of')} {subject}" if subject else f"New {_NEW.get(name, name)}"


def form_effect(jail: str, *, running: bool) -> str:
    """When a change takes effect that can't be made while the jail is running."""
    return f"takes effect after {jail} restarts" if running else f"takes effect when {jail} next starts"


class Field(NamedTuple):
    """One value of a form.

    `key` never changes (`address`, of a second interface `2.address`), `group` is the heading it stands under.
    `value` has its variables resolved; `raw` is the text as written where that differs. `where` says where it is
    written (`jail.conf:14, $ip`); `shared` are the jails that get it from the same place, this jail among them, if they
    are several: an answer then has to say for whom. `now` is what the running jail has where it differs.
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
    """What the operator has entered: values by field key, only those that were touched; `scope` says for whom a
    shared value is changed, for this jail only or for all jails that share it."""

    values: Mapping[str, str] = MappingProxyType({})
    scope: Mapping[str, Scope] = MappingProxyType({})

    def changed(self, field: Field) -> bool:
        """Whether the field is to get another value."""
        return field.kind != "fact" and self.values.get(field.key, field.value) != field.value


def is_on(key: str, fields: Iterable[Field], answers: Answers) -> bool:
    """Whether the switch of that key is on. What can't be edited is not."""
    field = next(field for field in fields if field.key == key)
    return field.kind == "switch" and answers.values.get(key, field.value) == ON


class Note(NamedTuple):
    """A sentence about a draft, beside the field of that key ("": about all of the draft).

    `code` is that of the rule that found it ("": it is about an answer, or about the save itself). `standing`: it is
    true already, whether the draft is saved or not, and so does not prevent saving. `until_restart`: a save that
    restarts the jail makes it untrue. `takes` is what a start by the draft takes from other jails.
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

    The steps of `before` come first: what fails there leaves the files as they are.

    `effect` says when (`takes effect at once`). `restart` is the running jail that has to be restarted for it.
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
        """What prevents saving."""
        return tuple(note for note in self.notes if note.level == "error" and not note.standing)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not self.files and not self.commands


def held(proposed: Callable[[Answers], tuple[Field, ...]], answers: Answers) -> tuple[Field, ...]:
    """The fields that `proposed` makes of the answers, each with the value it has without its own answer."""

    def alone(field: Field) -> Field:
        if field.kind == "fact" or field.key not in answers.values:
            return field
        others = Answers({key: value for key, value in answers.values.items() if key != field.key})
        return field._replace(value=next((other.value for other in proposed(others) if other.key == field.key), ""))

    return tuple(map(alone, proposed(answers)))


class Form(Protocol):
    """A form over one subject. Pure: a host read before, answers in, a draft out; fast enough for every key press."""

    @property
    def title(self) -> str:
        """`Network of web`, `Rename web`, `New jail`."""

    @property
    def subject(self) -> str:
        """The jail, bridge or VLAN it is about."""

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields in their order. They may depend on the answers (a kind that needs other fields).

        The value of an answered field is what it would be without its answer.
        """

    def draft(self, answers: Answers) -> Draft:
        """What saving these answers would do, with notes."""


class NoForm(Exception):
    """The form can't be opened. The text is a sentence."""
