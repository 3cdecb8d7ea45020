"""The home network that tests get as a copy is the one that is made by starting its jails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.simhost import setup
from jailtui.simhost.home import network
from jailtui.simhost.kernel import store
from tests.support import started


def undated(root: Path) -> dict[str, Any]:
    state: dict[str, Any] = store.load(str(root)).freeze()
    assert set(state["extra"]["since"]) == {3, *range(4, 11)}
    dates = {"since": None, "mounted": sorted(state["extra"]["mounted"])}
    return {**state, "extra": {**state["extra"], **dates}}


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_a_copied_home_network_is_as_one_whose_jails_were_started(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert network.build is started.start_jails, "the tests of the embedded host start the jails themselves"
    setup.prepare(tmp_path / "started", release=release)
    monkeypatch.setattr(network, "build", started.build)
    for name in ("first", "copied"):
        setup.prepare(tmp_path / name, release=release)

    assert undated(tmp_path / "copied") == undated(tmp_path / "started")
    files = [
        sorted(path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*") if "bin" not in path.parts)
        for name in ("copied", "started")
    ]
    assert files[0] == files[1]
