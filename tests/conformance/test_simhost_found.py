"""Processes and mounts of the embedded host, shown as recorded in found.jsonl."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.formats import mount
from jailtui.simhost.kernel.store import transaction
from tests.support import host_commands, machine
from tests.support.shared_material import recordings


def recorded(release: str) -> dict[str, str]:
    return {line["id"]: line["stdout"] for line in recordings(release) if line["file"] == "found"}


def ask(host: machine.Host, *words: str) -> str:
    return host_commands.ask(host.folder / "bin" / words[0], words[1:], host.environment()).stdout


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_processes_that_call_themselves_jail(tmp_path: Path, release: str) -> None:
    told = recorded(release)
    host = machine.start(tmp_path / "host", release)
    rows = [line.split(None, 4) for line in told["found/processes/07"].splitlines()]
    with transaction(str(host.folder), write=True) as kernel:
        kernel.extra["others"] = [
            [int(pid), int(jid), words.removesuffix(" (sleep)"), int(uid), program]
            for jid, uid, pid, program, words in rows
        ]
    for number, words in ((4, ()), (5, ("-j", "none")), (6, ("-j", "none", "-U", "0"))):
        answer = ask(host, "pgrep", *words, "-fl", "jail")
        assert sorted(answer.splitlines()) == sorted(told[f"found/processes/0{number}"].splitlines())
    shown = ask(host, "ps", "-axww", "-o", "jid,uid,pid,comm,command").splitlines()
    assert [line.split(None, 4) for line in shown[1:]] == sorted(rows, key=lambda row: int(row[2]))


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_mounts_as_json(tmp_path: Path, release: str) -> None:
    told = recorded(release)["found/mounts/03"]
    host = machine.start(tmp_path / "host", release)
    rows = mount.parse(told)
    with transaction(str(host.folder), write=True) as kernel:
        kernel.extra["mounts"] = [[*one, "ro" if one.kind == "nullfs" else ""] for one in rows[2:]]
    given = ask(host, "mount", "--libxo", "json")
    head = len("".join(told.partition('"/dev/vtbd0p2"')[:2]))
    assert given.replace("/dev/gpt/rootfs", "/dev/vtbd0p2") == told, given[head:]
    assert json.loads(given, strict=False)
