"""The standard streams as a shell may leave them: closed, on a full disk, or without a reader."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from jailtui.cli.verb import Exit, Stop


class OutputLost(Exception):
    """Standard output did not take what was written. The text is why; "" where its reader has left."""


class Output(TextIOWrapper):
    """Standard output: raises OutputLost, which cannot be taken for the error of a file."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise lost(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise lost(error) from error


class Messages(TextIOWrapper):
    """Standard error: a message that can't be written is lost, and what it is about goes on. `lost`: one was."""

    lost = False

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            self.lost = True
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            self.lost = True


def lost(error: OSError) -> OutputLost:
    return OutputLost("" if isinstance(error, BrokenPipeError) else error.strerror or str(error))


def complete_streams() -> None:
    """Have three standard streams: /dev/null in the place of a closed one, so that no file of ours gets its number.

    Characters that an encoding lacks become escapes. Raises Stop where standard output is closed.
    """
    closed = [descriptor for descriptor in range(3) if not _is_open(descriptor)]
    for descriptor in closed:
        to_nowhere(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115
    if sys.stdout is sys.__stdout__:
        to = open(1, "wb", closefd=False)  # noqa: SIM115
        sys.stdout = Output(to, _encoding(sys.stdout), errors="backslashreplace", line_buffering=to.isatty())
    if sys.stderr is sys.__stderr__:
        below = open(2, "wb", closefd=False)  # noqa: SIM115
        messages = Messages(below, _encoding(sys.stderr), errors="backslashreplace", line_buffering=True)
        messages.lost = 2 in closed
        sys.stderr = messages
    if 1 in closed:
        raise Stop("Standard output is closed; nothing was done.", Exit.USAGE)


def _encoding(stream: TextIOWrapper | None) -> str:
    return stream.encoding if stream is not None else "utf-8"


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def to_nowhere(descriptor: int) -> None:
    """Make it /dev/null, for programs that are started too."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    if nowhere != descriptor:
        os.close(nowhere)
    else:
        os.set_inheritable(descriptor, True)


def put_bytes(data: bytes) -> None:
    """Write to standard output, after what was printed."""
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise lost(error) from error
