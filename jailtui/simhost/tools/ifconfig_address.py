"""ifconfig's addresses, set or removed after all words have succeeded (FREEBSD.md 4.2, 4.3)."""

from __future__ import annotations

from jailtui.simhost.kernel import addresses
from jailtui.simhost.kernel.state import ERRORS, KernelError
from jailtui.simhost.tools.ifconfig_work import Failed, Work


def set_mask(work: Work, value: str) -> None:
    if value.startswith("0x"):
        work.mask = hexadecimal(value)
    elif value.count(".") == 3 and all(part.isdecimal() for part in value.split(".")):
        work.mask = addresses.pack(value)
    else:
        raise Failed(f"{value}: bad value")


def hexadecimal(value: str) -> int:
    """A mask as `0xffffff00`."""
    try:
        return int(value, 16) & 0xFFFFFFFF
    except ValueError:
        raise Failed(f"{value}: bad value") from None


def set_address(work: Work, word: str) -> None:
    """Take a word that is no keyword as an address; names do not resolve."""
    if work.family == "ether":
        work.address = word
        return
    address, slash, width = word.partition("/")
    if work.family == "inet":
        import _socket

        if slash:
            if not width.isdecimal():
                raise Failed(f"{word}: bad value (width invalid)")
            if int(width) > 32:
                raise Failed(f"{word}: bad value (width too large)")
            work.mask = 0xFFFFFFFF << (32 - int(width)) & 0xFFFFFFFF
        try:
            packed = _socket.inet_aton(address)
        except (OSError, ValueError):
            raise Failed(f"{address}: bad value") from None
        work.address = ".".join(str(octet) for octet in packed)
    else:
        set_address6(work, address, width if slash else "")


def set_address6(work: Work, address: str, width: str) -> None:
    import _socket

    try:
        work.address = _socket.inet_ntop(_socket.AF_INET6, _socket.inet_pton(_socket.AF_INET6, address))
    except (OSError, ValueError):
        raise Failed(f"{address}: bad value") from None
    if width and (not width.isdecimal() or int(width) > 128):
        raise Failed(f"{width}: bad value")
    work.prefix = width


def finish_address(work: Work) -> None:
    if work.mask is not None and not work.address and not work.deleting:
        if not work.kernel.release.any_address:
            raise Failed(f"ioctl (SIOCAIFADDR): {ERRORS['EINVAL']}")
        work.address = "0.0.0.0"
    if work.deleting:
        work.allow("ioctl (SIOCDIFADDR): permission denied")
        delete_address(work)
    elif work.address:
        refusals = work.kernel.release.address_refusals
        work.allow(
            {"inet": refusals[0], "inet6": refusals[1]}.get(work.family, "ioctl (SIOCAIFADDR): permission denied")
        )
        {"inet": add_inet, "inet6": add_inet6, "ether": set_ether}[work.family](work)


def delete_address(work: Work) -> None:
    address = work.address or addresses.first(work.target, work.family)
    if address is None:
        return
    try:
        addresses.delete(work.kernel, work.target, work.family, address)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCDIFADDR): {error}") from None


def add_inet(work: Work) -> None:
    mask = work.mask
    if mask is None:
        if work.kernel.release.mask_required:
            raise Failed("ERROR: setting interface address without mask is no longer supported.")
        work.call.err(
            "ifconfig: WARNING: setting interface address without mask is deprecated,\n"
            "default mask may not be correct.\n"
        )
        mask = addresses.class_mask(work.address)
    if work.address == "0.0.0.0" and not work.kernel.release.any_address:
        return
    if not work.alias and (old := addresses.first(work.target, "inet")) is not None:
        addresses.drop(work.target, "inet", old)
    try:
        addresses.set_inet(work.kernel, work.target, work.address, mask, work.broadcast)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCAIFADDR): {error}") from None
    addresses.prune_routes(work.kernel, work.target.vnet)  # path/wrong-net/03, path/wrong-mask/04


def add_inet6(work: Work) -> None:
    prefix = int(work.prefix) if work.prefix else 64
    if work.address == "::1" and work.target.kind != "lo":
        raise Failed(f"ioctl ({work.kernel.release.loopback6_refusal}): {ERRORS['EINVAL']}")
    try:
        addresses.set_inet6(work.kernel, work.target, work.address, prefix, work.v6_flags)
    except KernelError as error:
        raise Failed(f"ioctl (SIOCAIFADDR): {error}") from None


def set_ether(work: Work) -> None:
    """Set the MAC; the first one is shown as `hwaddr` from now on."""
    interface = work.target
    if work.address == "random":
        mac = work.kernel.make_mac(interface.name, 1)
    else:
        octets = work.address.replace("-", ":").split(":")
        digits = "0123456789abcdefABCDEF"
        if len(octets) != 6 or not all(0 < len(part) < 3 and all(d in digits for d in part) for part in octets):
            short = len(octets) == 5 and all(octets)
            raise Failed(f"ioctl (SIOCAIFADDR): {ERRORS['EINVAL']}" if short else work.kernel.release.bad_mac)
        mac = ":".join(f"{int(part, 16):02x}" for part in octets)
    if interface.kind in ("epair", "em", "vtnet"):
        interface.hwaddr = interface.hwaddr or interface.mac
    interface.mac = mac
