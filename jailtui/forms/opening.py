"""The forms by name, as the console and `jailtui conf` open them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:  # reading jail.conf is loaded with the first form: the console names forms from its start
    from collections.abc import Callable, Mapping

    from jailtui.forms.protocol import Form
    from jailtui.forms.sources import Sources

FormName = Literal[
    "network", "permissions", "bridge", "vlan", "new", "copy", "rename", "log", "remove", "remove-bridge", "remove-vlan"
]
FORMS: tuple[FormName, ...] = get_args(FormName)

_CLASSES: Mapping[FormName, tuple[str, str]] = {
    "network": ("network.form", "NetworkForm"),
    "permissions": ("permissions.form", "PermissionForm"),
    "bridge": ("links.bridge", "BridgeForm"),
    "vlan": ("links.vlan", "VlanForm"),
    "new": ("jails.new", "NewForm"),
    "copy": ("jails.copy", "CopyForm"),
    "rename": ("jails.rename", "RenameForm"),
    "log": ("jails.log", "LogForm"),
    "remove": ("jails.remove", "RemoveForm"),
    "remove-bridge": ("links.remove", "RemoveBridgeForm"),
    "remove-vlan": ("links.remove", "RemoveVlanForm"),
}


def open_form(name: FormName, subject: str, sources: Sources) -> Form:
    """The form of that name on `subject`: a jail, a bridge, a VLAN; "" for a new one. Raises NoForm.

    A form is a class that is made of (subject, sources); its module is imported when it is first opened.
    """
    from jailtui.forms.managed import ManagedForm, kept, no_form
    from jailtui.forms.protocol import NoForm
    from jailtui.model.keeping import WHOLE, command, sentence

    if why := sources.state.unknown("jails", "interfaces"):
        raise NoForm(f"The state of the host is not known: {why}.")
    jail = kept(name, subject, sources.state)
    if jail is not None and (sources.config.get(jail.name) is None or (name in WHOLE and command(name, jail))):
        raise no_form(name, jail)
    module, form = _CLASSES[name]
    make: Callable[[str, Sources], Form] = getattr(import_module(f"jailtui.forms.{module}"), form)
    opened = make(subject, sources)
    return opened if jail is None else ManagedForm(opened, sentence(name, jail))
