"""`jailtui explain` and `help`: the explanation of a rule, and the manual."""

from __future__ import annotations

import difflib
import textwrap
from typing import TYPE_CHECKING

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui import man
from jailtui.cli.talk import put, table
from jailtui.cli.verb import CommandVerb, Exit, Stop
from jailtui.rules.finding import RULES

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

COLUMNS = 80


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("code", nargs="?", metavar="CODE", help="the code of a rule (default: list all rules)")


def run(arguments: Arguments, _config: Config) -> int:
    if arguments.code is None:
        rules = ([rule.code, rule.severity, rule.title] for rule in RULES.values())
        put(table([["CODE", "SEVERITY", "TITLE"], *rules]))
        return Exit.OK
    rule = RULES.get(arguments.code.upper())
    if rule is None:
        raise no_rule(arguments.code)
    put(f"{rule.code}, {rule.severity}: {rule.title}")
    put("")
    put(textwrap.fill(rule.explanation, COLUMNS, break_on_hyphens=False, break_long_words=False))
    if rule.preflight:
        put("")
        put("This rule is also checked before a jail is started.")
    return Exit.OK


def no_rule(code: str) -> Stop:
    """The error for a code that no rule has."""
    near = difflib.get_close_matches(code.upper(), RULES, n=1)
    hint = f"did you mean {near[0]}?" if near else "`jailtui explain` lists them."
    return Stop(f"No rule is called {code}; {hint}", Exit.USAGE)


def help_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("topic", nargs="*", metavar="TOPIC", help="a heading of the manual: keys, conf, exit status…")


def print_manual(arguments: Arguments, _config: Config) -> int:
    try:
        put(man.text(" ".join(arguments.topic) or None).removesuffix("\n"))
    except man.NoTopic as error:
        raise Stop(str(error), Exit.USAGE) from error
    return Exit.OK


VERBS = {
    "explain": CommandVerb(options, run, configured=False),
    "help": CommandVerb(help_options, print_manual, configured=False),
}
