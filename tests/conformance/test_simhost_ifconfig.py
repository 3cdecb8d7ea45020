"""The simulated ifconfig held to the recordings of three releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.replay import Line, lines, replay, scope
from tests.support.shared_material import shared

SCENARIOS = ("epair-basic", "epair-rename-descr", "bridge", "member-lost", "vlan", "addresses")
OWN_15 = ("epair", "mac", "bridge", "bridge-mtu", "vlan", "vlan-epair", "addr", "jail")
NINE_IN_TEN = 0.9

CASES = [
    *(("13.2", "ifconfig", scenario) for scenario in SCENARIOS),
    *(("14.2", "replay-ifconfig", scenario) for scenario in SCENARIOS),
    *(("15.1", "replay-ifconfig", scenario) for scenario in SCENARIOS),
    *(("15.1", "ifconfig", scenario) for scenario in OWN_15),
]


@pytest.mark.parametrize(("release", "file", "scenario"), CASES, ids=lambda word: word)
def test_nine_lines_in_ten_are_answered_as_the_real_host_did(
    release: str, file: str, scenario: str, tmp_path: Path
) -> None:
    shared("recordings")
    report = replay(release, file, scenario, tmp_path / "host")
    print(report)
    assert report.compared > 0
    assert report.share >= NINE_IN_TEN, [
        f"{difference.line.id}: {difference.line.text}" for difference in report.differences
    ]


def test_commands_on_path_answer_as_the_same_commands_asked_in_process(tmp_path: Path) -> None:
    shared("recordings")
    by_path = replay("15.1", "replay-ifconfig", "member-lost", tmp_path / "path", by_path=True)
    asked = replay("15.1", "replay-ifconfig", "member-lost", tmp_path / "asked")
    assert [d.given for d in by_path.differences] == [d.given for d in asked.differences]
    assert by_path.compared == asked.compared == sum(scope(line) == "in" for line in _member_lost())


def _member_lost() -> list[Line]:
    return list(lines("15.1", "replay-ifconfig", "member-lost"))
