"""Mutants of a file: what mutmut's operators change inside its functions, a change at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).resolve().parents[2]
EMPTY = cst.Module(())


class Mutant(NamedTuple):
    """One change: in `function` (its qualified name, defined in line `defined`) of `file`, lines `first` to `last`.

    `identity` is the same as long as the function says the same there, `place` the change's number in the file.
    """

    file: str
    function: str
    defined: int
    first: int
    last: int
    before: str
    after: str
    place: int
    identity: str

    def __str__(self) -> str:
        """The change with a few words around it."""
        begin = alike(self.before, self.after)
        end = alike(self.before[begin:][::-1], self.after[begin:][::-1])
        around = slice(max(0, begin - 40), None)
        before, after = (text[around][: len(text) - end - around.start + 20] for text in (self.before, self.after))
        return f"{self.file}:{self.first} {self.function}: {before}  ->  {after}"


class Change(NamedTuple):
    """A node and what stands in its place, in the function that holds it."""

    old: cst.CSTNode
    new: cst.CSTNode
    function: str
    defined: int


def mutants_of(file: Path) -> list[Mutant]:
    """Every mutant of a file, in its order."""
    name = str(file.relative_to(ROOT))
    wrapper = MetadataWrapper(cst.parse_module(file.read_text(encoding="utf-8")))
    positions = wrapper.resolve(PositionProvider)
    often: Counter[str] = Counter()
    found = []
    for place, change in enumerate(changes(wrapper, positions)):
        before, after = text(change.old), text(change.new)
        said = "\0".join((name, change.function, before, after))
        often[said] += 1
        identity = hashlib.sha256(f"{said}\0{often[said]}".encode()).hexdigest()
        span = positions[change.old]
        first, last = span.start.line, span.end.line
        found.append(Mutant(name, change.function, change.defined, first, last, before, after, place, identity))
    return found


def mutated(mutant: Mutant) -> str:
    """The text of the mutant's file with that change."""
    wrapper = MetadataWrapper(cst.parse_module((ROOT / mutant.file).read_text(encoding="utf-8")))
    positions = wrapper.resolve(PositionProvider)
    change = next(one for place, one in enumerate(changes(wrapper, positions)) if place == mutant.place)
    changed = wrapper.module.deep_replace(change.old, change.new)
    assert isinstance(changed, cst.Module)
    return changed.code


def alike(one: str, two: str) -> int:
    """How many letters the two have in common at their beginning."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(one), len(two)))


def text(node: cst.CSTNode) -> str:
    return " ".join(EMPTY.code_for_node(node).split())


def changes(wrapper: MetadataWrapper, positions: Mapping[cst.CSTNode, CodeRange]) -> Iterator[Change]:
    """Every change inside the bodies of a module's functions and of its classes' methods."""
    for name, function in functions(wrapper.module.body, ""):
        top = function.decorators[0] if function.decorators else function
        line = positions[top].start.line
        for node in nodes(function.body):
            for kind, operator in mutation_operators:
                if isinstance(node, kind) and not prose(node):
                    for new in operator(node):
                        yield Change(node, new, name, line)


def functions(body: object, prefix: str) -> Iterator[tuple[str, cst.FunctionDef]]:
    for statement in body if isinstance(body, list | tuple) else ():
        if isinstance(statement, cst.FunctionDef):
            yield f"{prefix}{statement.name.value}", statement
        elif isinstance(statement, cst.ClassDef):
            yield from functions(statement.body.body, f"{prefix}{statement.name.value}.")


def nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that say something at run time: no annotations, no casts."""
    for child in node.children:
        if isinstance(child, cst.Annotation) or (isinstance(child, cst.Call) and text(child.func) == "cast"):
            continue
        yield child
        yield from nodes(child)


def prose(node: cst.CSTNode) -> bool:
    """A sentence for people: what it says is read by people, and held by tests only where it matters."""
    return isinstance(node, cst.SimpleString) and " " in node.value.strip("'\"").strip()
