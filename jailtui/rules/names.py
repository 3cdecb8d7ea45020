"""The rule about names: files that give a jail's name an address that the jail does not have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jailtui.exchange import shell_line
from jailtui.formats.hosts import plain_name
from jailtui.net import family, is_loopback, plain_ip
from jailtui.rules.finding import Evidence, Finding, Remedy, rule
from jailtui.rules.jailwords import about, in_jail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jailtui.formats.hosts import NamedAddress
    from jailtui.model.state import Jail, NameFile
    from jailtui.rules.context import Context

UNSPECIFIED = ("0.0.0.0", "::")
"""The addresses by which names are blocked."""


@rule("NAME-ADDRESS", "warning", "Name with an address that its jail does not have")
def name_address(context: Context) -> Iterator[Finding]:
    """A file gives the name or the host name of a running jail an address that the jail does not have, although the
    jail has another one of that family: the name leads to another machine, or to none. The files are hosts(5) and
    dnsmasq.conf (its lines host-record and address) and what that includes, on the host and in running jails. A line in
    a jail's file is a note about that jail, since only that jail vouches for it. It is also a note if something else on
    this host has the address, since a proxy may be meant, or if only the jail itself set the host name. Names that two
    jails have and loopback addresses are not judged.
    """
    for file in context.state.name_files or ():
        for name, entries in of_jails(context, file).items():
            jail = named_jails(context)[name]
            if wrong := strays(jail, entries):
                yield _finding(context, file, jail, wrong)


def named_jails(context: Context) -> Mapping[str, Jail]:
    """The running jails whose addresses are known, by each name that no other jail and not the host has."""
    return context.cached(_named_jails)


def _named_jails(context: Context) -> Mapping[str, Jail]:
    by_host: dict[str, set[str]] = defaultdict(set)
    by_itself: dict[str, set[str]] = defaultdict(set)
    for jail in context.state.jails:
        for name in given_names(jail):
            by_host[name].add(jail.key)
        by_itself[plain_name(jail.hostname or "")].add(jail.key)
    own = plain_name(context.state.facts.hostname)
    of_host = {"", own, own.partition(".")[0]}
    claims = {name: keys for name, keys in ({**by_itself, **by_host}).items() if len(keys) == 1 and name not in of_host}
    jails = {name: context.jails[key] for name, (key,) in claims.items()}
    return {name: jail for name, jail in jails.items() if jail.running and jail.interfaces is not None}


def given_names(jail: Jail) -> set[str]:
    """The names that the host gave the jail. The root of a jail can set its host name."""
    params = dict(jail.configured.params) if jail.configured is not None else {}
    return {plain_name(name) for name in (jail.name, *params.get("host.hostname", ())[-1:])}


def of_jails(context: Context, file: NameFile) -> Mapping[str, Sequence[NamedAddress]]:
    """The entries of the file that give a jail's name an address, by name."""
    entries: dict[str, list[NamedAddress]] = defaultdict(list)
    for entry in file.names:
        if entry.name in named_jails(context):
            entries[entry.name].append(entry)
    return entries


def strays(jail: Jail, entries: Sequence[NamedAddress]) -> NamedAddress | None:
    """The first entry with an address that the jail does not have, if no entry of that family has one of its own."""
    for version in (4, 6):
        own = {plain_ip(each.address) for each in jail.addresses if family(each.address) == version}
        judged = [each for each in entries if family(each.address) == version and not is_loopback(each.address)]
        judged = [each for each in judged if each.address not in UNSPECIFIED]
        if own and judged and not own & {each.address for each in judged}:
            return judged[0]
    return None


def _finding(context: Context, file: NameFile, jail: Jail, wrong: NamedAddress) -> Finding:
    version = family(wrong.address)
    own = next(each.address for each in jail.addresses if family(each.address) == version)
    holder = next((use.text for use in context.usage.users("address", wrong.address) if use.live), "")
    of_whom = "" if wrong.name == plain_name(jail.name) else f", the host name of {jail.name},"
    name = jail.name if not of_whom else wrong.name
    ending = f"which belongs to {holder}" if holder else f"which {jail.name} does not have"
    text = f"{file.path} gives {name}{of_whom} the address {wrong.address}, {ending}; {jail.name} has {own}."
    owner = context.jails.get(file.jail)
    subject = about(owner) if owner is not None else about(jail)
    shows = (
        in_jail(context, jail, "ifconfig", "-a") if jail.vnet else ("jls", "-j", str(jail.jid), "ip4.addr", "ip6.addr")
    )
    trusted = not file.jail and wrong.name in given_names(jail)
    return Finding.of(
        subject,
        text,
        [Evidence(f"{file.path}:{wrong.line}", f"{wrong.address} {name}"), Evidence(shell_line(shows), own)],
        [Remedy.of("Correct the line", why=f"Edit the file: the address of {name} is {own}.")],
        severity=None if trusted and not holder else "note",
        confidence="likely",
    )
