"""A jail's root gives its processes any command line and its mounts any name: that tells nothing of other jails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hostile.jail_root import ATTACK, LIKE_JSON, JailRoot
from tests.support.attacked import Attacked

pytestmark = pytest.mark.usefixtures("few", "remembering")
LINES = ("jail -c broken", "jail -r db", "jail -c *", "/usr/sbin/jail -f /etc/jail.conf -c", f"jail -c db {ATTACK}")
"""What looks as if jail(8) were at work on other jails."""
TARGETS = (f"m{ATTACK}", 'x","node":"/jails/old/y', "x\n/jails/db/etc", "$(id);`id`", *LIKE_JSON[:3])


def told(attacked: Attacked) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]:
    """The states of the jails, the pairs, and the findings that are not about web."""
    show = attacked.json("show")
    assert show["errors"] == []
    findings = attacked.json("doctor")["findings"]
    about = sorted((finding["code"], finding["subject"]["name"]) for finding in findings)
    states = {jail["name"]: jail["state"] for jail in show["jails"]}
    return states, {pair["name"]: pair for pair in show["epairs"]}, [each for each in about if each[1] != "web"]


def test_processes_of_a_jail_are_no_jail_commands(attacked: Attacked) -> None:
    before = told(attacked)
    for line in LINES:
        JailRoot(attacked).runs(line, "jail")
    assert told(attacked) == before
    status, out, _ = attacked.verb("reclaim", "epair161", "--yes")
    assert (status, "epair161" in told(attacked)[1]) == (0, False), out


def test_mounts_of_a_jail_are_its_own(attacked: Attacked) -> None:
    before = told(attacked)
    attacker = JailRoot(attacked)
    for target in TARGETS:
        attacker.mount(target)
    assert told(attacked) == before
