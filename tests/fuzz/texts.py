"""The texts that are mutated: recorded answers of the tools, and the jail.confs and hooks of the tests."""

from __future__ import annotations

import ast
import hashlib
import re
import shlex
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.support.jailconf_soup import FRAGMENTS
from tests.support.shared_material import RELEASES, find, recordings

TESTS = Path(__file__).resolve().parents[1]
LONGEST = 3000
"""Characters of a text: a short one is read sooner, and a change hits more of it."""
MOST = 60

COMMANDS = {
    "devfs": r"devfs rule showsets",
    "ifconfig": r"(jexec \S+ )?ifconfig( [^;|&]*)?",
    "learned": r"ifconfig \S+ addr",
    "jls": r"jls (?=.*--libxo json)[^;|&]*",
    "mount": r"mount .*--libxo.*",
    "arp": r"(jexec \S+ )?arp -.*",
    "routes": r"(jexec \S+ )?netstat (-j \S+ )?-rnW? (-f inet6? )?--libxo json",
    "links": r"(jexec (-l )?\S+ )?netstat (-j \S+ )?-ibdnW -f link --libxo json",
    "counters": r"(jexec \S+ )?netstat -I \S+ -i?bdn?W.*",
    "statistics": r".*netstat -s.*",
    "connections": r".*netstat .*-p tcp.*",
    "pgrep": r"pgrep .*",
    "ps": r"ps .*",
    "rctl": r"rctl -u .*",
    "sockstat": r"(jexec \S+ )?sockstat( -\S+| \d+)*",
    "path": r"route -n get .*",
    "sysctl": r"sysctl [^-].*",
    "descriptions": r"sysctl -d .*",
    "sysrc": r"sysrc -ae",
}
"""The recorded commands whose answers a reader is given."""

JLS_JAIL = '{"__version": "2", "jail-information": {"jail": [{"jid":"1","name":"web","vnet":"new","dying":false,'
WRITTEN = {
    "load-jails": ("1795849860\n3 337 235 4876 d60\n4 0 0 0 \n12 8640000 2500 524288 p259200\n",),
    "load-links": (
        '{"statistics": {"interface": [["em0",1,42,0,0], ["epair1a",7,8,9,10,1,0,2,0], ["a\\"b",0,0,0,0]]}}\n',
    ),
    "jls": (JLS_JAIL + '"parent":"0","children.max":"0","securelevel":"-1","ip4.addr": ["10.0.0.2"]}]}}',),
    "pgrep": (
        "4711 jail -l -U root -i -f /etc/jail.conf -c web\n4712 jail -r web db\n4713 jail -cm name=web path=/j\n"
        "  JID  UID  PID COMMAND\n    0    0 4711 jail\n    0    0 4713 sleep\n",
    ),
    "iocage": ("1\tdb\ton\tup\tjail\t14.2-RELEASE\tvnet0|10.0.0.2/24,em0|10.0.0.3\tfd00::2\tx\tno\n",),
    "appjail": ("nginx\ndb-1 \n",),
    "pot": ("shop\nblog\n",),
    "cbsd": ("\x1b[0;32mweb1  10.0.0.2/24,fd00::2  On  /usr/jails/jails/web1\x1b[0m\nmail 0 Off \\-\n",),
    "ezjail-admin": (
        "STA JID  IP              Hostname                       Root Directory\n--- ---- ---- ---\n"
        "DR  3    127.0.2.3       web.example.com                /usr/jails/web\n    3    em0|10.1.0.53\n"
        "ZSN N/A  127.0.0.3       clean                          /usr/jails/clean\n",
    ),
    "dnsmasq": (
        "domain=home.arpa\nhost-record=web.home.arpa,web,10.0.0.1,fd00::1,3600\naddress=/nas/x.y/10.0.0.2 # the host\n"
        'addn-hosts="/etc/a # b"\nconf-dir=/c,.bak,*.conf\n',
    ),
    "hosts": ("::1 localhost\n# none\n192.168.1.154\tWeb.home.arpa. web # stale\nfe80::1%em0 nas\n",),
    "wg": (
        f"{'k' * 43}=\t203.0.113.5:51820\n{'m' * 43}=\t[2001:db8::5]:51820\n"
        f"{'n' * 43}=\t(none)\n{'k' * 43}=\t1732950000\n",
    ),
    "resolv": ("# by resolvconf\nsearch home.arpa lan\nnameserver\tfd00::1 # b\noptions timeout:1\nnameserver\n",),
    "fstab": (
        "/usr/ports\t/jails/web/usr/ports\tnullfs\tro\t0\t0\n# none\ntmpfs /jails/web/my\\040tmp tmpfs rw 0 0\n",
        "proc /proc procfs rw 0 0\n/dev/ada0p2 / ufs rw 1 1\n",
    ),
    "monitor": (
        "07:22:32.507 PID 1205 add/repl iface iface#4 epair0a admin DOWN oper UP mtu 1500\n"
        "07:23:12.657 PID    0 add/repl addr 10.1.1.1/24 iface epair0a\n",
        "got message of size 24 on Tue Nov 24 07:30:12 2026\n"
        "RTM_IFANNOUNCE: interface arrival/departure: len 24, if# 4, what: arrival\n",
    ),
    "names": ("/etc/jail.conf.d/*.conf", "/j/[a-c]?/[!.]*x*", "\\*/../[]a]", "/etc/jail.conf", "./.*"),
}
"""Texts that were never recorded alone."""


@cache
def texts(kind: str) -> tuple[str, ...]:
    """The texts of a kind, the same ones in the same order on each machine."""
    every = {"jailconf": jailconfs, "hooks": hooks}.get(kind, lambda: recorded(kind))()
    short = {text for text in every if 0 < len(text) <= LONGEST}
    return tuple(sorted(short, key=lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())[:MOST])


def recorded(kind: str) -> Iterator[str]:
    yield from WRITTEN.get(kind, ())
    pattern = re.compile(COMMANDS[kind], re.DOTALL) if kind in COMMANDS else None
    for command, stdout, monitor in answers():
        if pattern is not None and stdout and pattern.fullmatch(command):
            yield stdout
        if kind == "monitor":
            yield monitor


@cache
def answers() -> tuple[tuple[str, str, str], ...]:
    """Each recorded command, what it printed, and what a monitor printed meanwhile."""
    return tuple(
        (
            shlex.join(line["argv"]) if line.get("argv") else line.get("sh") or "",
            line.get("stdout") or "",
            line.get("monitor") or "",
        )
        for release in RELEASES
        for line in recordings(release)
    )


def jailconfs() -> Iterator[str]:
    """Each byte of a jail.conf as one character."""
    folders = (TESTS / "forms/corpus", TESTS / "recordings/templates", find("jailconf/files"))
    for folder in filter(None, folders):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".conf", ""):
                yield path.read_bytes().decode("latin-1")
    yield from networks()
    yield " ".join(FRAGMENTS).encode().decode("latin-1")


def networks() -> Iterable[str]:
    lines = (TESTS / "config/networks.txt").read_text(encoding="utf-8").splitlines()
    return [line.encode().decode("latin-1") for line in lines if line and not line.startswith((" ", "#"))]


def hooks() -> Iterator[str]:
    """The texts of hooks, one a line as Python writes it."""
    for line in (TESTS / "config/shell_commands.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(("'", '"')):
            yield ast.literal_eval(line)
