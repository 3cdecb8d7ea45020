"""What may cut the operator's own ssh session: --yes does not answer that, --cut with the host's name does."""

from __future__ import annotations

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.verbs import Demo

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


def test_a_script_says_it_and_needs_no_name(demo: Demo, capsys: Capsys) -> None:
    assert main([*CUTTING, "--dry-run", *demo.words]) == Exit.OK
    assert f"# may cut your ssh session: {REASON}\n" in capsys.readouterr().out


def test_what_cuts_nothing_needs_no_name(demo: Demo, capsys: Capsys) -> None:
    assert main(["stop", "web", "--yes", *demo.words]) == Exit.OK
    assert "ssh session" not in capsys.readouterr().err
