"""Grounds for the rules' tests: a picture of a host put together by hand, or read from an embedded host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jailtui.backend import HostBackend
from jailtui.config.jails import ConfigurationReader, dialect_of
from jailtui.config.managers import by_file
from jailtui.config.world import world
from jailtui.jailconf import choose
from jailtui.jailconf.lookup import OtherPaths
from jailtui.model.state import Capability, HostFacts, HostState, Jail, JailState
from jailtui.rules.context import Context
from jailtui.rules.finding import Finding
from jailtui.rules.registry import judge
from jailtui.snapshot import Snapshot
from tests.support.well_formed import well_formed
from tests.support.whole_findings import whole

BOOT = {"jail_enable": "YES", "cloned_interfaces": "bridge0"}


def context(
    texts: Mapping[str, str] | str = "",
    *,
    release: str = "15.1-RELEASE",
    rcconf: Mapping[str, str] | None = BOOT,
    running: Iterable[Jail] = (),
    from_here: bool = False,
    can: Iterable[str] = (),
    alone: tuple[str, ...] = (),
    **state: Any,
) -> Context:
    """A host with these files (a text alone is /etc/jail.conf). Configured jails are stopped unless `running` has them.

    `state` are further fields of HostState: epairs, bridges, vlans, interfaces, mounts, connections, rulesets, sysctls.
    `can` are the host's capabilities, `alone` the patterns of files that jail(8) is given with -f.
    """
    files = {"/etc/jail.conf": texts} if isinstance(texts, str) else dict(texts)
    data = {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}
    others = OtherPaths(alone=alone)
    configuration = ConfigurationReader().read(files, dict(rcconf or {}), release, others)
    live = {jail.name: jail for jail in running}
    stopped = [
        Jail(
            name,
            name,
            None,
            JailState.STOPPED,
            one.vnet,
            path=one.path,
            configured=one,
            manager=by_file(one.file, name).manager,
        )
        for name, one in configuration.jails.items()
        if name not in live
    ]
    facts = HostFacts("nas", "nas.home.arpa", release, "root", 0, tuple(Capability(name, True) for name in can))
    told = None if rcconf is None else tuple(sorted(rcconf.items()))
    host = HostState(facts, jails=(*live.values(), *stopped), rcconf=told, **state)
    return Context(host, world(choose(data, dialect_of(release), rcconf or {}, others=others)), from_here)


def found(one: Context, code: str) -> tuple[Finding, ...]:
    """What the rule `code` finds in a context built from texts: whole findings of the golden file."""
    return tuple(whole(well_formed(finding)) for finding in judge(one, {code}))


def findings(backend: HostBackend, *codes: str) -> tuple[Finding, ...]:
    """What is found on an embedded host now, as by `judged`."""
    return judged(backend.read(), *codes)


def judged(snapshot: Snapshot, *codes: str) -> tuple[Finding, ...]:
    """What is found in a reading: by each of these rules alone, or by all, the gravest of those with one cause."""
    if not codes:
        return tuple(map(well_formed, snapshot.findings))
    return tuple(well_formed(finding) for code in codes for finding in judge(snapshot.context, {code}))
