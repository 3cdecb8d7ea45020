"""A host of many jails, which quiet readings look into in turn. Pure, and on an embedded host of thirty jails."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import Section
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.host.turns import AT_ONCE, OLDEST, RECENT, Turns
from jailtui.simhost.setup import prepare

JIDS = range(1, 101)


def seen(*jids: int, lists: str = "1.2", text: str = "lo0") -> tuple[Section, ...]:
    looks = (Section(f"{kind} {jid}", 0, f"{text} {jid}") for jid in jids for kind in ("inside", "links-inside"))
    return (Section("lists", 0, f"{lists}\n"), *looks)


def turns_of(words: tuple[str, ...]) -> list[int]:
    return [int(word.removeprefix("turn=")) for word in words if word.startswith("turn=")]


@pytest.fixture
def turns() -> Turns:
    turns = Turns()
    turns.complete(seen(*JIDS), 0.0)
    return turns


def test_every_jail_is_seen_once_in_so_many_readings(turns: Turns) -> None:
    looked: list[int] = []
    for reading in range(5):
        chosen = turns_of(turns.words((), 100.0 + reading))
        turns.complete(seen(*chosen), 100.0 + reading)
        looked += chosen
    assert sorted(looked) == list(JIDS)


def test_jails_in_view_come_first_and_the_others_do_not_starve(turns: Turns) -> None:
    for reading in range(20):
        chosen = turns_of(turns.words((7, *range(50, 90)), 100.0 + reading))
        assert chosen[0] == 7
        assert len(chosen) == AT_ONCE
        turns.complete(seen(*chosen), 100.0 + reading)
    assert len([at for at in turns.looked_at.values() if at >= 100.0]) >= 20 * OLDEST


def test_all_are_looked_into_when_something_in_a_jail_changed(turns: Turns) -> None:
    turns.complete(seen(42, text="epair7b"), 100.0)
    assert turns.words((), 101.0) == ()


def test_jail_that_changed_is_looked_into_first_for_some_time(turns: Turns) -> None:
    for at in (100.0, 101.0):
        turns.complete((*seen(*(jid for jid in JIDS if jid != 42)), *seen(42, text="epair7b")[1:]), at)
    assert turns_of(turns.words((), 101.0))[0] == 42
    assert 42 not in turns_of(turns.words((), 100.0 + RECENT))


def test_what_was_seen_before_stands_in_for_a_look(turns: Turns) -> None:
    sections = turns.complete(seen(3, text="epair7b"), 100.0)
    texts = {section.name: section.out for section in sections}
    assert [texts[f"inside {jid}"] for jid in (3, 4)] == ["epair7b 3", "lo0 4"]
    assert len(sections) == 1 + 2 * len(JIDS)
    assert (turns.looked_at[3], turns.looked_at[4]) == (100.0, 0.0)


def test_routes_of_a_jail_with_a_tunnel_stand_in_too_and_tell_of_no_interface_that_moved(turns: Turns) -> None:
    for at, text in ((100.0, "by wg0"), (101.0, "by epair4b")):
        answers = (*seen(*JIDS), Section("routes 4", 0, text), Section("routes 5", 0, text))
        turns.complete(answers, at, ("route=4",))
    assert turns.words((), 102.0) != ()
    kept = [section for section in turns.complete(seen(3), 102.0, ("route=4",)) if section.name.startswith("routes")]
    assert kept == [Section("routes 4", 0, "by epair4b")]


def test_nothing_stands_in_once_the_host_lists_something_else(turns: Turns) -> None:
    assert len(turns.complete(seen(3, lists="3.4"), 100.0)) == 3
    assert turns.looked_at == {3: 100.0}


def test_nothing_stands_in_for_a_jail_of_few_that_is_gone() -> None:
    turns = Turns()
    turns.complete(seen(1, 2)[1:], 0.0)
    assert {section.name for section in turns.complete(seen(2)[1:], 1.0)} == {"inside 2", "links-inside 2"}


@pytest.mark.parametrize("jids", [(), tuple(range(AT_ONCE))])
def test_few_jails_are_all_looked_into(jids: tuple[int, ...]) -> None:
    turns = Turns()
    turns.complete(tuple(section for section in seen(*jids) if section.name != "lists"), 0.0)
    assert turns.words((), 1.0) == ()
    assert turns.looked_at == {}


def test_words_are_plain() -> None:
    turns = Turns()
    turns.complete((*seen(*JIDS), Section("inside 9; reboot", 0, "")), 0.0)
    assert all(word.replace("=", "").replace(".", "").isalnum() for word in turns.words((1,), 9.0))


class Thirty:
    """An embedded host of thirty jails, and which were looked into by a reading."""

    def __init__(self, folder: Path) -> None:
        self.environment: Mapping[str, str] = prepare(folder / "host", jails=30)
        self.host = Host("demo", lambda: local_shell(environment=self.environment), reached="demo")
        self.backend = HostBackend(self.host)

    def looked_into(self) -> int:
        """How many jails a quiet reading looks into."""
        snapshot = self.backend.glance()
        return sum(snapshot.older_view(jid) is None for jid in snapshot.looked_at)

    def run(self, command: str) -> None:
        subprocess.run(("/bin/sh", "-c", command), env=dict(self.environment), check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Thirty:
    return Thirty(tmp_path_factory.mktemp("thirty"))


def test_quiet_reading_says_the_same_as_a_full_one(thirty: Thirty) -> None:
    full = thirty.backend.read()
    glance = thirty.backend.glance()
    assert glance.state == full.state
    assert glance.has_older_views
    assert not full.has_older_views


def test_all_are_looked_into_when_an_interface_came(thirty: Thirty) -> None:
    thirty.backend.read()
    assert thirty.looked_into() == AT_ONCE
    thirty.run("ifconfig epair900 create")
    assert thirty.looked_into() == 30
