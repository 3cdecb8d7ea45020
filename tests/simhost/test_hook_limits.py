"""What a hook of the embedded host may do: run its commands and the shell's builtins, and nothing on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import machine, setup
from jailtui.simhost.tools import hook_limits
from tests.support import host_commands

BIN = "/d/bin"

RUN = [
    "true",
    "/d/bin/ifconfig epair1a destroy 2>/dev/null || true",
    'ifconfig "$x" create >/dev/null 2>&1; route -n get default >&2',
    "if ifconfig epair1 >/dev/null; then echo is there; elif true; then :; else false; fi",
    "for i in 1 2 3; do ifconfig epair$i create; done >/dev/stderr",
    "while read -r line; do echo $line; done </dev/null",
    'case "$1" in a|b) echo a;; (c) ifconfig -l ;; *) esac; echo done',
    "up() { ifconfig $1 up; }; up epair1a && up epair1b",
    "x=$(ifconfig epair create) && echo ${x%a} `jls -n` $((1 + 2)) ${#x} ${x:-none}",
    "( ifconfig -l; jexec web sh -c 'echo inside' ) & wait",
    "eval 'ifconfig -l'; trap 'echo ended' EXIT",
    "PATH=/d/bin:$PATH; env -u A B=1 ifconfig -l; timeout -k 1 5 ifconfig -l; command -v ifconfig",
    "LC_ALL=C ifconfig -l | grep -q epair # a comment > /etc/passwd",
    'date +%s; date -u; [ -n "$x" ] && exit 3',
    "/d/bin/nosuch || true",
    "exec ifconfig -l",
    "exec </dev/null",
    "kill -9 $$",
    "ifconfig \\\n -l",
]

REFUSED = {
    "echo x > /etc/passwd": "> /etc/passwd",
    "echo x >>/tmp/x": ">> /tmp/x",
    "echo x > x": "> x",
    "echo x > ../../x": "> ../../x",
    "echo x > $file": "> $file",
    'echo x > "/dev/null/../x"': '> "/dev/null/../x"',
    "echo x >/dev/nul\\l.x": ">",
    "echo x >& /tmp/x": ">& /tmp/x",
    "echo x 2>/tmp/x": "> /tmp/x",
    "echo x >| /tmp/x": ">| /tmp/x",
    "echo x &> /tmp/x": "&> /tmp/x",
    "cat < /etc/shadow": "< /etc/shadow",
    "cat <<E\nx\nE": "<< E",
    "true; { echo x; } >/tmp/x": "> /tmp/x",
    "for i in 1; do echo; done >/tmp/x": "> /tmp/x",
    "exec >/tmp/x": "> /tmp/x",
    ">/tmp/x": "> /tmp/x",
    ". /etc/profile": ".",
    "true && . ./file": ".",
    "source /etc/profile": "source",
    "/opt/bin/evil": "/opt/bin/evil",
    "./evil": "./evil",
    "/d/bin/../../evil": "/d/bin/../../evil",
    "true; if /opt/evil; then :; fi": "/opt/evil",
    "case x in x) /opt/evil;; esac": "/opt/evil",
    "case x in a) ;; x) /opt/evil; esac": "/opt/evil",
    "x=$(/opt/evil)": "/opt/evil",
    'echo "a $(echo $(/opt/evil))"': "/opt/evil",
    "echo `/opt/evil`": "/opt/evil",
    "echo ${x:-$(/opt/evil)}": "/opt/evil",
    "! /opt/evil": "/opt/evil",
    "( /opt/evil )": "/opt/evil",
    "f() { /opt/evil; }": "/opt/evil",
    "true\n/opt/evil": "/opt/evil",
    "true & /opt/evil": "/opt/evil",
    "true | /opt/evil": "/opt/evil",
    "A=1 /opt/evil": "/opt/evil",
    "/opt/ev?l": "/opt/ev?l",
    "e=/opt/evil; $e": "$e",
    "'/opt/evil'": "'/opt/evil'",
    "\\/opt/evil": "\\/opt/evil",
    "eval '/opt/evil'": "/opt/evil",
    'eval "$x"': '"$x"',
    "trap '/opt/evil' EXIT": "/opt/evil",
    "exec /opt/evil": "/opt/evil",
    "command /opt/evil": "/opt/evil",
    "command kill -9 1": "command kill",
    "env /opt/evil": "/opt/evil",
    "env A=$x ifconfig": "A=$x",
    "env -i sh -c true": "env -i",
    "env -S '/opt/evil'": "env -S",
    "timeout 5 /opt/evil": "/opt/evil",
    "timeout $x ifconfig": "$x",
    "builtin . /x": "builtin",
    "alias ifconfig=/opt/evil": "alias",
    "hash -p /opt/evil ifconfig": "hash",
    "enable -f /x y": "enable",
    "PATH=/opt:$PATH ifconfig": "PATH",
    "export PATH=/opt": "PATH",
    "unset PATH": "PATH",
    "for PATH in /opt; do ifconfig; done": "PATH",
    "read PATH": "PATH",
    "local -n x=PATH": "local -n",
    "printf -v PATH /opt": "printf -v",
    "LD_PRELOAD=/x.so ifconfig": "LD_PRELOAD",
    "JAILTUI_SIM_HOOK= sh /tmp/x": "JAILTUI_SIM_HOOK",
    "JAILTUI_ROOT=/ rm -rf /etc": "JAILTUI_ROOT",
    "${x:=/opt}": "${x=...}",
    "echo ${x@P}": "${x@",
    "echo $((a[0]))": "$((...)) with a name in it",
    "sed -i s/a/b/ /etc/passwd": "sed",
    "/d/bin/sed -i s/a/b/ /etc/passwd": "sed",
    "echo | awk '{ system(\"/opt/evil\") }'": "awk",
    "xargs /opt/evil": "xargs",
    "sort -o /etc/passwd x": "sort",
    "date -s 2001-01-01": "date",
    "tee /etc/passwd": "tee",
    "python3 -c 1": "python3",
    "sed() { :; }": "sed()",
    "enable() { :; }": "enable()",
    "ifconfig() { :; }": "ifconfig()",
    "echo $'x'": "$'...'",
    "echo 'x": "a text whose quotes do not end",
    "echo $(true": "a $( that does not end",
    "cat <(/opt/evil)": "a text that sh could not read",
    "[[ a > /tmp/x ]]": "> /tmp/x",
    "function f { /opt/evil; }": "function",
    "echo &>>/tmp/x": "&>> /tmp/x",
}


@pytest.mark.parametrize("text", RUN)
def test_what_a_hook_may_do_is_run(text: str) -> None:
    assert hook_limits.refusal(["/d/bin/sh", "-c", text], BIN) is None


@pytest.mark.parametrize("text", REFUSED)
def test_all_else_is_refused_by_name(text: str) -> None:
    why = hook_limits.refusal(["/d/bin/sh", "-c", text], BIN) or ""
    assert why.startswith(f"the embedded host refuses {REFUSED[text]}"), why


@pytest.fixture
def root(tmp_path: Path) -> Path:
    machine.booted(tmp_path / "host")
    (tmp_path / "evil").write_text(f"#!/bin/sh\necho ran >{tmp_path}/marker\n")
    (tmp_path / "evil").chmod(0o755)
    (tmp_path / "victim").write_text("as it was\n")
    return tmp_path / "host"


def started(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A start of a jail with these parameters, in the folder above the host's."""
    words = ("-c", "name=web", "path=/", "persist", *more)
    return host_commands.ask(root / "bin/jail", words, setup.environment(root), root.parent)


ACTS = [
    "/bin/echo x > OUT/victim",
    ". OUT/evil; true",
    "OUT/evil; true",
    "cd OUT; echo x > victim",
    "sh OUT/evil",
    "sh -c 'sh OUT/evil'",
    "env sh OUT/evil",
    "timeout 5 sh OUT/evil",
    "sh -c 'x=OUT/evil; sh $x'",
    "echo OUT/evil | sh",
    "x='echo x > OUT/victim'; sh -c \"$x\"",
    "sed -i s/was/is/ OUT/victim",
    "uniq OUT/evil OUT/victim",
    "mdo -u root OUT/evil",
    "mdo -u root sh -c 'sh OUT/evil'",
    "jail -c name=b path=/ persist 'exec.prestart=. OUT/evil; true'",
]


@pytest.mark.parametrize("place", ["exec.prestart", "exec.created", "exec.start", "exec.poststart"])
@pytest.mark.parametrize("hook", ACTS)
def test_no_hook_acts_on_this_machine(hook: str, place: str, root: Path) -> None:
    done = started(root, f"{place}={hook.replace('OUT', str(root.parent))}")
    assert "the embedded host refuses " in done.stderr
    assert (root.parent / "victim").read_text() == "as it was\n"
    assert not (root.parent / "marker").exists()


@pytest.mark.parametrize(
    "hook", ["jexec web OUT/evil", "jexec web sh -c 'sh OUT/evil'", "jexec web sed -i s/was/is/ OUT/victim"]
)
def test_no_hook_acts_on_this_machine_by_way_of_the_jail(hook: str, root: Path) -> None:
    done = started(root, f"exec.poststart={hook.replace('OUT', str(root.parent))}")
    assert "the embedded host refuses " in done.stderr
    assert (root.parent / "victim").read_text() == "as it was\n"
    assert not (root.parent / "marker").exists()


def test_the_evil_does_run_without_a_hook(root: Path) -> None:
    subprocess.run([root / "bin/sh", root.parent / "evil"], env=setup.environment(root), check=True)
    assert (root.parent / "marker").exists()


def test_a_refused_hook_fails_the_start_as_a_failing_one(root: Path) -> None:
    done = started(root, "exec.prestart=echo x > /tmp/x; true")
    assert done.returncode == 1
    assert done.stderr == f"jail: {hook_limits.sentence('> /tmp/x')}\njail: /bin/sh -c echo x > /tmp/x; true: failed\n"


def written(root: Path) -> dict[str, str]:
    """The files beside the host's folder."""
    return {path.name: path.read_text() for path in root.parent.iterdir() if path.is_file()}


@pytest.mark.parametrize("log", ["/../victim", "/var/log/../../../victim", "/var/log/link", "/tmp/out/victim"])
def test_a_console_log_stays_in_the_folder_of_the_host(log: str, root: Path) -> None:
    before = written(root)
    (root / "var/log/link").symlink_to(root.parent / "victim")
    (root / "tmp/out").symlink_to(root.parent)
    started(root, f"exec.consolelog={log}", "exec.start=echo inside")
    assert written(root) == before


@pytest.mark.parametrize(
    "words",
    [
        ("-f", "/../victim"),
        ("-f", "../victim"),
        ("-f", "/etc/../../victim"),
        ("-f", "/etc/link"),
        ("-R", "/..", "-f", "/victim"),
        ("-R", "/tmp/out", "-f", "/victim"),
    ],
)
def test_sysrc_stays_in_the_folder_of_the_host(words: tuple[str, ...], root: Path) -> None:
    before = written(root)
    (root / "etc/link").symlink_to(root.parent / "victim")
    (root / "tmp/out").symlink_to(root.parent)
    subprocess.run(
        [root / "bin/sysrc", *words, "x=y"], env=setup.environment(root), check=False, capture_output=True, cwd=root
    )
    assert written(root) == before
