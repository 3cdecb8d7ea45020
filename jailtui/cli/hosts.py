"""The host that the command line and the configuration file choose, and how it is reached."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jailtui.backend import HostBackend
from jailtui.cli.talk import talk
from jailtui.cli.verb import Exit, Stop
from jailtui.exchange import HostError, PlanMark, shell_line
from jailtui.host.auditlog import AuditLog
from jailtui.host.executor import Executor
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.host.steprun import new_id
from jailtui.preferences import Config, state_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.cli.verb import Arguments
    from jailtui.exchange import FileRequest
    from jailtui.model.state import HostState
    from jailtui.rules.ignored import Ignored


class Choice(NamedTuple):
    """The host and how it is reached: `host` is local, demo, a file or [ssh://]user@box[:port]; None: by platform.

    The demo_ fields are about the embedded host: its folder, number of jails, release, whether it is made afresh,
    whether its jails are busy (None: as before), and the manager of its jails.
    `read_only` is the reason why nothing may be changed.
    """

    host: str | None = None
    ssh_config: str | None = None
    become: str | None = None
    demo_dir: Path | None = None
    demo_jails: int | None = None
    demo_release: str | None = None
    demo_reset: bool = False
    demo_busy: bool | None = None
    demo_manager: str | None = None
    read_only: str | None = None

    def kind(self) -> str:
        """local, demo, file or ssh. A word is a file if a file has that name, or if it ends in .json."""
        host = self.host or ("local" if sys.platform.startswith("freebsd") else "demo")
        if host in ("local", "demo"):
            return host
        return "file" if host.endswith(".json") or ("@" not in host and Path(host).is_file()) else "ssh"


def open_host(choice: Choice, config: Config) -> HostBackend:
    """The backend for `choice`, not connected yet.

    Raises ValueError for an invalid host name, OSError if the embedded host's folder can't be used.
    """
    kind = choice.kind()
    hiding = hidden_findings(config)
    if kind == "file":
        from jailtui.host.collect import FileHost

        return HostBackend(FileHost(Path(choice.host or "")), hiding=hiding)
    name, connect = {"local": local, "demo": demo, "ssh": remote}[kind](choice)
    required = config.audit == "required"
    audit = AuditLog(audit_file(choice), name, required=required, private=kind != "demo")
    executor = Executor(read_only=choice.read_only, audit=audit, limit=config.step_limit)
    host = Host(name, connect, executor, keep=config.backups, reached=kind, conf_files=conf_files(config))
    return HostBackend(host, config.at_once, hiding, audit, config.way_back)


def conf_files(config: Config) -> tuple[FileRequest, ...]:
    """The requests for the files of `conf_files`."""
    if not config.conf_files:
        return ()
    from jailtui.model.rounds import requests

    return requests(config.conf_files)


def hidden_findings(config: Config) -> tuple[Ignored, ...]:
    """The findings that the configuration file hides. Raises ValueError for a code that no rule has."""
    if not config.ignore:
        return ()
    from jailtui.rules.ignored import ignored, unknown

    hiding = ignored(config.ignore)
    if codes := ", ".join(unknown(hiding)):
        raise ValueError(f"ignore in the configuration file: no rule is called {codes}; `jailtui explain` lists them")
    return hiding


Opening = tuple[str, Callable[[], Shell]]


def host_name(choice: Choice) -> str:
    """The host as the operator named it, or its kind."""
    kind = choice.kind()
    return (choice.host or "").removeprefix("ssh://").rstrip("/") if kind == "ssh" else kind


def local(choice: Choice) -> Opening:
    return "local", lambda: local_shell(choice.become)


def demo_folder(choice: Choice) -> Path:
    """Where the embedded host is, with the record of what was done on it."""
    return choice.demo_dir or state_home() / "demo"


def audit_file(choice: Choice) -> Path:
    """The audit log of what is done on the host."""
    return (demo_folder(choice) if choice.kind() == "demo" else state_home()) / "audit.log"


def demo(choice: Choice) -> Opening:
    """The embedded host, created in its folder now if it is missing."""
    from jailtui.simhost.setup import prepare

    environment = prepare(
        demo_folder(choice),
        jails=choice.demo_jails or 0,
        reset=choice.demo_reset,
        release=choice.demo_release or "15.1",
        busy=choice.demo_busy,
        manager=choice.demo_manager or "",
    )

    return "demo", lambda: local_shell(environment=environment)


def remote(choice: Choice) -> Opening:
    from jailtui.host import ssh

    where = ssh.destination(choice.host or "")
    return host_name(choice), lambda: ssh.connect(where, config=choice.ssh_config, become=choice.become)


def chosen_read_only(arguments: Arguments, config: Config) -> str | None:
    """Why the operator wants nothing to be changed, or None."""
    if arguments.read_only:
        return "--read-only was given"
    return "the configuration file sets read_only" if config.read_only else None


def open_chosen(arguments: Arguments, config: Config) -> HostBackend:
    """The chosen host, not connected yet. Raises Stop if it cannot be opened."""
    try:
        return open_host(chosen(arguments, config), config)
    except ValueError as error:
        raise Stop(str(error), Exit.USAGE) from error
    except OSError as error:
        raise Stop(f"{error.filename or 'the host'}: {error.strerror}", Exit.USAGE) from error


def chosen(arguments: Arguments, config: Config) -> Choice:
    """What the command line and the configuration file choose."""
    return Choice(
        host=arguments.host or config.host,
        ssh_config=arguments.ssh_config or config.ssh_config,
        become=arguments.become or config.become,
        demo_dir=Path(arguments.demo_dir) if arguments.demo_dir else None,
        demo_jails=getattr(arguments, "jails", None),
        demo_release=getattr(arguments, "release", None),
        demo_reset=getattr(arguments, "reset", False),
        demo_busy=getattr(arguments, "busy", None),
        demo_manager=getattr(arguments, "manager", None),
        read_only=chosen_read_only(arguments, config),
    )


@contextmanager
def opened(arguments: Arguments, config: Config) -> Iterator[HostBackend]:
    """The chosen host for as long as a verb needs it; its refusal to change the host is recorded.

    Raises Stop for a HostError in the body.
    """
    backend = open_chosen(arguments, config)
    try:
        yield backend
    except Stop as stop:
        if stop.status is Exit.REFUSED and changes(arguments):
            talk_lost(backend.note_refusal(stop.plan or command_line(arguments), [stop.text]))
        raise
    except HostError as error:
        text = str(error)  # may name the host already: of a file
        raise Stop(text if backend.name in text else f"{backend.name}: {text}", Exit.UNREACHABLE) from error
    finally:
        backend.close()


def changes(arguments: Arguments) -> bool:
    """Whether the command line is to change the host."""
    shows = ("dry_run", "diff", "json")
    return hasattr(arguments, "yes") and not any(getattr(arguments, name, False) for name in shows)


def command_line(arguments: Arguments) -> PlanMark:
    """The command line in place of a plan that was not made."""
    return PlanMark(new_id(), shell_line(arguments.words), "")


def talk_lost(problem: str) -> None:
    """Say that something could not be recorded, if it could not."""
    if problem:
        talk(problem)


def unreadable(state: HostState) -> bool:
    """Whether the host's state is unknown: jls or ifconfig failed, or it is not a FreeBSD host."""
    return any(trouble.subject in ("host", "jls", "ifconfig") for trouble in state.errors)
