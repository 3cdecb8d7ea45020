"""A shell in a jail through a real sshd: at a terminal there, and words that no login shell on the way changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jailtui.host.ssh import typed_line
from tests.support.forked_screen import ForkedScreen
from tests.support.program import environ
from tests.support.sshd import Sshd

WORDS = ("a!b", "c'd", 'e"f', "$HOME `id`", "g\nh", "%s \\n", "ünï", "", "-n")


def shell(sshd: Sshd, folder: Path, *words: str, options: tuple[str, ...] = ()) -> ForkedScreen:
    through = ("--host", sshd.destination, "--ssh-config", str(sshd.config))
    return ForkedScreen(("shell", *through, *options, *words), environ(folder, TERM="dumb"), 90, 30)


def test_shell_is_at_a_terminal_there_and_the_line_says_nothing_of_its_own(sshd: Sshd, tmp_path: Path) -> None:
    terminal = shell(sshd, tmp_path, "web")
    try:
        terminal.wait_for(b"jexec -l 4 login -f root\r\n")
        terminal.wait_for(b"# ")
        terminal.send("hostname; echo $TERM; exit\rexit 5\r")
        terminal.wait_for(b"web.home.arpa\r\ndumb\r\n")
        assert terminal.ended() == 5
        assert b"closed" not in terminal.written
    finally:
        terminal.close()


def test_words_of_a_command_arrive_as_they_are(sshd: Sshd, tmp_path: Path) -> None:
    terminal = shell(sshd, tmp_path, "web", "printf", "[%s]", *WORDS)
    try:
        assert terminal.ended() == 0
        shown = "".join(f"[{word}]" for word in WORDS).replace("\n", "\r\n")
        assert shown.encode() in terminal.written
    finally:
        terminal.close()


def test_who_is_not_root_there_becomes_it_first_or_is_told(alice_sshd: Sshd, tmp_path: Path) -> None:
    for options, told, status in ((("--become", "doas"), b"uid=0(root)", 0), ((), b"is not root", 4)):
        terminal = shell(alice_sshd, tmp_path, "web", "id", options=options)
        try:
            assert terminal.ended() == status
            assert told in terminal.written
        finally:
            terminal.close()


@pytest.mark.parametrize("login_shell", ["sh", "bash"])
def test_any_login_shell_takes_the_line(login_shell: str, tmp_path: Path) -> None:
    """csh(1) is not at hand here: in quotes it acts on `!` and on a line end only, and neither is in the line."""
    line = typed_line(None, "printf '[%s]' \"$@\"\n", WORDS)
    done = subprocess.run((login_shell, "-c", line), capture_output=True, check=True, cwd=tmp_path)
    assert done.stdout.decode() == "".join(f"[{word}]" for word in WORDS)
    assert "!" not in line
    assert "\n" not in line
