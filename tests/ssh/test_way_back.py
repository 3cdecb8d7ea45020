"""A plan that cuts the operator off, by a real sshd behind a relay: the line is cut, and the host undoes the plan."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.carryout import carry_out
from jailtui.cli.verb import Exit
from jailtui.exchange import Step, Task, Verb
from jailtui.host.auditlog import AuditLog
from jailtui.host.host import Host
from jailtui.host.ssh import connect, destination
from jailtui.host.wayback import WayRefused, Ways
from jailtui.plans.history import past_runs
from jailtui.plans.plan import Plan
from jailtui.simhost import setup
from tests.support.relay import Relay
from tests.support.sshd import Sshd

Capsys = pytest.CaptureFixture[str]
SECONDS = 3
DOWN = Step(("ifconfig", "em0", "down"), undo=("ifconfig", "em0", "up"))
DELETE = Step(
    ("ifconfig", "em0", "inet", "192.168.1.10", "delete"),
    undo=("ifconfig", "em0", "inet", "192.168.1.10/24", "alias"),
)
ADD = Step(
    ("ifconfig", "em0", "inet", "192.168.1.77/32", "alias"), undo=("ifconfig", "em0", "inet", "192.168.1.77", "-alias")
)


@pytest.fixture
def relay(sshd: Sshd) -> Iterator[Relay]:
    relay = Relay(int(sshd.destination.rpartition(":")[2]), sshd.demo)
    hosts = sshd.folder / "known_hosts"
    _, key = hosts.read_text().split(" ", 1)
    hosts.write_text(f"[127.0.0.1]:{relay.port} {key}")
    yield relay
    relay.close()


@pytest.fixture
def backend(sshd: Sshd, relay: Relay) -> Iterator[HostBackend]:
    where = destination(f"{sshd.destination.rpartition(':')[0]}:{relay.port}")
    host = Host("box", lambda: connect(where, config=str(sshd.config)), reached="ssh")
    backend = HostBackend(host, audit=AuditLog(sshd.folder / "state" / "audit.log", "box"), way_back=SECONDS)
    yield backend
    backend.close()


def cutting(*steps: Step) -> Plan:
    return Plan(Verb.SAVE, "box", (Task("em0", "em0", steps, label="Change em0"),), cuts=("This changes em0.",))


def em0(demo: Path) -> tuple[str, ...]:
    """The lines of its addresses and the state of its link, and the host's default route."""
    environment = {**os.environ, **setup.environment(demo)}
    lines: list[str] = []
    for words in (("ifconfig", "em0"), ("netstat", "-rn", "-f", "inet")):
        argv = (str(demo / "bin" / words[0]), *words[1:])
        lines += subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted(line for line in lines if "inet " in line or "flags" in line or "default" in line))


def test_readings_are_compressed(backend: HostBackend, relay: Relay) -> None:
    backend.read()
    passed = relay.passed
    size = sum(len(section.out) for section in backend.capture(fresh=True).sections)
    assert 0 < relay.passed - passed < size  # the script, too, goes over the line


@pytest.mark.parametrize("step", [DOWN, DELETE], ids=["down", "no address"])
def test_line_is_cut_and_the_host_undoes_the_plan(
    backend: HostBackend, relay: Relay, capsys: Capsys, step: Step
) -> None:
    before = backend.read()
    was = em0(relay.demo)
    relay.held = 0
    assert carry_out(cutting(step), backend, before, yes=True) == Exit.FAILED
    assert relay.held, "bytes had to wait: the session was cut"
    told = capsys.readouterr()
    assert "The host has undone what was done." in told.err
    assert "done" not in told.out, "no verdict on what is undone"
    assert em0(relay.demo) == was
    assert backend.audit is not None
    assert past_runs(backend.audit.lines())[0].outcome == "undone by the host"


def test_confirmed_plan_stays(backend: HostBackend, relay: Relay, capsys: Capsys) -> None:
    before = backend.read()
    backend.guard.seconds = 60
    carry_out(cutting(ADD), backend, before, yes=True)
    assert "A new connection works: what was done stays." in capsys.readouterr().err
    assert [way.state for way in backend.source.ways.all()] == ["kept"]
    assert "192.168.1.77" in " ".join(em0(relay.demo))


def test_plan_is_not_kept_from_the_login_that_armed_it(sshd: Sshd, relay: Relay) -> None:
    where = destination(f"{sshd.destination.rpartition(':')[0]}:{relay.port}")
    first, other = (connect(where, config=str(sshd.config)) for _ in range(2))
    first.on_close, close = None, first.on_close
    way = Ways(lambda _: first, lambda: first).arm([ADD], 30)
    with pytest.raises(WayRefused, match="not a new one by ssh"):
        Ways(lambda _: first, lambda: first).keep(way)
    Ways(lambda _: first, lambda: other).keep(way)
    assert [each.state for each in Ways(lambda _: first, lambda: first).all()] == ["kept"]
    assert close is not None
    close()
