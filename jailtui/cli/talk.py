"""Messages to the operator of a verb: on stderr, with nothing in them that a terminal would act on."""

from __future__ import annotations

import sys


def printable(text: str) -> str:
    """Text made fit for a terminal, its lines kept."""
    from jailtui.text import clean  # rich's tables of widths: not for `--help`

    return "\n".join(clean(line) for line in text.splitlines())


def talk(text: str) -> None:
    """Print lines for the operator."""
    print(printable(text), file=sys.stderr)


def ask(question: str, otherwise: str) -> bool:
    """Whether the operator says yes. Without a terminal the answer is no, and `otherwise` says what to do instead."""
    if not sys.stdin.isatty():
        talk(f"There is no terminal to ask on: {otherwise}.")
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
