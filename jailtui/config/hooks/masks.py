"""How an address and its mask are written in a command, and written anew."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jailtui.config.hooks.trace import Spot


def prefix_of(mask: str) -> str:
    """`255.255.255.0` or `0xffffff00` as `24`; an empty text for what is no mask."""
    try:
        text = str(ipaddress.IPv4Address(int(mask, 16))) if mask.lower().startswith("0x") else mask
        return str(ipaddress.IPv4Network(f"0.0.0.0/{text}").prefixlen)
    except ValueError:
        return ""


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
        mask = ipaddress.IPv4Network(f"0.0.0.0/{prefix or 32}").netmask
        return str(mask) if spot.form == "mask" else f"0x{int(mask):08x}"
    if spot.form == "nic":
        return value.removesuffix("bridge")
    return value
