"""Every reader of formats/, jailconf/ and config/hooks/: what it is given, and the error it may raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from jailtui.config import network
from jailtui.config.hooks.commands import Followed, cannot_fail, decides
from jailtui.config.hooks.shell import assigned, commands
from jailtui.config.hooks.trace import render, trace, traced
from jailtui.formats import (
    devfs,
    dnsmasq,
    fstab,
    hosts,
    ifconfig,
    jls,
    load,
    mount,
    neighbours,
    netstat,
    pgrep,
    ps,
    rctl,
    resolv,
    routeget,
    routemon,
    sockstat,
    sysctl,
    sysrc,
    traffic,
    wg,
)
from jailtui.formats.errors import FormatError
from jailtui.formats.managed import PARSERS
from jailtui.jailconf import Dialect, EditError, EditPlace, File, RemoveJail, RenameJail, Set, apply, choose, evaluate
from jailtui.jailconf import parse as parse_conf
from jailtui.jailconf.edits_scope import applied_scopes, elements, scopes
from jailtui.jailconf.faults import decoded, encoded, printable
from jailtui.jailconf.glob import matches, pieces, search
from jailtui.jailconf.hostfiles import FOLDER, MAIN
from jailtui.jailconf.lookup import Lookup
from jailtui.jailconf.narrow import narrowed, widened
from jailtui.jailconf.options import cousins, is_wildcard, truth
from jailtui.jailconf.quote import quote, respelled, within_quotes
from jailtui.jailconf.tree import Block, Param, Statement
from tests.support.jailconf_soup import DIALECTS

Text = Callable[[str], object]


class FuzzReader(NamedTuple):
    """One reader: the kind of texts it is given, what calls it with one, the functions that this covers (from the
    package on), and the errors that may come out.
    """

    kind: str
    call: Text
    covers: tuple[Callable[..., object], ...]
    errors: tuple[type[Exception], ...] = ()


def as_file(text: str) -> File:
    """A mutated text as a jail.conf of some release; a character beyond latin-1 is written as UTF-8."""
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    return parse_conf(data, MAIN, dialect(text))


def dialect(text: str) -> Dialect:
    return DIALECTS[len(text) % 3]


def statements(file: File) -> Iterator[Statement]:
    todo = list(reversed(file.statements))
    while todo:
        statement = todo.pop()
        yield statement
        if isinstance(statement, Block):
            todo += reversed(statement.body)


def read_tree(text: str) -> None:
    """The tree with all values, and the faults with their carets."""
    file = as_file(text)
    for fault in file.faults[:20]:  # each caret prints a whole line, so all of them may be long
        fault.caret(file.data)
        printable(fault.text)
    for statement in statements(file):
        file.position(statement.start)
        if not isinstance(statement, Block):
            repr(statement.values)
        elif not is_wildcard(statement.name):
            encoded(decoded(encoded(statement.name)))


def read_jails(text: str) -> None:
    """The jails with where their values come from; the file may include itself."""
    file = as_file(text)
    lookup = Lookup({MAIN: file.data, f"{FOLDER}web.conf": b"web { persist; }\n"})
    evaluation = evaluate(file, lookup.read, lookup.glob)
    for jail in evaluation.jails:
        for setting in (*jail.params, *jail.variables)[:100]:
            setting.origins  # noqa: B018  # found when asked for
            list(cousins(setting.name))
            truth(setting.name, setting.values)


def read_host(text: str) -> None:
    """The jails of a host whose jail.conf and whose file of one jail are the two halves of the text."""
    data = as_file(text).data
    half = len(data) // 2
    rcconf = {"jail_enable": "YES", "jail_list": text[:40], "jail_web_conf": text[-20:], f"jail_{text[:9]}_conf": MAIN}
    choose({MAIN: data[:half], f"{FOLDER}web.conf": data[half:], MAIN + ".d/x": data}, dialect(text), rcconf)


def read_pattern(text: str) -> None:
    """A pattern of file names, against names like it."""
    data = text.encode("utf-8", "surrogatepass")
    pattern = decoded(data.decode("latin-1"))
    pieces(pattern)
    for name in (pattern, pattern[::-1], MAIN, f"{FOLDER}.a.conf"):
        matches(pattern, name)
    names = (b"a", b".b", b"\xff", data[:5])
    search(pattern, "", lambda folder: names if folder.count(b"/") < 3 else (), bool)


def narrow(text: str) -> None:
    file = as_file(text)
    before = narrowed(file, "web")
    widened(file, before, before.replace(b"path", b"host.hostname", 1), "web")


def read_scopes(text: str) -> None:
    """The elements of a jail's and of all jails' parameters."""
    read = scopes(as_file(text))
    for where in (EditPlace(jail="web"), EditPlace(globally=True), EditPlace(block="*")):
        for name in ("exec.start", "allow.mount", "$x"):
            with suppress(EditError):
                elements(applied_scopes(read, where), name)


def edit(text: str) -> None:
    """Edits of a file that may have faults; and its values written anew."""
    file = as_file(text)
    for statement in statements(file):
        for value in statement.values if isinstance(statement, Param) else ():
            with suppress(EditError):
                within_quotes(file, value)
                respelled(file, value, [1] * len(value.pieces), [(0, 1, "x")])
    place = EditPlace(jail="web")
    changes = (Set(place, "path", (text[:20],)), Set(place, "exec.start", ("a", "b")), RenameJail("web", "w"))
    lookup = Lookup({MAIN: file.data})
    for change in (*changes, RemoveJail("web")):
        with suppress(EditError):
            apply(file, [change], lookup.read, lookup.glob)


def follow_text(text: str) -> None:
    """The commands of one hook, and which of them decide."""
    listed = commands(text, {"JID": "$JID", "JNAME": "web", "JPATH": "/jails/web"}) or ()
    for number, command in enumerate(listed):
        repr(command.argv)
        decides(listed, number)
        cannot_fail(listed, number)


def follow_hooks(text: str) -> None:
    """The network of a jail with the text as its hooks, and as the rc.conf inside."""
    hooks = (b"exec.prestart", b"exec.created", b"exec.start", b"exec.stop", b"exec.poststop")
    written = quote(text.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"), "'")
    lines = b" ".join(b"%s += %s;" % (hook, written) for hook in hooks)
    data = b'web { vnet; vnet.interface = epair7b; path = /j; exec.start = "sh /etc/rc"; ' + lines + b" }\n"
    read_network(data.decode("latin-1"), text)


def read_network(text: str, rc_text: str | None = None) -> None:
    """The networks of all jails of a jail.conf with the places of their values."""
    for jail in evaluate(as_file(text), Lookup({}).read, Lookup({}).glob).jails:
        seen = network.read(jail, rc_text)
        repr(seen.view)
        for setting in (*jail.params, *jail.variables):
            for node in (*trace(setting), *traced(jail, setting.name)):
                repr(node.place)
        for creation in seen.reader.creations:
            repr((creation.names, creation.idempotent))
        for gateway in seen.gateways:
            for spot in gateway.spots:
                render(spot.innermost(), "10.0.0.1/24")


ANSWERS = (FormatError,)
READERS: dict[str, FuzzReader] = {
    "devfs": FuzzReader("devfs", devfs.parse, (devfs.parse,), ANSWERS),
    "dnsmasq": FuzzReader("dnsmasq", dnsmasq.parse, (dnsmasq.parse,), ()),
    "dnsmasq includes": FuzzReader("dnsmasq", dnsmasq.includes, (dnsmasq.includes,), ()),
    "hosts": FuzzReader("hosts", hosts.parse, (hosts.parse,), ()),
    "plain name": FuzzReader("hosts", hosts.plain_name, (hosts.plain_name,), ()),
    "fstab": FuzzReader("fstab", fstab.parse, (fstab.parse,), ANSWERS),
    "ifconfig": FuzzReader("ifconfig", ifconfig.parse, (ifconfig.parse,), ANSWERS),
    "ifconfig of one": FuzzReader(
        "ifconfig", lambda text: ifconfig.alone(text, text.partition(":")[0]), (ifconfig.alone,), ANSWERS
    ),
    "ifconfig addr": FuzzReader("learned", neighbours.learned, (neighbours.learned,), ANSWERS),
    "arp or ndp": FuzzReader("arp", neighbours.neighbours, (neighbours.neighbours,), ANSWERS),
    "arp": FuzzReader("arp", neighbours.addresses, (neighbours.addresses,), ANSWERS),
    "jls": FuzzReader("jls", jls.parse, (jls.parse,), ANSWERS),
    "load of jails": FuzzReader("load-jails", load.jails, (load.jails,), ANSWERS),
    "load of links": FuzzReader("load-links", load.links, (load.links,), ANSWERS),
    "mount": FuzzReader("mount", mount.parse, (mount.parse,), ANSWERS),
    "netstat -r": FuzzReader("routes", netstat.parse, (netstat.parse,), ANSWERS),
    "netstat -r as rows": FuzzReader("routes", netstat.route_table, (netstat.route_table,), ANSWERS),
    "netstat -i": FuzzReader("links", netstat.links, (netstat.links,), ANSWERS),
    "netstat -I": FuzzReader("counters", traffic.traffic, (traffic.traffic,), ANSWERS),
    "netstat -s": FuzzReader(
        "statistics", lambda text: traffic.count(text, "packets not forwardable"), (traffic.count,), ANSWERS
    ),
    "netstat -p tcp": FuzzReader("connections", netstat.connections, (netstat.connections,), ANSWERS),
    "pgrep": FuzzReader("pgrep", pgrep.parse, (pgrep.parse,), ANSWERS),
    "ps": FuzzReader("ps", ps.parse, (ps.parse,), ANSWERS),
    **{command: FuzzReader(command, parse, (parse,), ANSWERS) for command, parse in PARSERS.items()},
    "rctl": FuzzReader("rctl", rctl.parse, (rctl.parse,), ANSWERS),
    "resolv.conf": FuzzReader("resolv", resolv.parse, (resolv.parse,), ()),
    "name servers": FuzzReader("resolv", resolv.name_servers, (resolv.name_servers,), ()),
    "route monitor": FuzzReader(
        "monitor", lambda text: list(routemon.events(text.split("\n"))), (routemon.events,), ANSWERS
    ),
    "route get": FuzzReader("path", routeget.parse, (routeget.parse,), ANSWERS),
    "sockstat": FuzzReader("sockstat", sockstat.parse, (sockstat.parse,), ANSWERS),
    "sockstat -l": FuzzReader("sockstat", sockstat.listeners, (sockstat.listeners,), ANSWERS),
    "wg handshakes": FuzzReader("wg", wg.handshakes, (wg.handshakes,), ()),
    "wg": FuzzReader("wg", wg.endpoints, (wg.endpoints,), ()),
    "sysctl": FuzzReader("sysctl", sysctl.parse, (sysctl.parse,), ANSWERS),
    "sysctl -d": FuzzReader("descriptions", sysctl.parse_descriptions, (sysctl.parse_descriptions,), ANSWERS),
    "sysrc": FuzzReader("sysrc", sysrc.parse, (sysrc.parse,), ANSWERS),
    "jail.conf": FuzzReader("jailconf", read_tree, (parse_conf, decoded, encoded, printable, is_wildcard)),
    "jail.conf's jails": FuzzReader("jailconf", read_jails, (evaluate, cousins, truth)),
    "jail.conf of a host": FuzzReader("jailconf", read_host, (choose,)),
    "jail.conf of one jail": FuzzReader("jailconf", narrow, (narrowed, widened)),
    "jail.conf's scopes": FuzzReader("jailconf", read_scopes, (scopes, applied_scopes, elements)),
    "jail.conf edited": FuzzReader("jailconf", edit, (apply, respelled, within_quotes)),
    "names of files": FuzzReader("names", read_pattern, (pieces, search)),
    "variables of sh": FuzzReader("hooks", lambda text: assigned(text, {"name": "web"}, Followed()), (assigned,)),
    "hook": FuzzReader("hooks", follow_text, (commands,)),
    "hooks of a jail": FuzzReader("hooks", follow_hooks, (network.read,)),
    "network of a jail": FuzzReader("jailconf", read_network, (network.read, trace, traced, render)),
}
"""By what they read."""
