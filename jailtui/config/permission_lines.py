"""The permissions of a jail in its files, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_table import ALLOW, DENY, Permission
from jailtui.jailconf.options import truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jailtui.jailconf import HostJail, JailDefinition, Origin, Setting


class PermissionLine(NamedTuple):
    """One permission as a jail gets it: its value as an answer, the text where variables are in it (`raw`), its place.

    `own`: it is in the jail's own block. `shared` are all the jails that get it from this place.
    """

    value: str
    setting: Setting
    origin: Origin
    own: bool
    shared: tuple[str, ...] = ()
    raw: str = ""

    @property
    def place(self) -> str:
        """`jail.conf:3`."""
        return place(self.origin)

    @property
    def source(self) -> str:
        """The name of its block, or `globals`."""
        return "globals" if self.origin.block is None else self.origin.block

    @property
    def where(self) -> str:
        """`jail.conf:3, from *, shared by 9 jails`."""
        parts = [self.place]
        if not self.own:
            parts.append(f"from {self.source}")
        if len(self.shared) > 1:
            parts.append(f"shared by {len(self.shared)} jails")
        return ", ".join(parts)


def place(origin: Origin) -> str:
    """File and line; a file in /etc without its directory."""
    return f"{origin.file.removeprefix('/etc/')}:{origin.line}"


def value_of(permission: Permission, setting: Setting | None) -> str:
    """The value of a parameter as the answer of a form; the one for "not set" if there is none."""
    if setting is None:
        return permission.unset
    if permission.kind == "three":
        return ALLOW if truth(setting.name, setting.values) else DENY
    if not setting.values:
        return "new" if "new" in permission.choices else ""
    return setting.values[-1]


def line_of(
    permission: Permission, jail: JailDefinition, jails: Iterable[HostJail], texts: Mapping[str, bytes]
) -> PermissionLine | None:
    """The line of a permission for `jail`, one of the `jails`; `texts` are the files by path."""
    setting = jail.get(permission.key)
    if setting is None:
        return None
    origin = setting.origins[-1]
    own = origin.block == jail.name
    shared = () if own else sharing(permission, origin, jails)
    return PermissionLine(value_of(permission, setting), setting, origin, own, shared, raw(origin, texts))


def sharing(permission: Permission, origin: Origin, jails: Iterable[HostJail]) -> tuple[str, ...]:
    """The jails that get the permission from that place."""
    settings = ((other.name, other.jail.get(permission.key)) for other in jails)
    places = {name: setting.origins[-1] for name, setting in settings if setting is not None}
    return tuple(name for name, other in places.items() if (other.file, other.start) == (origin.file, origin.start))


def raw(origin: Origin, texts: Mapping[str, bytes]) -> str:
    """The text of a value that has variables."""
    if not origin.through:
        return ""
    return texts.get(origin.file, b"")[origin.start : origin.end].decode("utf-8", "surrogateescape")


def is_vnet(jail: JailDefinition) -> bool:
    """Whether the jail gets a network stack of its own (`vnet;`, `vnet = new`)."""
    setting = jail.get("vnet")
    return setting is not None and (not setting.values or setting.values[-1] in ("new", "1"))
