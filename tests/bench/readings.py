"""What a reading of a host costs it: processes and bytes, by the number of jails, quiet and busy."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from jailtui.backend import HostBackend
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.host.turns import AT_ONCE
from jailtui.simhost.setup import prepare

SIZES = (1, 20, 100)
FILES = 1000
TURNS = 5
"""Readings of each kind; the fewest processes count, since the machine may begin others."""


class Measured(Shell):
    """The shell of an embedded host; it counts what comes back."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(local_shell(environment=environment).command)
        self.bytes = 0

    def run(self, text: str, words: tuple[str, ...], limit: float) -> tuple[int, str, str]:
        answer = super().run(text, words, limit)
        self.bytes += len(answer[1].encode("utf-8", "surrogateescape"))
        return answer


def begun() -> int:
    """How many processes this machine has begun, by proc(5)."""
    stat = Path("/proc/stat").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in stat.splitlines() if line.startswith("processes "))


def cost(shell: Measured, read: Callable[[], object], before: Callable[[], object]) -> tuple[int, int]:
    """Processes and bytes of the cheapest of some readings, each after `before`."""
    costs = []
    for _ in range(TURNS):
        before()
        processes, came = begun(), shell.bytes
        read()
        costs.append((begun() - processes, shell.bytes - came))
    return min(costs)


def readings(report: Callable[[str, str, str], None]) -> None:
    """Report the cost of a full reading, of a quiet one, and of one after an interface came."""
    for jails in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for kind, (processes, size) in costs(Path(folder), jails):
                goal = f"those of {AT_ONCE} jails" if kind == "quiet" else "told"
                report(f"reading of {jails} jails, {kind}: processes, kB", f"{processes}, {size / 1000:.1f}", goal)


def files(report: Callable[[str, str, str], None]) -> None:
    """Report what 1,000 stopped jails of Bastille cost, each in a file of its own: bytes, and this program's time."""
    with tempfile.TemporaryDirectory() as folder:
        environment = prepare(Path(folder) / "host", manager="Bastille")
        for number in range(FILES):
            file = Path(folder) / f"host/usr/local/bastille/jails/jail{number}/jail.conf"
            file.parent.mkdir()
            file.write_text(f'jail{number} {{ path = "/j/{number}"; vnet; vnet.interface = "epair{number + 10}b"; }}\n')
        shell = Measured(environment)
        backend = HostBackend(Host("bench", lambda: shell, reached="demo"))
        for kind, change in (("first", ""), ("same", ""), ("one changed", "\n")):
            file.write_text(file.read_text() + change)
            came, spent = shell.bytes, time.process_time()
            backend.read()
            spent = time.process_time() - spent
            report(
                f"{FILES} files of jails, {kind}: kB, ms",
                f"{(shell.bytes - came) / 1000:.1f}, {spent * 1000:.0f}",
                "told",
            )


def costs(folder: Path, jails: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each kind of reading of a host with so many jails, and what it costs."""
    environment = prepare(folder / "host", jails=jails)
    shell = Measured(environment)
    backend = HostBackend(Host("bench", lambda: shell, reached="demo"))
    numbers = itertools.count(900)

    def interface() -> None:
        command = f"ifconfig epair{next(numbers)} create >/dev/null"
        subprocess.run(("/bin/sh", "-c", command), env=dict(environment), check=True)

    backend.read()
    yield "full", cost(shell, backend.read, lambda: None)
    yield "quiet", cost(shell, backend.glance, lambda: None)
    yield "after an interface came", cost(shell, backend.glance, interface)
