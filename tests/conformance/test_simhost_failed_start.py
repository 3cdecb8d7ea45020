"""The published config failing in each of the recorded ways: what jail(8) says and what stays behind (15.1).

The recorder changed jail.conf between the lines; `EDITS` does it again, from the notes and the messages recorded.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import host_commands, machine
from tests.support.machine import CLASSIC
from tests.support.replay import Line, replay
from tests.support.shared_material import shared

NINE_IN_TEN = 0.9
END = "}\n"
EDITS: dict[str, tuple[str, str]] = {
    "classic-failstart/01": ("add default ${gateway}", "add default 10.99.99.1"),
    "classic-failstart/07": ("b ${ip} up", "b 192.168.1.154 up"),
    "classic-failstart/09": ('path = "/"', 'path = "/nosuchdir"'),
    "classic-failstart/11": ('vnet.interface = "${epair}b"', 'vnet.interface = "epair99b"'),
    "classic-failstart/13": (END, "bogus.param = 1;\n" + END),
    "classic-failstart/15": (END, 'ip4.addr = "192.168.1.60";\n' + END),
    "classic-failstart/17": (END, 'devfs_ruleset = "devfsrules_jail";\n' + END),
    "classic-failstart/19": (END, 'exec.timeout = 1; exec.start += "sleep 20";\n' + END),
    "classic-failstart/21": (END, 'exec.stop = "false";\n' + END),
    "classic-failstart/25": (END, 'exec.poststop += "false";\n' + END),
    "classic-failstart/28": ("persist;", ""),
    "classic-failstart/30": (END, 'exec.prestop = "ifconfig epair154b -vnet my-vnet-jail";\n' + END),
}
"""Line to (text of CLASSIC, its replacement). Each begins with what the one before left cleared away."""


def bare_bridge(host: machine.Host) -> None:
    host_commands.ask(host.folder / "bin/ifconfig", ("bridge0", "create"), host.environment()).check_returncode()


def edit(line: Line, host: machine.Host) -> bool:
    """Change the file as the recorder did; no line is answered here."""
    change = EDITS.get(line.id.removeprefix("jail/"))
    if change is not None:
        old, new = change
        (host.folder / "etc/jail.conf").write_text(CLASSIC.replace(old, new), encoding="ascii")
        host_commands.ask(host.folder / "bin/ifconfig", ("epair154a", "destroy"), host.environment())
    return False


@pytest.mark.parametrize("scenario", ["classic-failstart"])
def test_a_failing_config_says_and_leaves_what_the_real_one_does(scenario: str, tmp_path: Path) -> None:
    shared("recordings")
    report = replay("15.1", "jail", scenario, tmp_path / "host", prepare=bare_bridge, adapt=edit)
    print(report)
    assert report.compared > 0
    assert report.share >= NINE_IN_TEN, [
        f"{difference.line.id}: {difference.line.text}" for difference in report.differences
    ]
