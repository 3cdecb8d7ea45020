"""The state file of a simulated host: read and replaced under one lock, with a generation number.

A folder holds `state` (marshal), `lock` (flock), `generation` (a decimal number, for the shell) and `cache/N/`:
answers rendered from generation N. A writer moves `generation` on before it replaces `state` and before it lets
go of the lock, so an answer in `cache/N` is right for whoever has just read N.
"""

from __future__ import annotations

import fcntl
import marshal
import os

from jailtui.simhost.kernel.state import Kernel

MARSHAL_VERSION = 4
FORMAT = 2
"""The format of the state: raise it when a field is added, renamed or given another meaning."""

KEPT_CACHES = 8
CONSTANT = "constant"
"""The generation of answers that no change of state can touch."""

JAIL_PROGRAMS = "jail-programs"
"""A file of this name, which only tests make: jexec(8) runs what stands in a jail's root, as on a real system."""

SEPARATOR = "\x1f"
"""Between the words of a cached command; the shims join with the same."""


class StoreError(Exception):
    """The folder is not a simulated host's, or its state file can't be read."""


def has_jail_programs(root: str) -> bool:
    """Whether jails of this host run programs of their own."""
    return os.path.exists(f"{root}/{JAIL_PROGRAMS}")


class Transaction:
    """`with transaction(root, write) as kernel`: the state, locked. Leaving it writes when `write` is true.

    What was changed before an exception is written too: a command that fails half-way has done its first half.
    """

    def __init__(self, root: str, write: bool) -> None:
        self.root = root
        self.write = write
        self.lock = -1
        self.kernel: Kernel | None = None

    def __enter__(self) -> Kernel:
        self.lock = os.open(self.root + "/lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(self.lock, fcntl.LOCK_EX if self.write else fcntl.LOCK_SH)
        try:
            self.kernel = load(self.root)
        except BaseException:
            os.close(self.lock)
            raise
        return self.kernel

    def __exit__(self, *exc: object) -> None:
        try:
            if self.write and self.kernel is not None:
                save(self.root, self.kernel)
        finally:
            os.close(self.lock)


class Held:
    """`with Held(kernel)`: the state of a transaction that is already open, neither read nor written again."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def __enter__(self) -> Kernel:
        return self.kernel

    def __exit__(self, *exc: object) -> None:
        pass


def transaction(root: str, write: bool) -> Transaction:
    """A transaction on the host in folder `root`. Raises StoreError on entry if there is none."""
    return Transaction(root, write)


def load(root: str) -> Kernel:
    """The state of the host in `root`, without a lock."""
    try:
        with open(root + "/state", "rb", buffering=0) as file:
            made_as, state = marshal.loads(file.readall())
            if made_as != FORMAT:
                raise ValueError("it was created by another version of jailtui")
            return Kernel.thaw(state)
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{root} holds no readable simulated host: {error}") from None


def save(root: str, kernel: Kernel) -> None:
    """Replace the state of `root`, one generation on. The caller holds the lock."""
    kernel.generation += 1
    replace(root + "/generation", b"%d\n" % kernel.generation)
    replace(root + "/state", marshal.dumps((FORMAT, kernel.freeze()), MARSHAL_VERSION))


def readable(root: str) -> bool:
    """Whether `root` holds a host that this version can read."""
    try:
        load(root)
    except StoreError:
        return False
    return True


def replace(path: str, data: bytes) -> None:
    """Write `data` to `path` in one step: a reader sees the old file or the new one."""
    part = f"{path}.{os.getpid()}"
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]
    finally:
        os.close(fd)
    os.rename(part, path)


def remember(
    root: str,
    generation: int | str,
    answers: dict[tuple[str, ...], str],
) -> None:
    """Keep what commands answer at `generation` (or CONSTANT): words of a command to a script that answers.

    Only answers that depend on the state alone belong here, or that test what else they depend on. A full disk is not
    an error.
    """
    folder = f"{root}/cache/{generation}"
    try:
        os.makedirs(folder, exist_ok=True)
        for words, text in answers.items():
            replace(f"{folder}/{cache_name(words)}", text.encode("utf-8", "surrogateescape"))
        if isinstance(generation, str):
            return
        for old in os.listdir(root + "/cache"):
            if old.isdigit() and int(old) <= generation - KEPT_CACHES:
                forget(f"{root}/cache/{old}")
    except OSError:
        return


def cache_name(words: tuple[str, ...]) -> str:
    """The file name of a cached command; words that cannot be in one give a name that is never looked up."""
    name = words[0] + SEPARATOR + SEPARATOR.join(words[1:])
    return name if "/" not in name and "\0" not in name and len(name) < 250 else "unnamed"


def forget_all(root: str) -> None:
    """Drop every kept answer: whoever rendered them may have been another version of these commands."""
    for name in os.listdir(root + "/cache"):
        forget(f"{root}/cache/{name}")


def forget(folder: str) -> None:
    """Remove one generation's answers; another process may be doing the same."""
    for name in os.listdir(folder):
        os.unlink(f"{folder}/{name}")
    os.rmdir(folder)
