"""The arrows of DESIGN.md: which room may import which."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "jailtui"
SHARED = {"exchange"}
ALLOWED = {
    "formats": set(),
    "jailconf": set(),
    "model": {"formats", "jailconf"} | SHARED,
    "settings": {"jailconf", "model"} | SHARED,
    "findings": {"settings", "model"} | SHARED,
    "plans": {"settings", "model"} | SHARED,
    "ui": {"plans", "settings", "findings", "model"} | SHARED,
    "host": SHARED,
    "simhost": set(),
    "exchange": set(),
    "config": set(),
    "judging": {"findings", "settings", "jailconf", "plans", "model"},
    "doctor": {"findings", "model", "metrics", "show", "exits", "talk", "ui"} | SHARED,
    "metrics": {"findings", "model", "ui"},
    "show": {"model", "ui"},
    "screen": {"ui", "app", "config", "model"} | SHARED,
    "cli_report": {"plans", "model", "talk", "ui"} | SHARED,
    "conf": {"formats", "jailconf", "model", "host", "ui", "exits", "talk"} | SHARED,
    "conf_forms": {"settings", "plans", "model", "show", "cli_report", "exits", "talk"} | SHARED,
    "conf_words": set(),
    "cli_words": {"config"},
    "exits": set(),
    "talk": {"ui"},
}
WIRING = {"cli", "app", "__main__", "__init__"}
FORBIDDEN = {
    "formats": {"textual", "plumbum", "subprocess"},
    "model": {"textual", "plumbum", "subprocess"},
    "plans": {"textual", "plumbum", "subprocess"},
    "settings": {"textual", "plumbum", "subprocess"},
    "findings": {"textual", "plumbum", "subprocess"},
    "ui": {"plumbum", "subprocess"},
    "host": {"textual"},
    "simhost": {"textual", "plumbum", "pydantic"},
    "jailconf": {"textual", "plumbum", "pydantic", "yaml", "subprocess"},
}


def imports(file: Path) -> Iterator[str]:
    """Every module a file imports, deferred imports too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "jailtui":
                yield from (f"jailtui.{alias.name}" for alias in node.names)


def room(file: Path) -> str:
    first = file.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_it_may_know(file: Path) -> None:
    here = room(file)
    known = {name.split(".")[1] for name in imports(file) if name.startswith("jailtui.")}
    foreign = {name.split(".")[0] for name in imports(file)}
    if here not in WIRING:
        assert known <= ALLOWED[here] | {here, "__version__"}
    assert not foreign & FORBIDDEN.get(here, set())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("jailtui.cli", {"textual", "pydantic", "plumbum"}),
        ("jailtui.model.build", {"textual", "pydantic", "plumbum"}),
        ("jailtui.plans.run", {"textual", "pydantic", "plumbum"}),
        ("jailtui.host.host", {"textual", "pydantic"}),
        ("jailtui.ui.console", {"pydantic", "plumbum", "yaml"}),
    ],
)
def test_importing_a_room_loads_no_library_it_must_not_know(module: str, absent: set[str]) -> None:
    code = f"import sys, {module}; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not absent & set(loaded)
