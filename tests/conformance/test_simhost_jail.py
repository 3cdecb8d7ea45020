"""The simulated jail(8), jls(8), jexec(8), sysrc(8) and `service jail` held to the recordings of three releases.

The ways by which a pair is left over are in test_simhost_orphans.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import host_commands, machine
from tests.support.machine import CLASSIC
from tests.support.replay import lines, replay
from tests.support.shared_material import shared

NINE_IN_TEN = 0.9

PLAIN = """\
plain { path = "/"; exec.start = "echo hi"; exec.stop = "echo bye"; persist; }
"""

BY_NAME = """\
a { path = "/"; persist; }
b { path = "/"; persist; depend = "a"; exec.start = "false"; }
c { path = "/"; persist; exec.start = "echo hello from c"; exec.stop = "echo bye"; }
d { path = "/"; persist; vnet; }
e.f { path = "/"; persist; }
"""
"""Made after the outputs of 15.1 jail/names; the recording does not show its file."""

LIFE = ("blog", "jls-none", "jls-some", "jls-named-n", "names", "file", "vnet-move", "create-modify-remove")
OF_15 = ("classic", "classic-R", "jls-none", "names", "cmdline", "restart")
SERVICES = ("sysrc", "blog-service", "jail-basic-verbs", "one-failure-stalls")

CASES = [
    *(("13.2", "jail-basic", scenario) for scenario in LIFE),
    *(("14.2", "replay-jail-basic", scenario) for scenario in LIFE),
    *(("15.1", "replay-jail-basic", scenario) for scenario in LIFE),
    *(("15.1", "jail", scenario) for scenario in OF_15),
    *(("13.2", "rc-service", scenario) for scenario in SERVICES),
    *(("15.1", "replay-rc-service", scenario) for scenario in SERVICES),
]


def classic(host: machine.Host) -> None:
    """What the recorder of 15.1/jail.jsonl had made: bridge0 with em0, and the published jail.conf."""
    for words in (("bridge0", "create"), ("bridge0", "addm", "em0", "up")):
        host_commands.ask(host.folder / "bin/ifconfig", words, host.environment()).check_returncode()
    (host.folder / "etc/jail.conf").write_text(CLASSIC + PLAIN, encoding="ascii")


def by_name(host: machine.Host) -> None:
    """The jail.conf of 15.1 jail/names."""
    (host.folder / "etc/jail.conf").write_text(BY_NAME, encoding="ascii")


def rc_conf_of_15(host: machine.Host) -> None:
    """The rc.conf that the first line of the scenario shows: 15.1's machine had another than 13.2's."""
    first = next(lines("15.1", "replay-rc-service", "sysrc"))
    (host.folder / "etc/rc.conf").write_text(first.stdout, encoding="ascii")


BEFORE: dict[tuple[str, str], Callable[[machine.Host], None]] = {
    ("jail", "classic"): classic,
    ("jail", "classic-R"): classic,
    ("jail", "restart"): classic,
    ("jail", "names"): by_name,
    ("replay-rc-service", "sysrc"): rc_conf_of_15,
}
"""What stood on the host before a scenario and is in none of its lines."""


@pytest.mark.parametrize(("release", "file", "scenario"), CASES, ids=lambda word: word)
def test_nine_lines_in_ten_of_a_jails_life_are_as_recorded(
    release: str, file: str, scenario: str, tmp_path: Path
) -> None:
    shared("recordings")
    report = replay(release, file, scenario, tmp_path / "host", prepare=BEFORE.get((file, scenario)))
    print(report)
    assert report.compared > 0
    assert report.share >= NINE_IN_TEN, [
        f"{difference.line.id}: {difference.line.text}" for difference in report.differences
    ]
