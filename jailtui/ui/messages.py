"""What is told to the app and to the screen from elsewhere, and what a screen that asks for a plan must understand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from textual.message import Message


class Requester(Protocol):
    """The screen that asked for a plan: the console, or a form or the doctor over it."""

    def show_message(self, text: str) -> None:
        """Show why there is no plan."""

    def settled(self, saved: bool) -> None:
        """What it asked for was run; `saved`: its files are written, or all of it was done."""


@dataclass
class WorkDone(Message):
    """Work in another thread is done: `function` takes its result, in the screen's own thread."""

    function: Callable[[], None]


@dataclass
class Copy(Message):
    """Put this text on the operator's clipboard."""

    text: str
