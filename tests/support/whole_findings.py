"""Every finding that a test of the rules sees is one of the golden file, with every field of it.

    python -m tests.support.whole_findings

writes the file anew from the tests of the rules that build their context from texts. Read what differs.
"""

from __future__ import annotations

import inspect
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jailtui.rules.finding import RULES, Finding

ROOM = Path(__file__).parents[1] / "rules"
GOLDEN = ROOM / "whole_findings.json"
QUIET = ("-q", "-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist")
EMBEDDING = frozenset(("tmp_path", "host", "backend"))
"""The fixtures of tests that embed a host."""
_written: dict[str, set[str]] | None = None


def whole(finding: Finding) -> Finding:
    """The finding, which is one of the golden file."""
    line = json.dumps(plain(finding), ensure_ascii=True)
    if _written is not None:
        _written.setdefault(finding.code, set()).add(line)
    else:
        assert line in golden().get(finding.code, ()), f"not in {GOLDEN.name}: {line}"
    return finding


@cache
def golden() -> dict[str, frozenset[str]]:
    """The findings of the golden file by code, each as one line of JSON."""
    lines: dict[str, set[str]] = {}
    for finding in json.loads(GOLDEN.read_text(encoding="ascii")):
        lines.setdefault(finding["code"], set()).add(json.dumps(finding))
    return {code: frozenset(findings) for code, findings in lines.items()}


def plain(value: Any) -> Any:
    """A named tuple as an object of its fields that are not empty, without the keys that are made of the others."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        fields = zip(value._fields, value, strict=True)
        wanted = {name: plain(item) for name, item in fields if item not in ("", (), None, False, frozenset())}
        if "verb" in wanted:
            del wanted["key"]
        return wanted
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | bool) else repr(value)


class FromTexts:
    """A plugin that leaves out the tests which embed a host: they take minutes, and find what the others find."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if EMBEDDING.isdisjoint(inspect.signature(item.function).parameters)]  # type: ignore[attr-defined]


def write() -> int:
    """Write the golden file anew; 1 if a test failed, or the file would not have every rule."""
    global _written
    _written = {}
    status = pytest.main([*QUIET, str(ROOM)], plugins=[FromTexts()])
    if not _written:
        return int(status)
    lines = [line for code in RULES for line in sorted(_written.get(code, ()))]
    GOLDEN.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="ascii")
    print(f"{len(lines)} findings; without one: {' '.join(RULES.keys() - _written.keys())}")
    return int(status)


if __name__ == "__main__":
    from tests.support import whole_findings

    sys.exit(whole_findings.write())
