"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.put_back import PutBack
from tests.support.verbs import Demo


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> PutBack:
    """The host that the tests with `demo` share."""
    return PutBack(tmp_path_factory.mktemp("home") / "demo")


@pytest.fixture
def demo(home: PutBack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The home network as it was made, whatever other tests have done to it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    home.put_back()
    home.use(monkeypatch)
    return Demo(home.folder)
