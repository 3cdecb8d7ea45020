"""What the tests of hostile jails share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.jail_root import Hostile, JailRoot
from tests.support.attacked import Attacked
from tests.support.remembered import Remembered
from tests.support.shared_material import RELEASES


@pytest.fixture(params=RELEASES)
def attacked(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Attacked:
    """The home network on each release."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Attacked(tmp_path / "demo", request.param, capsysbinary)


@pytest.fixture
def remembering(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the host once for all verbs that ask the same of it."""
    Remembered(attacked.folder).use(monkeypatch)


@pytest.fixture(scope="module", params=RELEASES)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Such a host of each release, which the tests of a file share."""
    attacked = Attacked(tmp_path_factory.mktemp("hostile") / "demo", request.param)
    JailRoot(attacked).does_all()
    return Hostile(attacked, Remembered(attacked.folder))
