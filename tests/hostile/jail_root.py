"""The attacker: the root of one jail, and all that he may do in it. The host is the embedded one of a release."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.processes import others
from tests.support.attacked import Attacked
from tests.support.remembered import Remembered

ATTACK = "\x1b]52;c;eA==\x07\x9b31m\u202e\x08"
"""Sets the clipboard, a C1 control sequence, a change of direction, a backspace."""
RAW = b"\xff\x9b31m"
"""Bytes that are no UTF-8."""
MARKUP = "[@click=app.quit]q[/] [link=file:///etc/passwd]f[/link]"
"""What a screen must not take for its own markup."""
HOSTNAMES = {
    "an escape sequence": b"x\x1b]0;y\x07z",
    "a tab": b"x\ty",
    "a line break": b"x\ny",
    "a quote": b'x"\\y',
    "bytes that are no UTF-8": b"x\xff\x80y",
    "a C1 control character": b"x\x7f\xc2\x9by",
}
NAMES = ("q\nem0", "\nem0", "\tinet 1.2.3.4\nx", "x;$(id) y", "-a", "q\udcffr")
"""Of an interface."""
LIKE_JSON = (
    ',"network":"<L',
    '","network":"<',
    '","received-pac',
    'q"},{"name":"',
    '"}]}}',
    "a,",
    'a,"',
    "a\\",
    'a\\"',
    "}",
)
"""Names, some as long as can be, that look like the text that refresh.sh leaves out, or like the end of a name."""
FEIGNED = """x
{name}: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
\tether {mac}
\tinet 10.9.9.9 netmask 0xffffff00 broadcast 10.9.9.255
\tgroups: epair"""
"""A description behind which ifconfig's text seems to go on with another interface."""

PROGRAMS = {
    "flood": "exec cat /dev/zero",
    "flood of complaints": "exec cat /dev/zero >&2",
    "flood that heeds no signal": "trap '' PIPE TERM HUP; while :; do echo 'lo0: flags=8049<UP> mtu 1'; done 2>&-",
    "sleeper": "exec sleep 60",
    "sleeper that heeds no signal": "trap '' TERM HUP INT ALRM; while :; do sleep 60; done",
    "half an answer": "echo 'lo0: flags=8049<UP,LOOPBACK> metric 0 mtu 16384'; printf 'epair154b: fl'; exec sleep 60",
    "child that holds the output": "setsid sleep 15 & exit 0",
    "child that holds the complaints": "echo why >&2; setsid sleep 15 >&- & exit 3",
    "killed by itself": "kill -9 $$",
    "failure": "echo 'no such thing'; exit 1",
    "garbage": "head -c 5000 /dev/urandom",
    "answer with the end of a section": r"""printf '\n==0 end 0\n\n==0 done\n'""",
}
"""What ifconfig and netstat of the jail are, as the text of a shell script."""
LIES = rf"""printf 'lo0: flags=8049<UP> mtu 1\n\033]52;c;eA==\007\302\233\377{MARKUP}\n' | tee /dev/stderr; exit 3"""
"""What all of them print at once, where it is about what is shown and not about time."""


class Hostile(NamedTuple):
    """A host on which web's root does all that he may, and what is remembered of its readings."""

    attacked: Attacked
    remembered: Remembered


class JailRoot:
    """The root of the jail of that name, whose end of a pair is `end`."""

    def __init__(self, attacked: Attacked, jail: str = "web", end: str = "epair154b") -> None:
        self.host = attacked
        self.jail = jail
        self.end = end
        self.root = attacked.folder / "jails" / jail

    def call_itself(self, hostname: bytes) -> None:
        self.host.inside(self.jail, "hostname", hostname.decode("utf-8", "surrogateescape"))

    def name(self, name: str) -> None:
        """Rename its interface."""
        self.host.inside(self.jail, "ifconfig", self.end, "name", name)
        self.end = name

    def describe(self, text: str) -> None:
        self.host.inside(self.jail, "ifconfig", self.end, "description", text)

    def feign(self, name: str) -> None:
        """Make its end look as if an interface of that name stood behind it, with the MAC of a pair's end."""
        near = mac(self.host, f"{name[:-1]}a") if name[-1] == "b" else "02:00:00:00:00:0a"
        self.describe(FEIGNED.format(name=name, mac=f"{near[:-1]}{name[-1]}"))

    def program(self, name: str, script: str) -> Path:
        """Put a program of its own in the place of /sbin/NAME or whatever; it notes that it ran."""
        file = self.root / "sbin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n: >{self.root}/ran\n{script}\n")
        file.chmod(0o755)
        (self.host.folder / store.JAIL_PROGRAMS).touch()
        store.forget_all(str(self.host.folder))
        return file

    def programs(self, script: str) -> None:
        """All that a console may call."""
        for name in (
            "ifconfig",
            "netstat",
            "cat",
            "ls",
            "head",
            "tail",
            "ping",
            "arp",
            "ps",
            "service",
            "sysctl",
            "nc",
        ):
            self.program(name, script)

    def runs(self, line: str, program: str = "sh") -> None:
        """Have a process of that command line: its root chooses all words of it, the first too."""
        with store.transaction(str(self.host.folder), write=True) as kernel:
            jid = next(jid for jid, jail in kernel.jails.items() if jail.name == self.jail)
            running = others(kernel)
            running.append([30000 + len(running), jid, line, 0, program])

    def mount(self, target: str) -> None:
        """Mount a file system at a folder of that name."""
        (self.root / target).mkdir(parents=True)
        self.host.inside(self.jail, "mount", "-t", "tmpfs", "tmpfs", f"/{target}")

    def does_all(self) -> None:
        """All of it at once, with what a terminal would act on in each text."""
        self.call_itself(f"{MARKUP}{ATTACK}".encode("utf-8", "surrogateescape") + RAW)
        self.describe(ATTACK + MARKUP)
        self.host.inside(self.jail, "ifconfig", "lo0", "name", "l\x1b[2J\udcff")
        self.runs(f"jail -c db {ATTACK}")
        self.runs(f"/usr/sbin/sshd {ATTACK}{MARKUP}", "jail")
        self.mount(f"m {ATTACK}\n{MARKUP[:9]}")
        self.programs(LIES)
        for file in ("etc/rc.conf", "etc/resolv.conf", "var/log/console.log"):
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.root / file).write_bytes(f'ifconfig_{ATTACK}="{MARKUP}"\n'.encode() + RAW)

    @property
    def entered(self) -> bool:
        """Whether a program of its own was run."""
        return (self.root / "ran").exists()


def mac(attacked: Attacked, name: str) -> str:
    """The MAC of an interface of the host."""
    found = re.search(r"ether (\S+)", attacked.host("ifconfig", name))
    assert found is not None
    return found[1]
