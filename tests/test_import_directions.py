"""The arrows of DESIGN.md: which room may import which; no circle of files inside a room, no name for two types."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "jailtui"
LADDER = (
    {"exchange", "text", "net"},
    {"preferences", "formats", "jailconf", "man"},
    {"config"},
    {"model"},
    {"rules"},
    {"forms"},
    {"pathcheck"},
    {"plans"},
    {"snapshot"},
    {"source"},
    {"readings"},
    {"backend"},
    {"past", "entering", "looking", "timeline"},
    {"ui"},
    {"cli"},
)
"""The rooms bottom up: a room imports from those below its own line only."""
ASIDE = {"host": {"exchange", "text", "net"}, "simhost": {"jailconf"}, "__init__": set(), "__main__": {"cli"}}
"""Rooms beside the ladder with all that they may import; those of JOINING may import them."""
JOINING = {"snapshot", "source", "readings", "backend", "past", "entering", "looking", "timeline", "cli"}
FORBIDDEN = {
    "formats": {"textual", "plumbum", "subprocess"},
    "model": {"textual", "plumbum", "subprocess"},
    "plans": {"textual", "plumbum", "subprocess"},
    "config": {"textual", "plumbum", "subprocess"},
    "pathcheck": {"textual", "plumbum", "subprocess"},
    "rules": {"context", "textual", "plumbum", "subprocess"},
    "forms": {"textual", "plumbum", "subprocess"},
    "ui": {"plumbum", "subprocess"},
    "cli": {"textual"},
    "man": {"textual", "plumbum", "subprocess", "pydantic", "yaml"},
    "host": {"textual"},
    "simhost": {"textual", "plumbum", "pydantic"},
    "jailconf": {"textual", "plumbum", "pydantic", "yaml", "subprocess"},
}


@cache
def statements(file: Path) -> list[ast.AST]:
    """The imports and the classes of a file, wherever they stand. No expression holds a statement."""
    kinds = (ast.Import, ast.ImportFrom, ast.ClassDef)
    every: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    for node in every:
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            every += getattr(node, part, ())
    return [node for node in every if isinstance(node, kinds)]


def imports(file: Path) -> Iterator[str]:
    """Every module a file imports, deferred imports too."""
    for node in statements(file):
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
FILES_OF = {here: [file for file in FILES if room(file) == here] for here in sorted({room(file) for file in FILES})}


def below(here: str) -> set[str]:
    """The rooms that a room may import."""
    if here in ASIDE:
        return ASIDE[here] | {here}
    place = next(place for place, rooms in enumerate(LADDER) if here in rooms)
    known = {here}.union(*LADDER[:place])
    return known | set(ASIDE) if here in JOINING else known


@pytest.mark.parametrize("here", FILES_OF)
def test_a_room_imports_only_the_rooms_below_it(here: str) -> None:
    for file in FILES_OF[here]:
        known = {name.split(".")[1] for name in imports(file) if name.startswith("jailtui.")} - {"__version__"}
        foreign = {name.split(".")[0] for name in imports(file)}
        assert known <= below(here), file
        assert not foreign & FORBIDDEN.get(here, set()), file


LATER = ("model", "rules", "forms", "plans", "jailconf", "config", "ui.screens.form", "ui.screens.doctor", "ui.detail")
"""What the first frame of the screen does without: it is imported by what first needs it."""


@pytest.mark.parametrize(
    "imported",
    [
        {
            "jailtui.cli.main": {"textual", "pydantic", "plumbum", "yaml"},
            "jailtui.cli.show": {"textual", "pydantic", "plumbum", "yaml"},
            "jailtui.cli.doctor": {"textual", "pydantic", "plumbum", "yaml"},
            "jailtui.cli.actions": {"textual", "pydantic", "plumbum", "yaml"},
            "jailtui.cli.conf": {"textual", "pydantic", "plumbum", "yaml"},
            "jailtui.model.build": {"textual", "pydantic", "plumbum"},
            "jailtui.plans.run": {"textual", "pydantic", "plumbum"},
            "jailtui.host.host": {"textual", "pydantic"},
        },
        {"jailtui.ui.app": {"pydantic", "plumbum", "yaml", *(f"jailtui.{name}" for name in LATER)}},
    ],
    ids=["without a screen", "screen"],
)
def test_importing_a_room_loads_no_library_it_must_not_know(imported: dict[str, set[str]]) -> None:
    """One after another in one process: what is loaded then is no less than what each loads alone."""
    code = "import sys\n" + "".join(f"import {name}; print(' '.join(sys.modules))\n" for name in imported)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for (name, absent), loaded in zip(imported.items(), done.stdout.splitlines(), strict=True):
        assert not absent & set(loaded.split()), name


def module(file: Path) -> str:
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(file): file for file in FILES}


def neighbours(name: str) -> set[str]:
    """The other files of its room that a module imports, deferred imports and those of types only too."""
    found = set()
    for node in statements(MODULES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & MODULES.keys() or {node.module}
    return {other for other in found if other in MODULES and room(MODULES[other]) == room(MODULES[name])} - {name}


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another in a ring, or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("here", FILES_OF)
def test_no_files_of_a_room_import_one_another_in_a_ring(here: str) -> None:
    assert not circle({name: neighbours(name) for name, file in MODULES.items() if room(file) == here})


def test_no_name_stands_for_two_types() -> None:
    homes = defaultdict(list)
    for name, file in MODULES.items():
        for node in statements(file):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


TEST_MODULES = sorted(path for path in Path(__file__).parent.rglob("*.py") if path.parent.name != "recordings")


def test_helpers_of_tests_stand_in_support_and_no_test_imports_another() -> None:
    imported = {(path.name, name) for path in TEST_MODULES for name in imports(path) if name.startswith("tests.")}
    assert {
        (path, name) for path, name in imported if name.rpartition(".")[2].startswith(("test_", "conftest"))
    } == set()
