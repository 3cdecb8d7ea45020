"""A pair that comes back to life between the last reading and its destruction is not destroyed, on any release."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import OVERTAKEN, Result, Step, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent
from jailtui.preferences import Config
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.processes import commands
from jailtui.simhost.setup import environment
from tests.support.put_back import Homes, PutBack
from tests.support.shared_material import RELEASES

BEFORE_15 = [release for release in RELEASES if not release.startswith("15")]
FROM_15 = [release for release in RELEASES if release not in BEFORE_15]
SHIM = """\
#!/bin/sh
echo "$$ $PPID {tool} $*" >>{folder}/calls
if [ ! -e {folder}/seen ] && [ "{tool} $*" = '{look}' ]; then
	: >{folder}/seen
	{revive}
fi
. {folder}/bin/.{tool}
"""
"""Notes each call of a command, and does something else right before its answer to `look`."""


@pytest.fixture(params=RELEASES)
def home(request: pytest.FixtureRequest, homes: Homes, monkeypatch: pytest.MonkeyPatch) -> PutBack:
    home = homes.of(request.param)
    home.use(monkeypatch)
    return home


@pytest.fixture
def host(home: PutBack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostBackend:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return open_host(Choice(host="demo", demo_dir=home.folder), Config())


@pytest.fixture
def folder(home: PutBack) -> Path:
    return home.folder


@contextmanager
def at_the_look(folder: Path, look: str, revive: str = ":") -> Iterator[None]:
    """Have the host do `revive` once the script that destroys the pair has begun, at its first `look`."""
    commands = [folder / "bin" / tool for tool in ("ifconfig", "jls", "pgrep")]
    for command in commands:
        command.rename(folder / "bin" / f".{command.name}")
        command.write_text(SHIM.format(tool=command.name, folder=folder, look=look, revive=revive))
        command.chmod(0o755)
    yield
    for command in commands:
        (folder / "bin" / f".{command.name}").replace(command)


def reclaimed(host: HostBackend, pair: str) -> tuple[str, str]:
    """The outcome of a reclaim of that pair, and what its commands printed."""
    return carried_out(host, host.plan(Verb.RECLAIM, host.read(), [pair]))


def carried_out(host: HostBackend, plan: Plan) -> tuple[str, str]:
    events: list[RunEvent] = []
    (outcome,) = host.run(plan, events.append, lambda: False).values()
    return outcome, "".join(event.text for event in events if event.kind == "output")


def jid_of(host: HostBackend, name: str) -> str:
    return next(str(jail.jid) for jail in host.read().state.jails if jail.name == name)


def test_end_that_a_jail_got_since_the_last_judgement_stays(host: HostBackend, folder: Path) -> None:
    with at_the_look(folder, "ifconfig epair161a", f"ifconfig epair161b vnet {jid_of(host, 'web')}"):
        assert reclaimed(host, "epair161") == ("failed", f"ifconfig: interface epair161b does not exist\n{OVERTAKEN}\n")
    pair = host.read().state.epair("epair161")
    assert pair is not None
    assert (pair.a.bridge, pair.b.jail) == ("bridge0", "web")


@pytest.mark.parametrize("home", BEFORE_15, indirect=True)  # 15 gives a new pair the MACs of the old (FREEBSD.md 3.4)
def test_pair_that_was_made_anew_since_the_last_judgement_stays(host: HostBackend, folder: Path) -> None:
    with at_the_look(folder, "ifconfig epair9a", "ifconfig epair9a destroy; ifconfig epair9 create >/dev/null"):
        assert reclaimed(host, "epair9") == ("failed", f"{OVERTAKEN}\n")
    assert host.read().state.epair("epair9") is not None


@pytest.mark.parametrize("home", FROM_15, indirect=True)
@pytest.mark.parametrize(("jail", "pair"), [("broken", "epair161"), ("old", "epair7")])
def test_pair_of_a_jail_that_is_being_started_stays_though_its_macs_are_the_same(
    host: HostBackend, folder: Path, monkeypatch: pytest.MonkeyPatch, jail: str, pair: str
) -> None:
    again = f"ifconfig {pair}a destroy; ifconfig {pair} create >/dev/null; ifconfig bridge0 addm {pair}a"
    plan = host.plan(Verb.RECLAIM, host.read(), [pair])
    real = host.source.execute

    def start_first(step: Step, *rest: object) -> Result:
        with store.transaction(str(folder), write=True) as kernel:
            commands(kernel)[os.getpid()] = f"jail -c {jail}"
        return real(step, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(host.source, "execute", start_first)
    with at_the_look(folder, f"ifconfig {pair}a", again):
        assert carried_out(host, plan) == ("failed", f"{OVERTAKEN}\n")
    there = host.read().state.epair(pair)
    assert there is not None
    assert there.a.bridge == "bridge0"


@pytest.mark.parametrize("home", BEFORE_15, indirect=True)  # 15 revives no jail (FREEBSD.md 3.5)
def test_lost_end_whose_jail_was_revived_since_the_last_judgement_stays(host: HostBackend, folder: Path) -> None:
    with at_the_look(folder, "ifconfig epair7a", f"jail -d -m jid={jid_of(host, 'old')} persist"):
        assert reclaimed(host, "epair7") == ("failed", f"{OVERTAKEN}\n")
    assert host.read().state.epair("epair7") is not None


LOOKS = {
    "epair161": ["ifconfig epair161a", "ifconfig epair161b"],
    "epair9": ["ifconfig epair9a", "ifconfig epair9b"],
    "epair7": ["ifconfig epair7a", "jls -d -j 3 -n dying"],
}


def test_nothing_lies_between_the_last_look_and_the_destruction(host: HostBackend, folder: Path) -> None:
    """The shell that looks becomes the command that destroys (the same process), and all it runs before is looks."""
    plan = host.plan(Verb.RECLAIM, host.read(), list(LOOKS))
    with at_the_look(folder, ""):
        outcomes = host.run(plan, lambda _: None, lambda: False)
    assert set(outcomes.values()) == {"done"}

    calls = [line.split(" ", 2) for line in (folder / "calls").read_text().splitlines()]
    for pair, expected in LOOKS.items():
        (end,) = (number for number, (_, _, words) in enumerate(calls) if words == f"ifconfig {pair}a destroy")
        shell = calls[end][0]
        looks = [words for _, parent, words in calls[:end] if parent == shell]
        assert looks[:2] == expected
        assert set(looks[2:]) <= {"jls vnet jid", "pgrep -j none -U 0 -fl jail"}
        assert not [words for _, parent, words in calls[end + 1 :] if parent == shell]
    assert not host.read().state.orphans


def test_end_of_a_running_jail_is_reclaimed_where_that_was_asked_for(host: HostBackend) -> None:
    assert reclaimed(host, "epair154") == ("done", "")
    assert host.read().state.epair("epair154") is None


@pytest.mark.parametrize("home", BEFORE_15, indirect=True)
def test_host_answers_for_itself_where_its_programs_were_replaced(folder: Path) -> None:
    """With an answer the next ones are rendered; in a jail a replaced program would take the place of the answer."""
    with at_the_look(folder, ""):
        store.forget_all(str(folder))
        answer = subprocess.run(("mount", "--libxo", "json"), env=environment(folder), capture_output=True, text=True)
    assert answer.stdout.startswith("{")
