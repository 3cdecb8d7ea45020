"""The commands by which a manager changes what a form shows of a jail that it keeps."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.config.managers import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.model.state import Jail

DOES = {
    "network": "changes its addresses",
    "permissions": "changes its permissions",
    "log": "sets its console log",
    "copy": "copies it",
    "rename": "renames it",
    "remove": "removes it",
}
"""What a form is for, as the end of a sentence."""
WHOLE = ("copy", "rename", "remove")
"""The forms on a jail as a whole, of which a manager keeps more than a file."""
PARAMETERS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "Bastille": ("ip4.addr", "allow.raw_sockets", "exec.consolelog"),
        "iocage": ("ip4_addr", "allow_raw_sockets", ""),
        "AppJail": ("ip4.addr", "allow.raw_sockets", "exec.consolelog"),
        "pot": ("", "raw_sockets", ""),
        "CBSD": ("ip4_addr", "allow_raw_sockets", ""),
    }
)
"""A parameter that each manager's command changes, for the forms of the network, the permissions and the log."""


def command(name: str, jail: Jail) -> str:
    """The manager's command for what that form is for; "" where no single command does it.

    It has NAME in the place of a name that the manager may take for other jails.
    """
    manager = BY_NAME[jail.manager]
    whole = dict(zip(WHOLE, (manager.copies, manager.renames, manager.removes), strict=True))
    values = dict(zip(DOES, PARAMETERS.get(manager.name, ()), strict=False))
    parameter = values.get(name, "")
    words = whole.get(name) or (manager.changes if parameter else ())
    own = "NAME" if manager.refuses(jail.manager_name) else jail.manager_name
    spelt = (re.sub(r"\bVALUE\b", "…", word).replace("PARAMETER", parameter) for word in words)
    return " ".join(re.sub(r"\bNAME\b", lambda _: own, word) for word in spelt)


def sentence(name: str, jail: Jail) -> str:
    """`iocage keeps ioc-db: iocage set ip4_addr=… db changes its addresses.`"""
    own = command(name, jail)
    return f"{jail.manager} keeps {jail.name}: {f'`{own}` {DOES[name]}' if own else 'use its own commands'}."
