"""Talking to the operator of a verb: on stderr, nothing in it that a terminal would act on."""

from __future__ import annotations

import sys


def talk(text: str) -> None:
    """Lines for the operator."""
    from jailtui.ui.clean import clean  # rich's tables of widths: not for `--help`

    print("\n".join(clean(line) for line in text.splitlines()), file=sys.stderr)


def asked(question: str, otherwise: str) -> bool:
    """Whether the operator says yes. Without a terminal nobody can: then `otherwise` tells what would do."""
    if not sys.stdin.isatty():
        talk(f"Not asked, since there is no terminal: {otherwise}.")
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
