"""Forms on a jail of a manager: the manager's own command for what a form changes, and the warning that it has one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.exchange import shell_line
from jailtui.forms.notes import saving
from jailtui.forms.protocol import NoForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.forms.protocol import Answers, Draft, Field, Form
    from jailtui.model.state import HostState, Jail

DOES = {
    "network": "changes its addresses",
    "permissions": "changes its permissions",
    "log": "sets its console log",
    "copy": "copies it",
    "rename": "renames it",
    "remove": "removes it",
}
"""What a form is for, as the end of a sentence."""
COMMANDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # BastilleBSD/bastille: usr/local/share/bastille/config.sh, clone.sh, rename.sh, destroy.sh
        "Bastille": {
            "network": "bastille config NAME set ip4.addr …",
            "permissions": "bastille config NAME set allow.raw_sockets …",
            "log": "bastille config NAME set exec.consolelog …",
            "copy": "bastille clone NAME NEW ADDRESS",
            "rename": "bastille rename NAME NEW",
            "remove": "bastille destroy NAME",
        },
        # iocage/iocage: iocage_cli/set.py, clone.py, rename.py, destroy.py
        "iocage": {
            "network": "iocage set ip4_addr=… NAME",
            "permissions": "iocage set allow_raw_sockets=… NAME",
            "copy": "iocage clone NAME -n NEW",
            "rename": "iocage rename NAME NEW",
            "remove": "iocage destroy NAME",
        },
        # DtxdF/AppJail: libexec/appjail-config/cmd_set.c, share/appjail/cmd/jail (jail_usage)
        "AppJail": {
            "network": "appjail-config set -j NAME ip4.addr=…",
            "permissions": "appjail-config set -j NAME allow.raw_sockets=…",
            "log": "appjail-config set -j NAME exec.consolelog=…",
            "copy": "appjail jail create -I copy=NAME NEW",
            "rename": "appjail jail rename NAME NEW",
            "remove": "appjail jail destroy NAME",
        },
        # bsdpot/pot: share/pot/set-attribute.sh, rename.sh, destroy.sh
        "pot": {
            "permissions": "pot set-attribute -p NAME -A raw_sockets -V …",
            "rename": "pot rename -p NAME -n NEW",
            "remove": "pot destroy -p NAME",
        },
        # cbsd/cbsd: jailctl/jset, jrename, jremove
        "CBSD": {
            "network": "cbsd jset jname=NAME ip4_addr=…",
            "permissions": "cbsd jset jname=NAME allow_raw_sockets=…",
            "rename": "cbsd jrename old=NAME new=NEW",
            "remove": "cbsd jremove NAME",
        },
        # tomster/ezjail (a mirror): man8/ezjail-admin.8
        "ezjail": {"rename": "ezjail-admin config -n NEW NAME", "remove": "ezjail-admin delete NAME"},
    }
)
"""The command for what each form is for, by the manager; missing where no single command does it."""


def kept(name: str, subject: str, state: HostState) -> Jail | None:
    """The jail of that form, if a manager keeps it."""
    jail = state.jail(subject) if name in DOES else None
    return jail if jail is not None and jail.manager else None


def sentence(name: str, jail: Jail) -> str:
    """`iocage keeps ioc-db: iocage set ip4_addr=… db changes its addresses.`"""
    command = COMMANDS.get(jail.manager, {}).get(name)
    if command is None:
        return f"{jail.manager} keeps {jail.name}: use its own commands."
    own = command.replace("NAME", shell_line((jail.manager_name,)) if jail.manager_name else "NAME")
    return f"{jail.manager} keeps {jail.name}: `{own}` {DOES[name]}."


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
