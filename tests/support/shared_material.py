"""The material the tests are held to: recordings of real hosts, facts, a template, a corpus of jail.conf.

What is in use stands in tests/recordings, line by line as it is in the full set, which may stand beside the checkout in
../shared. The corpus is there only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings"
FULL_SET = Path(__file__).resolve().parents[3] / "shared"
RELEASES = ("13.2", "14.2", "15.1")


def shared(path: str) -> Path:
    """`path` of the full set, from tests/recordings where it is there. Works at import too.

    Where both lack it the test is not run, or fails where CI=true.
    """
    place = find(path)
    if place is not None:
        return place
    reason = f"{FULL_SET / path} is not there"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def find(path: str) -> Path | None:
    """`path` of the full set, from tests/recordings where it is there; None where both lack it."""
    ours = RECORDINGS / path.removeprefix("recordings").removeprefix("/")
    return next((place for place in (ours, FULL_SET / path) if place.exists()), None)


def recordings(release: str) -> Iterator[dict[str, Any]]:
    """Every recorded line of a release in the order of its files, as recorded, plus `file` (the file's stem)."""
    for file in sorted((RECORDINGS / release).glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            yield {"file": file.stem, **json.loads(line)}
