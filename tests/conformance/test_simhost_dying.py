"""Dying jails of the simulated host held to the recordings: pairs lost in one, found again, released, destroyed.

The recorder held jails by connections and mounts; here the state is set so at the same line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.simhost.kernel import jails, store
from tests.support import machine
from tests.support.replay import DYING, Line, replay
from tests.support.shared_material import shared

NINE_IN_TEN = 0.9
SCENARIOS = (
    "no-holder",
    "destroy-a",
    "blog-release",
    "blog-norelease",
    "return-renamed",
    "reset-by-release",
    "tcp-established",
    "mount-inside",
    "many-dying",
    "nonvnet",
    "revive",
    "revive-with-new",
)


def holder(line: Line, host: machine.Host) -> bool:
    """Do in the state what a connection or a mount does; True where that is all of the line."""
    text = line.text
    connects = text.startswith("daemon -f sh -c") and "| nc" in text
    mounts = text.startswith("jexec") and " mount -t tmpfs" in text
    unmounts = text.startswith("umount /jails/")
    if not (connects or mounts or unmounts or " nc -lk " in text):
        return False
    with store.transaction(str(host.folder), write=True) as kernel:
        live = [jail.jid for jail in kernel.jails.values() if not jail.dying]
        if connects or mounts:
            kernel.hold(live[-1], text)
        elif unmounts:
            for jid in list(kernel.jails):
                jails.let_go(kernel, jid)
    return True


@pytest.mark.parametrize("release", DYING)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_dying_jail_loses_and_gives_back_its_end_as_recorded(release: str, scenario: str, tmp_path: Path) -> None:
    shared("recordings")
    report = replay(release, DYING[release], scenario, tmp_path / "host", prepare=machine.without_waiting, adapt=holder)
    print(report)
    assert report.compared > 0
    assert report.share >= NINE_IN_TEN, [
        f"{difference.line.id}: {difference.line.text}" for difference in report.differences
    ]
