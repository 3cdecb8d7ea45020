"""`sysrc -ae`: every rc.conf(5) variable that is not at its default, as one shell assignment each. Source: sysrc(8).

    cloned_interfaces="bridge0"
    ifconfig_bridge0="addm em0 up"

Nothing inside the quotes is escaped, and a value may span lines. So a value ends at a quote that ends its line
where the next line begins an assignment; `sysrc -a` (`name: value`) has no such mark and is not read here.
"""

from __future__ import annotations

import re

ASSIGNMENT = re.compile(
    r'^([A-Za-z_][A-Za-z0-9_]*)="(.*?)"(?=\n[A-Za-z_][A-Za-z0-9_]*="|\n?\Z)', re.DOTALL | re.MULTILINE
)
BEGINNING = re.compile(r'^[A-Za-z_][A-Za-z0-9_]*="', re.MULTILINE)


def parse(text: str) -> tuple[tuple[str, str], ...]:
    """`text` as (name, value), in printed order. Lines before the first assignment are passed over: rc.conf is a
    shell script and may print. Text that never ends as an assignment does is left out.
    """
    first = BEGINNING.search(text)
    if first is None:
        return ()
    return tuple((match[1], match[2]) for match in ASSIGNMENT.finditer(text, first.start()))
