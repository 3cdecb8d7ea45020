"""The lists of the managers of jails: asked seldom, within bounds of time and length, by the commands of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.config.managers import BASTILLE, BY_NAME, MANAGERS
from jailtui.exchange import Section
from jailtui.host.shell import script
from jailtui.preferences import Config
from jailtui.simhost import setup
from tests.support.tool_hosts import Tools


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


def lists(tools: Tools) -> dict[str, Section]:
    """The sections of the managers that a reading has."""
    return {part.name: part for part in tools.host().capture().sections if part.name.startswith("managed ")}


def test_commands_are_those_of_the_table() -> None:
    asked = [line.split()[1:] for line in script("managers.sh").splitlines() if line.startswith("\tlisted_by ")]
    assert asked == [[each.command, *each.lists] for each in MANAGERS if each is not BASTILLE]


def test_list_of_a_manager_that_is_not_there_is_not_asked_for(tools: Tools) -> None:
    assert lists(tools) == {}
    tools.add("pot", 'echo "$*" "$NOCOLOR"; echo no pots >&2')
    assert lists(tools) == {"managed pot": Section("managed pot", 0, "list -q 1\n", "no pots")}


def test_lists_are_slow_sections(tools: Tools) -> None:
    tools.add("pot", f"echo >>{tools.root}/asked; echo shop")
    with_lists = tools.host()
    first, second = (with_lists.capture() for _ in range(2))
    assert [part.out for capture in (first, second) for part in capture.sections if part.name == "managed pot"] == [
        "shop\n",
        "shop\n",
    ]
    assert (tools.root / "asked").read_text() == "\n"


def test_first_reading_of_a_screen_leaves_the_lists_to_the_next(tools: Tools) -> None:
    tools.add("pot", "echo shop")
    host = tools.host()
    captures = [host.capture(lists=False), host.capture(), host.capture(lists=False)]
    listed = [[part.out for part in capture.sections if part.name == "managed pot"] for capture in captures]
    assert listed == [[], ["shop\n"], ["shop\n"]]


def test_failure_and_length_of_a_list_are_bounded(tools: Tools) -> None:
    tools.add("pot", "echo shop; echo broken >&2; exit 3")
    tools.add("iocage", "while :; do printf %08000d 0; done")
    sections = lists(tools)
    assert (sections["managed pot"].rc, sections["managed pot"].err) == (3, "broken")
    assert (sections["managed iocage"].rc, len(sections["managed iocage"].out)) == (141, 262144)


def test_manager_that_hangs_is_ended(tools: Tools) -> None:
    tools.add("pot", "sleep 1000 & echo shop; sleep 1000")
    (tools.bin / "timeout").unlink()
    tools.add("timeout", 'shift 2; [ "$1" = 6 ] || kind=hung; shift; [ -z "$kind" ] && exec "$@"; exit 124')
    assert lists(tools)["managed pot"].rc == 124


@pytest.mark.parametrize("manager", [each.name for each in MANAGERS if each is not BASTILLE])
def test_stopped_jails_of_each_manager_are_read(manager: str, tmp_path: Path) -> None:
    setup.prepare(tmp_path / "host", manager=manager)
    state = open_host(Choice(host="demo", demo_dir=tmp_path / "host"), Config()).read().state
    assert state.errors == ()
    assert sorted(jail.running for jail in state.jails) == [False, True]
    for jail in state.jails:
        assert (jail.manager, BY_NAME[manager].in_kernel(jail.manager_name)) == (manager, jail.name)
