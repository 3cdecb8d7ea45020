"""What the root of a jail can do to its hostname and to the descriptions and names of its interfaces, as recorded."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import host_commands, machine
from tests.support.replay import lines, replay
from tests.support.shared_material import shared

MADE_FIRST = "found/hostname/01"
"""The line that makes the jails a and b; the other scenarios were recorded with two like them."""


def bridged(host: machine.Host) -> None:
    """The machine had em0 in bridge0."""
    for words in (("bridge0", "create"), ("bridge0", "addm", "em0", "up")):
        host_commands.ask(host.folder / "bin/ifconfig", words, host.environment()).check_returncode()


def with_jails(host: machine.Host) -> None:
    """Two VNET jails with a pair each."""
    bridged(host)
    text = next(line.text for line in lines("13.2", "found", "hostname") if line.id == MADE_FIRST)
    subprocess.run(["/bin/sh", "-c", text], env=host.environment(), check=True, capture_output=True)


def with_returned_end(host: machine.Host) -> None:
    """The two jails, once epair61b has been back on the host: it lost its address and UP."""
    with_jails(host)
    for word in ("-vnet", "vnet"):
        words = ("epair61b", word, "a")
        host_commands.ask(host.folder / "bin/ifconfig", words, host.environment()).check_returncode()


PREPARED = {"hostname": bridged, "forged": with_jails, "names": with_returned_end}


@pytest.mark.parametrize("release", ["13.2", "15.1"])
@pytest.mark.parametrize("scenario", PREPARED)
def test_hostile_text_comes_as_it_was_recorded(release: str, scenario: str, tmp_path: Path) -> None:
    shared("recordings")
    report = replay(release, "found", scenario, tmp_path / "host", prepare=PREPARED[scenario])
    print(report)
    assert report.compared > 0
    assert [f"{difference.line.id}: {difference.line.text}" for difference in report.differences] == []
