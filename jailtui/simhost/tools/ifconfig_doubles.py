"""Two interfaces of one name (FREEBSD.md 3.3, 4.1): 13 mixes them up, later releases print each by itself.

13 walks the addresses sorted by name: `-l` says a name again whenever it meets the other interface's, and one
stanza holds the link addresses of both.
"""

from __future__ import annotations

from jailtui.simhost.tools import ifconfig_text as text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.kernel.state import Interface, Kernel


def named(kernel: Kernel, chosen: list[Interface]) -> list[Interface]:
    """The interfaces in the order, and as often, as `-l` says their names."""
    if not kernel.release.mixes_doubles:
        return chosen
    said: list[Interface] = []
    for one, twins in grouped(chosen):
        walk = [*twins, *(twin for twin in twins if twin.addresses)] if len(twins) > 1 else [one]
        for twin in walk:
            if not said or said[-1] is not twin:
                said.append(twin)
    return said


def stanzas(kernel: Kernel, chosen: list[Interface], style: text.Style) -> list[str]:
    """What is printed of each, one after the other."""
    if not kernel.release.mixes_doubles:
        return [text.stanza(kernel, one, style) for one in chosen]
    return [text.stanza(kernel, one, style, twins[1:]) for one, twins in grouped(chosen)]


def grouped(chosen: list[Interface]) -> list[tuple[Interface, list[Interface]]]:
    """Each name's first interface with all of that name."""
    by_name: dict[str, list[Interface]] = {}
    for one in chosen:
        by_name.setdefault(one.name, []).append(one)
    return [(twins[0], twins) for twins in by_name.values()]
