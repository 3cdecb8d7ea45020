"""Talking to the operator of a verb: on stderr, nothing in it that a terminal would act on."""

from __future__ import annotations

import sys


def shown(text: str) -> str:
    """Text made fit for a terminal, its lines kept."""
    from jailtui.text import clean  # rich's tables of widths: not for `--help`

    return "\n".join(clean(line) for line in text.splitlines())


def talk(text: str) -> None:
    """Lines for the operator."""
    print(shown(text), file=sys.stderr)


def asked(question: str, otherwise: str) -> bool:
    """Whether the operator says yes. Without a terminal nobody can: then `otherwise` tells what would do."""
    if not sys.stdin.isatty():
        talk(f"Not asked, since there is no terminal: {otherwise}.")
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
