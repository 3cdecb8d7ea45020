"""A command whose standard streams are pipes to us: what runs in a jail never gets a file of the host."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.host.shell import LocalCommand

LOOK_SECONDS = 0.2


class Pipes(NamedTuple):
    """Where output and complaints go, at its end b""; `feed` is the descriptor of the input, None for none."""

    put: Callable[[bytes], None]
    complain: Callable[[bytes], None]
    feed: int | None = None


def through_pipes(command: LocalCommand, pipes: Pipes) -> int:
    """Run `command` to its end: its exit status. Raises OSError if it can't be started, and what `pipes` raise."""
    process: subprocess.Popen[bytes] = command.popen(
        new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    if pipes.feed is None:
        process.stdin.close()
    else:
        threading.Thread(target=_feed, args=(pipes.feed, process.stdin), daemon=True).start()
    try:
        _pass_on(process, pipes)
        process.wait()
    finally:
        _end(process)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _pass_on(process: subprocess.Popen[bytes], pipes: Pipes) -> None:
    """Pass on what it prints until both pipes are closed, or it has ended and what it has started is silent."""
    with selectors.DefaultSelector() as printed:
        printed.register(process.stdout, selectors.EVENT_READ, pipes.put)  # type: ignore[arg-type]
        printed.register(process.stderr, selectors.EVENT_READ, pipes.complain)  # type: ignore[arg-type]
        while printed.get_map():
            ready = printed.select(LOOK_SECONDS)
            if not ready and process.poll() is not None:
                return
            for key, _ in ready:
                chunk = os.read(key.fd, 65536)
                key.data(chunk)
                if not chunk:
                    printed.unregister(key.fileobj)


def _feed(source: int, pipe: object) -> None:
    """Hand on the input, and its end."""
    with contextlib.suppress(OSError, ValueError):
        while chunk := os.read(source, 65536):
            pipe.write(chunk)  # type: ignore[attr-defined]
            pipe.flush()  # type: ignore[attr-defined]
    with contextlib.suppress(OSError, ValueError):
        pipe.close()  # type: ignore[attr-defined]


def _end(process: subprocess.Popen[bytes]) -> None:
    from jailtui.host.shell import kill

    if process.returncode is None:
        kill(process)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
