"""A jail that can't be looked into costs its own row: nothing of another place becomes unknown by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import Capture, Section, Verb
from jailtui.host.collect import FileHost, dump
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.rules.finding import Finding
from jailtui.snapshot import Snapshot
from tests.support.attacked import Attacked
from tests.support.captures import conf, row, state
from tests.support.large_hosts import EM0, FACTS, LO0, epair

WEB, PAIR = "4", "epair154"
"""The jail that can't be looked into, and its pair."""
GAPS: dict[str, Callable[[Section], Section]] = {
    "fails": lambda section: section._replace(rc=1, out="", err="ifconfig: Operation not permitted"),
    "hangs": lambda section: section._replace(rc=124, out=""),
    "is killed": lambda section: section._replace(rc=137, out=section.out[:40]),
    "is garbled": lambda section: section._replace(out='{"cut\x00'),
    "is empty": lambda section: section._replace(out=""),
    "is cut": lambda section: section._replace(out=section.out[: len(section.out) // 2]),
    "is no text": lambda section: section._replace(out="\udcff\x1b[2J\n" * 100),
    "floods": lambda section: section._replace(out="x" * 300_000),
}
PARTS = {
    "ifconfig": ("inside",),
    "netstat": ("links-inside",),
    "routes": ("routes",),
    "all": ("inside", "links-inside", "routes"),
}


def readings(capture: Capture) -> Iterator[tuple[str, Capture]]:
    """The reading with each kind of gap in each answer of web."""
    for part, names in PARTS.items():
        for kind, gap in GAPS.items():
            own = {f"{name} {WEB}" for name in names}
            sections = tuple(gap(section) if section.name in own else section for section in capture.sections)
            yield f"{part} {kind}", capture._replace(sections=sections)


def snapshot(capture: Capture, folder: Path) -> tuple[Snapshot, HostBackend]:
    file = folder / "reading.json"
    file.write_text(dump(capture))
    backend = HostBackend(FileHost(file))
    return backend.read(), backend


def others(findings: tuple[Finding, ...]) -> dict[tuple[object, ...], Finding]:
    """The findings that are not about web and its pair."""
    return {
        (*finding.identity, finding.text): finding
        for finding in findings
        if finding.subject.name not in ("web", PAIR, f"{PAIR}a", f"{PAIR}b")
    }


def test_gap_in_one_jail_hides_nothing_of_another_place(attacked: Attacked, tmp_path: Path) -> None:
    host = Host("demo", lambda: local_shell(environment=attacked.environment), reached="demo")
    capture = host.capture(everything=True)
    whole, _ = snapshot(capture, tmp_path)
    assert any(pair.orphan for pair in whole.state.epairs)

    for name, less in readings(capture):
        now, backend = snapshot(less, tmp_path)
        for jail in whole.state.jails:
            if jail.name != "web":
                assert now.state.jail(jail.key) == jail, (name, jail.name)
        for pair in whole.state.epairs:
            if pair.key != PAIR:
                assert now.state.epair(pair.key) == pair, (name, pair.key)
        assert (now.state.bridges, now.state.vlans) == (whole.state.bridges, whole.state.vlans), name
        assert others(now.findings) == others(whole.findings), name
        orphans = [pair.key for pair in now.state.orphans]
        assert {task.key for task in backend.plan(Verb.RECLAIM, now, orphans).tasks} == set(orphans), name
        own = now.state.epair(PAIR)
        assert own is None or own.orphan is not True, name


OLD = conf("old", 7)
DYING = row(3, "old", dying=True)


@pytest.mark.parametrize(
    ("files", "rows", "facts", "orphan"),
    [
        (OLD, [DYING, row(4, "web")], FACTS, True),
        (OLD + conf("web", 154), [DYING, row(4, "web")], FACTS, True),
        (OLD + conf("web", 7), [DYING, row(4, "web")], FACTS, None),
        (OLD + conf("web", 154, extra=['exec.created = "/x epair7b"']), [DYING, row(4, "web")], FACTS, None),
        (OLD, [DYING, row(4, "old")], FACTS, None),
        (OLD, [row(4, "web")], FACTS, None),
        ("", [DYING, row(4, "web")], FACTS, None),
        (OLD, [DYING, row(4, "web")], {**FACTS, "uid": "1001"}, None),
    ],
    ids=["tied", "both named", "web has it too", "a script may", "runs again", "nobody dies", "no owner", "not root"],
)
def test_end_that_is_not_seen_is_lost_only_where_it_is_tied_to_a_dying_jail(
    files: str, rows: list[Any], facts: dict[str, str], orphan: bool | None
) -> None:
    """Web can't be looked into."""
    (pair,) = state(host=EM0 + LO0 + epair(7, "a"), conf=files, rows=rows, facts=facts).epairs
    assert pair.orphan is orphan
