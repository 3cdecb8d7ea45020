"""`path` and `watch` through a real sshd."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.support import forked_program
from tests.support.program import PROGRAM, environ
from tests.support.sshd import Sshd


def through(sshd: Sshd) -> tuple[str, ...]:
    return ("--host", sshd.destination, "--ssh-config", str(sshd.config))


def test_path_of_a_jail_is_checked_hop_by_hop(sshd: Sshd, tmp_path: Path) -> None:
    subprocess.run([sshd.demo / "bin/ifconfig", "epair154a", "down"], check=True)
    done = forked_program.run(("path", "web", "--json", *through(sshd)), environ(tmp_path))
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"], report["broken"]) == (1, "a-down", "end on the host")
    assert {hop["hop"]: hop["result"] for hop in report["hops"]}["default route"] == "ok", "the jail was asked"


def test_watch_prints_what_happens(sshd: Sshd, tmp_path: Path) -> None:
    watch = subprocess.Popen(
        (*PROGRAM, "watch", "--json", "--interval", "0.5", *through(sshd)),
        env=environ(tmp_path),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert watch.stdout is not None
    assert watch.stderr is not None
    with watch:
        try:
            assert watch.stderr.readline() == f"Watching {sshd.destination}.\n"
            subprocess.run([sshd.demo / "bin/ifconfig", "bridge0", "down"], check=True)
            event = json.loads(watch.stdout.readline())
            assert (event["subject"], event["text"]) == ("bridge0", "bridge0 went down")
        finally:
            watch.terminate()
