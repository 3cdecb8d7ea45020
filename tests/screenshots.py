"""`make screenshots`: screenshots/ anew, each from a fresh embedded host, by keys an operator would press."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text
from textual.pilot import Pilot

from jailtui.cli.hosts import Choice, open_host
from jailtui.preferences import Config
from jailtui.ui.app import ConsoleApp
from jailtui.ui.screens.console import ConsoleScreen

FOLDER = Path(__file__).parent.parent / "screenshots"


@dataclass(frozen=True)
class Picture:
    """One picture: its size, how the console is opened, what is pressed once it shows the host, and the text that
    stands there when it is taken. `busy`: its jails work, and the load is read. `messages`: what syslogd of web wrote.
    """

    name: str
    size: tuple[int, int] = (160, 45)
    keys: tuple[str, ...] = ()
    shows: str = "orphans"
    theme: str = "dark"
    ascii: bool = False
    busy: bool = False
    messages: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


MINUTE_IN_SHORT = 12.0
"""Seconds until there is some traffic to be drawn."""
OPENING = ("e", "p", "n", "d")
MESSAGES = "".join(
    f"Nov 30 02:{minute:02}:{second:02} web nginx[4211]: *{minute * 60 + second} connect() failed "
    f"(61: Connection refused) while connecting to upstream, client: 192.168.1.{20 + second}\n"
    for minute in range(1, 14)
    for second in (4, 31)
)
TO_ADDRESS = ("j", "j", "j", "enter", *["backspace"] * 4, *"5/24", "enter")
"""Keys that give the jail another one's address in its network form."""

PICTURES = (
    Picture("console-160x45"),
    Picture("console-80x24", (80, 24)),
    Picture("console-light", theme="light"),
    Picture("console-no-colour", environ={"NO_COLOR": "1"}),
    Picture("console-ascii-80x24", (80, 24), ascii=True),
    Picture("reclaim-plan", keys=("o", "R"), shows="destroy"),
    Picture("reclaim-plan-80x24", (80, 24), keys=("o", "R"), shows="destroy"),
    Picture("reclaim-done", keys=("o", "R", "tab", "enter"), shows="is gone"),
    Picture("stop-several", keys=("1", "j", "space", "space", "space", "S"), shows="jail -r"),
    Picture("network", keys=("j", "e", *TO_ADDRESS), shows="also used by"),
    Picture("network-80x24", (80, 24), keys=("j", "e", *TO_ADDRESS), shows="also used by"),
    Picture("network-light", keys=("j", "e", *TO_ADDRESS), shows="also used by", theme="light"),
    Picture("network-no-colour", (80, 24), ("j", "e", *TO_ADDRESS), "also used by", environ={"NO_COLOR": "1"}),
    Picture("network-plan", keys=("j", "e", *TO_ADDRESS, "ctrl+s"), shows="Cancel"),
    Picture("permissions", keys=("j", "j", "p", "j", "down", "down", "down", "a"), shows="live"),
    Picture("permissions-80x24", (80, 24), keys=("j", "j", "p"), shows="Recipe"),
    Picture("new-jail", keys=("n", "enter", *"cache"), shows="cache {"),
    Picture("bridge", keys=("3", "e"), shows="Members"),
    Picture("doctor", keys=("j", "d", "j", "tab"), shows="tcpdrop"),
    Picture("doctor-80x24", (80, 24), keys=("j", "d", "j", "tab"), shows="tcpdrop"),
    Picture("doctor-light", keys=("j", "d", "j", "tab"), shows="tcpdrop", theme="light"),
    Picture("doctor-ascii-80x24", (80, 24), ("j", "d", "j", "tab"), "tcpdrop", ascii=True, environ={"NO_COLOR": "1"}),
    Picture("doctor-plan", keys=("j", "d", "j", "tab", "tab", "enter"), shows="Cancel"),
    Picture("start-in-the-way", keys=("1", "s"), shows="clear leftovers"),
    Picture("help", keys=("question_mark",), shows="Change"),
    Picture("manual", keys=("question_mark", "M"), shows="SYNOPSIS"),
    Picture("map", keys=("m",), shows="(host)"),
    Picture("map-80x24", (80, 24), keys=("m",), shows="(host)"),
    Picture("palette", keys=("colon", *"gate"), shows="Network"),
    Picture("palette-80x24", (80, 24), keys=("colon",), shows="Start"),
    Picture("path", keys=("1", *"jjjjjjj", "t"), shows="nothing comes"),
    Picture("path-80x24", (80, 24), keys=("1", *"jjjjjjj", "t"), shows="nothing comes"),
    Picture("timeline", keys=("o", "R", "tab", "enter", "escape", "E"), shows="was destroyed"),
    Picture("timeline-80x24", (80, 24), keys=("o", "R", "tab", "enter", "escape", "E"), shows="was destroyed"),
    Picture("load", keys=("1", "greater_than_sign"), shows="%", busy=True),
    Picture("load-80x24", (80, 24), keys=("1", "T"), shows="%", busy=True),
    Picture("inside", keys=("1", *"jjjjjjjjj", "i"), shows="Listening"),
    Picture("inside-80x24", (80, 24), keys=("1", *"jjjjjjjjj", "i"), shows="Listening"),
    Picture("log", keys=("1", *"jjjjjjjjj", "l", "m"), shows="follows", messages=MESSAGES),
    Picture("log-80x24", (80, 24), keys=("1", *"jjjjjjjjj", "l", "w"), shows="follows", messages=MESSAGES),
    Picture("details", keys=("1", *"jjjjjjjjj", "enter"), shows="%", busy=True),
    Picture("one-panel-80x24", (80, 24), keys=("2", "plus"), shows="+: all"),
    Picture("filter", keys=("slash", "b", "r", "enter")),
)


async def take(picture: Picture) -> None:
    """Make one picture."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        backend = open_host(Choice(host="demo", demo_dir=Path(folder), demo_busy=picture.busy), Config())
        if picture.messages:
            log = Path(folder) / "jails/web/var/log/messages"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(picture.messages, encoding="utf-8")
        backend.source._executor.audit = None  # type: ignore[attr-defined]
        app = ConsoleApp(
            backend,
            interval=1.0 if picture.busy else None,
            load_interval=1.0,
            theme=picture.theme,
            ascii=picture.ascii,
            environ=picture.environ,
        )
        async with app.run_test(size=picture.size) as pilot:
            await until(app, pilot, "orphans")
            while not app.get_default_screen().panels.findings.judged:  # type: ignore[attr-defined]
                await pilot.pause(0.05)
            for key in picture.keys:
                before = app.screen
                if key == "m" and picture.messages:
                    await until(app, pilot, "follows")
                await pilot.press(key)
                await pilot.pause()
                if key in OPENING and isinstance(before, ConsoleScreen):
                    await opened(app, pilot)
            if picture.busy:
                await pilot.pause(MINUTE_IN_SHORT)
            image = await until(app, pilot, picture.shows)
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{picture.name}.svg").write_text(image, encoding="utf-8")


async def opened(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """Wait until a form that was asked for is there: the host is read for it first."""
    for _ in range(400):
        if not isinstance(app.screen, ConsoleScreen):
            await until(app, pilot, "esc")  # its bar of keys: before that it takes none
            return
        await pilot.pause(0.05)
    raise TimeoutError("the form was never opened")


async def until(app: ConsoleApp, pilot: Pilot[None], text: str) -> str:
    """The screen as SVG, once `text` stands on it and everything asked for has been drawn."""
    for _ in range(400):
        await pilot.pause(0.05)
        image = app.export_screenshot(title="jailtui")
        if text in image.replace("&#160;", " "):
            await pilot.pause(0.3)
            return app.export_screenshot(title="jailtui")
    raise TimeoutError(f"{text!r} was never shown")


SHELL_LINES = ("hostname", "ifconfig epair154b", "netstat -rn", "ping -c 1 192.168.1.1")
PROMPT = re.compile(r"(?m)^# *\Z")


def take_shell(name: str, columns: int, rows: int) -> None:
    """A picture of the shell, for which the console has left the screen, as tmux shows it."""
    socket = f"jailtui-{os.getpid()}"

    def tmux(*words: str) -> str:
        return subprocess.run(("tmux", "-L", socket, *words), check=True, capture_output=True, text=True).stdout

    def shown(ended: Callable[[str], object]) -> None:
        for _ in range(600):
            if ended(tmux("capture-pane", "-p").rstrip()):
                return
            time.sleep(0.05)
        raise TimeoutError(tmux("capture-pane", "-p"))

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        argv = sys.executable, "-m", "jailtui", "demo", "--demo-dir", f"{folder}/demo"
        size = "-x", str(columns), "-y", str(rows)
        environ = "-e", f"XDG_STATE_HOME={folder}", "-e", f"XDG_CONFIG_HOME={folder}"
        tmux("-f", "/dev/null", "new-session", "-d", *size, *environ, shlex.join(argv))
        try:
            shown(lambda text: "orphans" in text)
            tmux("send-keys", "1", *"jjjjjjjjj", "$")
            for line in SHELL_LINES:
                shown(PROMPT.search)
                tmux("send-keys", line, "Enter")
                shown(lambda text, line=line: f"# {line}" in text)  # type: ignore[misc]
            shown(PROMPT.search)
            lines = tmux("capture-pane", "-p", "-e").split("\n")[:rows]
        finally:
            tmux("kill-server")
    console = Console(width=columns, file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=True)
    (FOLDER / f"{name}.svg").write_text(console.export_svg(title="jailtui"), encoding="utf-8")


def main() -> None:
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}  # the colours of most terminals
    for picture in PICTURES:
        asyncio.run(take(picture))
        print(f"screenshots/{picture.name}.svg")
    for name, columns, rows in (("shell", 160, 45), ("shell-80x24", 80, 24)):
        take_shell(name, columns, rows)
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
