"""Files read and saved behind a real sshd, on the embedded host with its simulated jail(8)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest

from jailtui.exchange import HostError
from jailtui.host import ssh
from jailtui.host.files import Conflict, FileText, Missing, Refused, Saved, digest, read_file, save_file
from jailtui.host.shell import Shell
from tests.support.box import undo
from tests.support.sshd import Sshd

CONF = "/etc/jail.conf"


def connect(sshd: Sshd) -> Shell:
    return ssh.connect(ssh.destination(sshd.destination), config=str(sshd.config))


@pytest.fixture
def shell(sshd: Sshd) -> Iterator[Shell]:
    shell = connect(sshd)
    yield shell
    shell.close()


def text(shell: Shell, path: str = CONF) -> FileText:
    found = read_file(shell, path)
    assert isinstance(found, FileText)
    return found


def test_file_is_read_saved_and_undone_through_ssh(sshd: Sshd, shell: Shell) -> None:
    file = sshd.demo / "etc/jail.conf"
    old = file.read_bytes()
    assert text(shell).data == old
    new = old.replace(b"\n", b"\r\n") + "# \u00fc \udcff %s \\n $HOME '!'".encode("utf-8", "surrogateescape")
    assert isinstance(save_file(shell, CONF, digest(old), new), Saved)
    assert file.read_bytes() == new
    assert len(read_file(shell, CONF).backups) == 1
    assert isinstance(undo(shell, CONF, digest(new)), Saved)
    assert file.read_bytes() == old


def test_refusal_conflict_and_missing_file_are_told_through_ssh(sshd: Sshd, shell: Shell) -> None:
    file = sshd.demo / "etc/jail.conf"
    old = file.read_bytes()
    refused = save_file(shell, CONF, digest(old), b"web {\n path = ;\n}\n")
    assert refused == Refused(CONF, "jail: /etc/jail.conf line 2: ;: syntax error", 1, "check")
    assert isinstance(save_file(shell, CONF, digest(b"before"), b""), Conflict)
    assert isinstance(read_file(shell, "/etc/jail.conf.d/it's !new$.conf"), Missing)
    assert isinstance(save_file(shell, "/etc/jail.conf.d/it's !new$.conf", None, b"new { persist; }"), Saved)
    assert (sshd.demo / "etc/jail.conf.d/it's !new$.conf").read_bytes() == b"new { persist; }"
    assert file.read_bytes() == old


def test_large_file_goes_through_ssh(sshd: Sshd, shell: Shell) -> None:
    new = b"".join(b"# %d \xff\n" % number for number in range(60000))
    assert isinstance(save_file(shell, CONF, text(shell).digest, new), Saved)
    assert (sshd.demo / "etc/jail.conf").read_bytes() == new


def test_line_that_breaks_in_the_middle_of_a_save_leaves_a_whole_file(sshd: Sshd, shell: Shell) -> None:
    file, jail = sshd.demo / "etc/jail.conf", sshd.demo / "bin/jail"
    old, new = file.read_bytes(), b"new { persist; }\n"
    began, go = sshd.folder / "began", sshd.folder / "go"
    real = jail.read_text()
    jail.write_text(f"#!/bin/sh\necho >{began}\nwhile [ ! -e {go} ]; do sleep 0.05; done\n")
    ended: list[object] = []

    def save() -> None:
        try:
            ended.append(save_file(shell, CONF, digest(old), new))
        except HostError as error:
            ended.append(error)

    thread = threading.Thread(target=save)
    thread.start()
    until(began.exists)
    (left,) = file.parent.glob(".jail.conf.jailtui-new-*")
    sshd.drop_connections()
    thread.join(30)
    assert isinstance(ended[0], HostError), ended
    go.touch()
    jail.write_text(real)
    again = connect(sshd)
    try:
        until(lambda: not alive(int(left.name.rpartition("-")[2])))
        found = text(again)
        assert found.data in (old, new)
        assert isinstance(save_file(again, CONF, found.digest, b"# later\n"), Saved)
        assert list((sshd.demo / "etc").glob(".*jailtui-new*")) == []
    finally:
        again.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(600):
        if true():
            return
        waiting.wait(0.05)
    pytest.fail("It never came.")
