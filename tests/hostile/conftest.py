"""What the tests of hostile jails share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.jail_root import Hostile, JailRoot
from tests.support.attacked import Attacked
from tests.support.remembered import Remembered

ENTERED = "13.2"
"""Where ifconfig and netstat of a jail are its own, and each jail that runs is entered by a reading."""
LOOKED_INTO = ("14.2", "15.1")
"""Where the host can tell: what a jail's root may do there, and how that is read, is the same."""
ASIDE = ("dns", "proxy", "vpn", "lease")


@pytest.fixture(params=[ENTERED, LOOKED_INTO[1]])
def attacked(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Attacked:
    """The home network, where jails are entered and where they are not."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Attacked(tmp_path / "demo", request.param, capsysbinary)


@pytest.fixture
def few(attacked: Attacked) -> None:
    """Only web, db and legacy run: a reading costs a few processes for each jail more, on 13 a dozen."""
    attacked.stop(*ASIDE)


@pytest.fixture
def remembering(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the host once for all verbs that ask the same of it."""
    Remembered(attacked.folder).use(monkeypatch)


@pytest.fixture(scope="module", params=[ENTERED, LOOKED_INTO[0]])
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Such a host with few jails, which the tests of a file share."""
    attacked = Attacked(tmp_path_factory.mktemp("hostile") / "demo", request.param)
    attacked.stop(*ASIDE)
    JailRoot(attacked).does_all()
    return Hostile(attacked, Remembered(attacked.folder))
