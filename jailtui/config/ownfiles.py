"""The files that define jails beside those of rc.d/jail: of `conf_files` in the configuration, and Bastille's.

Bastille keeps each jail in a directory, with its jail.conf beside its root, and runs `jail -f FILE -c NAME`
(BastilleBSD/bastille: usr/local/etc/bastille/bastille.conf.sample, usr/local/share/bastille/start.sh).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import BASTILLE_CONF

if TYPE_CHECKING:
    from jailtui.exchange import Capture

PREFIX = "/usr/local/bastille"
SPECIAL = re.compile(r"([\\*?\[\]])")
SET_WITHIN = re.compile(r"\$\{\w+:?=")
"""An expansion that sets its variable, which any command may have."""


class OwnFiles(NamedTuple):
    """The patterns of files that jail(8) is given with -f. `bastille` is the directory of Bastille's jails: "" where
    there is no Bastille, or if its configuration does not tell: then `unknown` says why.
    """

    patterns: tuple[str, ...] = ()
    bastille: str = ""
    unknown: str = ""


def own_files(capture: Capture) -> OwnFiles:
    """The files of that reading which define jails beside those of rc.d/jail."""
    sections = {section.name: section for section in capture.sections}
    listed = sections.get("conf-files")
    patterns = [name for name in listed.out.split("\0") if name] if listed is not None else []
    conf = sections.get(f"file {BASTILLE_CONF}")
    jails, unknown = "", ""
    if conf is not None and conf.rc == 0:
        jails = jails_directory(conf.out) or ""
        unknown = "" if jails else "bastille_jailsdir can't be known without running the file"
    if jails:
        plain = SPECIAL.sub(r"\\\1", jails)
        patterns.insert(0, f"{plain}/*/jail.conf")  # of two files for one name the manager's counts
    return OwnFiles(tuple(dict.fromkeys(patterns)), jails, unknown)


def jails_directory(text: str) -> str | None:
    """`bastille_jailsdir` of a bastille.conf, which is a text of sh(1) and is never run; None if it is not known."""
    from jailtui.config.hooks.commands import Followed
    from jailtui.config.hooks.shell import SETTERS, assigned

    followed = Followed()
    variables = assigned(text, {"bastille_prefix": PREFIX, "bastille_jailsdir": ""}, followed)
    if SET_WITHIN.search(text) or any(command.words[0].text in SETTERS for command in followed.commands):
        return None
    if variables is None or not {"bastille_prefix", "bastille_jailsdir"} <= variables.keys():
        return None
    jails = variables["bastille_jailsdir"] or f"{variables['bastille_prefix']}/jails"
    return (jails.rstrip("/") or None) if jails.startswith("/") else None
