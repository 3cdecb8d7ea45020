"""A simulated machine before anything was configured: lo0, em0 and nothing else, or as the recordings' machines."""

from __future__ import annotations

from jailtui.simhost import kernel_clone
from jailtui.simhost.kernel import HOST, Interface, Kernel

EM0_MAC = "52:54:00:65:6d:30"
VTNET0_MAC = "52:54:00:12:34:56"


def bare(version: str) -> Kernel:
    """em0 (192.168.1.10/24, default gateway 192.168.1.1) and lo0, up."""
    kernel = Kernel(version)
    em0 = _nic(kernel, "em", EM0_MAC, "192.168.1.10", "192.168.1.255")
    _loopback(kernel)
    _route(kernel, "default", "192.168.1.1", "UGS", em0)
    return kernel


def recorded(version: str) -> Kernel:
    """The machine of the recordings, state `clean`: vtnet0, em0 (192.168.1.50/24), lo0."""
    kernel = Kernel(version)
    vtnet0 = _nic(kernel, "vtnet", VTNET0_MAC, "10.0.2.15", "10.0.2.255")
    _nic(kernel, "em", EM0_MAC, "192.168.1.50", "192.168.1.255")
    _loopback(kernel)
    _route(kernel, "default", "10.0.2.2", "UGS", vtnet0)
    return kernel


def _nic(kernel: Kernel, kind: str, mac: str, address: str, broadcast: str) -> Interface:
    from jailtui.simhost import kernel_inet

    nic = kernel_clone.attach(kernel, HOST, kind, 0, f"{kind}0", mac)
    kernel_inet.add(kernel, nic, ["inet", address, 24, broadcast, ""])
    return nic


def _loopback(kernel: Kernel) -> None:
    from jailtui.simhost import kernel_inet

    lo0 = kernel_clone.attach(kernel, HOST, "lo", 0, "lo0", "")
    kernel_clone.join(kernel, lo0, "lo")
    kernel_inet.add(kernel, lo0, ["inet", "127.0.0.1", 8, "", ""])


def _route(kernel: Kernel, destination: str, gateway: str, flags: str, interface: Interface) -> None:
    kernel.routes.setdefault(HOST, []).append([destination, gateway, interface.name, flags])
