"""The state file: locked, replaced in one step, and never behind its generation number."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jailtui.simhost import machine, setup
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import Kernel


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A bare machine."""
    folder = tmp_path / "host"
    folder.mkdir()
    machine.booted(folder)
    return folder


def test_a_write_is_seen_by_the_next_reader_and_moves_the_generation_on(root: Path) -> None:
    with store.transaction(str(root), write=True) as kernel:
        before = kernel.generation
        kernel.extra["note"] = "x"
    with store.transaction(str(root), write=False) as kernel:
        assert kernel.extra["note"] == "x"
        assert kernel.generation == before + 1
    assert (root / "generation").read_text() == f"{before + 1}\n"


def test_reading_changes_no_file(root: Path) -> None:
    before = (root / "state").read_bytes(), (root / "generation").read_text()
    with store.transaction(str(root), write=False) as kernel:
        kernel.extra["note"] = "x"
    assert before == ((root / "state").read_bytes(), (root / "generation").read_text())


def test_what_was_done_before_a_failure_stays_done(root: Path) -> None:
    def half(kernel: Kernel) -> None:
        kernel.extra["half"] = True
        raise RuntimeError

    with pytest.raises(RuntimeError), store.transaction(str(root), write=True) as kernel:
        half(kernel)
    with store.transaction(str(root), write=False) as kernel:
        assert kernel.extra["half"]


@pytest.mark.parametrize("damage", [b"", b"not a state", b"\xe9\x00\x00\x00\x00"])
def test_a_damaged_state_is_a_clear_message_and_exit_71(root: Path, damage: bytes) -> None:
    (root / "state").write_bytes(damage)
    done = subprocess.run([root / "bin/ifconfig", "-l"], capture_output=True, text=True, check=False)
    assert done.returncode == 71
    assert done.stderr.startswith(f"ifconfig: {root} holds no readable simulated host")
    assert "Traceback" not in done.stderr


def test_two_writers_at_once_lose_nothing(root: Path) -> None:
    loop = "i=0; while [ $i -lt 5 ]; do ifconfig epair create >/dev/null || exit 1; i=$((i+1)); done"
    environment = setup.environment(root)
    both = [subprocess.Popen(["/bin/sh", "-c", loop], env=environment) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    with store.transaction(str(root), write=False) as kernel:
        assert sum(interface.kind == "epair" for interface in kernel.interfaces.values()) == 20


def test_kept_answers_of_old_generations_are_dropped(root: Path) -> None:
    for generation in range(1, 20):
        store.remember(str(root), generation, {("ifconfig", "-a"): "x"})
    left = {int(path.name) for path in (root / "cache").iterdir()}
    assert left == set(range(20 - store.KEPT_CACHES, 20))
