"""Hosts in the style of each manager: its stand-in starts, stops, restarts and lists, and leaves nothing over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.config.managers import BY_NAME, Manager
from jailtui.exchange import Verb
from jailtui.simhost import setup
from tests.support import host_commands

Ask = Callable[..., tuple[int, str, str]]
RELEASES = ("13.2", "14.2", "15.1")
STYLES = [pytest.param((name, RELEASES[at % 3]), id=name) for at, name in enumerate(BY_NAME)]
BASTILLE = [pytest.param(("Bastille", release), id=release) for release in RELEASES]
LEFT = {"AppJail": ["ajnet"], "pot": ["bridge1"], "ezjail": []}
"""What stands on the host beside em0, lo0 and bridge0 once no jail runs: bridges, which these tools keep."""


@pytest.fixture
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """A function that runs a command on such a host: exit status, standard output, standard error."""
    manager, release = request.param
    environment = setup.prepare(tmp_path / "host", release=release, manager=manager)

    def run(*words: str) -> tuple[int, str, str]:
        done = host_commands.ask(f"{environment['PATH']}/{words[0]}", words[1:], environment)
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def manager(request: pytest.FixtureRequest) -> Manager:
    """The manager whose host `ask` reaches."""
    return BY_NAME[request.node.callspec.params["ask"][0]]


def running(ask: Ask) -> list[str]:
    return sorted(ask("jls", "name")[1].split())


@pytest.mark.parametrize("ask", STYLES, indirect=True)
def test_manager_starts_restarts_and_stops_its_jails_and_leaves_nothing(ask: Ask, manager: Manager) -> None:
    web, db = manager.in_kernel("web"), manager.in_kernel("db")
    assert running(ask) == [web]
    before = ask("ifconfig", "-l")[1].split()
    for verb in (Verb.RESTART,) if manager.restart else (Verb.STOP, Verb.START):
        assert ask(*manager.argv(verb, "web"))[0] == 0
    assert len(ask("ifconfig", "-l")[1].split()) == len(before)
    assert ask(*manager.argv(Verb.START, "db"))[0] == 0
    assert running(ask) == [db, web]
    for name in ("web", "db"):
        assert ask(*manager.argv(Verb.STOP, name))[0] == 0
    assert running(ask) == []
    kept = LEFT.get(manager.name, [])
    assert ask("ifconfig", "-l")[1].split() == ["em0", "lo0", *([] if manager.name == "ezjail" else ["bridge0"]), *kept]
    assert "inet 192.168.1.8" not in ask("ifconfig")[1]
    assert ask("mount")[1].splitlines()[2:] == []


@pytest.mark.parametrize("ask", STYLES, indirect=True)
def test_manager_lists_both_jails_and_the_running_one_has_its_address_and_marks(ask: Ask, manager: Manager) -> None:
    status, out, err = ask(manager.command, *manager.lists)
    assert (status, err) == (0, "")
    words = out.split()
    assert "web" in words, "the jail that runs"
    assert "db" in words, "the stopped one"
    assert manager.in_kernel("db") not in running(ask)
    inside = ask("jexec", manager.in_kernel("web"), "ifconfig")[1]
    assert any(f"inet {address} " in inside for address in ("192.168.1.81", "10.0.0.2", "10.192.0.10"))
    marks = {
        "Bastille": "e0a_web: | vnet0 host interface for Bastille jail web\n",
        "iocage": "vnet0.1: | associated with jail: web as nic: epair0b\n",
        "AppJail": "ea_web: | appjail_epair\n",
        "pot": "| description: web\n|groups: |pot\n",
        "CBSD": "epair0a: | description: web-eth0\n",
        "ezjail": "em0: ",
    }
    host = ask("ifconfig")[1]
    assert [mark for mark in marks[manager.name].split("|") if mark.strip(" ") not in host] == []


@pytest.mark.parametrize("ask", [pytest.param(("Bastille -V", "13.2"), id="jib")], indirect=True)
def test_jib_keeps_a_bridge_for_the_nic_and_a_pair_for_each_jail_of_bastille(ask: Ask) -> None:
    assert ask("ifconfig", "-l")[1].split() == ["em0", "lo0", "em0bridge", "e0a_bastille0"]
    assert "inet 192.168.1.81 " in ask("jexec", "web", "ifconfig", "vnet0")[1]
    assert ask("bastille", "start", "db")[0] == 0
    assert ask("jib", "show")[1].split() == ["bastille0", "bastille1"]
    assert ask("jib", "show", "bastille1")[1] == "e0a_bastille1\n"
    for name in ("web", "db"):
        assert ask("bastille", "stop", name) == (0, f"\n[{name}]:\n{name}: removed\n", "")
    assert ask("ifconfig", "-l")[1].split() == ["em0", "lo0", "em0bridge"]
    assert ask("jib")[0] == 1


@pytest.mark.parametrize("ask", BASTILLE, indirect=True)
def test_exit_status_of_bastille_tells_nothing_of_jail(ask: Ask) -> None:
    assert ask("bastille", "start", "web") == (0, "\n[web]:\n", "Jail is already running.\n")
    assert ask("bastille", "stop", "db") == (0, "\n[db]:\n", "Jail is already stopped.\n")
    assert ask("bastille", "stop", "nix") == (0, "", 'Jail not found "nix"\n')
    ask("ifconfig", "epair1", "create")
    status, out, err = ask("bastille", "start", "db")
    assert (status, out) == (0, "\n[db]:\n")
    assert "epair1 already exists" in err
    assert ask("bastille", "start")[0] == 1


@pytest.mark.parametrize("ask", [pytest.param(("Bastille", "15.1"), id="Bastille")], indirect=True)
def test_bastille_starts_what_a_jail_depends_on_first_and_stops_it_last(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "host/usr/local/bastille/jails/web/settings.conf").write_text('boot="on"\ndepend="db"\npriority="99"\n')
    assert [line for line in ask("bastille", "restart", "web")[1].splitlines() if line.startswith("[")] == [
        "[web]:",
        "[db]:",
        "[web]:",
    ]
    assert ask("bastille", "stop", "db")[1] == "\n[web]:\nweb: removed\n\n[db]:\ndb: removed\n"


@pytest.mark.parametrize("ask", [pytest.param(("ezjail", "15.1"), id="ezjail")], indirect=True)
def test_exit_status_of_ezjail_says_whether_the_jail_runs(ask: Ask) -> None:
    assert ask("ezjail-admin", "start", "web")[0] == 0
    status, out, err = ask("ezjail-admin", "start", "nix")
    assert (status, out) == (1, "Starting jails: Warning: Jail nix not found..\n")
    assert err == "Error: could not start nix.\n  You need to start it by hand.\n"


@pytest.mark.parametrize("ask", [pytest.param(("CBSD", "15.1"), id="CBSD")], indirect=True)
def test_cbsd_ends_with_0_where_jail_failed_and_leaves_no_pair(ask: Ask) -> None:
    names = ask("ifconfig", "-l")
    assert ask("jail", "-c", "name=db", "path=/", "persist")[0] == 0
    assert ask("cbsd", "jstart", "db")[0] == 1
    assert ask("jail", "-r", "db")[0] == 0
    assert ask("rm", "-rf", "/usr/jails/jails-data/db-data")[0] == 0
    assert ask("cbsd", "jstart", "db")[0] == 0
    assert running(ask) == ["web"]
    assert ask("ifconfig", "-l") == names


@pytest.mark.parametrize("ask", [pytest.param(("Bastille", "15.1"), id="Bastille")], indirect=True)
@pytest.mark.usefixtures("ask")
def test_no_other_host_has_the_command(tmp_path: Path) -> None:
    assert (tmp_path / "host/bin/bastille").exists()
    assert not (tmp_path / "host/bin/iocage").exists()
    setup.prepare(tmp_path / "home")
    assert not (tmp_path / "home/bin/bastille").exists()
