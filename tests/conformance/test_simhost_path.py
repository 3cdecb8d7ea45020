"""The embedded host broken by hand in the recorded ways: what its ping says, and the path check's verdict."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.pathcheck.beyond import PathTarget
from jailtui.pathcheck.hops import PathReport
from jailtui.pathcheck.run import check_path
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import Kernel
from tests.support import machine
from tests.support.path_replay import lines
from tests.support.replay import Line, ask, run

JAIL = "my-vnet-jail"
WAYS = {
    "healthy": "ok",
    "no-default-route": "no-default-route",
    "gateway-nobody": "gateway-nobody",
    "b-down": "b-down",
    "a-down": "a-down",
    "a-in-no-bridge": "a-in-no-bridge",
    "a-in-other-bridge": "a-in-other-bridge",
    "bridge-down": "bridge-down",
    "nic-not-member": "nic-not-member",
    "nic-down": "nic-down",
    "no-address": "no-address",
    "wrong-net": "wrong-net",
    "interface-gone": "interface-gone",
    "arp-off": "arp-off",
    "duplicate-ip": "duplicate-ip",
    "duplicate-mac": "duplicate-mac",
    "mtu-bridge-1400": "mtu-bridge-1400",
    "routed-forwarding0": "routed-forwarding0",
    "routed-forwarding1": "routed-forwarding1",
    "vlan-parent-down": "vlan-parent-down",
    "vlan-wrong-tag": "vlan-wrong-tag",
    "vlanfilter-wrong-vlan": "vlanfilter-wrong-vlan",
    "dns-no-resolv": "dns-no-resolv",
    "dns-garbage": "dns-garbage",
    "raw-denied": "raw-denied",
}
"""The verdict on each host, broken as recorded."""
TARGETS = {"routed-forwarding0": "192.168.1.1", "routed-forwarding1": "192.168.1.1", "raw-denied": "192.168.1.1"}
OWN = "the jail's own address"
LATER = ("ping -j", "-c 3", "-c 4", "-c 20", "9.9.9.9", "127.0.0.1", "-6", "jexec -U", "for i in", "tail", "dmesg")
"""Lines that are left out: they say more than the path check asks, or need what is not simulated."""


class BlogUp:
    """The machine with the classic jail started, which can be put back to that state."""

    def __init__(self, folder: Path) -> None:
        self.host = machine.start(folder, "15.1", "blog")
        machine.without_waiting(self.host)
        (folder / "jails/web/dev").mkdir(parents=True)
        assert run(Line("", ("jail", "-c", JAIL), None, "root", "", "", 0), self.host)[2] == 0
        self.backend = HostBackend(Host("host", lambda: local_shell(environment=self.host.environment())))
        with store.transaction(str(folder), write=False) as kernel:
            self.state = copy.deepcopy(kernel.freeze())

    def broken(self, scenario: str) -> machine.Host:
        """The host after the lines that prepare the scenario."""
        with store.transaction(str(self.host.folder), write=True) as kernel:
            fresh = Kernel.thaw(copy.deepcopy(self.state))
            vars(kernel).update({key: value for key, value in vars(fresh).items() if key != "generation"})
        for name in ("resolv.conf", "hosts"):
            (self.host.folder / "jails" / JAIL / "etc" / name).unlink(missing_ok=True)
        for line in lines("15.1")[scenario]:
            if (line.get("note") or "").startswith("setup"):
                words = tuple(line["argv"]) if "argv" in line else None
                one = Line(line["id"], words, line.get("sh"), "root", "", "", 0)
                if words is None or words[0] not in ("ifconfig", "jexec", "route", "sysctl") or "rm" in words:
                    run(one, self.host, setup=True)
                else:
                    ask(one, self.host)
        return self.host


@pytest.fixture(scope="module")
def blog_up(tmp_path_factory: pytest.TempPathFactory) -> BlogUp:
    return BlogUp(tmp_path_factory.mktemp("machine") / "host")


def checked(backend: HostBackend, scenario: str) -> PathReport:
    text = TARGETS.get(scenario, "example.org" if scenario.startswith("dns-") else "")
    target = PathTarget(text, text) if text else None
    jail = "old" if scenario == "raw-denied" else JAIL
    report = check_path(backend, jail, target)
    assert report is not None
    return report


@pytest.mark.parametrize("scenario", WAYS)
def test_verdict_on_a_host_broken_by_hand(blog_up: BlogUp, scenario: str) -> None:
    blog_up.broken(scenario)
    report = checked(blog_up.backend, scenario)
    assert report.verdict == WAYS[scenario], [hop[:3] for hop in report.hops]


PINGED = ("healthy", "gateway-nobody", "b-down", "a-down", "bridge-down", "no-address", "arp-off", "nic-down")


def test_ping_is_answered_as_recorded(blog_up: BlogUp) -> None:
    compared = 0
    for scenario in PINGED:
        host = blog_up.broken(scenario)
        for line in lines("15.1")[scenario]:
            words = " ".join(line.get("argv", ()))
            if "ping" not in words or line.get("note") == OWN or any(part in words for part in LATER):
                continue
            out, err, status = ask(Line(line["id"], tuple(line["argv"]), None, "root", "", "", 0), host)
            assert (err, status) == (line["stderr"], line["rc"]), line["id"]
            assert ("1 packets received" in out) is ("1 packets received" in line["stdout"]), line["id"]
            compared += 1
    assert compared > 25


NUMBERS = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}|\d+")
SHAPES = (
    "netstat -I epair154a -bdnW -f link",
    "jexec -l my-vnet-jail route -n get default",
    "jexec -l my-vnet-jail arp -an",
    "ifconfig bridge0 addr",
    "jexec -l my-vnet-jail nc -zv -w 2 192.168.1.50 22",
    "jexec -l my-vnet-jail getent hosts example.org",
)


def test_tools_print_in_the_shape_that_was_recorded(blog_up: BlogUp) -> None:
    host = blog_up.broken("healthy")
    told = [line for scenario in ("raw-denied", "healthy") for line in lines("15.1")[scenario] if "argv" in line]
    known = {" ".join(line["argv"]).replace(" old ", f" {JAIL} "): line for line in told}
    for words in (f"jexec -l {JAIL} ping -n -c 1 -t 1 192.168.1.1", *SHAPES):
        line = known[words]
        out, err, status = ask(Line(line["id"], tuple(words.split()), None, "root", "", "", 0), host)
        shape = {re.sub(r" +", " ", NUMBERS.sub("N", each)) for each in (out + err).splitlines()}
        wanted = {re.sub(r" +", " ", NUMBERS.sub("N", each)) for each in (line["stdout"] + line["stderr"]).splitlines()}
        assert (shape, status) == (wanted, line["rc"]), words
