"""How an address and its mask are written in a command, and written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.net import netmask

if TYPE_CHECKING:
    from jailtui.config.hooks.trace import Spot


def mask_form(mask: str) -> str:
    """How a mask is written."""
    return "hexmask" if mask.lower().startswith("0x") else "mask"


def render(spot: Spot, value: str) -> str:
    """What stands at `spot` when its field has `value`."""
    plain, _, prefix = value.partition("/")
    if spot.form == "address":
        return plain
    if spot.form == "prefix":
        return prefix
    if spot.form in ("mask", "hexmask"):
        return netmask(prefix, hexadecimal=spot.form == "hexmask")
    if spot.form == "nic":
        return value.removesuffix("bridge")
    return value
