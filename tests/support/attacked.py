"""The embedded host of a release on which the root of a jail does what it may, and what the verbs then say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jailtui.cli.main import main
from jailtui.simhost import setup
from jailtui.simhost.call import Call, capture
from jailtui.simhost.kernel import store
from jailtui.simhost.run import run
from tests.support import host_commands


class Attacked:
    """The home network in `folder`: web, db, dns, proxy, vpn, lease and legacy run, others are left over."""

    def __init__(self, folder: Path, release: str, capsys: pytest.CaptureFixture[bytes] | None = None) -> None:
        self.folder = folder
        self.release = release
        self.environment = setup.prepare(folder, release=release)
        self.capsys = capsys

    def host(self, *words: str) -> str:
        """Run a command as the root of the host: its standard output. It must succeed."""
        done = host_commands.ask(self.folder / "bin" / words[0], words[1:], self.environment)
        done.check_returncode()
        return done.stdout

    def stop(self, *jails: str) -> None:
        """Stop these jails as jail(8) does, but in this process."""
        with store.transaction(str(self.folder), write=True) as kernel:
            call = capture(Call(str(self.folder), "jail", ["-r", *jails], {}, kernel))
            assert run(call) == 0, call.errors

    def inside(self, jail: str, *words: str) -> str:
        """Run a command as the root of the jail: its standard output. It must succeed."""
        return self.host("jexec", jail, *words)

    def replace(self, tool: str, script: str) -> None:
        """Have a command of the host do something else."""
        path = self.folder / "bin" / tool
        path.unlink()
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def verb(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of jailtui."""
        self.printed()
        status = main([*words, "--host", "demo", "--demo-dir", str(self.folder)])
        return status, *self.printed()

    def printed(self) -> tuple[str, str]:
        """What was written to standard output and standard error since."""
        assert self.capsys is not None
        out, err = self.capsys.readouterr()
        return out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")

    def json(self, *words: str) -> Any:
        """What a verb prints as JSON, which must be Unicode."""
        text = self.verb(*words, "--json")[1]
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        return found
