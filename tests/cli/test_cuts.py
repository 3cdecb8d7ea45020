"""What may cut the operator's own ssh session: --yes does not answer that, --cut with the host's name does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

import pytest

from jailtui.cli.carryout import kept
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.host.wayback import WayBack
from jailtui.plans.guard import Armed, Guard, WaysBack
from tests.support.hurry import hurry
from tests.support.verbs import Demo
from tests.support.waiting import until

Capsys = pytest.CaptureFixture[str]
CUTTING = ["conf", "bridge", "bridge0", "mtu=1400"]
REASON = "This changes bridge0, which carries your ssh session from 192.168.1.20."


def test_yes_does_not_cut_and_nothing_begins(demo: Demo, capsys: Capsys) -> None:
    assert main([*CUTTING, "--yes", *demo.words]) == Exit.REFUSED
    told = capsys.readouterr().err
    assert f"May cut your ssh session: {REASON}\n" in told
    assert "give --cut nas.home.arpa to do it." in told
    assert "$ " not in told


def test_name_of_another_host_does_not_cut(demo: Demo, capsys: Capsys) -> None:
    assert main([*CUTTING, "--yes", "--cut", "localhost", *demo.words]) == Exit.REFUSED
    assert "this host is nas.home.arpa." in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nas.home.arpa", "nas"])
def test_the_hosts_own_name_does(demo: Demo, capsys: Capsys, name: str) -> None:
    assert main([*CUTTING, "--yes", "--cut", name, *demo.words]) == Exit.OK
    assert "$ ifconfig bridge0 mtu 1400" in capsys.readouterr().err
    assert main(["keep", *demo.words]) == Exit.OK


def test_a_script_says_it_and_needs_no_name(demo: Demo, capsys: Capsys) -> None:
    assert main([*CUTTING, "--dry-run", *demo.words]) == Exit.OK
    assert f"# may cut your ssh session: {REASON}\n" in capsys.readouterr().out


def test_what_cuts_nothing_needs_no_name(demo: Demo, capsys: Capsys) -> None:
    assert main(["stop", "web", "--yes", *demo.words]) == Exit.OK
    assert "ssh session" not in capsys.readouterr().err


def rc_conf(demo: Demo) -> str:
    return (demo.folder / "etc" / "rc.conf").read_text()


def mtu(demo: Demo, capsys: Capsys) -> str:
    capsys.readouterr()
    main(["show", "--json", *demo.words])
    bridges = json.loads(capsys.readouterr().out)["bridges"]
    return str(next(bridge["mtu"] for bridge in bridges if bridge["name"] == "bridge0"))


def test_host_undoes_it_by_itself_files_included(demo: Demo, capsys: Capsys) -> None:
    before = rc_conf(demo)
    assert main([*CUTTING, "--yes", "--cut", "nas", *demo.words]) == Exit.OK
    told = capsys.readouterr().err
    assert "After 60 s the host undoes this automatically, unless you log in again and keep it.\n" in told
    assert "log in again and type: jailtui keep\n" in told
    assert rc_conf(demo) != before
    hurry(demo.folder)
    until(lambda: rc_conf(demo) == before)
    until(lambda: mtu(demo, capsys) == "1500")
    assert main(["keep", *demo.words]) == Exit.REFUSED
    assert "The host has undone it already." in capsys.readouterr().err


def test_what_is_kept_stays(demo: Demo, capsys: Capsys) -> None:
    assert main([*CUTTING, "--yes", "--cut", "nas", *demo.words]) == Exit.OK
    changed = rc_conf(demo)
    assert main(["keep", *demo.words]) == Exit.OK
    assert "what was done stays" in capsys.readouterr().err
    assert main(["keep", *demo.words]) == Exit.REFUSED
    assert rc_conf(demo) == changed


def test_nothing_begins_without_a_way_back(demo: Demo, capsys: Capsys) -> None:
    before = rc_conf(demo)
    (demo.folder / "bin" / "daemon").write_text("#!/bin/sh\nexit 0\n")
    assert main([*CUTTING, "--yes", "--cut", "nas", *demo.words]) == Exit.FAILED
    told = capsys.readouterr().err
    assert "skipped: the way back does not stand" in told
    assert "$ " not in told
    assert rc_conf(demo) == before


class Ways:
    """A way back of a host that has done its work."""

    def all(self) -> tuple[WayBack, ...]:
        return (WayBack("0123456789abcdef", 0, "ended"),)


def test_on_the_host_itself_a_plan_that_took_too_long_is_told_as_undone(capsys: Capsys) -> None:
    guard = Guard(cast("Callable[[], WaysBack]", Ways), 60, elsewhere=False)
    guard.armed = Armed("0123456789abcdef", 0)
    assert not kept(guard, yes=True), "it gets no verdict"
    assert capsys.readouterr().err == "The host has undone what was done.\n"
