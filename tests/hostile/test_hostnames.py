"""A jail's root sets its hostname to any bytes (allow.set_hostname), and jls prints them raw in its JSON.

It does so on each release, and no jail is asked for its hostname: one release is enough.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.cli.main import main
from tests.hostile.jail_root import HOSTNAMES, JailRoot
from tests.support.attacked import Attacked


def without_names(jail: dict[str, object]) -> dict[str, object]:
    """The jail without the names that files give its addresses: only `collect` reads those of jails."""
    return {key: value for key, value in jail.items() if key != "names"}


@pytest.mark.usefixtures("few", "remembering")
@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
def test_the_jails_are_read_whatever_one_of_them_is_called(attacked: Attacked, tmp_path: Path) -> None:
    for kind, hostname in HOSTNAMES.items():
        JailRoot(attacked).call_itself(hostname)

        status, out, err = attacked.verb("show", "jails")
        assert (status, err) == (0, ""), kind
        assert [line.split()[0] for line in out.splitlines()[1:4]] == ["old", "web", "db"], kind
        assert all(char == "\n" or char.isprintable() for char in out), kind

        shown = attacked.json("show")["jails"]
        web = next(jail for jail in shown if jail["name"] == "web")
        assert (web["state"], web["hostname"][0], web["hostname"][-1] in "yz") == ("running", "x", True), kind
        assert "web: already running" in attacked.verb("start", "web", "--dry-run")[2], kind
        attacked.json("doctor")

        file = tmp_path / "host.json"
        assert attacked.verb("collect", str(file))[0] == 0, kind
        assert main(["show", "--json", "--host", str(file)]) == 0, kind
        collected = json.loads(attacked.printed()[0])["jails"]
        assert list(map(without_names, collected)) == list(map(without_names, shown)), kind
        file.unlink()
