"""What other rooms call in the three rooms that read texts, from the code."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

PRODUCT = Path(__file__).resolve().parents[2] / "jailtui"
ROOMS = ("jailtui.formats", "jailtui.jailconf", "jailtui.config.hooks")


def doors() -> set[str]:
    """The functions of the three rooms that a file outside of their room names, as `jailtui.formats.jls.parse`."""
    named = (name for room in ROOMS for path in outside(room) for name in used(path, room))
    return {name for name in named if name is not None}


def modules(room: str) -> list[str]:
    """The modules of a room that define a function."""
    folder = PRODUCT.joinpath(*room.split(".")[1:])
    return sorted(f"{room}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__")


def outside(room: str) -> Iterator[Path]:
    folder = PRODUCT.joinpath(*room.split(".")[1:])
    return (path for path in sorted(PRODUCT.rglob("*.py")) if not path.is_relative_to(folder))


def used(path: Path, room: str) -> Iterator[str | None]:
    """The functions of `room` that a file imports, or uses by the name of their module."""
    imported: dict[str, ModuleType] = {}
    imports, attributes = names(path) if room in text(path) else ([], [])
    for node in imports:
        if node.module and (node.module + ".").startswith(room + "."):
            for alias in node.names:
                value = member(node.module, alias.name)
                if isinstance(value, ModuleType):
                    imported[alias.asname or alias.name] = value
                yield function(value)
    for attribute in attributes:
        if isinstance(attribute.value, ast.Name) and attribute.value.id in imported:
            yield function(getattr(imported[attribute.value.id], attribute.attr))


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def names(path: Path) -> tuple[list[ast.ImportFrom], list[ast.Attribute]]:
    """What a file imports from modules, and the attributes that it uses."""
    nodes = list(ast.walk(ast.parse(text(path))))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return imports, [node for node in nodes if isinstance(node, ast.Attribute)]


def member(module: str, name: str) -> object:
    """What `from module import name` gives."""
    value = getattr(import_module(module), name, None)
    return import_module(f"{module}.{name}") if value is None else value


def function(value: object) -> str | None:
    """The whole name of a function; None for any other value."""
    return f"{value.__module__}.{value.__qualname__}" if inspect.isfunction(value) else None
