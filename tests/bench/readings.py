"""What a reading of a host costs it: processes and bytes, by the number of jails, quiet and busy."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from jailtui.backend import HostBackend
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.host.turns import AT_ONCE
from jailtui.simhost.setup import prepare

SIZES = (1, 20, 100)
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
