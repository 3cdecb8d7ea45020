"""A jail's root sets its hostname to any bytes (allow.set_hostname), and jls prints them raw in its JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.cli.main import main
from tests.hostile.jail_root import HOSTNAMES, JailRoot
from tests.support.attacked import Attacked


@pytest.fixture(params=list(HOSTNAMES.values()), ids=list(HOSTNAMES))
def named(attacked: Attacked, request: pytest.FixtureRequest) -> Attacked:
    """A host on which web has such a hostname."""
    JailRoot(attacked).call_itself(request.param)
    return attacked


def test_the_jails_are_read_whatever_one_of_them_is_called(named: Attacked) -> None:
    status, out, err = named.verb("show", "jails")

    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["old", "web", "db"]
    assert all(char == "\n" or char.isprintable() for char in out)


def test_json_is_unicode_and_a_verb_knows_the_jail(named: Attacked) -> None:
    web = next(jail for jail in named.json("show")["jails"] if jail["name"] == "web")

    assert (web["state"], web["hostname"][0], web["hostname"][-1] in "yz") == ("running", "x", True)
    assert "web: already running" in named.verb("start", "web", "--dry-run")[2]
    named.json("doctor")


def test_a_collected_file_keeps_it(named: Attacked, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    shown = named.json("show")["jails"]
    assert named.verb("collect", str(file))[0] == 0
    assert main(["show", "--json", "--host", str(file)]) == 0
    assert json.loads(named.printed()[0])["jails"] == shown
