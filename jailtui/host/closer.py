"""The script that reads interfaces one by one where their list is doubtful; each word is quoted by `shell_line`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Argv, shell_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NETSTAT = ("netstat", "-ibdnW", "-f", "link", "--libxo", "json")


def closer(places: Mapping[int | None, Sequence[str]], facts: Mapping[str, str]) -> str:
    """A script that lists all interfaces of these places (jids; None: the host) by ifconfig and by netstat, and then
    each interface of these names by itself.
    """
    lines = [shell_line(("section", *words)) for words in _sections(places, facts)]
    return "\n".join(("main() {", *lines, "printf '%s done\\n' \"$mark\"", "}", 'main "$@" </dev/null', ""))


def _sections(places: Mapping[int | None, Sequence[str]], facts: Mapping[str, str]) -> Iterator[Argv]:
    """The words of each section: its name, its time limit in seconds, its command."""
    by_driver = facts.get("ifconfig-D") == "yes"
    for jid, names in places.items():
        listing, links, place = "ifconfig", "links", "host"
        alone: Argv = ("ifconfig",)
        netstat: Argv = NETSTAT
        driver = by_driver
        if jid is not None:
            listing, links, place = f"inside {jid}", f"links-inside {jid}", str(jid)
            with_j = facts.get("ifconfig-j") == "yes"
            alone = ("ifconfig", "-j", place) if with_j else ("jexec", place, "ifconfig")
            netstat = (*NETSTAT, "-j", place) if facts.get("netstat-j") == "yes" else ("jexec", place, *NETSTAT)
            driver = by_driver and with_j
        yield (listing, "10", *alone, "-aD" if driver else "-a")
        yield (links, "5", *netstat)
        for number, name in enumerate(names):
            yield (f"stanza {place} {number}", "5", *alone, *(("-D",) if driver else ()), name)
