"""The parts of jailtui.8 that are made from the code: `python -m tests.manual` writes them, a test compares them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.cli.exits import Exit
from jailtui.man import PAGE
from jailtui.rules.finding import RULES
from jailtui.ui.commands import COMMANDS, key_names

PART = re.compile(r'(?m)^(\.\\" begin (\w+))\n(?:.*\n)*?(?=^\.\\" end$)')
Rows = Iterator[tuple[str, str]]


def escaped(text: str) -> str:
    """Text fit for a line of mdoc."""
    return re.sub(r"^(?=[.'])", r"\\&", text.replace("\\", r"\e"))


def quoted(word: str) -> str:
    """A word fit for an argument of a macro: punctuation and the names of macros are words there, too."""
    return rf"\&{word}" if re.fullmatch(r"[.,:;()\[\]?!|]|[A-Z][a-z]", word) else escaped(word)


def tagged(rows: Rows, width: str = "Ds") -> str:
    """A list of tags, each a line of macros, with their texts."""
    items = "".join(f".It {tag}\n{escaped(text)}\n" for tag, text in rows)
    return f".Bl -tag -width {width} -compact\n{items}.El\n"


def keys() -> Rows:
    for command in COMMANDS:
        shown = " , ".join(f"Cm {quoted(key)}" for key in key_names(command, {}))
        yield shown, f"{command.help} ({command.id})"


def exits() -> Rows:
    body = ast.parse(inspect.getsource(Exit)).body[0]
    assert isinstance(body, ast.ClassDef)
    for name, doc in zip(body.body[1:], body.body[2:], strict=False):
        if isinstance(name, ast.Assign) and isinstance(doc, ast.Expr):
            yield ast.unparse(name.value), ast.literal_eval(doc.value)


def rules() -> Rows:
    return ((f"Li {one.code} Pq {one.severity}", f"{one.title}.") for one in RULES.values())


def parts() -> dict[str, str]:
    return {
        "keys": tagged(keys(), "shift+tab"),
        "exits": tagged(exits()),
        "rules": tagged(rules()),
    }


def written() -> str:
    """The page with its generated parts as the code would have them."""
    code = parts()
    return PART.sub(lambda match: f"{match[1]}\n{code.get(match[2], '')}", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
