"""The files that give names addresses, of the host and in jails: which are asked for, and what they say of jails."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import HostError
from jailtui.formats import dnsmasq, hosts
from jailtui.model.console import all_around, around, root_of, roots
from jailtui.model.paths import askable
from jailtui.model.state import NameFile
from jailtui.net import is_loopback, plain_ip

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from jailtui.exchange import Argv, Section
    from jailtui.formats.dnsmasq import DnsmasqInclude
    from jailtui.formats.hosts import NamedAddress
    from jailtui.model.state import HostState, Jail

FILES = (("hosts", "/etc/hosts"), ("dnsmasq", "/usr/local/etc/dnsmasq.conf"))
"""The files that are read at any rate, by their paths on the host or in a jail."""
FOLDER = "folder "
MOST_JAILS = 100
"""In how many jails such files are read."""
MOST_MORE = 20
"""How many files and folders are read beside FILES, of the host and of each jail."""
ROUNDS = 4
"""How often what was read is followed by what it includes."""
LONGEST, LONGEST_IN_JAIL = 262144, 16384
"""Bytes that paths.sh reads of such a file. Of a longer one nothing is taken: what it says may be cut."""

Folders = dict[str, tuple[str, ...]]
"""The names in folders, by the path of the folder on the host."""


class NameText(NamedTuple):
    """What such a file says, and its length."""

    names: tuple[NamedAddress, ...]
    includes: tuple[DnsmasqInclude, ...]
    length: int


def of_hosts(text: str) -> NameText:
    return NameText(hosts.parse(text), (), _length(text))


def of_dnsmasq(text: str) -> NameText:
    return NameText(dnsmasq.parse(text), dnsmasq.includes(text), _length(text))


READERS = {"hosts": of_hosts, "dnsmasq": of_dnsmasq}


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def host_questions(state: HostState, folders: Folders) -> Argv:
    """The words by which each reading reads the files of the host."""
    return _words(state, folders, {"": ""})


def jail_questions(state: HostState, folders: Folders) -> Argv:
    """The words by which a full reading reads the files in running jails.

    None without root: what stands in a jail's root can then be anything's.
    """
    if state.facts.uid != 0:
        return ()
    running = [jail for jail in state.jails if jail.running and (jail.path or "").strip("/")]
    return _words(state, folders, {jail.key: (jail.path or "").rstrip("/") for jail in running[:MOST_JAILS]})


def _words(state: HostState, folders: Folders, owners: Mapping[str, str]) -> Argv:
    """The words about the files of these owners, "" or row keys of jails, each with its root."""
    below = roots(state)
    wanted = [(kind, root + path) for root in owners.values() for kind, path in FILES]
    wanted += _more(state, folders, owners)
    return tuple(dict.fromkeys(_word(kind, path, below) for kind, path in wanted if askable(path) and "//" not in path))


def _more(state: HostState, folders: Folders, owners: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the files that were read include."""
    counts: Counter[str] = Counter()
    for file in state.name_files or ():
        for place in _included(file, owners[file.jail], folders) if file.jail in owners else ():
            counts[file.jail] += 1
            if counts[file.jail] <= MOST_MORE:
                yield place


def _included(file: NameFile, root: str, folders: Folders) -> Iterator[tuple[str, str]]:
    for include in file.includes:
        path = root + include.path
        if not include.folder:
            yield include.kind, path
        if include.folder is not False:
            yield "folder", path
            yield from ((include.kind, f"{path}/{name}") for name in folders.get(path, ()) if include.has(name))


def _word(kind: str, path: str, below: Container[str]) -> str:
    """`hosts=/jails/web//etc/hosts`: before the two slashes stands the outermost root of a jail that contains it."""
    root = around(path, below)
    return f"{kind}={root}//{path.removeprefix(root).lstrip('/')}"


def folders_in(sections: Iterable[Section]) -> Folders:
    """The names in the folders that were read, in their order."""
    read = (section for section in sections if section.name.startswith(FOLDER) and section.rc == 0)
    return {each.name.removeprefix(FOLDER): tuple(sorted(filter(None, each.out.split("\n")))) for each in read}


def name_files(texts: Mapping[str, NameText], jails: Iterable[Jail]) -> tuple[NameFile, ...] | None:
    """The files that were read in full, in the order of their paths; None if there are none."""
    owners = {root_of(jail).rstrip("/"): jail.key for jail in jails}
    files = []
    for path, text in sorted(texts.items()):
        *_, jail = "", *(owners[root] for root in all_around(path, owners))
        if text.length < (LONGEST_IN_JAIL if jail else LONGEST):
            files.append(NameFile(path, jail, text.names, text.includes))
    return tuple(files) or None


def with_names(state: HostState, sections: Iterable[Section]) -> HostState:
    """`state` with the files in these sections beside those that it has."""
    texts = {
        path: READERS[kind](section.out)
        for section in sections
        for kind, _, path in [section.name.partition(" ")]
        if kind in READERS and section.rc == 0
    }
    more = name_files(texts, state.jails) or ()
    kept = [file for file in state.name_files or () if file.path not in texts]
    return state._replace(name_files=(*kept, *more)) if more else state


def read_in_jails(state: HostState, ask: Callable[[Argv], Iterable[Section]]) -> tuple[Section, ...]:
    """The answers about files in running jails, with what they include. Raises HostError if there are none at all."""
    sections: dict[str, Section] = {}
    asked: set[str] = set()
    for _ in range(ROUNDS):
        words = jail_questions(with_names(state, sections.values()), folders_in(sections.values()))
        new = [word for word in words if word not in asked]
        if not new:
            break
        try:
            sections |= {section.name: section for section in ask(("only", *new))}
        except HostError:
            if not sections:
                raise
            break
        asked.update(new)
    return tuple(sections.values())


class JailName(NamedTuple):
    """A name by which a file gives an address of a jail."""

    name: str
    address: str
    file: str


def jail_names(state: HostState, jails: Iterable[Jail] | None = None) -> Mapping[str, tuple[JailName, ...]]:
    """The names of the addresses of these jails, of all without `jails`, by row key."""
    by_address: dict[str, list[str]] = defaultdict(list)
    for jail in (state.jails if jails is None else jails) if state.name_files else ():
        for address in jail.addresses:
            if not is_loopback(address.address):
                by_address[plain_ip(address.address)].append(jail.key)
    names: dict[str, dict[JailName, None]] = defaultdict(dict)
    for file in state.name_files or ():
        for entry in file.names if by_address else ():
            for key in by_address.get(entry.address, ()):
                names[key][JailName(entry.name, entry.address, file.path)] = None
    return {key: tuple(each) for key, each in names.items()}
