"""Hosts that can't be read, and what they print: a message in its place, the rest whole, the program running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jailtui.exchange import Capture, Section
from jailtui.host.collect import dump
from tests.support.captures import capture, conf, row, running_web
from tests.support.forked_screen import ForkedScreen
from tests.support.large_hosts import EM0, LO0, bridge, epair
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Screen

Open = Callable[..., Screen]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    shown: list[Screen] = []

    def start(*words: str, **more: str) -> Screen:
        shown.append(ForkedScreen(words, environ(tmp_path, **more), 120, 36))
        return shown[-1]

    yield start
    for one in shown:
        one.close()


def on_file(opened: Open, folder: Path, what: Capture) -> Screen:
    file = folder / "nas.json"
    file.write_text(dump(what))
    return opened("--host", str(file))


def quits(screen: Screen) -> bool:
    screen.send("q")
    return screen.ended() == 0


def test_no_such_host(opened: Open) -> None:
    screen = opened("--host", "root@no-such-host.invalid")
    screen.shows("no-such-host.invalid", "resolve")
    assert quits(screen)


def test_ssh_refused(opened: Open) -> None:
    screen = opened("--host", "root@127.0.0.1:1")
    screen.shows("Connection refused")
    assert quits(screen)


def test_no_jail_tools(opened: Open, tmp_path: Path) -> None:
    facts = {"uname": "Linux box 6.1 x86_64", "uid": "0", "tool jls": "no", "tool jail": "no"}
    missing = [Section("jls", 127, "", "sh: jls: not found")]
    screen = on_file(opened, tmp_path, capture(facts=facts, more=missing))
    screen.shows("no jls(8) and no jail(8)")
    assert quits(screen)


def test_malformed_jail_conf(opened: Open, tmp_path: Path) -> None:
    bad = Section("file /etc/jail.conf", 0, "web {\n  vnet\n}\n")
    screen = on_file(opened, tmp_path, capture(**(running_web() | {"conf": ""}), more=[bad]))
    screen.shows("/etc/jail.conf line 3: }: syntax error", "web", "running")
    assert quits(screen)


def test_jail_that_vanished_between_two_reads(opened: Open, tmp_path: Path) -> None:
    gone = Section("inside 5", 1, "", "ifconfig: jail not found: No such file or directory")
    told = running_web()
    told["rows"] = [row(4, "web"), row(5, "brief")]
    screen = on_file(opened, tmp_path, capture(**told, more=[gone]))
    screen.shows("web", "brief", "jail not found")
    assert quits(screen)


def test_ifconfig_printing_garbage(opened: Open, tmp_path: Path) -> None:
    told = running_web()
    told["host"] = "\x1b[31m%$&/garbage flags=zz\n\x00\xff\n" + str(told["host"])
    screen = on_file(opened, tmp_path, capture(**told))
    screen.shows("not understood", "web", "running")
    assert quits(screen)


@pytest.mark.parametrize("name", ["\x1b[2J\x1b]0;pwned\x07", "[bold]markup[/bold]", "web[/]", "\u202eevil", "\x9b31m"])
def test_hostile_text(opened: Open, tmp_path: Path, name: str) -> None:
    host = (
        EM0 + LO0 + bridge("bridge0", ["epair9a"]) + epair(9, "a", description=f"jail:{name}") + epair(9, "b", up=False)
    )
    told = capture(rows=[row(4, name)], host=host, inside={4: LO0}, conf=conf("mail", 160))
    screen = on_file(opened, tmp_path, told)
    screen.shows("mail", "epair9")
    assert b"pwned\x07" not in screen.written
    assert b"\x1b[2J\x1b]0" not in screen.written
    assert "\u202e".encode() not in screen.written
    if name.startswith("["):
        assert any("[bold]markup[/bold]" in line for line in screen.lines())
    assert quits(screen)


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"TERM": "screen"}, {"LANG": "C"}])
def test_poor_terminals(opened: Open, tmp_path: Path, more: dict[str, str]) -> None:
    file = tmp_path / "nas.json"
    file.write_text(dump(capture(**running_web())))
    screen = opened("--host", str(file), **more)
    screen.shows("web", "running")
    if "NO_COLOR" in more:
        assert b"\x1b[38;" not in screen.written
        assert b"\x1b[48;" not in screen.written
    assert quits(screen)


def test_keymap_that_can_not_be_used_is_told_and_nothing_is_opened(tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text("keys:\n  jail.strat: f5\n")
    program = (*PROGRAM, "demo", "--demo-dir", str(tmp_path / "demo"), "--config", str(tmp_path / "keys.yaml"))
    screen = Screen(program, environ(tmp_path), 160, 45)
    try:
        assert screen.ended() == 2
        assert b"did you mean jail.start?" in screen.written
        assert b"1049h" not in screen.written
    finally:
        screen.close()
