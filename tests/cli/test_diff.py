"""`conf --diff`: to a pipe what patch(1) takes, to a terminal what can be seen."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from jailtui.cli.talk import visible_lines
from jailtui.simhost import setup
from jailtui.text import visible
from tests.support import forked_program
from tests.support.program import PROGRAM, environ

TEXTS = {
    "tabs": b"web {\n\t$id\t=\t154;\n\tpath = /j;\n}\n",
    "carriage returns": b"web {\r\n\t$id = 154;\r\n\tpath = /j;\r\n}\r\n",
    "no newline at the end": b"web {\n path = /j;\n $id = 154;\n}",
    "no newline and a carriage return": b"web {\r\n path = /j;\r\n $id = 154;\r\n}\r",
    "what is no UTF-8": b"# \xff\xc3 \x1b[2J\x0c \x85 \xe2\x80\xa8\nweb {\n $id = 154; # \xfe\n path = /j;\n}\n",
}


def diff(folder: Path, *words: str) -> bytes:
    """What a pipe, or another file that is no terminal, gets on standard output."""
    file = folder / "diff"
    file.touch()
    done = forked_program.run(("conf", *words, "--diff"), environ(folder), stdout=str(file))
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_patch_makes_of_the_file_what_a_save_makes_of_it(text: bytes, tmp_path: Path) -> None:
    file, saved = tmp_path / "jail.conf", tmp_path / "saved.conf"
    file.write_bytes(text)
    saved.write_bytes(text)
    told = diff(tmp_path, "set", "web", "$id", "160", "--file", str(file))
    save = ("conf", "set", "web", "$id", "160", "--file", str(saved), "--yes")
    assert forked_program.run(save, environ(tmp_path)).returncode == 0
    assert saved.read_bytes() == text.replace(b"154", b"160")
    subprocess.run(("patch", "-s", str(file)), input=told, check=True, capture_output=True)
    assert file.read_bytes() == saved.read_bytes()


def test_what_runs_only_where_a_restart_fails_is_no_part_of_the_diff(tmp_path: Path) -> None:
    setup.prepare(tmp_path / "demo")
    words = ("network", "web", "address=192.168.1.77/24", "--restart", "--host", "demo")
    lines = diff(tmp_path, *words, "--demo-dir", str(tmp_path / "demo")).splitlines()
    assert [line for line in lines if line.startswith(b"# ")] == [b"# jail -r web", b"# jail -c web"]
    asked = forked_program.run(("conf", *words, "--demo-dir", str(tmp_path / "demo")), environ(tmp_path))
    commands = [line for line in asked.stderr.splitlines() if line.endswith("jail -c web")]
    assert commands == ["  jail -c web", "    if a step fails: jail -c web"]


def test_patch_takes_the_files_of_a_form_and_passes_over_its_commands(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    setup.prepare(demo)
    file = demo / "etc/jail.conf"
    file.write_bytes(file.read_bytes().replace(b"web {\n", b"web {\r\n") + b"# \xff\r")
    words = ("permissions", "web", "enforce_statfs=1", "apply=on", "--host", "demo", "--demo-dir", str(demo))
    told = diff(tmp_path, *words)
    assert told.splitlines()[-1].startswith(b"# jail -m jid=")
    copy = tmp_path / "copy"
    shutil.copytree(demo / "etc", copy / "etc")
    subprocess.run(("patch", "-s", "-p1", "-d", str(copy)), input=told, check=True, capture_output=True)
    assert forked_program.run(("conf", *words, "--yes"), environ(tmp_path)).returncode == 0
    assert (copy / "etc/jail.conf").read_bytes() == file.read_bytes()


def on_terminal(folder: Path, *words: str, **more: str) -> bytes:
    """What a terminal gets on standard output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen((*PROGRAM, *words), env=environ(folder, **more), stdout=theirs, stderr=subprocess.DEVNULL):
        os.close(theirs)
        told = b""
        try:
            while piece := os.read(ours, 65536):
                told += piece
        except OSError:  # Linux ends a terminal so
            pass
    os.close(ours)
    return told.replace(b"\r\n", b"\n")


def test_terminal_gets_signs_for_what_it_would_act_on_or_hide(tmp_path: Path) -> None:
    file = tmp_path / "jail.conf"
    file.write_bytes(b"web {\n\tpath = /j;\r\n $id = 154; # \x1b[2J \xff\n}")
    told = on_terminal(tmp_path, "conf", "set", "web", "$id", "160", "--file", str(file), "--diff")
    lines = told.decode().split("\n")
    assert " →      path = /j;^M" in lines
    assert "- $id = 154; # ^[[2J \\xff" in lines
    assert "\\ No newline at end of file" in lines
    assert not set(told) & set(b"\r\x1b\t\xff")


def test_signs_of_characters() -> None:
    assert visible("+\ta\tb\r") == "+→      a→      b^M"
    assert visible("\x7f\x00\u202e\udcff\u00a0é") == "^?^@\\u202e\\xff\\u00a0é"
    assert visible_lines(["+\tä"], "ascii") == "+>      ä"
