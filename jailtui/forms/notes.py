"""Where the notes of forms are made, so that nothing is judged twice.

What is so of a host, or would be, is found by a rule (`judged.py`). Two things no rule knows: that an answer can't be
taken (`unfit`: config/syntax says why, or jail.conf can't be edited so), and what the save itself does (`saving`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.rules.finding import Severity

Fact = Literal["other-pair"]
"""What saving does, or does not do, beside what the files then say."""

FACTS: Mapping[Fact, Severity] = MappingProxyType(
    {
        "other-pair": "warning",  # the jail runs with a pair that its file no longer names
    }
)


def unfit(text: str, field: str = "") -> Note:
    """An answer that can't be taken, and why, as a sentence."""
    return Note("error", text, field)


def saving(fact: Fact, text: str, field: str = "") -> Note:
    """What saving does, as a sentence."""
    return Note(FACTS[fact], text, field)
