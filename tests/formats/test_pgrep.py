"""Reading `pgrep -fl jail`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import pgrep
from jailtui.formats.pgrep import JailCommand
from tests.support.shared_material import RELEASES, recordings


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("jail -c web", [("create", "web")]),
        ("/usr/sbin/jail -l -U root -i -f /etc/jail.conf -c web", [("create", "web")]),
        ("jail -f /etc/jail.conf -c", [("create", None)]),
        ("jail -p1 -f /etc/jail.conf -c", [("create", None)]),
        ("jail -p 1 -f/etc/jail.conf -cv web", [("create", "web")]),
        ("jail -c path=/ name=web persist", [("create", "web")]),
        ("jail -c jid=7 persist", [("create", "7")]),
        ("jail -c path=/ persist", [("create", None)]),
        ("jail -cm web", [("create", "web")]),
        ("jail -rc web", [("create", "web")]),
        ("jail -vr web", [("remove", "web")]),
        ("jail -r web db 7", [("remove", "web"), ("remove", "db"), ("remove", "7")]),
        ("jail -r *", [("remove", None)]),
        ("jail -R web", [("remove", "web")]),
        ("jail -m web", [("modify", "web")]),
        ("jail -d -m jid=4 name=old persist", [("modify", "old")]),
        ("jail -r -- web", [("remove", "web")]),
        ("jail -f /etc/jail.conf -e |", []),
        ("jail -hs", []),
        ("jail", []),
        ("jexec web jail -c inner", []),
        ("/bin/sh /etc/rc.d/jail start web", []),
        ("jailtui start web", []),
        ("/usr/local/bin/notjail -c web", []),
        ("daemon: jail -c web", []),
    ],
)
def test_a_command_line(command: str, expected: list[tuple[str, str | None]]) -> None:
    found = pgrep.parse(f"4711 {command}\n")

    assert [(one.action, one.name) for one in found] == expected


def test_each_process_gives_its_own_command() -> None:
    assert pgrep.parse("1 jail -c a\n22 sleep 5\n3 jail -r b\n\n") == (
        JailCommand("create", "a"),
        JailCommand("remove", "b"),
    )


@pytest.mark.parametrize("line", ["jail -c web", "x jail -c web", "-1 jail -c web", "1" * 40 + " jail -c web"])
def test_a_line_without_a_pid_is_passed_over(line: str) -> None:
    assert pgrep.parse(line) == ()


@given(st.lists(st.sampled_from(["-c", "-r", "-f", "-", "--", "-cf", "a", "name=b", "=", "7"]), max_size=6))
def test_any_words_are_read_without_an_exception(words: list[str]) -> None:
    assert all(command.action for command in pgrep.parse("5 jail " + " ".join(words)))


NAMES = "  JID  UID   PID COMMAND\n    0    0    17 jail\n    0    0  4711 {}\n    1    0    18 sleep\n"


@pytest.mark.parametrize(("program", "expected"), [("jail", ["web"]), ("sleep", []), ("jail -r", []), ("jailtui", [])])
def test_process_that_runs_another_program_is_no_jail_command(program: str, expected: list[str]) -> None:
    found = pgrep.parse(f"4711 jail -r web\n{NAMES.format(program)}")
    assert [one.name for one in found] == expected


def test_process_that_ps_no_longer_lists_counts() -> None:
    assert pgrep.parse("12 jail -r web\n" + NAMES.format("jail")) == (JailCommand("remove", "web"),)


@pytest.mark.parametrize("release", [one for one in RELEASES if one != "14.2"])
def test_recorded_impostors_are_no_jail_commands(release: str) -> None:
    lines = {line["id"]: line["stdout"] for line in recordings(release)}
    listed, shown = lines["found/processes/06"], lines["found/processes/07"]
    heading = "  JID  UID  PID COMMAND\n"
    columns = "".join(line.partition("/tmp")[0].rstrip() + "\n" for line in shown.splitlines())
    assert pgrep.parse(listed) == (JailCommand("remove", "b"), JailCommand("remove", "60"))
    assert pgrep.parse(listed + heading + columns) == ()
