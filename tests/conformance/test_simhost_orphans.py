"""Every recorded way by which a pair is left over, found, given back and destroyed, on the simulated host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.replay import replay
from tests.support.shared_material import shared

NINE_IN_TEN = 0.9
SCENARIOS = (
    "failed-start",
    "failed-prestart",
    "failed-vnet-interface",
    "no-poststop",
    "jail-R",
    "jail-R-mount",
    "renamed-inside",
    "two-of-a-name",
    "two-of-a-name-mac",
    "two-of-a-name-destroy",
    "move-back-clash",
    "bridge-member-entries",
    "a-destroyed-live",
    "b-destroyed-inside",
    "release-line",
    "release-line-fails",
    "release-line-gone",
    "release-line-or-true",
    "failing-poststop",
    "failing-stop",
    "config-changed",
    "config-removed",
    "bridge-destroyed",
    "host-move",
    "mount-after-failed-prestart",
    "group-after-return",
    "jail-lo0-out",
    "foreign-number",
    "nested",
    "vlan-children",
    "several-interfaces",
    "parallel",
    "last-process",
    "kill-inside",
    "full-rc",
    "full-rc-daemon",
)
FILES = {"13.2": "orphan", "14.2": "replay-orphan", "15.1": "replay-orphan"}


@pytest.mark.parametrize("release", FILES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nine_lines_in_ten_of_a_left_over_pair_are_as_recorded(release: str, scenario: str, tmp_path: Path) -> None:
    shared("recordings")
    report = replay(release, FILES[release], scenario, tmp_path / "host")
    print(report)
    assert report.compared > 0
    assert report.share >= NINE_IN_TEN, [
        f"{difference.line.id}: {difference.line.text}" for difference in report.differences
    ]
