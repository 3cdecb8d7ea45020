"""A pair that comes back to life between the last reading and its destruction is not destroyed, on any release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import OVERTAKEN, Result, Step, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent
from jailtui.preferences import Config
from tests.support.form_hosts import execute
from tests.support.shared_material import RELEASES

BEFORE_15 = [release for release in RELEASES if not release.startswith("15")]


@pytest.fixture(params=RELEASES)
def host(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostBackend:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return open_host(Choice(host="demo", demo_dir=tmp_path / "demo", demo_release=request.param), Config())


def first(host: HostBackend, revive: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `revive` done after the last judgement, right before the first command of the plan is run."""
    real = host.source.execute
    waiting = [revive]

    def run(step: Step, *rest: object) -> Result:
        while waiting:
            waiting.pop()()
        return real(step, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(host.source, "execute", run)


def reclaimed(host: HostBackend, pair: str) -> tuple[str, str]:
    """The outcome of a reclaim of that pair, and what its commands printed."""
    return carried_out(host, host.plan(Verb.RECLAIM, host.read(), [pair]))


def carried_out(host: HostBackend, plan: Plan) -> tuple[str, str]:
    events: list[RunEvent] = []
    (outcome,) = host.run(plan, events.append, lambda: False).values()
    return outcome, "".join(event.text for event in events if event.kind == "output")


def jid_of(host: HostBackend, name: str) -> str:
    return next(str(jail.jid) for jail in host.read().state.jails if jail.name == name)


def test_end_that_a_jail_got_since_the_last_judgement_stays(host: HostBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    web = jid_of(host, "web")
    first(host, lambda: execute(host, "ifconfig", "epair161b", "vnet", web), monkeypatch)
    assert reclaimed(host, "epair161") == ("failed", f"ifconfig: interface epair161b does not exist\n{OVERTAKEN}\n")
    pair = host.read().state.epair("epair161")
    assert pair is not None
    assert (pair.a.bridge, pair.b.jail) == ("bridge0", "web")


@pytest.mark.parametrize("host", BEFORE_15, indirect=True)  # 15 gives a new pair the MACs of the old (FREEBSD.md 3.4)
def test_pair_that_was_made_anew_since_the_last_judgement_stays(
    host: HostBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> None:
        execute(host, "ifconfig", "epair9a", "destroy")
        execute(host, "ifconfig", "epair9", "create")

    first(host, again, monkeypatch)
    assert reclaimed(host, "epair9") == ("failed", f"{OVERTAKEN}\n")
    assert host.read().state.epair("epair9") is not None


@pytest.mark.parametrize("host", BEFORE_15, indirect=True)  # 15 revives no jail (FREEBSD.md 3.5)
def test_lost_end_whose_jail_was_revived_since_the_last_judgement_stays(
    host: HostBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = jid_of(host, "old")
    first(host, lambda: execute(host, "jail", "-d", "-m", f"jid={old}", "persist"), monkeypatch)
    assert reclaimed(host, "epair7") == ("failed", f"{OVERTAKEN}\n")
    assert host.read().state.epair("epair7") is not None


def test_lost_end_of_a_jail_that_is_still_dying_is_reclaimed(host: HostBackend) -> None:
    assert reclaimed(host, "epair7") == ("done", "")
    assert host.read().state.epair("epair7") is None


def test_end_of_a_running_jail_is_reclaimed_where_that_was_asked_for(host: HostBackend) -> None:
    assert reclaimed(host, "epair154") == ("done", "")
    assert host.read().state.epair("epair154") is None
