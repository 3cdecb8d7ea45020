"""What a reading keeps of those before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.model.state import Address, JailState
from tests.support.epair_hosts import leaky
from tests.support.releases import OLD_AND_NEW


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_dying_jail_has_the_addresses_that_were_seen_in_it(tmp_path: Path, release: str) -> None:
    host = leaky(tmp_path / "host", release)
    host.ask("jail", "-c", "web")
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet", "192.168.1.177/24", "alias")
    backend = host.backend()
    backend.read()
    host.ask("daemon", "-f", "nc", "192.168.1.177", "5432")
    host.ask("jail", "-R", "web")
    jail = backend.read().state.jail("web")
    assert jail is not None
    assert (jail.state, Address("192.168.1.177", 24) in jail.last_addresses) == (JailState.DYING, True)
    remedies = [remedy for finding in backend.read().findings for remedy in finding.remedies]
    drop = next(remedy for remedy in remedies if remedy.task.label.startswith("Drop"))
    assert [step.argv[3] for step in drop.task.steps] == ["192.168.1.177"]


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_dying_jail_has_the_addresses_that_the_host_reached_through_its_pair(tmp_path: Path, release: str) -> None:
    """Nobody saw it while it lived: its MAC behind the end on the host tells."""
    host = leaky(tmp_path / "host", release)
    host.ask("jail", "-c", "web")
    host.ask("jexec", "web", "ifconfig", "epair154b", "inet", "192.168.1.177/24", "alias")
    host.ask("daemon", "-f", "nc", "192.168.1.177", "5432")
    host.ask("jail", "-R", "web")
    jail = host.backend().read().state.jail("web")
    assert jail is not None
    assert jail.last_addresses == (Address("192.168.1.177"),)
    host.ask("ifconfig", "epair154a", "destroy")
    jail = host.backend().read().state.jail("web")
    assert jail is not None
    assert jail.last_addresses == ()
