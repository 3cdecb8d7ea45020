"""What a host announces: `route -n monitor` of the embedded host, by the real /bin/sh."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import HostError
from jailtui.host.collect import FileHost
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.simhost.setup import prepare
from tests.support.waiting import until

RELEASES = ("13.2", "14.2", "15.1")


class Listened:
    """A host that is listened to, on a thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.backend = HostBackend(Host("demo", lambda: local_shell(environment=environment), reached="demo"))
        self.open, self.stirred, self.stopped = threading.Event(), threading.Event(), threading.Event()
        self.thread = threading.Thread(
            target=self.backend.listen, args=(self.stopped, self.open.set, self.stirred.set), daemon=True
        )
        self.thread.start()


@pytest.fixture(params=RELEASES)
def listened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listened]:
    it = Listened(prepare(tmp_path / "host", release=request.param))
    assert it.open.wait(10)
    yield it
    it.stopped.set()
    it.thread.join(10)


def monitors(listened: Listened) -> list[str]:
    """The pids of the monitors of the embedded host."""
    pattern = f"{listened.environment['JAILTUI_ROOT']}.*monitor"
    return subprocess.run(("pgrep", "-f", pattern), stdout=subprocess.PIPE, text=True).stdout.split()


def test_change_of_an_interface_is_announced_and_stopping_ends_the_monitor(listened: Listened) -> None:
    assert monitors(listened)
    assert not listened.stirred.is_set()
    subprocess.run(("/bin/sh", "-c", "ifconfig epair900 create"), env=dict(listened.environment), check=True)
    assert listened.stirred.wait(10)
    listened.stopped.set()
    listened.thread.join(10)
    assert not listened.thread.is_alive()
    until(lambda: not monitors(listened))


def test_end_of_the_monitor_ends_the_listening(listened: Listened) -> None:
    subprocess.run(("kill", *monitors(listened)), check=True)
    listened.thread.join(10)
    assert not listened.thread.is_alive()


def test_a_file_announces_nothing(tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"file\.json is a file"):
        HostBackend(FileHost(tmp_path / "file.json")).listen(threading.Event(), lambda: None, lambda: None)


def test_a_thousand_messages_stir_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jailtui.host.monitor.GATHERED", 0.4)  # a busy machine prints with gaps
    lines = "07:22:32.507 PID 1205 add/repl iface iface#4 epair0a admin DOWN oper UP mtu 1500"
    route = tmp_path / "route"
    route.write_text(f"#!/bin/sh\nyes '{lines}' | head -n 1000\nsleep 30\n")
    route.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "JAILTUI_ROOT": str(tmp_path)}
    backend = HostBackend(Host("box", lambda: local_shell(environment=environment), reached="local"))
    stopped, quiet, stirs = threading.Event(), threading.Semaphore(0), []
    listening = threading.Thread(
        target=backend.listen, args=(stopped, quiet.release, lambda: stirs.append(1)), daemon=True
    )
    listening.start()
    for _ in range(2):  # the second answer is a while in which nothing came
        assert quiet.acquire(timeout=10)
    stopped.set()
    listening.join(10)
    assert stirs == [1]
