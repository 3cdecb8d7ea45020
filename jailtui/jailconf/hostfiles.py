"""The files of a host together, by the rule of rc.d/jail (libexec/rc/rc.d/jail): which defines a jail, which starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jailtui.jailconf.evaluate import Evaluation, JailDefinition, evaluate
from jailtui.jailconf.lookup import NO_OTHERS, Lookup, OtherPaths
from jailtui.jailconf.parse import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.jailconf.tree import Dialect

MAIN = "/etc/jail.conf"
FOLDER = "/etc/jail.conf.d/"
ALONE = re.compile(r"/etc/(?:jail\.conf\.d/[^/]+|jail\.[^/]+)\.conf")
INCLUDES_FOLDER = re.compile(rb"^[^\S\n]*\.include[^\S\n]*[\"']?/etc/jail.conf.d/", re.MULTILINE)
"""What rc.d/jail of 14 and 15 looks for, comments and all, in jail.conf."""


class HostJail(NamedTuple):
    """A configured jail.

    `file`: the file that `service jail start` reads for it, or (`by_service` false: it would not find the jail) the one
    that defines it. `boot_file`: the file it is started from at boot, or None. `others`: further files that define it.
    `legacy`: rc.conf has `jail_NAME_rootdir` and `_hostname`, so rc.d/jail starts something else, made of these.
    `alone`: rc.d/jail never gives its file to jail(8), somebody else does.
    """

    name: str
    file: str
    jail: JailDefinition
    by_service: bool
    boot_file: str | None
    others: tuple[str, ...]
    legacy: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class HostConfig:
    """`jails` in the order of the files, jail.conf's first; `evaluations` of each file that jail(8) may be given."""

    jails: tuple[HostJail, ...]
    evaluations: Mapping[str, Evaluation] = field(repr=False)
    boot_names: tuple[str, ...]
    """What is started at boot, by name; a name without a jail fails there."""
    wanted: tuple[str, ...] = ()
    """The names and patterns of files that are read beside those that rc.d/jail looks for by itself."""
    missing: tuple[str, ...] = ()
    """Those of them that the host was not asked for yet: they count as empty."""
    alone: frozenset[str] = frozenset()
    """The files among `evaluations` that rc.d/jail never gives to jail(8)."""

    def get(self, name: str) -> HostJail | None:
        return next((jail for jail in self.jails if jail.name == name), None)


def choose(
    files: Mapping[str, bytes],
    dialect: Dialect,
    rcconf: Mapping[str, str],
    cache: Cache | None = None,
    others: OtherPaths = NO_OTHERS,
) -> HostConfig:
    """The jails of a host.

    files: every file read there by its absolute name, included ones too. others: what else is there.
    rcconf: the values of rc.conf's variables by name. cache: give the same one each time, and only what changed is
    parsed again.
    """
    rules = Rules(files, dialect, rcconf)
    cache = cache or Cache()
    lookup = Lookup(files, others)
    for name in rules.named():
        lookup.want(name)
    roots = [rules.main, *sorted(name for name in files if name != rules.main and rules.is_root(name))]
    alone = dict.fromkeys(name for pattern in others.alone for name in lookup.glob(pattern) if name not in roots)
    evaluations = {
        name: evaluate(cache.parse(files[name], name, dialect), lookup.read, lookup.glob, cache)
        for name in (*roots, *alone)
        if name in files
    }
    defining: dict[str, dict[str, JailDefinition]] = {}
    for name, evaluation in evaluations.items():
        for jail in evaluation.jails:
            defining.setdefault(jail.name, {}).setdefault(name, jail)
    boot = rules.boot(evaluations)
    jails = tuple(placed(name, where, rules, boot) for name, where in defining.items())
    jails = tuple(jail._replace(alone=True) if jail.file in alone else jail for jail in jails)
    return HostConfig(
        jails,
        evaluations,
        tuple(boot),
        tuple(lookup.wanted),
        tuple(lookup.missing),
        frozenset(alone) & evaluations.keys(),
    )


def placed(name: str, where: Mapping[str, JailDefinition], rules: Rules, boot: Mapping[str, str]) -> HostJail:
    """The jail of that name, which the files `where` define."""
    chosen = rules.file_of(name)
    by_service = service_name(name) == name and chosen in where
    file = chosen if by_service and chosen else next(iter(where))
    boot_file = boot.get(name)
    others = tuple(other for other in where if other != file)
    return HostJail(
        name, file, where[file], by_service, boot_file if boot_file in where else None, others, rules.is_legacy(name)
    )


class Rules:
    """rc.d/jail with the variables of one rc.conf."""

    def __init__(self, files: Mapping[str, bytes], dialect: Dialect, rcconf: Mapping[str, str]) -> None:
        self.files = files
        self.rcconf = rcconf
        self.main = rcconf.get("jail_conf") or MAIN
        self.skips_folder = dialect != "13" and INCLUDES_FOLDER.search(files.get(self.main, b"")) is not None

    def variable(self, name: str, suffix: str) -> str:
        return self.rcconf.get(f"jail_{re.sub('[^A-Za-z0-9]', '_', name)}_{suffix}", "")

    def is_legacy(self, name: str) -> bool:
        return bool(self.variable(name, "rootdir") and self.variable(name, "hostname"))

    def named(self) -> Iterator[str]:
        """The files that rc.conf names."""
        for key, file in self.rcconf.items():
            if file.startswith("/") and re.fullmatch("jail_(.*_)?conf", key):
                yield file

    def is_root(self, name: str) -> bool:
        """Whether rc.d/jail may give this file to jail(8) for some jail."""
        if ALONE.fullmatch(name) is not None:
            return not (name.startswith(FOLDER) and self.skips_folder)
        return any(file == name for key, file in self.rcconf.items() if re.fullmatch("jail_.*_conf", key))

    def file_of(self, name: str) -> str | None:
        """The file for `service jail start NAME`, or None."""
        candidates = [self.variable(name, "conf") or f"/etc/jail.{name}.conf"]
        if not self.skips_folder:
            candidates.append(f"{FOLDER}{name}.conf")
        return next((file for file in (*candidates, self.main) if file in self.files), None)

    def boot(self, evaluations: Mapping[str, Evaluation]) -> dict[str, str]:
        """What starts at boot, each with its file: `jail_list`, or else all of jail.conf and of nothing else."""
        if self.rcconf.get("jail_enable", "NO").lower() not in ("yes", "true", "on", "1"):
            return {}
        names = [service_name(name) for name in self.rcconf.get("jail_list", "").split()]
        if names:
            return {name: self.file_of(name) or self.main for name in names}
        main = evaluations.get(self.main)
        return {jail.name: self.main for jail in main.jails} if main else {}


def service_name(name: str) -> str:
    """What rc.d/jail makes of a name: a hierarchical one is lost."""
    return name.replace("/", "_").replace(".", "_")
