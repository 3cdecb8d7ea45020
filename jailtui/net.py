"""IP addresses, their masks, and MACs, as ifconfig(8) and route(8) take and print them."""

from __future__ import annotations

import ipaddress
import re

Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface

BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = re.compile(rf"(?:{BYTE}\.){{3}}{BYTE}(?:/(?:3[0-2]|[12]?[0-9]))?")
"""An IPv4 address in its usual spelling, with or without a prefix; ipaddress takes ten times as long."""
ADDRESS = re.compile(r"(?P<ip>[0-9A-Fa-f.:]+)(?:/(?P<prefix>[0-9]{1,3}))?")
MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}")


def inet(address: str) -> str:
    """The keyword of ifconfig(8) for the family of an address."""
    return "inet6" if ":" in address else "inet"


def family(text: str) -> int:
    """The IP version of an address: 6 if it has colons, else 4."""
    return 6 if ":" in text else 4


def is_ip(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address, with or without a prefix or mask and a zone."""
    if not (":" in text or text[:1].isdigit()):
        return False
    if IPV4.fullmatch(text):
        return True
    try:
        ipaddress.ip_interface(text.partition("%")[0])
    except ValueError:
        return False
    return True


def parsed(text: str) -> Interface | None:
    """An address with or without a prefix; None for a text that ifconfig(8) does not accept as an address."""
    if ADDRESS.fullmatch(text) is None:
        return None
    try:
        return ipaddress.ip_interface(text)
    except ValueError:
        return None


def plain_ip(text: str) -> str:
    """The address in `text` without prefix and zone, in its usual spelling; "" for any other text."""
    if IPV4.fullmatch(text):
        return text.partition("/")[0]
    address = parsed(text.partition("/")[0].partition("%")[0])
    return "" if address is None else str(address.ip)


def is_loopback(text: str) -> bool:
    """Whether `text` is a loopback address, with or without a prefix."""
    return text.startswith("127.") or (":" in text and plain_ip(text) == "::1")


def cidr(text: str, version: int) -> str | None:
    """An address as ADDRESS/PREFIX in its usual spelling; None if it is of the other version or has no prefix."""
    try:
        address = ipaddress.ip_interface(text)
    except ValueError:
        return None
    return address.with_prefixlen if "/" in text and address.version == version and "%" not in text else None


def ipv4_in_network(text: str) -> ipaddress.IPv4Interface | None:
    """An IPv4 address with its network; None for any other text, or without a prefix."""
    try:
        return ipaddress.IPv4Interface(text) if "/" in text else None
    except ValueError:
        return None


def prefix_of(mask: str) -> str:
    """`255.255.255.0` or `0xffffff00` as `24`; "" for any other text."""
    try:
        text = str(ipaddress.IPv4Address(int(mask, 16))) if mask.lower().startswith("0x") else mask
        return str(ipaddress.IPv4Network(f"0.0.0.0/{text}").prefixlen)
    except ValueError:
        return ""


def netmask(prefix: str, *, hexadecimal: bool = False) -> str:
    """`24` as `255.255.255.0`, or as `0xffffff00`; "" counts as 32."""
    mask = ipaddress.IPv4Network(f"0.0.0.0/{prefix or 32}").netmask
    return f"0x{int(mask):08x}" if hexadecimal else str(mask)


def plain_mac(text: str) -> str:
    """A MAC in lower case with colons."""
    return text.lower().replace("-", ":")
