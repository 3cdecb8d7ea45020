"""Half-started jails: the last commands of the start have had no effect, and all before them had theirs."""

from __future__ import annotations

import os
import signal
import subprocess
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from jailtui.model.state import Interface
from jailtui.rules.context import Context
from jailtui.rules.halfstarts import cut_off
from jailtui.rules.registry import judge
from tests.support.contexts import context, findings, found
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import house, inside, running, template
from tests.support.releases import OLD_AND_NEW

LINES = (
    "/sbin/ifconfig lo0 inet 127.0.0.1/8",
    "/sbin/ifconfig epair154b name vnet0",
    "/sbin/ifconfig vnet0 mtu 1400",
    "/sbin/ifconfig vnet0 ether 02:00:00:00:00:9A",
    "/sbin/ifconfig vnet0 description inner",
    "/sbin/ifconfig vnet0 inet 192.168.1.154/24",
    "/sbin/route add default 192.168.1.1",
)
JOIN = "/sbin/ifconfig bridge0 addm epair154a"
NAMED = (
    "127.0.0.1/8",
    "the name vnet0",
    "MTU 1400 of vnet0",
    "MAC 02:00:00:00:00:9A of vnet0",
    "the description of vnet0",
    "192.168.1.154/24",
    "the default route through 192.168.1.1",
    "epair154a in bridge0",
)
ROUTE, MEMBER = 6, 7


def starting(*lines: str, poststart: str = "", more: str = "") -> str:
    """The jail web, whose start runs these commands after its pair was created and moved in."""
    return (
        'web { path = "/jails/web"; vnet; persist; vnet.interface = "epair154b"; exec.clean; '
        'exec.prestart = "/sbin/ifconfig epair154 create up"; '
        + "".join(f"exec.start += '{line}'; " for line in lines)
        + (f"exec.poststart = '{poststart}'; " if poststart else "")
        + f"{more} }}"
    )


FULL = starting(*LINES, poststart=JOIN)


def lo0(*addresses: str, up: bool = True) -> Interface:
    return inside("lo0", 4, *addresses, kind="loopback", up=up)


def host_of(*members: str) -> tuple[Interface, ...]:
    bridges = [Interface("bridge0", "bridge", up=True, members=members), Interface("bridge1", "bridge", up=True)]
    return (Interface("epair154a", "epair", up=True, mtu=1500), *bridges)


def after(done: set[int]) -> Context:
    """The jail of FULL in which the commands of these numbers had their effect."""
    end = inside(
        "vnet0" if 1 in done else "epair154b",
        4,
        *(["192.168.1.154/24"] if 5 in done else []),
        up=5 in done,
        mtu=1400 if 2 in done else 1500,
        mac="2:0:0:0:0:9a" if 3 in done else "58:9c:fc:10:ff:eb",
        description="inner" if 4 in done else None,
        drivername="epair154",
    )
    loopback = lo0("127.0.0.1/8") if 0 in done else lo0(up=False)
    routers = ("192.168.1.1",) if ROUTE in done else ()
    return lived(FULL, loopback, end, gateways=routers, interfaces=host_of(*(["epair154a"] if MEMBER in done else [])))


def lived(text: str, *has: Interface, gateways: Any = (), interfaces: tuple[Interface, ...] = host_of()) -> Context:
    """The running jail web of that text, with these interfaces in it, on a host with those."""
    jail = running(text, "web", 4, *has, gateways=gateways)._replace(interfaces=has)
    return context(text, running=[jail], interfaces=interfaces)


def lacks(one: Context) -> str:
    """What the jail lacks after a start that was cut off; "" if it was not."""
    jail = one.state.jail("web")
    assert jail is not None
    phrase = cut_off(one, jail)
    return phrase[0].partition("it lacks ")[2] if phrase is not None else ""


def subsets(numbers: range) -> list[set[int]]:
    return [set(some) for some in chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1))]


def test_start_is_cut_off_where_the_last_commands_alone_have_had_no_effect() -> None:
    """All 256 ways in which eight commands may have had their effect or not."""
    every = range(len(NAMED))
    for done in subsets(every):
        missing = [number for number in every if number not in done]
        last_ones = done == set(range(len(done)))
        expected = missing if last_ones and not set(missing) <= {ROUTE, MEMBER} else []
        assert lacks(after(done)) == ", ".join(NAMED[number] for number in expected), done


def test_finding_says_which_commands_and_what_else_it_may_be() -> None:
    (half,) = found(after({0, 1, 2, 3}), "JAIL-HALF-STARTED")
    assert "it lacks the description of vnet0, 192.168.1.154/24, the default route through" in half.text
    end = inside("vnet0", 4, "192.168.1.154/24", mtu=1400, mac="02:00:00:00:00:9a", description="inner")
    text = FULL.replace("'/sbin/route", "'/sbin/ifconfig vnet0 inet 10.9.0.4/24 alias'; exec.start += '/sbin/route")
    (half,) = found(lived(text, lo0("127.0.0.1/8"), end), "JAIL-HALF-STARTED")
    assert half.text == (
        "web is running, but the last commands of its exec.start and exec.poststart have had no effect: it lacks "
        "10.9.0.4/24, the default route through 192.168.1.1, epair154a in bridge0: its start or stop was cut off, or "
        "the jail or its file was changed since."
    )
    assert [it.said for it in half.evidence[1:]] == [
        "exec.start = /sbin/ifconfig vnet0 inet 10.9.0.4/24 alias",
        "exec.start = /sbin/route add default 192.168.1.1",
        "exec.poststart = /sbin/ifconfig bridge0 addm epair154a",
    ]
    assert half.confidence == "likely"


WHOLE = inside("epair154b", 4, "192.168.1.154/24")
ADDRESS, OTHER = "ifconfig epair154b inet 192.168.1.154/24", "ifconfig epair154b inet 10.9.0.4/24 alias"


def test_jail_with_an_address_is_only_a_warning_and_its_removal_comes_last() -> None:
    """Its file may have been changed since, which needs no restart; without an address nothing reaches it."""
    text = starting("ifconfig epair154b up", ADDRESS, OTHER)
    (half,) = [it for it in judge(lived(text, lo0(), WHOLE)) if it.code == "JAIL-HALF-STARTED"]
    assert (half.severity, half.confidence) == ("warning", "likely")
    assert [(remedy.task.label, remedy.force) for remedy in half.remedies] == [
        ("Restart web", "firm"),
        ("Add it now", "gentle"),
        ("Remove web by force", "forced"),
    ]
    bare = lived(text, lo0(), WHOLE._replace(addresses=()))
    assert [it.severity for it in judge(bare) if it.code.startswith(("JAIL", "ADDR-NONE"))] == ["error"]


@pytest.mark.parametrize(
    ("lines", "has", "missing"),
    [
        ((ADDRESS, "ifconfig lo0 up"), (lo0(up=False), WHOLE), "the flag UP of lo0"),
        ((ADDRESS, "ifconfig lo0 up"), (lo0(), WHOLE), ""),
        # a failure of its last command does not end the start
        ((ADDRESS, f"{OTHER} || true"), (lo0(), WHOLE), ""),
        ((ADDRESS, f"{OTHER} &"), (lo0(), WHOLE), ""),
        ((f"{ADDRESS}; true", OTHER), (lo0(), WHOLE), "10.9.0.4/24"),
        # a script may undo what was done before it, not what comes after it
        ((ADDRESS, OTHER, "/root/net.sh"), (lo0(), WHOLE), ""),
        ((ADDRESS, f"{OTHER}; /root/net.sh"), (lo0(), WHOLE), ""),
        ((ADDRESS, "/root/net.sh", OTHER), (lo0(), WHOLE), "10.9.0.4/24"),
        # what follows from another command proves nothing
        ((ADDRESS, OTHER, "ifconfig epair154b up"), (lo0(), WHOLE), "10.9.0.4/24"),
        ((ADDRESS, OTHER, "ifconfig epair154b mtu 1500"), (lo0(), WHOLE), "10.9.0.4/24"),
        ((ADDRESS, OTHER, "ifconfig lo0 inet6 ::1"), (lo0("::1/128"), WHOLE), "10.9.0.4/24"),
        ((ADDRESS, OTHER, "ifconfig lo0 127.0.0.1/8"), (lo0("127.0.0.1/8"), WHOLE), ""),
        ((ADDRESS, OTHER, "ifconfig lo0 127.0.0.1/8", "sh /etc/rc"), (lo0("127.0.0.1/8"), WHOLE), "10.9.0.4/24"),
        # up without the address that would have raised it
        ((ADDRESS,), (lo0(), inside("epair154b", 4)), ""),
        (("ifconfig lo0 127.0.0.1/8", ADDRESS), (lo0("127.0.0.1/8"), inside("epair154b", 4)), ""),
        (("ifconfig epair154b up", ADDRESS), (lo0(), inside("epair154b", 4)), "192.168.1.154/24"),
        ((f"{ADDRESS} up",), (lo0(), inside("epair154b", 4, up=False)), "the flag UP of epair154b, 192.168.1.154/24"),
        # one command has done one thing and not the other
        ((ADDRESS, "ifconfig lo0 127.0.0.1/8 up"), (lo0("127.0.0.1/8", up=False), WHOLE), ""),
        # a later command takes back or replaces what an earlier one did
        ((ADDRESS, OTHER, "ifconfig epair154b inet 10.9.0.4 -alias"), (lo0(), WHOLE), ""),
        ((ADDRESS, "ifconfig lo0 up", "ifconfig lo0 down"), (lo0(up=False), WHOLE), ""),
        ((ADDRESS, "ifconfig epair154b mtu 1400", "ifconfig epair154b mtu 1500"), (lo0(), WHOLE), ""),
        # another value in its place is drift
        ((ADDRESS, "ifconfig epair154b mtu 1400"), (lo0(), WHOLE._replace(mtu=1300)), ""),
        ((ADDRESS, "ifconfig epair154b mtu 1400"), (lo0(), WHOLE._replace(mtu=0)), ""),
        ((ADDRESS, "ifconfig epair154b mtu 1400"), (lo0(), WHOLE), "MTU 1400 of epair154b"),
        ((ADDRESS, "ifconfig epair154b descr in"), (lo0(), WHOLE._replace(description="mine")), ""),
        ((ADDRESS, "ifconfig epair154b name vnet0"), (lo0(), WHOLE._replace(name="x0", drivername="epair154")), ""),
        ((ADDRESS, "ifconfig lo0 127.0.0.1/8"), (lo0("127.0.0.2/8"), WHOLE), ""),
        ((ADDRESS, "ifconfig lo0 127.0.0.1/8"), (lo0("::1/128", up=False), WHOLE), "127.0.0.1/8"),
        # the kernel chooses
        ((ADDRESS, "ifconfig epair154b ether random"), (lo0(), WHOLE._replace(mac="58:9c:fc:10:ff:eb")), ""),
        ((ADDRESS, "ifconfig epair154b ether 02:00:00:00:00:9a"), (lo0(), WHOLE), ""),
        ((ADDRESS, OTHER, "dhclient epair154b"), (lo0(), WHOLE), ""),
        # spelt otherwise
        ((ADDRESS, "ifconfig lo0 inet6 2001:DB8::0:9"), (lo0("2001:db8::9/64"), WHOLE), ""),
        # what can't be told from what its description feigns
        ((ADDRESS, OTHER), (lo0(), WHOLE._replace(doubtful=True)), ""),
        # nothing that was done can be seen
        ((), (lo0(up=False), WHOLE), ""),
    ],
)  # fmt: skip
def test_what_proves_a_cut_start(lines: tuple[str, ...], has: tuple[Interface, ...], missing: str) -> None:
    assert lacks(lived(starting(*lines), *has)) == missing


@pytest.mark.parametrize(
    ("gateways", "missing"),
    [
        ((), "10.9.0.4/24, the default route through 192.168.1.1"),
        (None, "10.9.0.4/24"),
        (("192.168.1.9",), ""),
        (("fe80::1%epair154b",), "10.9.0.4/24, the default route through 192.168.1.1"),
    ],
)
def test_default_route_that_is_another_or_was_not_read(gateways: tuple[str, ...] | None, missing: str) -> None:
    text = starting(ADDRESS, OTHER, "route add default 192.168.1.1")
    assert lacks(lived(text, lo0(), WHOLE, gateways=gateways)) == missing


@pytest.mark.parametrize(
    ("members", "missing"), [("bridge0", "10.9.0.4/24, epair154a in bridge0"), ("bridge1", ""), ("", "10.9.0.4/24")]
)
def test_member_of_another_bridge_is_drift(members: str, missing: str) -> None:
    text = starting(ADDRESS, OTHER, poststart=JOIN)
    pair, bridge0, bridge1 = host_of()
    interfaces = {
        "bridge0": (pair, bridge0, bridge1),
        "bridge1": (pair, bridge0, bridge1._replace(members=("epair154a",))),
        "": (pair,),  # there is no bridge: another finding
    }[members]
    assert lacks(lived(text, lo0(), WHOLE, interfaces=interfaces)) == missing


def test_host_side_counts_as_done_first() -> None:
    pair, *bridges = host_of()
    before = 'exec.prestart += "/sbin/ifconfig epair154a mtu 1400 descr web up"; '
    text = starting(ADDRESS, OTHER, more=before)
    for end, missing in (
        (pair._replace(mtu=1400, description="web"), "10.9.0.4/24"),
        (pair._replace(mtu=1500, description="web"), ""),
        (pair._replace(mtu=1400, description=None), ""),
        (pair._replace(mtu=1400, description="web", up=False), ""),
    ):
        assert lacks(lived(text, lo0(), WHOLE, interfaces=(end, *bridges))) == missing
    bridged = (pair._replace(description="web"), bridges[0]._replace(members=("epair154a",)))
    assert lacks(lived(text, lo0(), WHOLE, interfaces=bridged)) == "10.9.0.4/24"  # a member has its bridge's MTU


def test_second_interface_that_was_not_moved_in() -> None:
    text = starting(ADDRESS).replace('"epair154b"', '"epair154b", "em1"')
    bare = WHOLE._replace(addresses=(), up=False)
    assert lacks(lived(text, lo0(), bare)) == "em1, 192.168.1.154/24"
    renamed = Interface("lan0", "ether", 4)
    assert lacks(lived(text, lo0(), bare, renamed)) == "192.168.1.154/24"
    assert lacks(lived(text, lo0(), WHOLE)) == ""


def killed(host: Embedded) -> None:
    """Start the jail web, whose hook prints its pid and sleeps, and kill jail(8) meanwhile, then the hook."""
    path = f"{host.environment['PATH']}/jail"
    with subprocess.Popen([path, "-c", "web"], env=host.environment, stdout=subprocess.PIPE, text=True) as jail:
        assert jail.stdout is not None
        hook = next(int(line) for line in jail.stdout if line.strip().isdigit())
        jail.kill()
        jail.wait()
        os.kill(hook, signal.SIGKILL)


SLEEPING = """exec.start += 'echo $$; exec sleep 60'; exec.start += "/sbin/ifconfig ${epair}b inet 10.9.0.4/24 alias";
    exec.start += "/sbin/ifconfig lo0 inet 127.0.0.1/8 up"; exec.start += "/sbin/route add"""


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_jail_whose_start_was_really_killed_is_half_started(tmp_path: Path, release: str) -> None:
    """As recorded: orphan/kill-jail-command/02 to /12."""
    text = template("web", **{'exec.start += "/sbin/route add': SLEEPING, "vnet;": "vnet; persist;"})
    host = house(tmp_path / "host", text, "web", release=release)
    killed(host)
    assert "name=web nodying" in host.ask("jls", "-d", "-n", "name", "dying")
    assert "member: epair154a" in host.ask("ifconfig", "bridge0")
    assert "inet 192.168.1.154" in host.ask("jexec", "web", "ifconfig", "epair154b")
    backend = host.backend()
    (half,) = judge(backend.examine().context, {"JAIL-HALF-STARTED"})
    assert "it lacks 10.9.0.4/24, the flag UP of lo0, 127.0.0.1/8, the default route through 192.168.1.1:" in half.text
    assert [finding.code for finding in findings(backend) if finding.severity != "note"] == ["JAIL-HALF-STARTED"]
    with pytest.raises(AssertionError, match='"web" already exists'):
        host.ask("jail", "-c", "web")
    host.ask("jail", "-r", "web")
    assert "epair154" not in host.ask("ifconfig", "-l")


def test_start_that_was_not_killed_is_whole(tmp_path: Path) -> None:
    text = template("web", **{'exec.start += "/sbin/route add': SLEEPING.replace("exec sleep 60", "true")})
    host = house(tmp_path / "host", text, "web")
    host.ask("jail", "-c", "web")
    assert findings(host.backend(), "JAIL-HALF-STARTED") == ()
