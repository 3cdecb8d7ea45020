"""On 13 ifconfig and netstat of a jail are the jail's own programs, whatever its root made of them."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from jailtui.exchange import Section, Step
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from tests.hostile.jail_root import PROGRAMS, JailRoot
from tests.support.attacked import Attacked

MOST = 256 << 10
SECONDS = 6
"""How much longer a reading with one such jail may take."""
SECRET = "RESTIC_PASSWORD"
on_13 = pytest.mark.parametrize("attacked", ["13.2"], indirect=True)


def host_of(attacked: Attacked) -> Host:
    return Host("demo", lambda: local_shell(environment={**attacked.environment, SECRET: "of the operator"}))


def sections(host: Host) -> dict[str, Section]:
    return {section.name: section for section in host.capture(everything=True).sections}


def of_others(read: Mapping[str, Section]) -> dict[str, Section]:
    return {name: section for name, section in read.items() if name.endswith((" 5", " 6", " 7", " 8", " 9"))}


@on_13
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_hostile_program_costs_its_own_jail_and_little_time(attacked: Attacked, program: str) -> None:
    host = host_of(attacked)
    before = sections(host)
    begun = time.monotonic()
    sections(host)
    sound = time.monotonic() - begun

    attacker = JailRoot(attacked)
    attacker.programs(PROGRAMS[program])
    begun = time.monotonic()
    read = sections(host)
    assert time.monotonic() - begun < sound + SECONDS
    assert attacker.entered
    assert of_others(read) == of_others(before)
    own = [section for name, section in read.items() if name.endswith(" 4")]
    assert len(own) == 3
    assert all(len(section.out) <= MOST for section in own)


@on_13
@pytest.mark.parametrize("program", ["sleeper", "half an answer", "garbage"])
def test_verbs_show_the_other_jails_and_find_no_orphan_by_what_it_says(attacked: Attacked, program: str) -> None:
    def others() -> tuple[object, set[str]]:
        shown = attacked.json("show")
        running = [jail for jail in shown["jails"] if jail["state"] == "running"]
        jails = [{**jail, "problems": ()} for jail in running if jail["name"] != "web"]
        return jails, {pair["name"] for pair in shown["epairs"] if pair["orphan"]}

    jails, orphans = others()
    JailRoot(attacked).programs(PROGRAMS[program])
    now = others()

    assert now[0] == jails
    assert now[1] <= orphans
    assert all(len(error["message"]) < 300 for error in attacked.json("show")["errors"])


@on_13
def test_many_jails_of_which_none_answers_leave_a_picture_of_the_rest(attacked: Attacked) -> None:
    silent = {"web": "4", "db": "5", "dns": "6", "proxy": "7", "vpn": "8"}
    for jail in silent:
        JailRoot(attacked, jail).programs("exec sleep 60")
    host = host_of(attacked)
    first, second = sections(host), sections(host)

    assert first["inside 4"].rc in (124, 137)
    assert second["inside 9"].rc == 0, "who answered, or was not asked, comes before who did not answer"
    assert {second[f"inside {jid}"].rc for jid in silent.values()} <= {124, 125, 137}


@on_13
def test_it_gets_nothing_of_ours(attacked: Attacked) -> None:
    attacker = JailRoot(attacked)
    seen = attacker.root / "seen"
    script = """env; for n in 3 4 5 6 7 8 9; do (: >&$n) 2>&- && echo "open $n"; done; cat; ls -l /proc/self/fd"""
    attacker.programs(f"({script}) >>{seen}.$$ 2>&1")
    host = host_of(attacked)
    sections(host)
    host.look_closer({4: ("epair154b", "$(id)", "-a")})
    host.execute(Step(("jexec", "web", "ifconfig", "epair154b", "-descr")), print)

    texts = [file.read_text() for file in attacker.root.glob("seen.*")]
    assert len(texts) == 9
    for text in texts:
        variables = {line.partition("=")[0] for line in text.splitlines() if "=" in line}
        assert variables - {"LC_CTYPE", "PWD", "OLDPWD", "_", "SHLVL"} == {"PATH"}
        assert not [line for line in text.splitlines() if line.startswith("open ")]
    assert sum("/dev/null" in text for text in texts) <= 1, "only the step that the operator asked for"


@pytest.mark.parametrize("attacked", ["14.2", "15.1"], indirect=True)
@pytest.mark.parametrize(
    "words", [("show",), ("doctor",), ("reclaim", "--all", "--dry-run"), ("conf", "network", "web")]
)
def test_no_jail_is_entered_where_the_host_can_tell(attacked: Attacked, words: tuple[str, ...]) -> None:
    attacker = JailRoot(attacked)
    attacker.feign("epair155a")
    attacker.programs(PROGRAMS["sleeper"])
    attacked.verb(*words)
    assert not attacker.entered
