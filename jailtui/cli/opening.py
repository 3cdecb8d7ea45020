"""The host that the command line and the configuration file choose."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jailtui.cli.exits import Exit, Stop
from jailtui.exchange import HostError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.model.state import HostState
    from jailtui.preferences import Config


def open_chosen(arguments: Arguments, config: Config) -> HostBackend:
    """The chosen host, not connected yet. Raises Stop when there is none of that name."""
    from jailtui.cli.hosts import Choice, open_host

    choice = Choice(
        host=arguments.host or config.host,
        ssh_config=arguments.ssh_config or config.ssh_config,
        become=arguments.become or config.become,
        demo_dir=Path(arguments.demo_dir) if arguments.demo_dir else None,
        demo_jails=getattr(arguments, "jails", None),
        demo_release=getattr(arguments, "release", None),
        demo_reset=getattr(arguments, "reset", False),
    )
    try:
        return open_host(choice, config)
    except ValueError as error:
        raise Stop(str(error), Exit.USAGE) from error
    except OSError as error:
        raise Stop(f"{error.filename or 'the host'}: {error.strerror}", Exit.USAGE) from error


@contextmanager
def opened(arguments: Arguments, config: Config) -> Iterator[HostBackend]:
    """The chosen host for as long as a verb needs it. Raises Stop for a HostError in the body."""
    backend = open_chosen(arguments, config)
    try:
        yield backend
    except HostError as error:
        text = str(error)  # of a file that names it already
        raise Stop(text if backend.name in text else f"{backend.name}: {text}", Exit.UNREACHABLE) from error
    finally:
        backend.close()


def unreadable(state: HostState) -> bool:
    """Whether nothing can be told of the host: jls or ifconfig failed, or it is no host of FreeBSD jails."""
    return any(trouble.subject in ("host", "jls", "ifconfig") for trouble in state.errors)
