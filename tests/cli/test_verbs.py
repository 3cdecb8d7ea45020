"""The verbs over a file that `collect` wrote: no host is needed, nothing can be changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jailtui.cli.hosts import open_chosen
from jailtui.cli.main import main, parsed
from jailtui.cli.verb import Exit
from jailtui.exchange import Capture
from jailtui.host.collect import dump
from jailtui.preferences import Config
from tests.support.captures import capture, conf, row, running_web
from tests.support.large_hosts import EM0, LO0, bridge, epair


def saved(folder: Path, what: Capture) -> str:
    file = folder / "nas.json"
    file.write_text(dump(what))
    return str(file)


@pytest.fixture
def web(tmp_path: Path) -> str:
    told = running_web()
    told["host"] = str(told["host"]) + epair(9, "a") + epair(9, "b", up=False)
    told["conf"] = str(told["conf"]) + conf("mail", 160)
    return saved(tmp_path, capture(**told))


def test_show_json_is_one_object_with_the_promised_keys(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--json", "--host", web]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["host", "taken_at", "jails", "bridges", "epairs", "vlans", "interfaces", "way_in", "errors"]
    assert told["epairs"][0]["orphan"] is True
    assert told["epairs"][1]["b"] == {"name": "epair154b", "where": "jail", "jail": "web", "jid": 4, "bridge": None}


def test_show_tells_the_manager_and_the_file_of_a_jail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(1, "ioc-db", path="/zroot/iocage/jails/db/root"), row(2, "web")]
    host = saved(tmp_path, capture(rows=rows, conf=conf("web", 154)))
    assert main(["show", "--json", "--host", host]) == Exit.OK
    jails = json.loads(capsys.readouterr().out)["jails"]
    assert {jail["name"]: (jail["manager"], jail["file"]) for jail in jails} == {
        "ioc-db": ("iocage", None),
        "web": (None, "/etc/jail.conf"),
    }
    assert main(["show", "jails", "--host", host]) == Exit.OK
    lines = [line.split()[:4] for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [["JAIL", "JID", "STATE", "MANAGER"], ["ioc-db", "1", "running", "iocage"]]


def test_show_prints_a_table_and_a_kind_alone(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", web, "show", "epairs"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["EPAIR", "END", "A", "END", "B", "OWNER", "ORPHAN", "WHY", "PROBLEM"]
    assert lines[1].startswith("epair9 ")
    assert len(lines) == 3


def test_options_of_the_host_may_stand_before_or_behind_the_verb(web: str) -> None:
    assert main(["--host", web, "show"]) == main(["show", "--host", web]) == Exit.OK


def test_dry_run_prints_a_script_and_runs_nothing(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reclaim", "epair9a", "--dry-run", "--host", web]) == Exit.OK
    ends = [f"ifconfig epair9{letter} | /usr/bin/grep -q " for letter in "ab"]
    *comments, line = capsys.readouterr().out.splitlines()
    assert comments == ["#!/bin/sh", "# Reclaim epair9 on nas", "", "# epair9"]
    assert re.sub(r"(?:[0-9a-f]{2}:){5}..", "MAC", line) == " && ".join(
        (f"{ends[0]}MAC", f"{ends[1]}MAC", "ifconfig epair9a destroy")
    )


def test_name_that_several_pairs_carry_is_refused_and_their_keys_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = running_web()
    inner = {jid: LO0 + epair(number, "b").replace(f"epair{number}b:", "eth0:") for jid, number in ((4, 154), (5, 7))}
    told |= {"rows": [row(4, "web"), row(5, "db")], "host": str(told["host"]) + epair(7, "a"), "inside": inner}
    host = saved(tmp_path, capture(**told))
    assert main(["reclaim", "eth0", "--dry-run", "--host", host]) == Exit.REFUSED
    printed = capsys.readouterr()
    assert "destroy" not in printed.out
    assert "eth0 is ambiguous: epair154, epair7" in printed.err
    assert main(["reclaim", "epair7b", "--dry-run", "--host", host]) == Exit.REFUSED, "it has another name now"
    assert main(["reclaim", "epair7a", "--dry-run", "--host", host]) == Exit.OK


def test_name_of_a_jail_comes_before_the_jid_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    host = saved(tmp_path, capture(rows=[row(4, "web")], inside={4: LO0}, conf=conf("4", 7)))
    assert main(["start", "4", "--dry-run", "--host", host]) == Exit.OK
    assert "jail -c 4" in capsys.readouterr().out


def test_unknown_name_is_refused_on_stderr(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["start", "nosuch", "--yes", "--host", web]) == Exit.REFUSED
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "nosuch: there is no such jail\n")


def test_terminal_of_few_letters_gets_escapes_and_no_traceback(tmp_path: Path) -> None:
    host = saved(tmp_path, capture(rows=[row(4, "büro\udcff")], inside={4: LO0}))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "jailtui", "show", "jails", "--host", host],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "b\\xfcro" in ended.stdout


def test_embedded_host_is_one_of_the_manager_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = parsed(["demo", "--manager", "bastille", "--demo-dir", str(tmp_path / "demo")])
    backend = open_chosen(arguments, Config())
    assert {jail.manager for jail in backend.read().state.jails} == {"Bastille"}
    with pytest.raises(SystemExit):
        main(["demo", "--manager", "podman"])
    assert "--manager: one of Bastille, iocage, AppJail, pot, CBSD, ezjail" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--jails", "0"], ["--jails", "-3"], ["--jails", "x"], ["--interval", "nan"]])
def test_number_that_makes_no_sense_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", *words])
    assert ended.value.code == Exit.USAGE


def test_folder_that_can_not_be_used_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["show", "--host", "demo", "--demo-dir", str(tmp_path / "file")]) == Exit.USAGE
    assert capsys.readouterr().err == f"jailtui: {tmp_path}/file: Not a directory\n"


def test_file_can_not_be_changed(web: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["start", "mail", "--yes", "--host", web]) == Exit.REFUSED
    assert "collect" in capsys.readouterr().err


def test_no_such_host_is_told_in_ssh_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--host", "root@127.0.0.1:1"]) == Exit.UNREACHABLE
    assert "Connection refused" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["-oProxyCommand=id@x", "root@-x", "a b@c", "root@box:0", "root@box:99999", "ssh://"])
def test_word_that_is_no_host_is_refused(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", f"--host={host}"]) == Exit.USAGE
    assert capsys.readouterr().err


def test_damaged_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    assert main(["show", "--host", str(file)]) == Exit.UNREACHABLE
    assert capsys.readouterr().err == f"jailtui: {file} was not written by `jailtui collect`.\n"


def test_hostile_text_never_reaches_the_terminal_as_it_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "web\x1b]0;pwned\x07\x1b[2J[bold]"
    host = EM0 + LO0 + bridge("bridge0", []) + epair(9, "a", description=f"jail:{name}") + epair(9, "b", up=False)
    file = saved(tmp_path, capture(host=host))
    assert main(["show", "--host", file]) == Exit.OK
    told = capsys.readouterr()
    assert "[bold]" in told.out
    assert not set(told.out + told.err) & set("\x1b\x07")


def test_console_without_a_terminal_says_what_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "demo"]) == Exit.USAGE
    assert "jailtui show" in capsys.readouterr().err
