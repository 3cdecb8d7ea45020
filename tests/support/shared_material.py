"""The material the project was given, beside the checkout: facts, recordings of real hosts, a corpus of jail.conf."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
RELEASES = ("13.2", "14.2", "15.1")


def shared(path: str) -> Path:
    """`path` below the material. Where that is absent: not run, or failed where CI=true. Works at import too."""
    if not SHARED.is_dir():
        reason = f"{SHARED} is not there"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason, allow_module_level=True)
    return SHARED / path


def recordings(release: str) -> Iterator[dict[str, Any]]:
    """Every recorded line of a release in the order of its files, as recorded, plus `file` (the file's stem)."""
    for file in sorted(shared(f"recordings/{release}").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            yield {"file": file.stem, **json.loads(line)}
