"""One call of ifconfig at work: the interface it is about, and what was asked for so far."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call
    from jailtui.simhost.kernel.state import Ifnet, Kernel


class Failed(Exception):
    """This word failed: the text is what ifconfig says after its name."""


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
        """13 keeps using the name that was given, also where `create` or `name` has made it another."""
        renamed = self.interface is not None and self.interface.name != self.name
        return renamed and self.kernel.release.renamed_loses_driver_words

    def allow(self, refusal: str) -> None:
        """Failed with `refusal` unless the caller is root."""
        if not self.call.privileged:
            raise Failed(refusal)
