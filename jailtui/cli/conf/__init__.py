"""`jailtui conf`: the verbs that read, check and change jail.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.conf import files, forms, parameters
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

CONF_VERBS: dict[str, tuple[str, CommandVerb]] = {**parameters.CONF_VERBS, **forms.CONF_VERBS, **files.CONF_VERBS}
"""The verbs below `conf`, each with its help."""


def options(to: argparse.ArgumentParser) -> None:
    verbs = to.add_subparsers(metavar="VERB", title="verbs", dest="conf_verb", required=True)
    for name, (text, verb) in CONF_VERBS.items():
        added = verbs.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        verb.options(added)


def run(arguments: Arguments, config: Config) -> int:
    return CONF_VERBS[arguments.conf_verb][1].run(arguments, config)


VERBS = {"conf": CommandVerb(options, run)}
