"""Jails of Bastille on the command line: its command starts and stops them, or jail(8) with its file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.config.managers import BY_NAME
from jailtui.exchange import Verb
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from tests.support.managed_hosts import RELEASES, ManagedHost
from tests.support.put_back import Watched

Capsys = pytest.CaptureFixture[str]
OTHERS = [(name, RELEASES[at % 3]) for at, name in enumerate(BY_NAME) if name != "Bastille"]


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is asked once in each state."""
    Watched(tmp_path / "host").use(monkeypatch)


@pytest.fixture
def bastille(tmp_path: Path) -> ManagedHost:
    return ManagedHost(tmp_path / "host", "Bastille")


def left(bastille: ManagedHost, capsys: Capsys) -> tuple[list[str], list[str]]:
    """The jails that run, and the pairs."""
    capsys.readouterr()
    main(["show", "--json", *bastille.words])
    shown = json.loads(capsys.readouterr().out)
    return [jail["name"] for jail in shown["jails"] if jail["jid"]], [pair["name"] for pair in shown["epairs"]]


def test_the_script_has_the_manager_s_command_and_the_reason(bastille: ManagedHost, capsys: Capsys) -> None:
    assert main(["stop", "web", "--dry-run", *bastille.words]) == Exit.OK
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "# Bastille manages it, and sees to its pf rules and rctl limits too",
        "bastille stop web",
    ]


@pytest.mark.parametrize("by", ["manager", "jail"])
def test_a_jail_is_restarted_and_stopped_with_nothing_left_over(bastille: ManagedHost, capsys: Capsys, by: str) -> None:
    words = ["--yes", "--by", by, *bastille.words]
    assert main(["restart", "web", *words]) == Exit.OK
    assert ("[web]:\n" in capsys.readouterr().err) is (by == "manager")
    assert main(["stop", "web", *words]) == Exit.OK
    assert left(bastille, capsys) == ([], [])


@pytest.mark.parametrize(("manager", "release"), OTHERS)
def test_the_other_managers_restart_start_and_stop_with_nothing_left_over(
    manager: str, release: str, tmp_path: Path
) -> None:
    host = ManagedHost(tmp_path / "host", manager, release)
    web, db = host.manager.in_kernel("web"), host.manager.in_kernel("db")
    backend = host.backend()
    before = backend.examine()
    commands: list[str] = []
    for verb, names, runs in (
        (Verb.RESTART, [web], [web]),
        (Verb.START, [db], [db, web]),
        (Verb.STOP, [web, db], []),
    ):
        plan = backend.plan(verb, before, names)
        commands += [step.line for task in plan.tasks for step in task.steps]
        outcomes = backend.run(plan, lambda _: None, lambda: False)
        after = backend.read()
        assert [verdict.ok for verdict in backend.verdict(plan, outcomes, before, after)] == [True] * len(names)
        assert host.running() == runs
        before = after
    assert {command.split()[0] for command in commands} == {host.manager.command}
    assert host.left_over() == []


@pytest.mark.parametrize("manager", ["iocage", "CBSD"])
def test_a_stop_without_the_manager_s_command_reclaims_its_pair(manager: str, tmp_path: Path, capsys: Capsys) -> None:
    host = ManagedHost(tmp_path / "host", manager)
    host.replace(None)
    web = host.manager.in_kernel("web")
    assert main(["stop", web, "--yes", "--clear", *host.words]) == Exit.OK
    assert "$ jail -r 1\n" in capsys.readouterr().err
    assert [name for name in host.left_over() if "epair" in name or "vnet" in name] == []


def test_a_stopped_jail_of_bastille_is_started(bastille: ManagedHost, capsys: Capsys) -> None:
    assert main(["start", "db", "--yes", *bastille.words]) == Exit.OK
    output = capsys.readouterr()
    assert "$ bastille start db\n" in output.err
    assert "  db: created\n" in output.err
    assert output.out == "db runs, jid 2, 192.168.1.82/24.\n"
    assert bastille.running() == ["db", "web"]


def test_a_command_that_fails_is_given_with_its_exit_status_and_the_kernel_decides(
    bastille: ManagedHost, capsys: Capsys
) -> None:
    bastille.replace("echo '[web]: no such pool' >&2; exit 3")
    assert main(["stop", "web", "--yes", *bastille.words]) == Exit.FAILED
    output = capsys.readouterr()
    assert "$ bastille stop web\n  [web]: no such pool\n  exit status 3\n" in output.err
    assert output.out == "web still runs, jid 1.\n"
    bastille.replace("echo 'web: removed'; exit 0")
    assert main(["stop", "web", "--yes", *bastille.words]) == Exit.FAILED
    assert capsys.readouterr().out == "web still runs, jid 1.\n"


def test_a_command_that_hangs_is_not_waited_for_longer_than_any_step_and_the_state_is_read_anew(
    bastille: ManagedHost, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "hang")
    bastille.replace(f"cat {tmp_path}/hang")
    backend = HostBackend(Host("demo", lambda: local_shell(environment=bastille.environment), Executor(limit=0.2)))
    before = backend.read()
    plan = backend.plan(Verb.STOP, before, ["web"])
    notes: list[str] = []
    outcomes = backend.run(plan, lambda event: notes.append(event.result.note if event.result else ""), lambda: False)
    (verdict,) = backend.verdict(plan, outcomes, before, backend.read())
    assert (outcomes["web"], verdict.text) == ("failed", "web still runs, jid 1.")
    assert "still running after 0.2 s; it continues on the host (`jailtui steps`)" in notes
    (tmp_path / "hang").write_text("")  # let it end


def test_without_command_and_file_a_stop_names_what_stays_and_reclaims_it(
    bastille: ManagedHost, capsys: Capsys
) -> None:
    bastille.replace(None)
    (bastille.folder / "usr/local/etc/bastille/bastille.conf").unlink()
    assert main(["stop", "web", "--dry-run", *bastille.words]) == Exit.OK
    output = capsys.readouterr()
    assert "e0a_web is then left over\n" in output.out
    assert output.err == "web: --clear does this last: Reclaim e0a_web\n"
    assert main(["start", "db", "--yes", *bastille.words]) == Exit.REFUSED
    assert main(["stop", "web", "--yes", "--clear", *bastille.words]) == Exit.OK
    assert left(bastille, capsys) == ([], [])
