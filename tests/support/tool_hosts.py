"""A host whose tools are scripts in a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from plumbum import local

from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell

REAL = ("sh", "sed", "cat", "sleep", "timeout", "printf", "env", "head", "tr", "date")
STAT = """\
import sys
from jailtui.simhost.call import Call
from jailtui.simhost.tools.stat import main
sys.exit(main(Call("", "stat", sys.argv[1:])))"""


class Tools:
    """A folder of tools that is a host's whole PATH."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.root = folder
        for name in REAL:
            (self.bin / name).symlink_to(local.which(name))
        self.add("uname", "echo FreeBSD nas 15.1-RELEASE amd64")
        self.add("id", '[ "$1" = -u ] && echo 0 || echo root')
        self.add("jls", 'case $* in *json*) echo "{}" ;; *) echo "jid=4 vnet=new nodying" ;; esac')
        self.add("ifconfig", 'echo "ifconfig $*"')
        self.add("stat", f"exec '{sys.executable}' -c '{STAT}' \"$@\"")

    def add(self, name: str, body: str) -> None:
        file = self.bin / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def shell(self) -> Shell:
        return local_shell(environment={"PATH": str(self.bin), "JAILTUI_ROOT": str(self.root)})

    def host(self, executor: Executor | None = None) -> Host:
        return Host("nas", self.shell, executor)
