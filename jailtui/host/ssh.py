"""A host that is reached by ssh, over one master connection for all scripts."""

from __future__ import annotations

import contextlib
import re
import shutil
import string
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.exchange import Argv, HostTimeout, Unreachable, shell_line
from jailtui.host.hostkeys import KEY_REFUSED, key_refused
from jailtui.host.shell import SHELL, LocalCommand, Shell, become_argv, decoded, kill, last_line, no_command, script

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.host.shell import Startable

CONNECT_SECONDS = 10
KEEPALIVE = ("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3")
MASTER = ("-f", "-N", "-o", "ControlMaster=yes", "-o", "ControlPersist=300", "-o", "Compression=yes")
DESTINATION = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@/\s]+)@)?(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[^:/@\[\]\s]+)(?::(?P<port>\d+))?/?"
)

PLAIN_PATH = re.compile(r"/[\w./+-]+")
"""A path that every login shell takes for one word. No other path is passed to ssh."""
PLAIN_CHARS = frozenset(string.ascii_letters + string.digits + " ./=_:,")
"""Characters that stand for themselves in quotes of every login shell, and for printf(1)."""


class Destination(NamedTuple):
    """The parts of `[ssh://][user@]box[:port]`."""

    host: str
    user: str | None = None
    port: int | None = None


def destination(text: str) -> Destination:
    """Parse a destination. Raises ValueError if it is invalid, or ssh could take it for an option."""
    match = DESTINATION.fullmatch(text)
    if match is None or match["host"].startswith("-") or (match["user"] or "").startswith("-"):
        raise ValueError(f"{text!r} is not a host: write [ssh://][user@]box[:port].")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{text!r}: the port must be 1 to 65535.")
    return Destination(match["host"].strip("[]"), match["user"], port)


class SshLine(NamedTuple):
    """The words by which ssh(1) reaches one host: its options, then port and name."""

    options: Argv
    target: Argv

    def argv(self, *options: str) -> Argv:
        """A command of ssh with these options too."""
        return ("ssh", *self.options, *options, *self.target)


def line_to(where: Destination, config: str | None, folder: str) -> SshLine:
    """The line to `where` over the master connection whose socket is in that folder."""
    options = ("-o", "BatchMode=yes", "-o", f"ConnectTimeout={CONNECT_SECONDS}", "-o", f"ControlPath={folder}/%C")
    port = ("-p", str(where.port)) if where.port else ()
    name = f"{where.user}@{where.host}" if where.user else where.host
    return SshLine((*_config(config), *options, *KEEPALIVE), (*port, name))


def connect(where: Destination, *, config: str | None = None, become: str | None = None) -> Shell:
    """Open the master connection to `where`: a shell on it. `config` is the argument of ssh's `-F`.

    ssh never asks (BatchMode): it needs a key, an agent or a master connection of the operator's.
    Raises Unreachable with the last line that ssh printed, or HostTimeout.
    """
    from plumbum import SshMachine, local
    from plumbum.commands import CommandNotFound

    folder = tempfile.mkdtemp(prefix="jailtui-")
    line = line_to(where, config, folder)
    close = _closer(line, folder)
    try:
        _, *words = line.argv(*MASTER)
        _open(local["ssh"][words], f"{folder}/log", where, (*_config(config), *line.target))
        options = ("-o", "ControlMaster=no", *line.options)
        machine = SshMachine(where.host, user=where.user, port=where.port, ssh_opts=options)
        machine.cwd  # noqa: B018  plumbum's session reads it now; each script is a process of its own
        machine.close()
        return _shell(machine, line, become, close)
    except CommandNotFound as error:
        close()
        raise Unreachable("There is no ssh on this machine.") from error
    except (Unreachable, HostTimeout):
        close()
        raise
    except Exception as error:  # plumbum raises several kinds, EOFError among them
        close()
        raise Unreachable(f"ssh to {where.host}: {last_line(str(error)) or type(error).__name__}.") from error


def _config(config: str | None) -> Argv:
    return ("-F", config) if config else ()


def _shell(machine: Any, line: SshLine, become: str | None, close: Callable[[], None]) -> Shell:
    """The shell over an open master connection."""
    plain = _command(machine, SHELL)
    path = None if become is None else _path_of(Shell(plain), become)

    def run_there(text: str, words: Argv, tty: bool) -> LocalCommand:
        options = ("-tt" if tty else "-T", "-o", "LogLevel=ERROR", "-o", "ControlMaster=no")
        return LocalCommand((*line.argv(*options), typed_line(path, text, words)))

    shell = plain if path is None else _command(machine, become_argv(path))
    return Shell(shell, close, plain if path else None, run_there)


def _closer(line: SshLine, folder: str) -> Callable[[], None]:
    """What closes the master connection and removes its folder; a cleaner does so if this process can't."""
    cleaner = _cleaner(folder, line.argv("-O", "exit"))

    def close() -> None:
        # Not `exit`: a step that is still running ends by itself, and then the master connection does.
        with contextlib.suppress(Exception):
            stop = line.argv("-O", "stop")
            subprocess.run(
                stop, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=5
            )
        shutil.rmtree(folder, ignore_errors=True)
        cleaner.kill()
        cleaner.communicate()

    return close


def _cleaner(folder: str, leave: Argv) -> subprocess.Popen[bytes]:
    """A shell that waits until this process has ended, or was killed; then it runs `leave` and removes the folder.

    Else the master connection, with which anybody of this user can log in, would outlive jailtui by ControlPersist.
    """
    argv = ("/bin/sh", "-c", 'cat >/dev/null; "$@"; rm -rf "$0"', folder, *leave)
    return subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def _command(machine: Any, argv: Argv) -> Startable:
    """`argv` as a command of the machine, which finds its first word itself: plumbum's session is closed."""
    from plumbum.machines.remote import RemoteCommand

    command: Startable = RemoteCommand(machine, argv[0])[argv[1:]]  # type: ignore[arg-type]
    return command


def typed_line(become: str | None, text: str, words: Argv) -> str:
    """A line by which any login shell, csh too, has sh run `text` with these words.

    Its standard input is the terminal, so the script has to be in the line: as octal numbers for printf(1).
    """
    whole = f"set -- {shell_line(words)}\n{text}"
    octal = "".join(char if char in PLAIN_CHARS else _octal(char) for char in whole)
    return " ".join((*become_argv(become, ("/bin/sh", "-c")), '\'eval "$(printf %b "$0")"\'', f"'{octal}'"))


def _octal(char: str) -> str:
    return "".join(f"\\0{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def _path_of(shell: Shell, become: str) -> str:
    """The path of the command `become` on the host; it may be in a directory that is not in the PATH of ssh's session.

    Raises Unreachable if there is no such command, HostTimeout.
    """
    status, out, _ = shell.run(script("path.sh") + 'command -v "$1"\n', (become,), CONNECT_SECONDS)
    if status:
        raise Unreachable(no_command(become))
    path = out.rpartition("\n")[0].rpartition("\n")[2]
    return path if PLAIN_PATH.fullmatch(path) else become


def _open(command: Any, log: str, where: Destination, by_hand: Argv) -> None:
    """Run ssh until its master connection stands. Its errors go to the file `log`: the master would keep a pipe open.

    `by_hand` are the arguments with which the operator runs ssh for this host.
    """
    with open(log, "w+b") as errors:  # noqa: PTH123
        process = command.popen(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, new_session=True)
        try:
            status = process.wait(timeout=CONNECT_SECONDS + 5)
        except subprocess.TimeoutExpired as error:
            kill(process)
            raise HostTimeout(f"ssh to {where.host}: no answer within {CONNECT_SECONDS + 5} s.") from error
        errors.seek(0)
        if status:
            complaint = decoded(errors.read())
            if KEY_REFUSED in complaint:
                raise Unreachable(f"ssh to {where.host}: {key_refused(complaint, by_hand)}")
            raise Unreachable(f"ssh to {where.host}: {last_line(complaint) or f'exit status {status}'}.")
