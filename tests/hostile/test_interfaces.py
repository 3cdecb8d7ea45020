"""A jail's root describes and names its interface so that ifconfig's text looks like other interfaces."""

from __future__ import annotations

import re

import pytest

from jailtui.formats import netstat
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from tests.hostile.jail_root import LIKE_JSON, NAMES, JailRoot
from tests.support.attacked import Attacked

pytestmark = pytest.mark.usefixtures("few", "remembering")
MINE, YOURS, LOST = "epair154", "epair155", "epair7"
"""The pairs of web, whose root attacks, and of db; and one whose end is lost in a dying jail."""


def pairs(attacked: Attacked) -> dict[str, object]:
    """Whether each pair is an orphan."""
    return {pair["name"]: pair["orphan"] for pair in attacked.json("show")["epairs"]}


def reclaimed(attacked: Attacked) -> str:
    return attacked.verb("reclaim", "--all", "--dry-run")[1]


def test_a_feigned_interface_is_none_and_nothing_of_another_jail_is_reclaimed(attacked: Attacked) -> None:
    before, script = pairs(attacked), reclaimed(attacked)
    assert before[LOST] is True
    assert YOURS not in script

    for name in (f"{YOURS}a", "qq0", f"{LOST}a", f"{LOST}b", f"{YOURS}b"):
        JailRoot(attacked).feign(name)
        assert pairs(attacked) == before, name
        assert reclaimed(attacked) == script, name

    attacked.host("ifconfig", f"{MINE}b", "-vnet", "web")
    after = pairs(attacked)
    assert {pair: orphan for pair, orphan in after.items() if pair != MINE} == {
        pair: orphan for pair, orphan in before.items() if pair != MINE
    }
    attacked.host("jail", "-R", "web")
    assert not set(re.findall(r"epair155\w?", reclaimed(attacked)))


def test_a_description_that_feigns_is_found_and_removed(attacked: Attacked) -> None:
    JailRoot(attacked).feign("qq0")
    found = [finding for finding in attacked.json("doctor")["findings"] if finding["code"] == "IF-DESCRIPTION"]
    ((command,),) = [[remedy["commands"][0] for remedy in finding["remedies"]] for finding in found]

    expected = f"ifconfig -j 4 {MINE}b -descr" if attacked.release != "13.2" else f"jexec 4 ifconfig {MINE}b -descr"
    assert command == expected
    attacked.host(*command.split())
    assert not [finding for finding in attacked.json("doctor")["findings"] if finding["code"] == "IF-DESCRIPTION"]


def test_a_name_that_is_no_word_feigns_nothing(attacked: Attacked) -> None:
    attacker = JailRoot(attacked)
    before = attacked.json("show")
    for name in sorted(NAMES, key=lambda name: name.startswith("-")):  # ifconfig(8) takes the last for an option
        attacker.name(name)
        after = attacked.json("show")

        assert [bridge["members"] for bridge in after["bridges"]] == [bridge["members"] for bridge in before["bridges"]]
        assert {pair["name"]: pair["orphan"] for pair in after["epairs"]} == {
            pair["name"]: pair["orphan"] for pair in before["epairs"]
        }, name
        assert after["errors"] == [], name
        found = [finding for finding in attacked.json("doctor")["findings"] if finding["code"] == "IF-NAME"]
        commands = [command for finding in found for command in finding["remedies"][0]["commands"]]
        assert len(found) == 1, name
        assert name.startswith("-") or commands[0].endswith(f" name {MINE}b"), name


def test_a_name_that_is_no_word_stays_with_its_pair_on_the_host(attacked: Attacked) -> None:
    before = pairs(attacked).keys()
    for name in NAMES:
        if not name.startswith("-"):
            JailRoot(attacked).name(name)
            attacked.host("ifconfig", name, "-vnet", "web")
            assert pairs(attacked).keys() == before, name
            attacked.host("ifconfig", name, "name", f"{MINE}b")
            attacked.host("ifconfig", f"{MINE}b", "vnet", "web")


def test_what_a_refresh_leaves_out_of_netstat_is_never_part_of_a_name(attacked: Attacked) -> None:
    host = Host("demo", lambda: local_shell(environment=attacked.environment))
    end, loopback = f"{MINE}b", "lo0"
    for name in LIKE_JSON:
        without_mac = f"l{name[1:-1]},"  # netstat shows its name as its address too
        attacked.inside("web", "ifconfig", end, "name", name)
        attacked.inside("web", "ifconfig", loopback, "name", without_mac)
        end, loopback = name, without_mac
        whole = attacked.inside("web", "netstat", *"-ibdnW -f link --libxo json".split())
        sections = {section.name: section.out for section in host.capture().sections}
        short = sections["links-inside 4"]

        assert len(short) < len(whole) / 2
        assert netstat.links(short) == netstat.links(whole)
        assert [row.name for row in netstat.links(short)] == [loopback, end]


@pytest.mark.parametrize("attacked", ["13.2"], indirect=True)
@pytest.mark.parametrize("lie", ["another jail's", "nothing", "both"])
def test_programs_that_lie_make_no_pair_of_a_running_jail_an_orphan(attacked: Attacked, lie: str) -> None:
    """The jail says that it has what another jail has, or that it has lost its own."""
    links = "netstat -ibdnW -f link --libxo json".split()
    of_db = {"ifconfig": attacked.inside("db", "ifconfig", "-a"), "netstat": attacked.inside("db", *links)}
    own = {"ifconfig": attacked.inside("web", "ifconfig", "-a"), "netstat": attacked.inside("web", *links)}
    without = own["ifconfig"].partition(f"{MINE}b:")[0]
    before = pairs(attacked)
    attacker = JailRoot(attacked)
    for tool in ("ifconfig", "netstat"):
        text = {"another jail's": of_db[tool], "nothing": without, "both": own[tool] + of_db[tool]}[lie]
        (attacker.root / "lie").mkdir(exist_ok=True)
        (attacker.root / "lie" / tool).write_text(text)
        attacker.program(tool, f"cat {attacker.root}/lie/{tool}")
    assert attacker.entered is False

    after = pairs(attacked)
    assert attacker.entered
    assert {pair for pair, orphan in after.items() if orphan} - {MINE} <= {pair for pair in before if before[pair]}
    running = {pair["name"] for pair in attacked.json("show")["epairs"] if pair["owner"] in ("db", "dns", "proxy")}
    assert running
    planned = set(re.findall(r"epair\d+", reclaimed(attacked)))
    assert not (running | {YOURS}) & planned
