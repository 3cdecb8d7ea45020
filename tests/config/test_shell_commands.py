"""shell_commands.txt: every text of a hook with all that is read of its commands (sh(1); FREEBSD.md 2.4)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.config.hooks.commands import ShellCommand, cannot_fail, decides
from jailtui.config.hooks.shell import commands

TABLE = Path(__file__).with_name("shell_commands.txt").read_text(encoding="utf-8")
ENVIRONMENT = {"JID": "5", "JPATH": "/jails/web"}
BLANKS = str.maketrans(" \t\n", "_>^")


def shown(text: str, found: tuple[ShellCommand, ...], number: int) -> str:
    """All of a command: words with `@` and where they stand, `after`, both levels, its span, and what holds of it."""
    command, words = found[number], []
    for word in command.words:
        place = "" if (word.start, word.end) == (-1, -1) else f"@{word.start}"
        if place and text[word.start : word.end] != word.text:
            place += f":{word.end}!"
        words.append(word.text.translate(BLANKS) + place)
    flags = {
        "maybe": command.maybe,
        "odd": not command.plain,
        f"ends {command.ends}": command.ends,
        f"prints {command.output}": command.output,
        "decides": decides(found, number),
        "cannot fail": cannot_fail(found, number),
    }
    behind = [repr(command.after), f"{command.level}{command.joined}", f"{command.start}-{command.end}"]
    return f"{' '.join(words)}   {' '.join([*behind, *(name for name, holds in flags.items() if holds)])}"


def rows() -> Iterator[tuple[str, list[str]]]:
    for block in re.split(r"\n(?=\S)", TABLE.strip()):
        first, *lines = block.split("\n")
        yield ast.literal_eval(first), [line.strip() for line in lines]


@pytest.mark.parametrize(("text", "wanted"), rows())
def test_a_text_comes_to_these_commands(text: str, wanted: list[str]) -> None:
    found = commands(text, ENVIRONMENT)
    assert (["None"] if found is None else [shown(text, found, number) for number in range(len(found))]) == wanted
