"""The jails that the managers of jails list, by their names in the kernel."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.managers import MANAGERS, Managed, Manager, by_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.formats.listed import JailList, ListedJail


class KeptJail(NamedTuple):
    """A jail that a manager lists, and its name in the kernel."""

    name: str
    manager: Manager
    listed: ListedJail

    def may_be(self, marked: str, path: str) -> bool:
        """Whether it may be the running jail with the mark of that manager, "" for none, and with that root."""
        same_root = not self.listed.path or not path or self.listed.path.rstrip("/") == path.rstrip("/")
        return marked == self.manager.name or (not marked and same_root)


class Kept:
    """The jails of the lists of all managers."""

    def __init__(self, lists: Mapping[str, JailList]) -> None:
        self._jails: dict[str, list[KeptJail]] = defaultdict(list)
        self._read = {manager.name for manager in MANAGERS if manager.command in lists}
        for manager in MANAGERS:
            for listed in lists[manager.command].jails if manager.command in lists else ():
                name = manager.in_kernel(listed.name)
                self._jails[name].append(KeptJail(name, manager, listed))

    def __iter__(self) -> Iterator[KeptJail]:
        """Each manager's jails; of several that would have one name in the kernel the first."""
        for several in self._jails.values():
            yield from {jail.manager.name: jail for jail in reversed(several)}.values()

    def owner(self, name: str, path: str) -> Managed:
        """Whose jail of the kernel it is: its manager lists it. Where several do, its root and its name decide.

        A jail that its manager's list lacks has no name for its command, which may complete it to another's.
        """
        marked = by_kernel(name, path)
        listing = self._jails.get(name, [])
        own = [jail for jail in listing if jail.may_be(marked.manager, path)]
        if not own:
            return marked._replace(name="") if marked.manager in self._read else marked
        if len({jail.manager.name for jail in own}) > 1:
            return marked
        manager = own[0].manager.name
        return Managed(manager, own[0].listed.name) if len(own) == 1 else marked._replace(manager=manager)
