"""The JSON of a tunnel in a jail, and of a name of one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from jailtui.cli.document import Document


class TunnelEntry(Document):
    """A tun(4) or wg(4) interface in a jail."""

    name: str
    kind: str
    up: bool
    addresses: Annotated[list[str], BeforeValidator(lambda values: [str(value) for value in values])]
    default_route: bool | None = Field(description="whether the default route goes through it; null if not known")


class NameEntry(Document):
    """A name of an address of the jail."""

    name: str
    address: str
    file: str = Field(description="the file that gives the address that name")
