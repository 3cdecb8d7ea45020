"""`jailtui explain`: what a rule of the doctor is about."""

from __future__ import annotations

import difflib
import textwrap
from typing import TYPE_CHECKING

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.table import table
from jailtui.cli.verb import CommandVerb
from jailtui.rules.finding import RULES

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

COLUMNS = 80


def options(to: argparse.ArgumentParser) -> None:
    """The words of `explain`."""
    to.add_argument("code", nargs="?", metavar="CODE", help="a rule's code; without, all rules are listed")


def run(arguments: Arguments, _config: Config) -> int:
    """Print what a rule is about, or the list of all."""
    if arguments.code is None:
        rules = ([rule.code, rule.severity, rule.title] for rule in RULES.values())
        print(table([["CODE", "SEVERITY", "TITLE"], *rules]))
        return Exit.OK
    rule = RULES.get(arguments.code.upper())
    if rule is None:
        raise no_rule(arguments.code)
    print(f"{rule.code}, {rule.severity}: {rule.title}\n")
    print(textwrap.fill(rule.explanation, COLUMNS, break_on_hyphens=False, break_long_words=False))
    if rule.preflight:
        print("\nThis rule is also checked before a jail is started.")
    return Exit.OK


def no_rule(code: str) -> Stop:
    """What to say of a code that no rule has."""
    near = difflib.get_close_matches(code.upper(), RULES, n=1)
    hint = f"did you mean {near[0]}?" if near else "`jailtui explain` lists them."
    return Stop(f"{code}: there is no such rule; {hint}", Exit.USAGE)


VERBS = {"explain": CommandVerb(options, run, configured=False)}
