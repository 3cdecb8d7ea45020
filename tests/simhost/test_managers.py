"""Hosts in the style of each manager: its stand-in starts, stops, restarts and lists, and leaves nothing over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support import host_commands

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["13.2", "14.2", "15.1"])
def bastille(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """A function that runs a command on a host of Bastille: exit status, standard output, standard error."""
    environment = setup.prepare(tmp_path / "host", release=request.param, manager="Bastille")

    def ask(*words: str) -> tuple[int, str, str]:
        done = host_commands.ask(f"{environment['PATH']}/{words[0]}", words[1:], environment)
        return done.returncode, done.stdout, done.stderr

    return ask


def test_bastille_starts_and_stops_with_its_file_and_leaves_nothing(bastille: Ask) -> None:
    names = bastille("ifconfig", "-l")[1].split()
    assert names == ["em0", "lo0", "bridge0", "e0a_web"]
    assert "inet 192.168.1.81 " in bastille("jexec", "web", "ifconfig", "vnet0")[1]
    assert bastille("bastille", "start", "db") == (
        0,
        "\n[db]:\nepair1a\ne1a_db\ne1b_db\ndb: created\n",
        "",
    )
    assert bastille("bastille", "restart", "web")[1].startswith("\n[web]:\nweb: removed\n\n[web]:\n")
    assert bastille("jls", "name")[1].split() == ["db", "web"]
    for name in ("web", "db"):
        assert bastille("bastille", "stop", name) == (0, f"\n[{name}]:\n{name}: removed\n", "")
    assert bastille("ifconfig", "-l")[1].split() == ["em0", "lo0", "bridge0"]
    assert "nullfs" not in bastille("mount")[1]


def test_exit_status_of_bastille_tells_nothing_of_jail(bastille: Ask) -> None:
    assert bastille("bastille", "start", "web") == (0, "\n[web]:\n", "Jail is already running.\n")
    assert bastille("bastille", "stop", "db") == (0, "\n[db]:\n", "Jail is already stopped.\n")
    assert bastille("bastille", "stop", "nix") == (0, "", 'Jail not found "nix"\n')
    bastille("ifconfig", "epair1", "create")
    status, out, err = bastille("bastille", "start", "db")
    assert (status, out) == (0, "\n[db]:\n")
    assert "epair1 already exists" in err
    assert bastille("bastille", "start")[0] == 1


def test_bastille_lists_its_jails(bastille: Ask) -> None:
    assert bastille("bastille", "list", "jails")[1].split() == ["db", "web"]
    rows = [line.split()[:5] for line in bastille("bastille", "list")[1].splitlines()]
    assert rows[1:] == [["-", "db", "on", "99", "Down"], ["1", "web", "on", "99", "Up"]]


def test_home_network_has_no_manager(tmp_path: Path) -> None:
    setup.prepare(tmp_path / "host")
    assert not (tmp_path / "host/bin/bastille").exists()
