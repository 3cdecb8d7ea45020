"""One call of ifconfig: its interface, and the words read so far."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import Ifnet, Kernel


class Failed(Exception):
    """A word failed; the text is what ifconfig prints after its name."""


class Work:
    """`interface` is None before it is created. VLAN words and addresses are done at the end of all words."""

    def __init__(self, call: Call, kernel: Kernel, vnet: int, name: str) -> None:
        self.call = call
        self.kernel = kernel
        self.vnet = vnet
        self.name = name
        self.interface: Ifnet | None = None
        self.print_name = False
        self.destroyed = False
        self.no_load = False
        self.creating: dict[str, str] | None = None
        self.vlan: dict[str, str] = {}
        self.family = "inet"
        self.address = ""
        self.mask: int | None = None
        self.broadcast = ""
        self.prefix = ""
        self.v6_flags = ""
        self.alias = False
        self.deleting = False

    @property
    def target(self) -> Ifnet:
        """The interface; Failed where there is none."""
        if self.destroyed:
            raise Failed("ioctl (SIOCGIFFLAGS): no such interface")
        if self.interface is None:
            raise Failed(f"interface {self.name} does not exist")
        return self.interface

    @property
    def lost(self) -> bool:
        """Whether the driver is asked under an old name: 13 keeps the given name when `create` or `name` changes it."""
        renamed = self.interface is not None and self.interface.name != self.name
        return renamed and self.kernel.release.renamed_loses_driver_words

    def allow(self, refusal: str) -> None:
        """Failed with `refusal` unless the caller is root."""
        if not self.call.privileged:
            raise Failed(refusal)
