"""CONTRIBUTING.md names every room, and only files that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACEHOLDER = re.compile(r"[A-Z]{4,}")


def test_every_room_of_the_product_is_in_the_table() -> None:
    rooms = {path.name for path in (ROOT / "jailtui").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    table = {word for row in rows for word in re.findall(r"`(\w+)/`", row)}
    assert rooms <= table
    assert table <= rooms | {"styles"}


def test_every_file_it_names_is_there() -> None:
    named = {word for word in re.findall(r"`([\w./-]+/[\w./-]+)`", TEXT) if not PLACEHOLDER.search(word)}
    named -= {"../shared"}
    assert len(named) > 10
    missing = [word for word in sorted(named) if not any((ROOT / at / word).exists() for at in ("", "jailtui"))]
    assert missing == []


def test_every_target_of_make_it_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([\w-]+)", TEXT, re.MULTILINE)) <= targets
