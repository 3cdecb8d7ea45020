"""Only `config/hooks` takes the text of a hook apart: what a hook does is known in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "jailtui"
READERS = ("config/hooks/", "jailconf/", "simhost/")
"""The reader of hooks; who reads and writes jail.conf as text; and the pretended host, which runs hooks."""
LETTERS = {
    "config/network.py": {"_aliases", "_by_carp"},  # ip4.addr and ip6.addr, which hold no commands
    "plans/cuts.py": {"_address"},  # ip4.addr and ip6.addr, which hold no commands
    "rules/jailwords.py": {"written", "hook_with"},  # which of several values is quoted as evidence
    "forms/jails/named.py": {"mentions"},  # a new name in place of an old one, as letters
    "forms/jails/unique.py": {"_spots"},  # the same
    "forms/network/changing.py": {"_jail_name"},  # whether the file writes $name or ${name}
}
"""The functions that look at letters of a value, and decide nothing of what it does."""
HOOKS = frozenset(
    "exec.prepare exec.prestart exec.created exec.start exec.poststart exec.prestop exec.stop exec.poststop "
    "exec.release command".split()
)
SEARCHES = frozenset("search match fullmatch finditer findall sub".split())
SPLITS = frozenset("split rsplit partition rpartition splitlines find rfind index startswith endswith count".split())
HAS_SOURCE = re.compile(r"params|\bnode\b|\btraced?\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_source(node: ast.AST) -> bool:
    """Whether an expression is, or holds, the text of a hook: `node.text`, `traced(…)`, `params["exec.start"]`."""
    match node:
        case ast.Attribute(attr="text", value=ast.Name(id="node") | ast.Attribute(attr="node")):
            return True
        case ast.Call(func=ast.Name(id="trace" | "traced")):
            return True
        case ast.Call(func=ast.Attribute(attr="get", value=held), args=[key, *_]):
            return is_params(held) and may_be_hook(key)
        case ast.Subscript(value=held, slice=key):
            return is_params(held) and may_be_hook(key)
        case ast.Call(func=ast.Attribute(attr="items" | "values", value=held)):
            return is_params(held)
    return False


def is_params(node: ast.expr) -> bool:
    return "params" in (getattr(node, "attr", ""), getattr(node, "id", ""))


def may_be_hook(key: ast.expr) -> bool:
    return not isinstance(key, ast.Constant) or key.value in HOOKS


def holds(tree: ast.AST, names: set[str]) -> bool:
    """Whether what an expression gives is, or is made of, the text of a hook; a condition (`… if …`) gives nothing."""
    if is_source(tree) or (isinstance(tree, ast.Name) and tree.id in names):
        return True
    asked = tree.ifs if isinstance(tree, ast.comprehension) else ()
    return any(holds(child, names) for child in ast.iter_child_nodes(tree) if child not in asked)


def names_of_text(function: Function) -> set[str]:
    """The names in a function that have the text of a hook, or something made of it."""
    known: set[str] = set()
    while True:
        more = set(known)
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=targets, value=value):
                    pass
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    targets = [target]
                case ast.NamedExpr(target=target, value=value):
                    targets = [target]
                case _:
                    continue
            if holds(value, known):
                more |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        if more == known:
            return known
        known = more


def searches(function: Function) -> Iterator[int]:
    """The lines of a function that split or search the text of a hook."""
    if not any(is_source(node) for node in ast.walk(function)):
        return  # most functions; to follow names takes long
    names = names_of_text(function)
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=args) if attr in SEARCHES:
                looked_at: list[ast.expr] = args
            case ast.Call(func=ast.Name(id="has_word"), args=args):
                looked_at = args
            case ast.Call(func=ast.Attribute(attr=attr, value=value)) if attr in SPLITS:
                looked_at = [value]
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() | ast.Attribute() as it]):
                looked_at = [it] if not isinstance(left, ast.Tuple) else []
            case _:
                continue
        if any(holds(expression, names) for expression in looked_at):
            yield node.lineno


def found_in(source: str) -> Iterator[tuple[str, int]]:
    """The functions of a module that do so, with the line."""
    if HAS_SOURCE.search(source) is None:
        return  # no expression of it is one of `is_source`
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield from ((node.name, line) for line in searches(node))


def others() -> Iterator[tuple[str, Path]]:
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(READERS):
            yield name, file


def test_nobody_else_takes_a_hook_apart() -> None:
    strangers = [
        f"{name}:{line} {function}"
        for name, file in others()
        for function, line in found_in(file.read_text(encoding="utf-8"))
        if function not in LETTERS.get(name, ())
    ]
    assert strangers == []


def test_those_who_look_at_letters_are_there() -> None:
    """What no longer looks at letters goes from the table."""
    for name, functions in LETTERS.items():
        source = (ROOT / name).read_text(encoding="utf-8")
        assert functions <= {function for function, _ in found_in(source)}, name


def test_nobody_else_has_the_shell_but_for_bastille_conf_which_is_a_text_of_sh() -> None:
    assert [name for name, file in others() if "hooks.shell" in file.read_text(encoding="utf-8")] == [
        "config/ownfiles.py"
    ]


def test_the_search_finds_what_it_is_for() -> None:
    once = """
def hooks(world):
    params = (one.params for one in world.jails)
    text = "\\n".join(text for it in params for name in it for text in it[name])
def release(jail):
    texts = [text for name in STOPPING for text in jail.params.get(name, ())]
    return any("tcpdrop" in text for text in texts)
def mounts(settings, path):
    hooks = (text for name, values in settings.params.items() for text in values)
    return any(has_word(text, path) for text in hooks)
def tool(net):
    for node in traced(net.jail, "exec.start"):
        if match := re.search("ifconfig", node.text):
            return match
def words(node):
    return node.text.split()
def depends(jail):
    return [name for text in jail.params.get("depend", ()) for name in text.split(",")]
"""
    assert {name for name, _ in found_in(once)} == {"release", "mounts", "tool", "words"}
