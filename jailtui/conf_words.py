"""The grammar of `jailtui conf` on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_verbs(conf: argparse.ArgumentParser, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the verbs below `jailtui conf`. `common` adds the options of the host."""
    verbs = conf.add_subparsers(metavar="VERB", title="verbs", dest="conf_verb", required=True)

    def verb(name: str, text: str, *names: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text.capitalize() + ".")
        for one in names:
            made.add_argument(one.lower(), metavar=one)
        made.add_argument("--dialect", choices=("13", "14", "15"), help="read as the jail(8) of this FreeBSD does")
        return made

    def of_a_jail(name: str, text: str) -> argparse.ArgumentParser:
        made = verb(name, text, "JAIL", "PARAM")
        made.add_argument("--file", metavar="FILE", help="work on this file, without any host")
        common(made)
        return made

    of_a_jail("get", "print the values of a parameter, one a line")
    of_a_jail("explain", "tell where a value comes from, step by step")
    for name, text, values in (
        ("set", "give a parameter or $variable these values", "*"),
        ("add", "append values to a parameter", "+"),
        ("unset", "take a parameter out", ""),
    ):
        made = of_a_jail(name, text)
        if values:
            made.add_argument("values", metavar="VALUE", nargs=values)
            made.add_argument(
                "--as-written",
                action="store_true",
                help="VALUE is jail.conf's own text: it may be quoted, hold variables",
            )
        made.add_argument("--diff", action="store_true", help="print the change instead of saving it")
        made.add_argument("--yes", action="store_true", help="don't ask")
    verb("check", "tell what jail(8) would say of files").add_argument("files", metavar="FILE", nargs="+")
    dumped = verb("dump", "print what jail(8) makes of files")
    dumped.add_argument("--json", action="store_true", help="one JSON object a line, the only form there is")
    dumped.add_argument("files", metavar="FILE", nargs="+")
