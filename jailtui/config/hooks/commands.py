"""The simple commands of a hook's text, which of them decide whether it fails, and how long a text may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LISTS = frozenset((";", "\n", "&", "then", "else"))
IGNORED = frozenset(("&", "|", "!", "if"))
MOST = 1000
"""Commands of a text."""
LONGEST = 1 << 14
"""Characters of a text, those that variables add and those of each `sh -c` among them: `a=$a$a` doubles them."""


class Word(NamedTuple):
    """One word without its quotes, and its place: `start` is -1 if its letters are not together there."""

    text: str
    start: int
    end: int


class ShellCommand(NamedTuple):
    """A simple command.

    `after` is the operator before it (`&&`, `||`, `;`, `|`, `&`, a line feed, "then", "else", "" for the first),
    `level` how many groups it is in, and `joined` the level of that operator. `ends` says why its exit status is
    ignored: `&`, `|`, `!`, or "if" for a condition. `maybe`: it runs only after a test or a failure of another.
    `plain` is False if the shell expands something that is unknown here; then the words are as written. `output` is
    the name that `ifconfig epair create` prints, if a variable gets it.
    """

    words: tuple[Word, ...]
    after: str
    plain: bool
    start: int
    end: int
    maybe: bool = False
    level: int = 0
    joined: int = 0
    ends: str = ""
    output: str = ""

    @property
    def argv(self) -> tuple[str, ...]:
        """The words, the first without its folder."""
        texts = [word.text for word in self.words]
        return (texts[0].rpartition("/")[2], *texts[1:])


class Unfollowed(Exception):
    """The text has more than lists, groups and `if`, is not valid for sh, or is too long."""


class Followed:
    """The commands of a hook so far, and how many characters may still be read."""

    def __init__(self) -> None:
        self.commands: list[ShellCommand] = []
        self.left = LONGEST

    def take(self, text: str) -> str:
        """Count a text that is read. Raises Unfollowed if that is too much."""
        self.left -= len(text)
        if self.left < 0:
            raise Unfollowed
        return text

    def add(self, command: ShellCommand) -> None:
        """Add a command. Raises Unfollowed if they are too many."""
        if len(self.commands) == MOST:
            raise Unfollowed
        self.commands.append(command)


def decides(listed: Sequence[ShellCommand], number: int) -> bool:
    """Whether the text fails if the command of that number does: it is in the last list, with no `||` after it."""
    command = listed[number]
    if command.maybe or command.ends in IGNORED:
        return False
    behind = [later.after for later in listed[number + 1 :] if later.joined <= command.level]
    errexit = any(earlier.argv[:2] == ("set", "-e") for earlier in listed[:number])
    if errexit and (not behind or behind[0] not in ("&&", "||")):
        return True
    return LISTS.isdisjoint(behind) and "||" not in behind


def cannot_fail(listed: Sequence[ShellCommand], number: int) -> bool:
    """Whether a failure of the command of that number can't become the exit status of the whole text.

    True for `X || true` and `X; true` at the end; not for `X || Y`, since Y may fail too (FREEBSD.md 3.5, 0a).
    """
    last = listed[-1]
    harmless = last.argv in (("true",), (":",), ("exit", "0"))
    return listed[number].ends == "&" or (harmless and number < len(listed) - 1 and last.after in ("||", ";", "\n"))
