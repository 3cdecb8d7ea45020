"""The script that reads interfaces one by one where their list is doubtful; each word is quoted by `shell_line`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, shell_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NETSTAT = ("netstat", "-ibdnW", "-f", "link", "--libxo", "json")
ENTERED_SECONDS = "0.5"
"""For a program of the jail's own (`entered`)."""
PATIENCE = 2
"""Seconds for all of those."""


def closer(places: Mapping[int | None, Sequence[str]], facts: Mapping[str, str]) -> str:
    """A script that lists all interfaces of these places (jids; None: the host) by ifconfig and by netstat, and then
    each interface of these names by itself.
    """
    lines = [shell_line(words) for jid, names in places.items() for words in _sections(jid, names, facts)]
    return "\n".join(
        (f"patience={PATIENCE}", "main() {", *lines, "printf '%s done\\n' \"$mark\"", "}", 'main "$@" </dev/null', "")
    )


class _Asked(NamedTuple):
    """How a tool is asked about one place: `call` makes the section, `words` are its seconds and the tool's first."""

    call: str
    words: Argv


def _asked(tool: Argv, jid: int | None, *, with_j: bool) -> _Asked:
    if jid is None:
        return _Asked("section", ("5", *tool))
    if with_j:
        return _Asked("section", ("5", *tool, "-j", str(jid)))
    return _Asked("entered", (ENTERED_SECONDS, str(jid), *tool))


def _sections(jid: int | None, names: Sequence[str], facts: Mapping[str, str]) -> Iterator[Argv]:
    """The call that makes each section, with its name, its time limit in seconds and its command."""
    ifconfig = _asked(("ifconfig",), jid, with_j=facts.get("ifconfig-j") == "yes")
    netstat = _asked(NETSTAT, jid, with_j=facts.get("netstat-j") == "yes")
    driver = facts.get("ifconfig-D") == "yes" and ifconfig.call == "section"
    yield (ifconfig.call, "ifconfig" if jid is None else f"inside {jid}", *ifconfig.words, "-aD" if driver else "-a")
    yield (netstat.call, "links" if jid is None else f"links-inside {jid}", *netstat.words)
    for number, name in enumerate(names):
        stanza = f"stanza {'host' if jid is None else jid} {number}"
        yield (ifconfig.call, stanza, *ifconfig.words, *(("-D",) if driver else ()), name)
