"""Two interfaces of one name (FREEBSD.md 3.3, 4.1): 13 mixes them up, later releases print each by itself.

13 walks the addresses sorted by name: `-l` prints a name again whenever it meets the other interface's, and one
stanza holds the link addresses of both.
"""

from __future__ import annotations

from jailtui.simhost.kernel.state import Ifnet, Kernel
from jailtui.simhost.tools import ifconfig_text as text


def named(kernel: Kernel, chosen: list[Ifnet]) -> list[Ifnet]:
    """The interfaces in the order, and as often, as `-l` prints their names."""
    if not kernel.release.mixes_doubles:
        return chosen
    walked: list[Ifnet] = []
    for first, twins in grouped(chosen):
        walk = [*twins, *(twin for twin in twins if twin.addresses)] if len(twins) > 1 else [first]
        for twin in walk:
            if not walked or walked[-1] is not twin:
                walked.append(twin)
    return walked


def stanzas(kernel: Kernel, chosen: list[Ifnet], style: text.StanzaStyle) -> list[str]:
    """The stanza of each interface."""
    if not kernel.release.mixes_doubles:
        return [text.stanza(kernel, interface, style) for interface in chosen]
    return [text.stanza(kernel, interface, style, twins[1:]) for interface, twins in grouped(chosen)]


def grouped(chosen: list[Ifnet]) -> list[tuple[Ifnet, list[Ifnet]]]:
    """Each name's first interface with all of that name."""
    by_name: dict[str, list[Ifnet]] = {}
    for interface in chosen:
        by_name.setdefault(interface.name, []).append(interface)
    return [(twins[0], twins) for twins in by_name.values()]
