"""The sessions of sshd as the embedded host lists them, beside what real hosts printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jailtui.simhost.kernel import connections, store
from tests.support import machine
from tests.support.replay import Line, run
from tests.support.shared_material import recordings

PIDS = re.compile(r"\b(1926|1924|1134|1132|1035|1033)\b")


def recorded(release: str, identity: str) -> str:
    return next(line["stdout"] for line in recordings(release) if line["id"] == identity)


def asked(host: machine.Host, *words: str) -> str:
    out, err, status = run(Line("", words, None, "root", "", "", 0), host)
    assert (err, status) == ("", 0)
    return out


@pytest.mark.parametrize(("release", "ports"), [("13.2", (43844, 53428)), ("15.1", (40134,))])
def test_sessions_look_as_recorded(tmp_path: Path, release: str, ports: tuple[int, ...]) -> None:
    host = machine.start(tmp_path / "host", release)
    with store.transaction(str(host.folder), write=True) as kernel:
        for port in ports:
            connections.from_outside(kernel, "10.0.2.15", "10.0.2.2", port)
    wanted = PIDS.sub("PPPP", recorded(release, "guard/where-am-i/07")).replace("PPPP  7", "PPPP  4")
    assert PIDS.sub("PPPP", asked(host, "sockstat", "-46cP", "tcp")) == wanted


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_way_back_to_a_client_looks_as_recorded(tmp_path: Path, release: str) -> None:
    host = machine.start(tmp_path / "host", release)
    asked(host, "ifconfig", "vtnet0", "inet", "10.0.2.15/24", "up")
    assert asked(host, "route", "-n", "get", "10.0.2.2") == recorded(release, "guard/where-am-i/10")


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_narrowest_route_leads_to_a_client(tmp_path: Path, release: str) -> None:
    host = machine.start(tmp_path / "host", release)
    asked(host, "ifconfig", "em0", "inet", "10.1.0.1/24", "up")
    asked(host, "ifconfig", "vtnet0", "inet6", "2001:db8::1/64", "up")
    asked(host, "route", "add", "10.7.0.0/16", "10.1.0.2")
    assert "gateway: 10.1.0.2\n        fib: 0\n  interface: em0\n" in asked(host, "route", "-n", "get", "10.7.3.4")
    assert "interface: vtnet0\n" in asked(host, "route", "-6", "-n", "get", "2001:db8::9")
