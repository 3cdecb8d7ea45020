"""The home network of the embedded host, started once for each release in a process of pytest and then copied."""

from __future__ import annotations

import marshal
import time
from pathlib import Path
from typing import Any, NamedTuple

from jailtui.simhost.home import network
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import Kernel

start_jails = network.build
READ = "cache/jailconf"
"""What the host keeps of the files that jail(8) has read."""


class Started(NamedTuple):
    """The kernel and what was read once the jails ran, and when that was."""

    at: float
    kernel: bytes
    read: dict[str, bytes]


STARTED: dict[str, Started] = {}
"""By release."""


def build(root: str) -> None:
    """As `network.build`, which starts the jails one by one."""
    release = store.load(root).release.name
    if release not in STARTED:
        start_jails(root)
        read = {path.name: path.read_bytes() for path in Path(root, READ).iterdir()}
        STARTED[release] = Started(time.time(), marshal.dumps(store.load(root).freeze()), read)
        return
    started = STARTED[release]
    network.write_files(root)
    Path(root, READ).mkdir(exist_ok=True)
    for name, data in started.read.items():
        Path(root, READ, name).write_bytes(data)
    with store.transaction(root, write=True) as kernel:
        running = Kernel.thaw(marshal.loads(started.kernel))
        running.generation = kernel.generation
        later(running.extra, time.time() - started.at)
        vars(kernel).update(vars(running))


def later(extra: dict[str, Any], seconds: float) -> None:
    """Have the jails started, and what is mounted for them mounted, so many seconds later."""
    extra["since"] = {jid: at + seconds for jid, at in extra["since"].items()}
    extra["mounted"] = {place: int(at + seconds) for place, at in extra["mounted"].items()}
