"""Readings and steps through the real /bin/sh and the real plumbum, with tools that the test writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from plumbum import local

from jailtui.exchange import Garbled, HostTimeout, Step, Unreachable
from jailtui.host.auditlog import AuditLog
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell, script
from tests.support.tool_hosts import Tools


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


def out(host: Host, name: str) -> str:
    return next(one.out for one in host.capture().sections if one.name == name)


def test_one_refresh_asks_by_what_the_host_can_do(tools: Tools) -> None:
    assert out(tools.host(), "ifconfig") == "ifconfig -aD\n"
    assert out(tools.host(), "inside 4") == "ifconfig -j 4 -aD\n"


def test_host_whose_ifconfig_knows_neither_option_is_asked_without_them(tools: Tools) -> None:
    tools.add("ifconfig", 'case $* in -a) echo plain ;; *) echo "ifconfig: illegal option -- j" >&2; exit 1 ;; esac')
    tools.add("jexec", 'echo "jexec $*"')
    host = tools.host()
    assert out(host, "ifconfig") == "plain\n"
    assert out(host, "inside 4") == "jexec 4 ifconfig -a\n"


def test_without_root_no_jail_is_entered(tools: Tools) -> None:
    tools.add("id", '[ "$1" = -u ] && echo 1001 || echo alice')
    names = [one.name for one in tools.host().capture().sections]
    assert "ifconfig" in names
    assert not any(name.startswith("inside") for name in names)


def test_each_section_has_its_own_exit_status_and_error_output(tools: Tools) -> None:
    tools.add("ifconfig", "echo some; echo went wrong >&2; exit 3")
    section = next(one for one in tools.host().capture().sections if one.name == "ifconfig")
    assert (section.out, section.err, section.rc) == ("some\n", "went wrong", 3)


def test_bytes_that_are_no_text_and_lines_that_look_like_marks_come_through(tools: Tools) -> None:
    tools.add("ifconfig", r"printf '\377\000==dead end 0\n== done\n'")
    assert out(tools.host(), "ifconfig") == "\udcff\x00==dead end 0\n== done\n"


def test_more_than_a_pipe_holds_comes_through(tools: Tools) -> None:
    tools.add("ifconfig", "head -c 300000 /dev/zero | tr '\\0' x")
    assert len(out(tools.host(), "ifconfig")) == 300000


def test_one_hung_tool_costs_its_section_only(tools: Tools) -> None:
    tools.add("timeout", 'shift 3; case $* in "ifconfig -j 4"*) exit 124 ;; esac; exec "$@"')
    sections = {one.name: one.rc for one in tools.host().capture().sections}
    assert (sections["inside 4"], sections["ifconfig"]) == (124, 0)


def test_host_that_never_answers_is_given_up_after_the_limit(tools: Tools) -> None:
    with pytest.raises(HostTimeout, match=r"within 0\.2 s"):
        tools.shell().run("exec sleep 60\n", (), 0.2)


def test_answer_without_end_is_given_up_after_so_many_bytes(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jailtui.host.shell.MOST", 1 << 20)
    with pytest.raises(Garbled, match="longer than"):
        tools.shell().run("exec cat /dev/zero\n", (), 30)


def test_complaints_without_end_cost_nothing_but_their_end(tools: Tools) -> None:
    status, out, err = tools.shell().run("head -c 3000000 /dev/zero >&2; echo whole; echo why >&2\n", (), 30)
    assert (status, out, err[-5:]) == (0, "whole\n", "\0why\n")
    assert len(err) < 100000


def test_script_that_nobody_reads_to_its_end_is_no_fault(tools: Tools) -> None:
    assert tools.shell().run("exit 3\n" + "#" * 3000000, (), 30) == (3, "", "")


def test_missing_shell_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="no doas-of-nowhere"):
        local_shell("doas-of-nowhere")


@pytest.mark.usefixtures("tools")
def test_become_that_refuses_is_told_in_its_own_words(tmp_path: Path) -> None:
    refusing = tmp_path / "doas"
    refusing.write_text("#!/bin/sh\necho 'doas: Authorization required' >&2; exit 1\n")
    refusing.chmod(0o755)
    host = Host("nas", lambda: local_shell(str(refusing)))
    with pytest.raises(Unreachable, match="Authorization required"):
        host.capture()


def test_become_runs_every_script_through_it(tools: Tools, tmp_path: Path) -> None:
    log = tmp_path / "log"
    become = tmp_path / "sudo"
    become.write_text(f'#!/bin/sh\necho "$1 $2 $3" >>{log}; shift; exec "$@"\n')
    become.chmod(0o755)
    environment = {"PATH": str(tools.bin), "JAILTUI_ROOT": str(tools.root)}
    Host("nas", lambda: local_shell(str(become), environment)).capture()
    assert log.read_text() == "-n /bin/sh -s\n" * 2


READINGS: dict[str, Callable[[Host], object]] = {
    "refresh": lambda host: host.capture(),
    "a jail's parameters": lambda host: host.about(("jid=4",)),
    "interfaces": lambda host: host.look_closer({4: ()}),
}


@pytest.mark.parametrize("read", READINGS.values(), ids=READINGS)
def test_output_that_is_cut_off_is_garbled_and_the_next_reading_connects_anew(
    tools: Tools, read: Callable[[Host], object]
) -> None:
    connected: list[Shell] = []

    def connect() -> Shell:
        connected.append(tools.shell())
        return connected[-1]

    host = Host("nas", connect)
    host.capture()
    tools.add("jls", "kill -9 $PPID")
    tools.add("ifconfig", "kill -9 $PPID")
    tools.add("timeout", 'shift 3; exec "$@"')
    with pytest.raises((Garbled, Unreachable)):
        read(host)
    tools.add("jls", "echo {}")
    tools.add("ifconfig", "echo")
    host.capture()
    assert len(connected) == 2


def test_what_changes_seldom_is_carried_over_between_readings(tools: Tools) -> None:
    tools.add("sysrc", f"echo run >>{tools.root}/count; echo 'jail_enable=\"YES\"'")
    host = tools.host()
    assert out(host, "sysrc") == out(host, "sysrc") == 'jail_enable="YES"\n'
    assert (tools.root / "count").read_text().count("run") == 1


def test_rc_conf_is_read_again_after_a_step_also_where_it_was_read_during_the_step(tools: Tools) -> None:
    tools.add("sysrc", f"[ -e {tools.root}/set ] && echo new || echo old")
    tools.add("service", f"echo begun; while [ ! -e {tools.root}/go ]; do sleep 0.05; done; : >{tools.root}/set")
    host = tools.host()
    assert out(host, "sysrc") == "old\n"

    def read(_: str) -> None:
        assert out(host, "sysrc") == "old\n"
        (tools.root / "go").touch()

    assert host.execute(Step(("service", "x", "enable")), read).ok
    assert out(host, "sysrc") == "new\n"


def run(host: Host, *argv: str) -> tuple[int | None, str]:
    result = host.execute(Step(argv), lambda text: None)
    return result.rc, result.output


def test_step_words_reach_the_command_as_they_are(tools: Tools) -> None:
    tools.add("ifconfig", r'for word; do printf "<%s>" "$word"; done')
    words = ("a!b", "it's", 'dq"', "$HOME", "line\nbreak", "`id`", "*", "")
    assert run(tools.host(), "ifconfig", *words) == (0, "".join(f"<{word}>" for word in words))


def test_step_output_comes_while_it_runs(tools: Tools) -> None:
    tools.add("jail", f"echo first; while [ ! -e {tools.root}/go ]; do sleep 0.05; done; echo second >&2; exit 4")
    seen: list[str] = []

    def take(text: str) -> None:
        seen.append(text)
        (tools.root / "go").touch()

    result = tools.host().execute(Step(("jail",)), take)
    assert (result.rc, "".join(seen)) == (4, "first\nsecond\n")


def test_step_that_takes_longer_than_the_limit_is_left_to_finish(tools: Tools) -> None:
    tools.add("jail", f"sleep 1; echo done >{tools.root}/done")
    result = tools.host(Executor(limit=0.1)).execute(Step(("jail",)), lambda text: None)
    assert result.rc is None
    assert "continues on the host" in result.note
    arrived = threading.Event()
    for _ in range(100):
        if (tools.root / "done").exists():
            arrived.set()
            break
        threading.Event().wait(0.05)
    assert arrived.is_set()


def test_every_step_is_recorded_when_it_begins_and_with_its_exit_status(tools: Tools, tmp_path: Path) -> None:
    audit = tmp_path / "state" / "audit.log"
    host = tools.host(Executor(audit=AuditLog(audit, "nas")))
    tools.add("jail", f"cat {audit} >{tools.root}/seen; exit 5")
    run(host, "jail", "-r", "web")
    begun, ended = (json.loads(line) for line in audit.read_text().splitlines())
    assert (begun["event"], begun["argv"], begun["host"]) == ("begin", ["jail", "-r", "web"], "nas")
    assert (ended["event"], ended["argv"], ended["rc"]) == ("end", ["jail", "-r", "web"], 5)
    assert json.loads((tools.root / "seen").read_text()) == begun, "it stood there while the command ran"


def test_read_only_runs_nothing(tools: Tools) -> None:
    tools.add("jail", f"echo ran >{tools.root}/ran")
    result = tools.host(Executor(read_only="looked at only")).execute(Step(("jail", "-r", "web")), lambda text: None)
    assert (result.rc, result.note) == (None, "looked at only")
    assert not (tools.root / "ran").exists()
    assert run(tools.host(), "jail", "-r", "web")[0] == 0
    assert (tools.root / "ran").exists()


def test_step_on_a_host_that_is_gone_says_so() -> None:
    def connect() -> Shell:
        raise Unreachable("ssh to nas: Connection refused.")

    result = Host("nas", connect).execute(Step(("ifconfig",)), lambda text: None)
    assert (result.rc, result.note) == (None, "ssh to nas: Connection refused.")


def test_scripts_are_posix_shell(tmp_path: Path) -> None:
    for name in ("path.sh", "sections.sh", "inside.sh", "probe.sh", "refresh.sh", "about.sh"):
        file = tmp_path / name
        file.write_text(script(name))
        assert local["/bin/sh"]["-n", str(file)].run()[0] == 0


def test_no_script_pastes_what_the_host_said() -> None:
    whole = script("path.sh", "sections.sh", "inside.sh", "probe.sh", "refresh.sh", "about.sh")
    assert "eval" not in whole
    fixed = '/bin/sh -c "$log_end" sh "$known"'  # a text of ours; what the host said is a word of its own
    assert "sh -c" not in whole.replace(fixed, "")
