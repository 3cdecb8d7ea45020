"""The script that asks single questions, on the host or in jails; each word is quoted by `shell_line`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import QUESTION_SECONDS, Argv, shell_line

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = str(QUESTION_SECONDS)


def asking_each(questions: Sequence[tuple[Argv, int | None]]) -> str:
    """A script that runs each command as a section by its number; with a jid in that jail, as `entered` does.

    A jail in which one command failed is asked on.
    """
    lines = [line for number, (argv, jid) in enumerate(questions) for line in _lines(str(number), argv, jid)]
    seconds = f"patience={QUESTION_SECONDS * len(questions) + 1}"
    return "\n".join((seconds, "main() {", *lines, "printf '%s done\\n' \"$mark\"", "}", 'main "$@" </dev/null', ""))


def _lines(name: str, argv: Argv, jid: int | None) -> tuple[str, ...]:
    if jid is None:
        return (shell_line(("section", name, SECONDS, *argv)),)
    return ("silent=", shell_line(("entered", name, SECONDS, str(jid), *argv)))
