"""On 13 ifconfig and netstat of a jail are the jail's own programs, whatever its root made of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jailtui.exchange import Section, Step
from jailtui.host.frames import ask
from jailtui.host.host import Host
from jailtui.host.shell import local_shell, script
from tests.hostile.jail_root import PROGRAMS, JailRoot
from tests.support.attacked import Attacked

MOST = 256 << 10
SECONDS = 6
"""How much longer a reading with one such jail may take."""
MIMIC = "answer with the end of a section"
SECRET = "RESTIC_PASSWORD"
on_13 = pytest.mark.parametrize("attacked", ["13.2"], indirect=True)


def host_of(attacked: Attacked) -> Host:
    return Host("demo", lambda: local_shell(environment={**attacked.environment, SECRET: "of the operator"}))


def sections(host: Host) -> dict[str, Section]:
    return {section.name: section for section in host.capture(everything=True).sections}


PATIENCE = {"patience=10\n": "patience=2\n", '$jid" 2 "$jid" ifconfig': '$jid" 0.5 "$jid" ifconfig'}
"""How long a reading waits for all jails and for each, and the fifth or so of it."""


def hurried(*names: str) -> str:
    """The scripts, with less patience."""
    text = script(*names)
    for real, less in PATIENCE.items():
        text = text.replace(real, less)
    return text


def test_scripts_can_be_hurried() -> None:
    assert [script("inside.sh", "refresh.sh").count(real) for real in PATIENCE] == [1, 1]


ENTERED = """
main() {
	entered "of the attacker" 0.5 4 %s
	entered "of another" 5 5 sound
	printf '%%s done\n' "$mark"
}
main </dev/null
"""
"""A reading that enters web and then db, as refresh.sh does, but waits less."""


@on_13
def test_a_hostile_program_costs_its_own_jail_and_little_time(attacked: Attacked) -> None:
    attacker, other = JailRoot(attacked), JailRoot(attacked, "db")
    other.program("sound", "echo as always; echo why >&2; exit 3")
    tools = {name: name.replace(" ", "-") for name in PROGRAMS}
    for name, tool in tools.items():
        attacker.program(tool, PROGRAMS[name])
    shell = local_shell(environment=attacked.environment)
    prelude = script("path.sh", "sections.sh", "inside.sh")

    def entering(tool: str) -> tuple[dict[str, Section], float]:
        begun = time.monotonic()
        read = ask(shell, prelude + ENTERED % tool, (), 30)
        return {section.name: section for section in read}, time.monotonic() - begun

    with ThreadPoolExecutor(len(tools)) as pool:
        answers = dict(zip(tools, pool.map(entering, tools.values()), strict=True))
    assert attacker.entered
    for name, (read, seconds) in answers.items():
        assert read["of another"] == Section("of another", 3, "as always\nwhy\n"), name
        assert len(read["of the attacker"].out) <= MOST, name
        assert seconds < SECONDS, name
    assert {name for name, (read, _) in answers.items() if not read["of the attacker"].rc} == {"garbage", MIMIC}
    assert len(answers["flood"][0]["of the attacker"].out) == MOST


@on_13
@pytest.mark.usefixtures("few")
def test_verbs_show_the_other_jails_and_find_no_orphan_by_what_it_says(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> tuple[object, set[str], float]:
        begun = time.monotonic()
        show = attacked.json("show")
        running = [jail for jail in show["jails"] if jail["state"] == "running"]
        jails = [{**jail, "problems": ()} for jail in running if jail["name"] != "web"]
        assert all(len(error["message"]) < 300 for error in show["errors"])
        return jails, {pair["name"] for pair in show["epairs"] if pair["orphan"]}, time.monotonic() - begun

    jails, orphans, sound = shown()
    for program in ("sleeper", "half an answer", "garbage"):
        JailRoot(attacked).programs(PROGRAMS[program])

        def cost(program: str = program) -> float:
            now = shown()
            assert now[0] == jails, program
            assert now[1] <= orphans, program
            return now[2] - sound

        assert any(cost() < SECONDS for _ in range(3)), program  # others may use the machine too
        monkeypatch.setattr("jailtui.host.host.script", hurried)


@on_13
def test_many_jails_of_which_none_answers_leave_a_picture_of_the_rest(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = {"web": "4", "db": "5", "dns": "6", "proxy": "7", "vpn": "8"}
    for jail in silent:
        JailRoot(attacked, jail).programs("exec sleep 60")

    monkeypatch.setattr("jailtui.host.host.script", hurried)
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
def test_no_jail_is_entered_where_the_host_can_tell(attacked: Attacked) -> None:
    attacker = JailRoot(attacked)
    attacker.feign("epair155a")
    attacker.programs(PROGRAMS["sleeper"])
    for words in (("show",), ("doctor",), ("reclaim", "--all", "--dry-run"), ("conf", "network", "web")):
        attacked.verb(*words)
        assert not attacker.entered, words
