"""The shell of a jail of the embedded host: login(1), and sh(1) without a script.

The jail has no programs of its own, and sh would be this machine's. So each line is looked through as a hook is
(hook_limits.py), and only then given to a sh; what is neither a command of the embedded host nor harmless is refused by
name. A line is a sh of its own: variables, functions and the directory are forgotten at its end.
"""

from __future__ import annotations

import os
import signal
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.tools import hooks
from jailtui.simhost.tools.hook_limits import STARTS_SHELL, Limits
from jailtui.simhost.tools.hook_text import HookRefused, HookWord
from jailtui.simhost.tools.inside_files import READERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PROMPT = "# "
FILTERS = {"grep": "cEFinovwxq", "wc": "clw"}
"""Tools of this machine that read a file where one is named, with the options with which they do not."""
NO_READERS = ("cut", "cksum")
PREFIX = "set -f\nlast() {{ return {status}; }}\n{readers}last\n"
"""Before a line: no name of this machine is completed, files are read below the jail's root, and `$?` is known."""


def main(call: Call) -> int:
    """`login [-f USER]`, which is `sh` too, and `login -c TEXT WORDS...`. On the host there is nobody to log in."""
    if not call.jid:
        return call.fail("not in a jail")
    if call.args[:1] == ["-c"] and len(call.args) > 1:
        return carried_out(call, call.args[1], 0, call.args[2:])
    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    if interactive:
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    status = 0
    while (line := next_line(interactive)) is not None:
        words = line.split()
        if words[:1] in (["exit"], ["logout"]):
            return int(words[1]) & 255 if len(words) > 1 and words[1].isdigit() else status
        if words:
            status = carried_out(call, line, status)
    return status


def next_line(interactive: bool) -> str | None:
    """What is typed, "" where that was interrupted; None at the end."""
    try:
        if interactive:
            sys.stderr.write(PROMPT)
            sys.stderr.flush()
        return sys.stdin.readline() or None
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return ""


def carried_out(call: Call, line: str, status: int, words: Sequence[str] = ()) -> int:
    """Run a line with these words as `$0`, `$1` and so on, or say why it is refused: its exit status."""
    bindir = f"{call.root}/bin"
    text = hooks.map_paths(line, bindir)
    if why := refusal(text, bindir):
        sys.stderr.write(f"sh: {why}\n")
        return 126
    readers = "".join(f'{name}() {{ "{bindir}/insidefiles" {name} "$@"; }}\n' for name in READERS)
    argv = ["sh", "-c", PREFIX.format(status=status, readers=readers) + text, *words]
    environment = {**call.environ, "PATH": bindir, hooks.MARK: hooks.CHECKED}
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pid = os.posix_spawn(
            f"{bindir}/sh", argv, environment, setsigdef=[signal.SIGINT, signal.SIGTSTP, signal.SIGPIPE]
        )
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return ended if ended >= 0 else 128 - ended


def refusal(text: str, bindir: str) -> str | None:
    """Why this (mapped) line is not run; None: it is."""
    try:
        ShellLimits(bindir).text(text)
    except HookRefused as why:
        return sentence(str(why))
    except RecursionError:
        return sentence("a line as deep as this")
    return None


def sentence(what: str) -> str:
    return f"the embedded host refuses {what}: a shell in its jails runs its commands and the shell's builtins"


class ShellLimits(Limits):
    """What may be typed: what a hook may do, but a file is read only below the jail's root."""

    def __init__(self, bindir: str) -> None:
        super().__init__(bindir)
        self.functions |= set(READERS)

    def command(self, words: Sequence[HookWord], *, script: bool = False) -> None:
        """No further sh: it would have the tools of this machine."""
        first = next((word for word in words if not word.assigned()), None)
        if first is not None and (first.literal or "").rpartition("/")[2] == STARTS_SHELL:
            raise HookRefused(STARTS_SHELL)
        super().command(words, script=script)

    def plain(self, name: str, words: Sequence[HookWord], *, inside: bool) -> None:
        if name in NO_READERS or (inside and name in READERS):
            raise HookRefused(name)
        if name in FILTERS and not only_filters(name, words):
            raise HookRefused(f"{name} of a file")
        super().plain(name, words, inside=inside)

    def wrapper(self, name: str, words: Sequence[HookWord]) -> None:
        if reader := next((word.raw for word in words if (word.literal or "").rpartition("/")[2] in READERS), None):
            raise HookRefused(f"{name} {reader}")
        super().wrapper(name, words)


def only_filters(name: str, words: Sequence[HookWord]) -> bool:
    """Whether the tool reads its standard input: of grep one word is the pattern."""
    options = [word for word in words if (word.raw or "").startswith("-")]
    known = all(word.literal and set(word.literal[1:]) <= set(FILTERS[name]) for word in options)
    return known and len(words) - len(options) <= (name == "grep")
