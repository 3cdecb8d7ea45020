"""What holds a dying jail, and what lets it go, line by line as recorded; and the rest of what a reading asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import machine
from tests.support.replay import DYING, Line, lines, normal, run
from tests.support.shared_material import shared

Answer = tuple[str, str, int | None]

OTHERS = re.compile(r"^tcp.*(?<!10\.5\.0\.1\.PORT) .*\n", re.MULTILINE)
"""Connections of the recorder, and who listened on its machine."""


@pytest.fixture(params=DYING)
def release(request: pytest.FixtureRequest) -> str:
    shared("recordings")
    return str(request.param)


@pytest.fixture
def host(release: str, tmp_path: Path) -> machine.Host:
    host = machine.start(tmp_path / "host", release)
    machine.without_waiting(host)
    return host


def compared(text: str, host: machine.Host) -> str:
    """Text without the port that the system chose, and without the recorder's own connections."""
    text = re.sub(r"(10\.5\.0\.1[. ])\d{5}\b {0,8}", r"\1PORT ", normal(text, host.folder))
    return OTHERS.sub("", re.sub(r" +$", "", text, flags=re.MULTILINE))


def asked(host: machine.Host, *words: str) -> Answer:
    return run(Line("", words, None, "root", "", "", 0), host)


def recorded(release: str, file: str, identity: str) -> Line:
    scenario = identity.split("/")[1]
    return next(line for line in lines(release, file, scenario) if line.id == identity)


def test_connection_of_the_host_holds_the_jail_until_exactly_it_is_dropped(release: str, host: machine.Host) -> None:
    scenario = list(lines(release, DYING[release], "tcpdrop-one"))
    for line in scenario:
        out, err, status = run(line, host)
        wanted = (compared(line.stdout, host), compared(line.stderr, host), line.rc)
        assert (compared(out, host), compared(err, host), status) == wanted, line.id
    assert sum("CLOSE_WAIT" in line.stdout or "dropped" in line.stdout for line in scenario) == 2


def test_dropping_another_connection_frees_nothing(host: machine.Host) -> None:
    for words in (
        ("jail", "-c", "name=v1", "path=/", "vnet", "persist"),
        ("ifconfig", "epair0", "create"),
        ("ifconfig", "epair0b", "vnet", "v1"),
        ("ifconfig", "epair0a", "10.5.0.1/24", "up"),
        ("jexec", "v1", "ifconfig", "epair0b", "10.5.0.2/24", "up"),
        ("daemon", "-f", "nc", "10.5.0.2", "5000"),
        ("daemon", "-f", "nc", "10.5.0.2", "22"),
        ("jail", "-r", "v1"),
    ):
        assert asked(host, *words)[2] == 0
    second, first = (line.split() for line in asked(host, "tcpdrop", "-l", "-a")[0].splitlines())
    assert asked(host, "tcpdrop", "10.5.0.1", "1", "10.5.0.2", "5000")[1:] == (
        "tcpdrop: 10.5.0.1 1 10.5.0.2 5000: No such process\n",
        1,
    )
    assert asked(host, *first)[2] == 0
    assert asked(host, "jls", "-d", "-n", "jid", "dying")[0] == "jid=1 dying\n"
    assert asked(host, *first)[2] == 1
    assert asked(host, *second)[2] == 0
    assert asked(host, "jls", "-d", "-n", "jid", "dying")[0] == ""
    assert "epair0b" in asked(host, "ifconfig", "-l")[0]


def test_connections_dropped_inside_before_the_stop_hold_nothing(host: machine.Host) -> None:
    scenario = [line for line in lines("13.2", "dying", "stop-processes-first") if "pkill" not in line.text]
    for line in scenario:
        out, err, status = run(line, host)
        if line.text.startswith(("jail", "jls", "ifconfig -l")):
            assert (out, err, status) == (line.stdout, line.stderr, line.rc), line.id
        elif line.text == "jexec v1 tcpdrop -a":
            assert re.fullmatch(r"10\.5\.0\.2 5000 10\.5\.0\.1 \d+: dropped\n", out)


def test_file_system_mounted_inside_holds_the_jail_until_it_is_unmounted(release: str, host: machine.Host) -> None:
    for line in lines(release, DYING[release], "mount-inside"):
        if line.text.startswith("mkthin"):
            run(line, host, setup=True)
        elif line.text != "mount" and not line.text.startswith("fstat"):
            out, err, status = run(line, host)
            assert (normal(out, host.folder), err, status) == (line.stdout, line.stderr, line.rc), line.id


def bridged(host: machine.Host) -> None:
    asked(host, "ifconfig", "bridge0", "create")


def nothing(_host: machine.Host) -> None:
    return


def own_rules(host: machine.Host) -> None:
    (host.folder / "etc/devfs.rules").write_text(
        "[devfsrules_jail_dhcp=11]\nadd include $devfsrules_hide_all\nadd include $devfsrules_unhide_basic\n"
        "add include $devfsrules_unhide_login\nadd include $devfsrules_jail\nadd path bpf* unhide\n"
    )
    asked(host, "service", "devfs", "restart")


@pytest.mark.parametrize(
    ("release", "file", "identity", "first"),
    [
        *(
            (release, "probe" if release == "13.2" else "replay-probe", "probe/capabilities/37", nothing)
            for release in DYING
        ),
        *(
            (release, "ifconfig" if release == "13.2" else "replay-ifconfig", "ifconfig/clean-host/54", nothing)
            for release in DYING
        ),
        *(
            (release, "inside" if release == "13.2" else "replay-inside", "inside/dhcp/17", own_rules)
            for release in DYING
        ),
        *(
            (release, "inside" if release == "13.2" else "replay-inside", "inside/dhcp/18", own_rules)
            for release in DYING
        ),
        ("14.2", "own", "own/bridge/03", bridged),
        ("15.1", "ifconfig", "ifconfig/bridge/06", bridged),
        ("14.2", "replay-probe", "probe/capabilities/16", nothing),
        ("15.1", "replay-probe", "probe/capabilities/16", nothing),
    ],
)
def test_question_of_a_reading_is_answered_as_recorded(
    file: str, identity: str, first: Callable[[machine.Host], None], release: str, host: machine.Host
) -> None:
    first(host)
    line = recorded(release, file, identity)
    assert run(line, host) == (line.stdout, line.stderr, line.rc)


def test_netstat_of_13_says_by_what_it_knows_no_jails(tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", "13.2")
    line = recorded("13.2", "probe", "probe/capabilities/16")
    assert run(line, host)[1].splitlines()[0] == line.stderr.splitlines()[0]
