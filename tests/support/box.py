"""A folder that is a host with one file, whose tools the test may plant: they count, kill, or do something first."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from jailtui.host.files import Outcome, read_saves, save_file
from jailtui.host.history import way_back
from jailtui.host.shell import Shell, local_shell

CONF = "/etc/jail.conf"
OLD = b"# kept \xff by hand\r\nweb { path = /j/web; persist; }"
NEW = b"web { path = '/j/w%\\\\n'; persist; }\n\0"
COUNTED = ("cp", "ln", "mv", "rm", "ls", "sync", "fsync", "sha256sum", "sha256", "readlink", "cat", "date", "find")


class Box:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.etc = root / "etc"
        self.bin = root / "bin"
        self.etc.mkdir(parents=True)
        self.bin.mkdir()
        self.file = self.etc / "jail.conf"
        self.file.write_bytes(OLD)
        self.file.chmod(0o640)
        self.plant("jail", "exit 0")

    def plant(self, name: str, body: str) -> None:
        """Make `body` the tool `name`; `$REAL` in it is the machine's own."""
        file = self.bin / name
        file.write_text(f"#!/bin/sh\nREAL={shutil.which(name)}\n{body}\n")
        file.chmod(0o755)

    def kill_at(self, call: int, *, after: bool) -> None:
        """The tool called as number `call` kills the shell and all it runs, before or after its own work."""
        (self.root / "calls").write_text("0")
        count = f'read -r n <{self.root}/calls; n=$((n + 1)); echo "$n" >{self.root}/calls\n'
        kill = f'[ "$n" != {call} ] || kill -9 0\n'
        last = f'[ "$n" != {call} ] || {{ "$REAL" "$@"; kill -9 0; }}\n'
        for name in (name for name in COUNTED if shutil.which(name)):
            self.plant(name, count + (last if after else kill) + 'exec "$REAL" "$@"')
        self.plant("jail", count + kill + "exit 0")

    def unplant(self) -> None:
        for name in COUNTED:
            (self.bin / name).unlink(missing_ok=True)
        self.plant("jail", "exit 0")

    def shell(self, become: Path | None = None) -> Shell:
        environment = {"PATH": str(self.bin), "JAILTUI_ROOT": str(self.root)}
        return local_shell(str(become) if become else None, environment)

    def through(self, lines: str) -> Shell:
        """A shell that is started after these lines of sh, as doas(1) would start it."""
        become = self.root / "become"
        become.write_text(f'#!/bin/sh\nshift\n{lines}\nexec "$@"\n')
        become.chmod(0o755)
        return self.shell(become)

    def strays(self) -> list[str]:
        """Names of files that only a save under way may have."""
        return [path.name for path in self.root.rglob(".*.jailtui-[nc]*")]


def undo(shell: Shell, path: str, seen: str, *, redo: bool = False) -> Outcome:
    """Save the text from before the last save, provided that the file still has the text of that digest."""
    edit, backup = way_back(partial(read_saves, shell), path, redo=redo)
    assert backup is not None
    return save_file(shell, path, seen, edit.new)
