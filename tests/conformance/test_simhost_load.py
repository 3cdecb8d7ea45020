"""Load and traffic of the embedded host, as telemetry.jsonl recorded them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from jailtui.formats.rctl import parse
from jailtui.simhost.kernel import busy, interfaces, traffic, wire
from jailtui.simhost.kernel.addresses import bring_up
from jailtui.simhost.kernel.jails import create
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel
from jailtui.simhost.kernel.store import transaction
from jailtui.simhost.tools import netstat
from tests.support import host_commands, machine
from tests.support.shared_material import recordings

COUNTERS = re.compile(r"^epair154([ab])\*? .*?((?: +\d+){9}) *$", re.MULTILINE)


def recorded(release: str) -> dict[str, str]:
    return {line["id"]: line["stdout"] for line in recordings(release) if line["file"] == "telemetry"}


def ask(host: machine.Host, *words: str) -> str:
    done = host_commands.ask(host.folder / "bin" / words[0], words[1:], host.environment())
    done.check_returncode()
    return done.stdout


def counters(text: str) -> dict[str, list[int]]:
    """Ipkts Ierrs Idrop Ibytes Opkts Oerrs Obytes Coll Drop of both ends, as netstat printed them."""
    return {end: list(map(int, numbers.split())) for end, numbers in COUNTERS.findall(text)}


def pair(kernel: Kernel) -> tuple[Ifnet, Ifnet]:
    a = interfaces.clone(kernel, HOST, "epair154")
    b = kernel.interfaces[a.peer]
    bring_up(a)
    bring_up(b)
    return a, b


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_both_ends_of_a_pair_count_as_mirrors_and_a_packet_for_an_end_that_is_down_is_an_error(release: str) -> None:
    told = recorded(release)
    into, down = (counters(told[f"telemetry/counters/{number}"]) for number in ("03", "08"))
    kernel = Kernel.new(release, "nas")
    a, b = pair(kernel)
    for sender, other, end in ((a, b, "a"), (b, a, "b")):
        packets, octets = into[end][traffic.OPKTS], into[end][traffic.OBYTES]
        way = ((sender, "sent"), (other, "received"))
        for size in (octets // packets,) * (packets - 1) + (octets - octets // packets * (packets - 1),):
            wire.count(kernel, way, size)
    assert {"a": traffic.all_counted(kernel, a), "b": traffic.all_counted(kernel, b)} == into
    b.flags.remove("UP")
    for _ in range(down["a"][traffic.OERRS]):
        wire.count_lost(kernel, ((a, "sent"),), 98)
    assert traffic.all_counted(kernel, a)[traffic.OERRS] == down["a"][traffic.OERRS]
    assert traffic.all_counted(kernel, a)[traffic.OPKTS] == into["a"][traffic.OPKTS]


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_json_of_netstat_has_the_recorded_keys_one_of_them_twice(release: str) -> None:
    told = recorded(release)["telemetry/counters/13"]
    kernel = Kernel.new(release, "nas")
    a, _ = pair(kernel)
    a.flags.append("PROMISC")
    wire.count(kernel, ((a, "received"),), 42)
    shown = netstat.links(kernel, HOST)
    entry = shown[shown.index('{"name":"epair154a"') : shown.index("}", shown.index('{"name":"epair154a"')) + 1]

    def neutral(text: str) -> str:
        text = re.sub(r'"(network|address)":"[^"]*"', r'"\1":""', text)
        return re.sub(r'"flags":"[^"]*"', "", text)

    assert neutral(entry) == neutral(re.search(r'\{"name".*?\}', told)[0])  # type: ignore[index]


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_ps_prints_what_a_jail_uses_in_the_recorded_form(tmp_path: Path, release: str) -> None:
    told = recorded(release)["telemetry/seven-jails/13"].splitlines()
    host = machine.start(tmp_path / "host", release, "blog")
    with transaction(str(host.folder), write=True) as kernel:
        kernel.extra["others"] = [[1200, 0, "sleep 9", 0, "sleep"]]
    heading, row = ask(host, "ps", "-axww", "-o", "jid,%cpu,rss,time,etimes").splitlines()
    columns = [told[0].split().index(title) for title in heading.split()]
    assert heading.split() == ["JID", "%CPU", "RSS", "TIME", "ELAPSED"]
    forms = (r"\d+", r"\d+\.\d", r"\d+", r"\d+:\d\d\.\d\d", r"\d+")
    for line in (row.split(), [told[5].split(None, 10)[at] for at in columns]):
        assert all(re.fullmatch(form, word) for form, word in zip(forms, line, strict=True)), line
    names = ("security.bsd.see_other_uids", "security.bsd.see_jail_proc")
    assert ask(host, "sysctl", *names) == recorded(release)["telemetry/seven-jails/30"]


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_rctl_accounts_to_a_jail_by_its_name(tmp_path: Path, release: str) -> None:
    told = {line["id"]: line for line in recordings(release) if line["file"] == "telemetry"}
    host = machine.start(tmp_path / "host", release, "blog")

    def rctl(subject: str, user: str = "root") -> tuple[int, str, str]:
        command = [str(host.folder / "bin/rctl"), "-u", subject]
        environment = {**host.environment(), "JAILTUI_SIM_USER": user}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def as_recorded(number: str) -> tuple[int, str, str]:
        line = told[f"telemetry/{number}"]
        return line["rc"], line["stdout"], line["stderr"]

    assert rctl("jail:nosuch") == as_recorded("seven-jails/91")  # zeros
    assert rctl("jail:") == as_recorded("seven-jails/94")
    assert rctl("jail:web", "alice") == as_recorded("seven-jails/96")
    with transaction(str(host.folder), write=True) as kernel:
        create(kernel, {"name": "web", "vnet": True})
        kernel.extra["others"] = [[1200, 1, "sleep 9", 0, "sleep"]]
    amounts, burner = parse(rctl("jail:web")[1]), parse(told["telemetry/seven-jails/87"]["stdout"])
    assert list(amounts) == list(burner)
    assert (amounts["maxproc"], amounts["memoryuse"]) == (1, 2800 * 1024)
    with transaction(str(host.folder), write=True) as kernel:
        kernel.extra["sysctl"] = {"kern.racct.enable": "0"}
    off = next(
        line for line in told.values() if "racct-off" in line["id"] and "present, but disabled" in line["stderr"]
    )
    assert rctl("jail:web") == (off["rc"], off["stdout"], off["stderr"])


def test_a_busy_host_moves_its_counters_with_the_time_and_stops(tmp_path: Path) -> None:
    from jailtui.simhost import setup

    root = tmp_path / "demo"
    setup.prepare(root, busy=True)
    with transaction(str(root), write=True) as kernel:
        kernel.extra["busy"] = busy.since(kernel) - 100
        web, proxy = kernel.jail_by("web"), kernel.jail_by("proxy")
        assert web is not None
        assert proxy is not None
        inside, outside = (traffic.all_counted(kernel, end) for end in ends(kernel, web.vnet))
        assert inside[traffic.IBYTES] > 10_000_000
        assert 0 <= outside[traffic.OBYTES] - inside[traffic.IBYTES] < 10_000_000  # the clock goes on between the two
        assert sum(sum(traffic.all_counted(kernel, end)) for end in ends(kernel, proxy.vnet)) == 0
        assert busy.processor_seconds(kernel, web.jid) > 5
    setup.prepare(root, busy=False)
    with transaction(str(root), write=False) as kernel:
        assert json.dumps([traffic.all_counted(kernel, each) for each in kernel.interfaces.values()]).count("1") == 0


def ends(kernel: Kernel, vnet: int) -> tuple[Ifnet, Ifnet]:
    """The end of a pair in that stack, and the other one."""
    inside = next(each for each in kernel.listed(vnet) if each.kind == "epair")
    return inside, kernel.interfaces[inside.peer]
