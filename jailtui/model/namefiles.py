"""The files that give names addresses, of the host and in running jails, read after the state is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.formats import dnsmasq, hosts
from jailtui.model.console import around, roots
from jailtui.model.paths import askable
from jailtui.model.state import NameFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.exchange import Argv, Section
    from jailtui.model.state import HostState

READERS = {"/etc/hosts": hosts.parse, "/usr/local/etc/dnsmasq.conf": dnsmasq.parse}
"""The reader of each file, by its path on the host or in a jail."""
MOST_JAILS = 100
"""In how many jails such files are read."""
LONGEST, LONGEST_IN_JAIL = 262144, 16384
"""Bytes that `about.sh` reads of such a file. Of a longer one nothing is taken: what it says may be cut."""
NAMES = "names "


def places(state: HostState) -> Iterator[tuple[str, str, str]]:
    """Path, row key of the jail and path within it of each file that is read."""
    yield from ((path, "", path) for path in READERS)
    running = [jail for jail in state.jails if jail.running and (jail.path or "").strip("/")]
    for jail in running[:MOST_JAILS]:
        root = (jail.path or "").rstrip("/")
        yield from ((root + path, jail.key, path) for path in READERS if askable(root))


def questions(state: HostState) -> Argv:
    """The words by which `about.sh` reads the files, each after the outermost root of a jail that it is below.

    None without root: what stands in a jail's root can then be anything's.
    """
    if state.facts.uid != 0:
        return ()
    below = roots(state)
    return tuple(word for path, *_ in places(state) for word in (f"under={around(path, below)}", f"names={path}"))


def is_whole(text: str, limit: int) -> bool:
    return len(text) < limit and len(text.encode("utf-8", "surrogateescape")) < limit


def with_names(state: HostState, sections: Iterable[Section]) -> HostState:
    """`state` with the files that could be read in full."""
    read = [section for section in sections if section.name.startswith(NAMES) and section.rc == 0]
    texts = {section.name.removeprefix(NAMES): section.out for section in read}
    files = tuple(
        NameFile(path, jail, READERS[within](texts[path]))
        for path, jail, within in places(state)
        if path in texts and is_whole(texts[path], LONGEST_IN_JAIL if jail else LONGEST)
    )
    return state._replace(name_files=files) if files else state
