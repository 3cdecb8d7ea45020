"""The places of a value's variables."""

from __future__ import annotations

import pytest

from jailtui.config.hooks.trace import traced
from jailtui.jailconf import evaluate, parse


def hook(levels: int) -> bytes:
    """A hook made of variables that are each made of the next one twice, the last one `up`."""
    lines = " ".join(f'$a{at} = "$a{at + 1}$a{at + 1}";' for at in range(levels))
    return f"web {{ $a{levels} = ''; {lines} exec.start = \"ifconfig e$a0 up\"; }}".encode()


def chain(length: int) -> bytes:
    lines = " ".join(f"$a{at} = $a{at + 1};" for at in range(length))
    return f"web {{ $a{length} = ''; {lines} exec.start = \"ifconfig e$a0 up\"; }}".encode()


@pytest.mark.parametrize(("data", "told"), [(hook(4), True), (hook(40), False), (chain(40), True), (chain(900), False)])
def test_variables_are_told_unless_they_are_too_many(data: bytes, told: bool) -> None:
    """Of a value with too many the text is told, as jail(8) has it."""
    (node,) = traced(evaluate(parse(data)).jails[0], "exec.start")
    assert (node.text, bool(node.parts)) == ("ifconfig e up", told)
