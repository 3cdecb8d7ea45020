"""Whose folder it is: a simulated host is only ever made in, or cleared from, a folder of its own."""

from __future__ import annotations

import marshal
from pathlib import Path

import pytest

from jailtui.simhost import setup
from jailtui.simhost.kernel import store


def test_folder_with_a_boot_py_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "boot.py").write_text("import machine\n", encoding="ascii")
    (tmp_path / "state").write_text("mine", encoding="ascii")
    for reset in (False, True):
        with pytest.raises(setup.SetupError, match="no simulated host"):
            setup.prepare(tmp_path, reset=reset)
    assert (tmp_path / "state").read_text(encoding="ascii") == "mine"


@pytest.mark.parametrize("state", [b"", marshal.dumps((store.FORMAT + 1, {})), marshal.dumps({"release": "15.1"})])
def test_host_of_another_version_is_made_afresh(tmp_path: Path, state: bytes) -> None:
    root = tmp_path / "host"
    setup.prepare(root, jails=2)
    (root / "state").write_bytes(state)
    assert not store.readable(str(root))
    setup.prepare(root, jails=2)
    assert len(store.load(str(root)).jails) == 2
