"""Names of addresses of jails, from files of the embedded host, in `show --json` and in a collected file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.verbs import Demo


def written(demo: Demo, path: str, text: str) -> None:
    file = demo.folder / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def jails(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["show", "--json", *words]) == Exit.OK
    return {jail["name"]: jail for jail in json.loads(capsys.readouterr().out)["jails"]}


def of_web(shown: dict[str, Any]) -> dict[str, str]:
    """The files by the names that they give web's address."""
    names = shown["web"]["names"]
    assert {entry["address"] for entry in names} <= {"192.168.1.154"}
    return {entry["name"]: entry["file"] for entry in names}


def test_names_come_from_the_files_of_the_host_and_in_a_collected_file_of_jails_too(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = jails(demo.words, capsys)
    assert of_web(before) == {}
    root = before["dns"]["path"]
    written(demo, "/etc/hosts", "192.168.1.154 web.home.arpa\n10.9.9.9 nas\n")
    written(demo, "/usr/local/etc/dnsmasq.conf", 'conf-dir="/usr/local/etc/d",*.conf\n')
    written(demo, "/usr/local/etc/d/a.conf", "host-record=shop,192.168.1.154\n")
    written(demo, f"{root}/usr/local/etc/dnsmasq.conf", "address=/in.dns/192.168.1.154\n")
    of_host = {"web.home.arpa": "/etc/hosts", "shop": "/usr/local/etc/d/a.conf"}
    assert of_web(jails(demo.words, capsys)) == of_host
    file = str(tmp_path / "nas.json")
    assert main(["collect", file, *demo.words]) == Exit.OK
    assert of_web(jails(("--host", file), capsys)) == {**of_host, "in.dns": f"{root}/usr/local/etc/dnsmasq.conf"}
