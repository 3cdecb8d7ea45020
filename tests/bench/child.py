"""A program for the bench to run in a terminal: the console over a host made of text, or an empty Textual app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Label

READY = "jailtui-bench-ready"


class Empty(App[None]):
    """The least a Textual app can show."""

    def compose(self) -> ComposeResult:
        yield Label(READY)


def console(jails: int, mode: str) -> None:
    """The console, refreshing every second from text that is decoded, split and compared as a real answer is."""
    from jailtui.backend import HostBackend
    from jailtui.exchange import Capture, Section
    from jailtui.host.collect import FileHost
    from jailtui.host.frames import split
    from jailtui.host.shell import decoded
    from jailtui.ui.app import ConsoleApp
    from tests.support.loads import load_sections

    folder = Path(os.environ["JAILTUI_BENCH_COUNT"]).parent
    subprocess.run((sys.executable, "-m", "tests.bench.child", "answers", str(jails), str(folder)), check=True)
    facts = json.loads((folder / "facts").read_text())

    class TextHost(FileHost):
        read_only = ""
        reached = "file" if mode in ("same", "change", "idle") else ""
        count = 0
        wanted = False

        def __init__(self) -> None:
            self.name = "nas"

        def capture(self, **_: object) -> Capture:
            turn = self.count % 2 if mode == "change" else 0
            self.count += 1
            sections = split(decoded((folder / f"answer{turn}").read_bytes()), "==bench")
            Path(f"{folder}/counting").write_text(str(self.count))
            Path(f"{folder}/counting").replace(os.environ["JAILTUI_BENCH_COUNT"])
            wanted, self.wanted = self.wanted, False
            return Capture("nas", time.time(), (*sections, *(self.load() if wanted else ())), facts)

        def want_load(self) -> None:
            self.wanted = True

        def load(self) -> tuple[Section, ...]:
            return load_sections(jails, self.count, busy=mode == "busy")

    interval = None if mode == "idle" else 1.0
    ConsoleApp(HostBackend(TextHost()), interval=interval, load_interval=1.0).run()


def answers(jails: int, folder: Path) -> None:
    """Write what the host answers to files: in a process of its own, so that none of it counts as the console's."""
    from tests.support.large_hosts import framed, large_host

    captures = [large_host(jails), large_host(jails, moved=True)]
    for turn, capture in enumerate(captures):
        (folder / f"answer{turn}").write_bytes(framed(capture).encode())
    (folder / "facts").write_text(json.dumps(dict(captures[0].facts)))


def main(words: Sequence[str]) -> None:
    if words[0] == "empty":
        Empty().run()
    elif words[0] == "answers":
        answers(int(words[1]), Path(words[2]))
    else:
        console(int(words[1]), words[0])


if __name__ == "__main__":
    main(sys.argv[1:])
