"""The grammar of `jailtui conf` on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = (
    ("network", "JAIL", "show or change how a jail is wired and addressed"),
    ("permissions", "JAIL", "show or change what a jail may do"),
    ("bridge", "[NAME]", "show or change a bridge, or make one"),
    ("vlan", "[NAME]", "show or change a VLAN, or make one"),
    ("new", "", "make a new jail"),
    ("copy", "JAIL", "make a new jail as another one is"),
    ("rename", "JAIL", "give a jail another name"),
    ("remove", "JAIL", "take a jail out of jail.conf"),
)
"""The forms: name, what they are about, help."""


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
    for name, subject, text in FORMS:
        made = verbs.add_parser(name, help=text, description=text.capitalize() + ".")
        add_form(made, name, subject)
        common(made)
    verb("check", "tell what jail(8) would say of files").add_argument("files", metavar="FILE", nargs="+")
    dumped = verb("dump", "print what jail(8) makes of files")
    dumped.add_argument("--json", action="store_true", help="one JSON object a line, the only form there is")
    dumped.add_argument("files", metavar="FILE", nargs="+")


def add_form(to: argparse.ArgumentParser, name: str, subject: str) -> None:
    """The words of a form. The optional NAME of one is the first of `given`: argparse would lose it behind options."""
    to.usage = " ".join(f"%(prog)s {subject} [FIELD=VALUE ...] [options]".split())
    if subject == "JAIL":
        to.add_argument("subject", metavar=subject, type=jail)
    to.add_argument(
        "given", metavar="FIELD=VALUE", nargs="*", help="its new value; without any, the fields are printed"
    )
    for option, text in (
        ("--for-one", "a value that several jails share is changed for this one alone"),
        ("--for-all", "a value that several jails share is changed for all of them"),
    ):
        to.add_argument(option, metavar="FIELD", action="append", default=[], help=text)
    to.add_argument("--restart", action="store_true", help="restart the jail afterwards, if it runs")
    to.add_argument("--json", action="store_true", help="print the fields, or what saving would do, as one JSON object")
    to.add_argument("--diff", action="store_true", help="print the changes and commands, change nothing")
    to.add_argument("--dry-run", action="store_true", help="print them as a shell script, change nothing")
    to.add_argument("--yes", action="store_true", help="don't ask")
    to.set_defaults(form=name)


def jail(text: str) -> str:
    """The name of a jail; jail(8) takes a word with `=` for a parameter."""
    if "=" in text:
        raise argparse.ArgumentTypeError(f"a jail's name has no '=': {text}")
    return text
