"""An embedded host on which a jail is stopped, and a start that lasts as long as a test wants."""

from __future__ import annotations

from pathlib import Path

from jailtui.simhost.setup import prepare
from tests.support import host_commands
from tests.support.program import row
from tests.support.pseudo_terminal import Screen
from tests.support.waiting import until


def stopped(folder: Path, jail: str) -> None:
    """Make the embedded host in `folder`, and stop that jail."""
    host_commands.ask(folder / "bin/jail", ("-r", jail), prepare(folder)).check_returncode()


def stopped_and_held(folder: Path) -> None:
    """Make the embedded host on which web is stopped, and its start waits until the file `tmp/go` is there.

    Who stops jail(8) leaves the hook, which then ends with the host's folder.
    """
    stopped(folder, "web")
    file = folder / "etc" / "jail.conf"
    wait = f"while [ -d {folder}/tmp ] && ! ls {folder}/tmp/go; do sleep 0.05; done"
    hook = f'\texec.created = "{wait}; echo hook ended";\n'
    file.write_text(file.read_text().replace("web {\n", "web {\n" + hook, 1))


def await_step(folder: Path) -> None:
    """Wait until a step of a run has begun on the embedded host."""
    until(lambda: list((folder / "var/run/jailtui/steps").glob("*/pid")))


def start_held(screen: Screen, folder: Path) -> None:
    """Start web in the console, as far as the hook that waits."""
    screen.shows("6 up of 10")
    screen.send("/web\r")
    screen.until(lambda lines: "stopped" in row(lines, "web"))
    screen.send("s")
    screen.shows("Start web", "Cancel")
    screen.send("\t\r")
    await_step(folder)
