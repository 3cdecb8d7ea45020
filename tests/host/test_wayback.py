"""The timed way back on the embedded host: real processes, which undo by themselves."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jailtui.exchange import FileEdit, HostError, Step
from jailtui.host.shell import local_shell
from jailtui.host.steprun import new_id, run_step
from jailtui.host.wayback import Ways
from tests.support.hurry import hurry, hurrying
from tests.support.put_back import Homes, PutBack
from tests.support.waiting import until

DELETE = Step(
    ("ifconfig", "em0", "inet", "192.168.1.10", "delete"),
    undo=("ifconfig", "em0", "inet", "192.168.1.10/24", "alias"),
)
ADD = Step(
    ("ifconfig", "em0", "inet", "192.168.1.77/32", "alias"), undo=("ifconfig", "em0", "inet", "192.168.1.77", "-alias")
)


class Demo:
    def __init__(self, home: PutBack) -> None:
        self.root = home.folder
        self.shell = local_shell(environment=home.environment)
        self.ways = Ways(lambda broken: self.shell, lambda: self.shell)

    def run(self, line: str) -> str:
        return self.shell.run(f"{line}\n", (), 10)[1]

    def ended(self) -> bool:
        return any(way.state == "ended" for way in self.ways.all())


@pytest.fixture
def demo(request: pytest.FixtureRequest, homes: Homes) -> Demo:
    return Demo(homes.of(getattr(request, "param", "13.2")))


def em0(demo: Demo) -> list[str]:
    """Its addresses; one that comes back stands behind the others."""
    return sorted(line for line in demo.run("ifconfig em0").splitlines() if "inet " in line)


@pytest.mark.parametrize("demo", ["13.2", "14.2", "15.1"], indirect=True)  # it runs each command of a way back
def test_address_comes_back_with_its_default_route(demo: Demo) -> None:
    before = em0(demo), demo.run("netstat -rn -f inet")
    way = demo.ways.arm([ADD, DELETE], 60)
    for order, step in enumerate((ADD, DELETE)):
        demo.ways.begin(way, order, order)
        demo.run(" ".join(step.argv))
    assert em0(demo) != before[0]
    assert "default" not in demo.run("netstat -rn -f inet")
    hurry(demo.root)
    until(demo.ended)
    assert (em0(demo), demo.run("netstat -rn -f inet")) == before


def test_step_that_had_not_begun_is_not_undone(demo: Demo) -> None:
    way = demo.ways.arm([ADD, DELETE], 60)
    demo.ways.begin(way, 0, 1)
    demo.run(" ".join(ADD.argv))
    hurry(demo.root)
    until(demo.ended)
    assert "192.168.1.77" in " ".join(em0(demo))


def test_no_step_begins_once_the_way_back_goes(demo: Demo) -> None:
    way = demo.ways.arm([ADD], 60)
    hurry(demo.root)
    until(demo.ended)
    with pytest.raises(HostError, match="the way back has undone the plan"):
        demo.ways.begin(way, 0, 0)
    with pytest.raises(HostError, match="the way back has undone the plan"):
        demo.ways.keep(way)


def test_kept_plan_stays_and_the_whole_group_of_processes_ends(demo: Demo) -> None:
    way = demo.ways.arm([ADD], 60)
    pid = int((folder(demo) / way / "pid").read_text())
    demo.ways.begin(way, 0, 0)
    demo.run(" ".join(ADD.argv))
    assert [(each.identity, each.state) for each in demo.ways.all()] == [(way, "armed")]
    demo.ways.keep(way)
    until(lambda: not group(pid))
    assert "192.168.1.77" in " ".join(em0(demo))
    assert [(each.identity, each.state) for each in demo.ways.all()] == [(way, "kept")]
    other = demo.ways.arm([ADD], 30)
    assert [each.identity for each in demo.ways.all()] == [other], "arming forgets what is over"
    demo.ways.keep(other)


def group(number: int) -> str:
    """The processes of a group."""
    return subprocess.run(["/usr/bin/pgrep", "-g", str(number)], capture_output=True, text=True, check=False).stdout


def folder(demo: Demo) -> Path:
    return demo.root / "var/run/jailtui/wayback"


def test_script_is_for_its_owner_alone_and_runs_without_us(demo: Demo) -> None:
    way = demo.ways.arm([ADD], 30)
    script = folder(demo) / way / "script"
    modes = [path.stat().st_mode & 0o777 for path in (script, script.parent, folder(demo), folder(demo).parent)]
    assert modes[0] == modes[1] == modes[3] == 0o700
    assert os.getsid(int((script.parent / "pid").read_text())) != os.getsid(0)
    demo.ways.keep(way)


def test_plan_is_not_begun_where_daemon_does_not_run(demo: Demo) -> None:
    (demo.root / "bin/daemon").write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(HostError, match="pidfile"):
        demo.ways.arm([ADD], 30)
    assert list(folder(demo).iterdir()) == []


@pytest.mark.parametrize("old", [b"a = 1\n# 100% \xff 'quoted'\n", None])
def test_saved_file_has_its_old_text_again(homes: Homes, old: bytes | None) -> None:
    demo = Demo(homes.of("15.1"))
    file = demo.root / "etc/example.conf"
    way = demo.ways.arm([Step(("save",), file=FileEdit("/etc/example.conf", old, b"b = 2\n"))], 60)
    demo.ways.begin(way, 0, 0)
    file.write_bytes(b"b = 2\n")
    hurry(demo.root)
    until(demo.ended)
    log = (folder(demo) / way / "log").read_text()
    assert (file.read_bytes() if file.exists() else None) == old, log


def test_later_edit_of_somebody_else_is_kept(homes: Homes) -> None:
    demo = Demo(homes.of("15.1"))
    file = demo.root / "etc/example.conf"
    way = demo.ways.arm([Step(("save",), file=FileEdit("/etc/example.conf", b"a\n", b"b\n"))], 60)
    demo.ways.begin(way, 0, 0)
    file.write_bytes(b"theirs\n")
    hurry(demo.root)
    until(demo.ended)
    assert file.read_bytes() == b"theirs\n"


def test_step_that_still_runs_is_not_overtaken(homes: Homes) -> None:
    demo = Demo(homes.of("15.1"))
    way = demo.ways.arm([ADD], 60)
    demo.ways.begin(way, 0, 0)
    late = f"{' '.join(hurrying(demo.root))}; /bin/sleep 2; {' '.join(ADD.argv)}"
    identity = new_id()
    assert run_step(demo.shell, identity, ("/bin/sh", "-c", late), lambda text: None, 30).status == 0
    until(demo.ended)
    assert "192.168.1.77" not in " ".join(em0(demo)), "it was undone after its end"
