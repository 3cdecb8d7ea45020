"""mdo(1) and mac_do(4) of the simulated host, held to the recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import machine
from tests.support.replay import lines, run


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_mdo_needs_the_module_and_a_rule_as_recorded(release: str, tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", release, "clean")
    for line in lines(release, "found", "mdo"):
        out, err, status = run(line, host)
        out = out.replace(str(host.folder / "bin"), "/usr/bin")
        wanted = line.stdout
        if line.id == "found/mdo/04":  # two jails ran on the recorder's machine
            out, wanted = (text[text.index("root\n") :] for text in (out, wanted))
        assert (out, err, status) == (wanted, line.stderr, line.rc), line.id


def test_mdo_has_no_option_that_keeps_it_from_asking(tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", "15.1", "clean")
    line = next(line for line in lines("15.1", "found", "mdo") if line.id == "found/mdo/03")
    _, err, status = run(line.__class__(line.id, None, "mdo -n /bin/sh -s", "alice", "", "", 1), host)
    assert status != 0
    assert "usage: mdo" in err
