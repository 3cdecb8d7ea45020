"""No false alarm: on a sound host, whoever made it, no rule says more than a note; running, and stopped cleanly."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.config.managers import BY_NAME
from jailtui.exchange import Verb
from jailtui.rules.registry import judge
from tests.support.healthy_hosts import HOSTS, Healthy
from tests.support.managed_hosts import ManagedHost
from tests.support.releases import OLD_AND_NEW

CASES = [pytest.param(one, release, id=f"{one.name}-{release}") for one in HOSTS for release in one.releases]


def check_silent(backend: HostBackend, *, running: bool, when: str) -> None:
    """Nothing is said above a note, of a full reading, which has the routes inside jails too."""
    snapshot = backend.examine()
    assert snapshot.state.errors == (), when
    assert not running or any(jail.running for jail in snapshot.state.jails), when
    told = [f"{one.severity} {one.code}: {one.text}" for one in judge(snapshot.context) if one.severity != "note"]
    assert told == [], when


@pytest.mark.parametrize(("healthy", "release"), CASES)
def test_healthy_host_gives_no_alarm(healthy: Healthy, release: str, tmp_path: Path) -> None:
    host = healthy.build(tmp_path / "host", release)
    backend = host.backend()
    check_silent(backend, running=False, when="before the jails are started")
    healthy.start(host)
    check_silent(backend, running=True, when="while they run")
    for name in reversed(healthy.jails):
        host.ask("jail", "-r", name)
    check_silent(backend, running=False, when="after they have been stopped")


@pytest.mark.parametrize(
    ("manager", "release"),
    [*product(BY_NAME, OLD_AND_NEW), ("Bastille -V", "13.2")],  # 15's MEMBER-ADDRESS of jib's bridge is no false alarm
)
def test_host_of_a_manager_gives_no_alarm(manager: str, release: str, tmp_path: Path) -> None:
    host = ManagedHost(tmp_path / "host", manager, release)
    backend = host.backend()
    check_silent(backend, running=True, when="web runs, db is stopped")
    host.act(Verb.STOP, "web")
    check_silent(backend, running=False, when="both are stopped")
