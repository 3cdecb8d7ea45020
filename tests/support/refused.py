"""A text that a parser may refuse, with the sentence that its refusal is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from jailtui.formats.errors import FormatError

Value = TypeVar("Value")


def read_or_refused(parse: Callable[[str], Value], text: str) -> Value | None:
    """What `parse` reads; None where it refuses the text in a sentence that fits on a screen."""
    try:
        return parse(text)
    except FormatError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert len(sentence) < 160
        assert sentence.isprintable()
        return None
