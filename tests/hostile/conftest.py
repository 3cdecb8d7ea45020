"""What the tests of hostile jails share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.attacked import Attacked
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
