"""Simulated hosts of any size."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from jailtui.simhost import setup
from jailtui.simhost.home import large


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "bin" / words[0], *words[1:]], env=setup.environment(root), capture_output=True, text=True, check=False
    )


def test_host_of_twelve_has_twelve_running_jails_each_with_its_pair_and_address(tmp_path: Path) -> None:
    setup.prepare(tmp_path / "host", jails=12)
    listed = json.loads(run(tmp_path / "host", "jls", "-n", "--libxo", "json").stdout)["jail-information"]["jail"]
    assert [jail["name"] for jail in listed] == [f"web{number:05d}" for number in range(1, 13)]
    printed = run(tmp_path / "host", "ifconfig", "-j", "7", "-aD").stdout
    assert "epair7b: " in printed
    assert "\tinet 10.0.0.9 netmask 0xffff0000 broadcast 10.0.255.255\n" in printed
    assert "\tdrivername: epair7\n" in printed
    members = run(tmp_path / "host", "ifconfig", "bridge0").stdout.count("\tmember: epair")
    assert members == 12


def test_jail_of_a_large_host_stops_and_starts_by_its_own_configuration(tmp_path: Path) -> None:
    root = tmp_path / "host"
    setup.prepare(root, jails=3)
    assert run(root, "jail", "-r", "web00002").returncode == 0
    assert "epair2a" not in run(root, "ifconfig", "-l").stdout
    assert run(root, "jail", "-c", "web00002").returncode == 0
    assert run(root, "ifconfig", "-j", "web00002", "-l").stdout == "lo0 epair2b\n"


def test_addresses_of_a_thousand_jails_are_all_different() -> None:
    addresses = [line.split('"')[1] for line in large.config(1000).splitlines() if line.startswith("\t$ip = ")]
    assert len(set(addresses)) == 1000
