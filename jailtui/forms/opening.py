"""All forms by name: what `e`, `p` and `jailtui conf` open."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast, get_args

if TYPE_CHECKING:  # reading jail.conf is loaded with the first form: the console names forms from its start
    from collections.abc import Callable, Mapping

    from jailtui.forms.protocol import Form
    from jailtui.forms.sources import Sources

FormName = Literal["network", "permissions", "bridge", "vlan", "new", "copy", "rename", "remove"]
FORMS: tuple[FormName, ...] = get_args(FormName)

_MODULES: Mapping[FormName, str] = {
    "network": "network.form",
    "permissions": "permissions.form",
    "bridge": "links.bridge",
    "vlan": "links.vlan",
    "new": "jails.new",
    "copy": "jails.copy",
    "rename": "jails.rename",
    "remove": "jails.remove",
}


def open_form(name: FormName, subject: str, sources: Sources) -> Form:
    """The form of that name on `subject`: a jail, a bridge, a VLAN; "" for a new one. Raises NoForm.

    Each form's module has one function `form(subject, sources)`; it is imported when it is first opened.
    """
    module = import_module(f"jailtui.forms.{_MODULES[name]}")
    return cast("Callable[[str, Sources], Form]", module.form)(subject, sources)
