"""The text of a hook as commands: plain texts take a shorter way, which has to come to the same."""

from __future__ import annotations

import pytest

from jailtui.config.hooks.shell import commands

PLAIN = (
    "",
    " \t ",
    "true",
    "/sbin/ifconfig epair5b inet 192.168.1.5/24 up",
    "  ifconfig\tepair5b   up  ",
    "if true",
    "{ true",
    "!",
    "a=b c{d} x!y",
    "caf\xe9 on\xa0e",
    "one\x0btwo",
    "one\x1ctwo",
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_comes_to_the_same_by_the_longer_way(text: str) -> None:
    longer = commands(f"{text} ;")
    assert commands(text) == longer
    assert longer is None or all(text[word.start : word.end] == word.text for one in longer for word in one.words)


def test_what_the_shell_puts_in_is_told() -> None:
    texts = ("ifconfig 'e$x' up", "ifconfig e$x up", "ifconfig \\$x up", "ls *.conf", '"~"', "'~'")
    assert [one[0].plain for text in texts if (one := commands(text))] == [True, False, True, False, False, True]
