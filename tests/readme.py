"""The parts of README.md that are made from the code: `python -m tests.readme` writes them, a test compares them."""

from __future__ import annotations

import ast
import inspect
import re
from functools import partial
from pathlib import Path

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.cli.exits import Exit
from jailtui.rules.finding import RULES
from jailtui.ui.commands import COMMANDS, key_names

README = Path(__file__).parent.parent / "README.md"


def keys() -> str:
    rows = ["| key | what it does | id |", "|---|---|---|"]
    for command in COMMANDS:
        shown = " ".join(f"`{key}`" for key in key_names(command, {}))
        rows.append(f"| {shown} | {command.help} | `{command.id}` |")
    return "\n".join(rows)


def exits() -> str:
    body = ast.parse(inspect.getsource(Exit)).body[0]
    assert isinstance(body, ast.ClassDef)
    rows = ["| exit status | meaning |", "|---|---|"]
    for name, doc in zip(body.body[1:], body.body[2:], strict=False):
        if isinstance(name, ast.Assign) and isinstance(doc, ast.Expr):
            rows.append(f"| {ast.unparse(name.value)} | {ast.literal_eval(doc.value)} |")
    return "\n".join(rows)


def rules() -> str:
    rows = ["| code | severity | what |", "|---|---|---|"]
    rows += [f"| `{one.code}` | {one.severity} | {one.title} |" for one in RULES.values()]
    return "\n".join(rows)


def written() -> str:
    """README.md with its generated parts as the code would have them."""
    text = README.read_text(encoding="utf-8")
    for name, part in (("keys", keys()), ("rules", rules()), ("exits", exits())):
        text = re.sub(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", partial(filled, part), text, flags=re.S)
    return text


def filled(part: str, place: re.Match[str]) -> str:
    return f"{place[1]}{part}\n{place[2]}"


if __name__ == "__main__":
    README.write_text(written(), encoding="utf-8")
