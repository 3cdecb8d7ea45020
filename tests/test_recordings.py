"""tests/recordings holds what the tests use of the full set, unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.shared_material import FULL_SET, RECORDINGS, RELEASES, recordings, shared

COPIED = sorted(path.relative_to(RECORDINGS) for path in RECORDINGS.rglob("*") if path.is_file())


def in_full_set(path: Path) -> Path:
    """Where the full set has what stands in tests/recordings under that path."""
    at_top = path.parts[0] == "templates" or path.name == "FREEBSD.md"
    return FULL_SET / path if at_top else FULL_SET / "recordings" / path


def test_each_line_is_as_the_full_set_has_it_and_in_its_order() -> None:
    shared("jailconf")
    for path in COPIED:
        copied, full = (RECORDINGS / path).read_bytes(), in_full_set(path).read_bytes()
        if path.suffix != ".jsonl":
            assert copied == full, path
            continue
        rest = iter(full.splitlines(keepends=True))
        strange = [line[:80] for line in copied.splitlines(keepends=True) if line not in rest]
        assert strange == [], path


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_has_its_lines_here(release: str) -> None:
    assert sum(1 for _ in recordings(release)) > 2500


def test_what_neither_has_is_not_run_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no/such is not there"):
        shared("no/such")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no/such is not there"):
        shared("no/such")


def test_what_is_here_is_taken_from_here() -> None:
    assert shared("recordings/15.1/jail.jsonl") == RECORDINGS / "15.1/jail.jsonl"
    assert shared("templates/vnet.conf") == RECORDINGS / "templates/vnet.conf"
    assert shared("recordings") == RECORDINGS
