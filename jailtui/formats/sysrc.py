"""`sysrc -ae`: the variables of rc.conf(5) that differ from their defaults, as shell assignments. Source: sysrc(8).

    cloned_interfaces="bridge0"
    ifconfig_bridge0="addm em0 up"

Nothing inside the quotes is escaped, and a value may span lines. So a value ends at a quote at the end of a line before
a line that begins an assignment, and the last one at the end of the text; `sysrc -a` (`name: value`) has no such mark
and is not used.
"""

from __future__ import annotations

import re

from jailtui.formats.errors import FormatError, shown

ASSIGNMENT = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="(.*?)"\n(?=[A-Za-z_][A-Za-z0-9_]*="|\Z)', re.DOTALL)
BEGINNING = re.compile(r'^[A-Za-z_][A-Za-z0-9_]*="', re.MULTILINE)


def parse(text: str) -> tuple[tuple[str, str], ...]:
    """Names and values in printed order. Text before the first assignment, which the shell script rc.conf may print, is
    skipped.

    Raises FormatError if there is text and no assignment in it, or if the last one does not end: it was cut short.
    """
    if not text.strip():
        return ()
    first = BEGINNING.search(text)
    if first is None:
        raise FormatError(f"sysrc printed no variable of rc.conf: {shown(text)}.")
    variables, at = [], first.start()
    while match := ASSIGNMENT.match(text, at):
        variables.append((match[1], match[2]))
        at = match.end()
    if at < len(text):
        raise FormatError(f"sysrc's answer was cut short: {shown(text[at:])}.")
    return tuple(variables)
