"""`jailtui conf`: the verbs that read, check and change jail.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.cli.conf import files, forms, parameters
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

CONF_VERBS: dict[str, tuple[str, CommandVerb]] = {**parameters.CONF_VERBS, **forms.CONF_VERBS, **files.CONF_VERBS}
"""The verbs below `conf`, each with its help."""


def run(arguments: Arguments, config: Config) -> int:
    return CONF_VERBS[arguments.lower_verb][1].run(arguments, config)


VERBS = {"conf": CommandVerb(lambda to: None, run, lower=CONF_VERBS)}
