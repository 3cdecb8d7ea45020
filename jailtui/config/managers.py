"""The tools that manage jails of their own: how they name a jail, and the commands that start, stop and list jails.

Checked in the public source that each line names; where releases of a tool differ, the wider caution holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""Names that every tool takes for one jail: no option, no pattern of a shell or of awk, nothing to split."""


class Manager(NamedTuple):
    """A tool that manages jails. `command` is its program, `source` the public source its line was checked in.

    `start`, `stop` and `restart` are the words after the command, the last of which is the name that the tool gives the
    jail; `restart` is () where the tool has none. `lists` prints all its jails. `changes` is the command that sets
    PARAMETER of the jail NAME to VALUE, () where there is none. `also` is what start and stop see to beyond jail(8).
    `root` is the path of a jail's root, `file` that of the file for jail(8) that the tool keeps. In the kernel a jail's
    name begins with `prefix`, and what is in `rewritten` is `_`. `several` are names that the command takes for other
    jails than the one of that name. `stops_first` are further jails that its stop stops. `renames`, `copies` and
    `removes` are the commands for what the tool does to more than the file that it keeps.
    """

    name: str
    command: str
    source: str
    start: Argv
    stop: Argv
    restart: Argv
    lists: Argv
    changes: Argv
    also: str
    root: re.Pattern[str] | None
    file: re.Pattern[str] | None = None
    prefix: str = ""
    rewritten: re.Pattern[str] | None = None
    several: re.Pattern[str] | None = None
    stops_first: str = ""
    renames: Argv = ()
    copies: Argv = ()
    removes: Argv = ()

    def argv(self, verb: Verb, name: str) -> Argv:
        """The command that starts, stops or restarts the jail; () if the tool has none."""
        words = {Verb.START: self.start, Verb.STOP: self.stop, Verb.RESTART: self.restart}[verb]
        return (self.command, *words[:-1], name) if words else ()

    def in_kernel(self, name: str) -> str:
        """The jail's name in the kernel."""
        return self.prefix + (name if self.rewritten is None else self.rewritten.sub("_", name))

    def refuses(self, name: str) -> str:
        """Why the tool's command must not get this name, as a phrase; "" if it may."""
        if not name:
            return f"the name by which {self.name} knows it can't be told from its name in the kernel"
        if not PLAIN.fullmatch(name):
            return f"{self.command} may take the name {name!r} for an option or a pattern"
        if self.several is not None and self.several.search(name):
            return f"{self.command} takes the name {name} for other jails too"
        return ""


BASTILLE = Manager(
    "Bastille",
    "bastille",
    # bastille stop and start exit with 0 also where jail(8) failed; ALL in any case is every jail, digits a jid.
    "BastilleBSD/bastille: usr/local/share/bastille/start.sh, stop.sh, restart.sh, list.sh, config.sh, lib/target.sh",
    ("start", "NAME"),
    ("stop", "NAME"),
    ("restart", "NAME"),
    ("list", "jails"),
    ("bastille", "config", "NAME", "set", "PARAMETER", "VALUE"),
    "its pf rules and rctl limits",
    root=re.compile(r".*/bastille/jails/(?P<name>[^/]+)/root"),
    file=re.compile(r".*/bastille/jails/(?P<name>[^/]+)/jail\.conf"),
    several=re.compile(r"\A(?i:all)\Z|\A[0-9]+\Z|\."),
    stops_first="the jails whose settings.conf has a depend on it",
    renames=("bastille", "rename", "NAME", "NEW"),
    copies=("bastille", "clone", "NAME", "NEW", "ADDRESS"),
    removes=("bastille", "destroy", "NAME"),
)
IOCAGE = Manager(
    "iocage",
    "iocage",
    # A name that contains ALL is every jail; one that no jail has is taken for the beginning of a name.
    "iocage/iocage: iocage_cli/start.py, stop.py, restart.py, list.py, set.py, clone.py, rename.py, destroy.py, "
    "iocage_lib/iocage.py, ioc_stop.py",
    ("start", "NAME"),
    ("stop", "NAME"),
    ("restart", "NAME"),
    ("list", "-h", "-l"),
    ("iocage", "set", "PARAMETER=VALUE", "NAME"),
    "its pairs, addresses and mounts",
    root=re.compile(r".*/iocage/jails/(?P<name>[^/]+)/root"),
    prefix="ioc-",
    rewritten=re.compile(r"\."),
    several=re.compile("ALL"),
    renames=("iocage", "rename", "NAME", "NEW"),
    copies=("iocage", "clone", "NAME", "-n", "NEW"),
    removes=("iocage", "destroy", "NAME"),
)
APPJAIL = Manager(
    "AppJail",
    "appjail",
    # A jail that is stopped or running already is status 0; else they exit with jail(8)'s status or sysexits(3).
    "DtxdF/AppJail: share/appjail/cmd/start, stop, restart, jail, libexec/appjail-config/cmd_set.c",
    ("start", "NAME"),
    ("stop", "NAME"),
    ("restart", "NAME"),
    ("jail", "list", "-eHIpt", "name"),
    ("appjail-config", "set", "-j", "NAME", "PARAMETER=VALUE"),
    "its initscript and mounts",
    root=re.compile(r".*/appjail/jails/(?P<name>[^/]+)/jail"),
    file=re.compile(r".*/appjail/jails/(?P<name>[^/]+)/conf/jail\.conf"),
    renames=("appjail", "jail", "rename", "NAME", "NEW"),
    copies=("appjail", "jail", "create", "-I", "copy=NAME", "NEW"),
    removes=("appjail", "jail", "destroy", "NAME"),
)
POT = Manager(
    "pot",
    "pot",
    # It has no restart. stop destroys the jail's pair after jail -r, and exits with 0 also where that failed.
    "bsdpot/pot: bin/pot, share/pot/start.sh, stop.sh, list.sh, set-attribute.sh, rename.sh, destroy.sh",
    ("start", "NAME"),
    ("stop", "NAME"),
    (),
    ("list", "-q"),
    ("pot", "set-attribute", "-p", "NAME", "-A", "PARAMETER", "-V", "VALUE"),
    "its pair, pf rules and mounts",
    root=re.compile(r".*/pot/jails/(?P<name>[^/]+)/m"),
    renames=("pot", "rename", "-p", "NAME", "-n", "NEW"),
    removes=("pot", "destroy", "-p", "NAME"),
)
CBSD = Manager(
    "CBSD",
    "cbsd",
    # jstop exits with 1 for a jail that does not run; jrestart exits with 0 also where jstop or jstart failed.
    "cbsd/cbsd: jailctl/jrestart, jls, jset, jrename, jremove, sudoexec/jstart, jstop",
    ("jstart", "NAME"),
    ("jstop", "NAME"),
    ("jrestart", "NAME"),
    ("jls", "header=0", "shownode=0", "display=jname,ip4_addr,status,path"),
    ("cbsd", "jset", "jname=NAME", "PARAMETER=VALUE"),
    "its pair, addresses and mounts",
    root=re.compile(r".*/jails(-data/(?P<data>[^/]+)-data|/jails/(?P<name>[^/]+))"),
    renames=("cbsd", "jrename", "old=NAME", "new=NEW"),
    removes=("cbsd", "jremove", "NAME"),
)
EZJAIL = Manager(
    "ezjail",
    "ezjail-admin",
    # start, stop and restart call rc.d/ezjail, which does nothing unless rc.conf has ezjail_enable, and writes _ for
    # all but letters and digits; they exit with 1 if the jail then runs, or not, otherwise than asked. Its jails have
    # no mark in the kernel: only its list has them.
    "emeraldonion/ezjail-hbsd (ezjail 3.4.2), tomster/ezjail: ezjail-admin, ezjail.sh, man8/ezjail-admin.8",
    ("start", "NAME"),
    ("stop", "NAME"),
    ("restart", "NAME"),
    ("list",),
    (),
    "the device of its image",
    root=None,
    rewritten=re.compile("[^A-Za-z0-9]"),
    renames=("ezjail-admin", "config", "-n", "NEW", "NAME"),
    removes=("ezjail-admin", "delete", "NAME"),
)
MANAGERS = (BASTILLE, IOCAGE, APPJAIL, POT, CBSD, EZJAIL)
BY_NAME = {manager.name: manager for manager in MANAGERS}


def jail_of(argv: Argv, *verbs: Verb) -> str:
    """The jail that a manager's command does one of the verbs to, by its name in the kernel; "" for other commands."""
    manager = next((each for each in MANAGERS if argv[:1] == (each.command,)), None)
    if manager is None or not any(argv == manager.argv(verb, argv[-1]) for verb in verbs):
        return ""
    return manager.in_kernel(argv[-1])


class Managed(NamedTuple):
    """The manager of a jail, "" for none, and the name by which it knows the jail, "" if that is not known."""

    manager: str = ""
    name: str = ""


def by_file(file: str, jail: str, bastille: str = "") -> Managed:
    """Whose jail of that name the file defines, by where it stands: below `bastille`, the directory of Bastille's jails
    by its configuration ("": not known), or where it usually is.

    A tool finds a jail by the file's directory, and then in the file by that name.
    """
    for manager in MANAGERS:
        pattern = manager.file
        if bastille and manager is BASTILLE:
            pattern = re.compile(rf"{re.escape(bastille)}/(?P<name>[^/]+)/jail\.conf")
        if pattern is not None and (match := pattern.fullmatch(file)):
            return Managed(manager.name, jail if match["name"] == jail else "")
    return Managed()


def by_kernel(name: str, path: str) -> Managed:
    """Whose jail it is, by its root and its name in the kernel, which only the host's root can give it.

    A name in the kernel alone does not say what iocage calls the jail: iocage takes a name that none of its jails has
    for the beginning of another's.
    """
    for manager in MANAGERS:
        if manager.root is None or (match := manager.root.fullmatch(path)) is None:
            continue
        own = next(filter(None, match.groupdict().values()), "")
        if own and manager.in_kernel(own) == name:
            return Managed(manager.name, own)
    own = name.removeprefix(IOCAGE.prefix)
    if own not in ("", name) and IOCAGE.in_kernel(own) == name:
        return Managed(IOCAGE.name)
    return Managed()


def on_host(facts: Mapping[str, str]) -> frozenset[str]:
    """The managers whose command is on the host, by the probe's answers: `manager bastille` is the command's path."""
    return frozenset(each.name for each in MANAGERS if facts.get(f"manager {each.command}", "").startswith("/"))
