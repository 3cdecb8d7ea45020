"""`route -n monitor` of the simulated host: news as they happen, in the words of each release."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.simhost import machine, setup

ALARM = 30
"""Seconds after which a monitor that says nothing is killed, which fails the test."""


class Monitor:
    """A running `route -n monitor` on the host in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [root / "bin/timeout", "-k", "1", str(ALARM), root / "bin/route", "-n", "monitor"],
            env=setup.environment(root),
            stdout=subprocess.PIPE,
            text=True,
        )

    def until(self, wanted: str) -> list[str]:
        """The lines up to the first one that holds `wanted`. AssertionError when the monitor ends before."""
        assert self.process.stdout is not None
        printed = []
        for line in self.process.stdout:
            printed.append(line.rstrip("\n"))
            if wanted in line:
                return printed
        raise AssertionError(f"{wanted!r} was never printed: {printed}")

    def ready(self) -> None:
        """Return when the monitor is listening: it then tells of what is made here."""
        number = 900
        while True:
            number += 1
            ifconfig(self.root, f"bridge{number}", "create")
            assert self.process.stdout is not None
            if self._tells():
                return

    def _tells(self) -> bool:
        import select

        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], 0.5)[0]:
            return False
        os.read(self.process.stdout.fileno(), 1 << 16)
        return True


def ifconfig(root: Path, *words: str) -> None:
    subprocess.run([root / "bin/ifconfig", *words], env=setup.environment(root), check=True, capture_output=True)


@pytest.fixture
def monitored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Monitor]:
    root = tmp_path / "host"
    machine.booted(root, request.param)
    monitor = Monitor(root)
    monitor.ready()
    yield monitor
    monitor.process.terminate()
    monitor.process.wait()


@pytest.mark.parametrize("monitored", ["14.2", "15.1"], indirect=True)
def test_new_pair_is_told_by_name_and_a_rename_as_delete_and_add(monitored: Monitor) -> None:
    ifconfig(monitored.root, "epair7", "create")
    printed = monitored.until("epair7b")
    assert any(" add/repl iface " in line and " epair7a admin DOWN oper UP mtu 1500 " in line for line in printed)
    ifconfig(monitored.root, "epair7a", "name", "e0a_web")
    printed = monitored.until("e0a_web")
    assert any(" delete iface " in line and " epair7a " in line for line in printed)


@pytest.mark.parametrize("monitored", ["13.2"], indirect=True)
def test_13_tells_arrival_by_number_and_never_by_name(monitored: Monitor) -> None:
    ifconfig(monitored.root, "epair7", "create", "up")
    printed = monitored.until("RTM_IFINFO")
    assert any(line.startswith("RTM_IFANNOUNCE: interface arrival/departure: len 24, if# ") for line in printed)
    assert not any("epair" in line for line in printed)


@pytest.mark.parametrize("monitored", ["15.1"], indirect=True)
def test_description_is_no_news(monitored: Monitor) -> None:
    ifconfig(monitored.root, "em0", "descr", "uplink")
    ifconfig(monitored.root, "epair3", "create")
    assert "em0" not in "".join(monitored.until("epair3b"))


@pytest.mark.parametrize("monitored", ["15.1"], indirect=True)
def test_monitor_ends_when_its_reader_has_gone(monitored: Monitor) -> None:
    assert monitored.process.stdout is not None
    monitored.process.stdout.close()
    assert monitored.process.wait(timeout=ALARM) == 0
