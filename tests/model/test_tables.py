"""What is seen inside of a jail, by what real kernels answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from jailtui.exchange import Section
from jailtui.model.doors import doors
from jailtui.model.tables import LOADED, InsideTable, table_questions, tables
from tests.support.captures import conf, row, state
from tests.support.shared_material import recordings


def recorded(release: str) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in recordings(release) if line["id"].startswith("look-inside/")}


def section(name: str, line: Mapping[str, Any], *, inside: bool) -> Section:
    out, err = line.get("stdout") or "", line.get("stderr") or ""
    return Section(name, line["rc"], out + err if inside else out, "" if inside else err)


def shown(
    answers: Mapping[str, Mapping[str, Any]], loaded: int = 1, facts: Mapping[str, str] = MappingProxyType({})
) -> dict[str, InsideTable]:
    """The tables of a jail that answers so, by the name of the table; others are not asked."""
    host = state(rows=[row(4, "web")], conf=conf("web", 154), facts={"uid": "0", **facts})
    asked = table_questions(host.jails[0], host.facts)
    sections = {
        str(number): section(str(number), answers[question.name], inside=question.inside)
        for number, question in enumerate(asked)
        if question.name in answers
    }
    sections[str(len(asked))] = Section("", loaded, "")
    return {table.name: table for table in tables(4, asked, sections)}


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_the_tables_of_a_real_jail(release: str) -> None:
    lines = recorded(release)
    ids = {
        "listening": "services/20", "routes": "services/35", "ndp": "services/41", "services": "services/07",
        "pf": "pf/16", "pf-rules": "pf/17",
    }  # fmt: skip
    found = shown({name: lines[f"look-inside/{identity}"] for name, identity in ids.items()})
    assert [row[:4] for row in found["listening"].rows] == [
        ("tcp6", "*:22", "root", "sshd"),
        ("tcp4", "*:22", "root", "sshd"),
    ]
    assert found["routes"].rows[0] == ("default", "192.168.1.1", "UGS", "epair154b", "1500")
    assert found["ndp"].rows == ()
    assert ("sshd", "/etc/rc.d/sshd") in found["services"].rows
    assert found["pf"].rows == (("Status: Enabled for 0 days 00:00:00 Debug: Urgent",),)
    assert found["pf-rules"].rows[0] == ("block drop in log all",)
    assert not any(found[name].problem for name in ids)


def test_the_host_is_asked_and_not_the_jail_where_it_can_tell() -> None:
    commands = {name: table.command for name, table in shown({}, facts={"netstat-j": "yes"}).items()}
    assert commands["processes"] == "ps -J 4 -ww -o pid,user,%cpu,rss,etimes,command"
    assert commands["listening"] == "sockstat -j 4 -46l"
    assert commands["routes"] == "netstat -j 4 -rnW --libxo json"
    assert shown({})["routes"].command == "jexec 4 netstat -rnW --libxo json"
    assert commands["arp"] == "jexec 4 arp -an"


def test_processes_with_blanks_in_their_commands() -> None:
    text = recorded("15.1")["look-inside/services/32"]["stdout"].split("\n")
    cut = "\n".join(line.removeprefix("JID ").removeprefix("  2 ") for line in text)  # it was asked with the jid
    lines = [" ".join((*words[:1], *words[2:])) for words in (line.split() for line in cut.split("\n")) if words]
    found = shown({"processes": {"rc": 0, "stdout": "\n".join(lines) + "\n"}})["processes"]
    assert found.rows[0][-1] == "sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups (sshd)"
    assert shown({"processes": {"rc": 1, "stdout": "PID USER %CPU RSS ELAPSED COMMAND\n"}})["processes"].rows == ()


def test_why_a_table_is_not_known() -> None:
    lines = recorded("15.1")
    found = shown(
        {
            "listening": lines["look-inside/services/27"],
            "resolver": lines["look-inside/services/52"],
            "pf": lines["look-inside/pf/01"],
            "services": {"rc": 124, "stdout": "/etc/rc.d/netif"},
            "ndp": {"rc": 125, "stdout": ""},
            "routes": {"rc": 0, "stdout": "{ evil \x1b[2J"},
            "processes": {"rc": 0, "stdout": "\x1b]0;evil\x07"},
        }
    )
    problems = {name: table.problem for name, table in found.items()}
    assert problems["listening"] == "sockstat: jail_attach(): Operation not permitted"
    assert problems["resolver"] == "cat: /etc/resolv.conf: No such file or directory"
    assert problems["pf"] == "pf is not loaded on the host"
    assert problems["services"] == "no answer within 3 s"
    assert problems["ndp"] == "not asked: the host has no timeout(1), without which no jail is entered"
    assert problems["arp"] == "it was not asked"
    assert problems["routes"].startswith("netstat printed ")
    assert problems["processes"].startswith("ps printed ")
    assert not any(char < " " for problem in problems.values() for char in problem)
    loaded = shown({"pf": lines["look-inside/pf/01"]}, loaded=0)
    assert loaded["pf"].problem == "no /dev/pf in the jail: its devfs ruleset does not unhide it"


def test_a_jail_without_a_network_of_its_own_has_no_routes() -> None:
    host = state(rows=[row(4, "web", vnet="inherit")], conf=conf("web", 154))
    names = [question.name for question in table_questions(host.jails[0], host.facts)]
    assert names == ["processes", "listening", "resolver", "services", "pf", "pf-rules"]
    assert LOADED[0] == "kldstat"


@pytest.mark.parametrize(("release", "home"), [("13.2", False), ("15.1", True)])
def test_a_jail_without_a_shell_is_told_before(release: str, home: bool) -> None:
    lines = recorded(release)
    shell, with_home = lines["look-inside/no-shell/04"], lines["look-inside/no-shell/05"]
    ways = doors((section("0", shell, inside=True), section("1", with_home, inside=False)))
    assert ways.no_shell == "jexec: execvp: /bin/sh: No such file or directory (exit status 1)"
    assert (ways.login, ways.home) == (False, home)
    late = doors((Section("0", 137, ""), Section("1", 0, "")))
    assert (late.login, late.no_shell) == (False, "/bin/sh: no answer within 3 s")
    assert doors((Section("0", 0, "/usr/bin/login\n"), Section("1", 0, ""))) == (True, True, "")
