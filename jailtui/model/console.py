"""The last lines of the console logs of jails whose start failed or is incomplete, read after the state is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.state import HostState, Jail, JailState

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from jailtui.exchange import Argv, Section

PARAMETER = "exec.consolelog"
LINES = 20
LOG = "log "


def logs(state: HostState) -> dict[str, str]:
    """The path of exec.consolelog of each jail whose start went wrong, by row key."""
    paths = {jail.key: path for jail in state.jails if troubled(jail) for path in log_of(jail)}
    return {key: path for key, path in paths.items() if usable(path)}


def troubled(jail: Jail) -> bool:
    """Whether the jail's start failed, it left a pair, or it is a running VNET jail with only loopback interfaces."""
    if jail.left or jail.state is JailState.FAILED:
        return True
    isolated = jail.interfaces is not None and all(interface.kind == "loopback" for interface in jail.interfaces)
    return jail.state is JailState.RUNNING and jail.vnet is True and isolated


def log_of(jail: Jail) -> Iterator[str]:
    """The path of the console log in the jail's configuration."""
    params = dict(jail.configured.params) if jail.configured else {}
    yield from params.get(PARAMETER, ())[-1:]


def usable(path: str) -> bool:
    """Whether a path can be asked for: absolute, printable, without `.` and `..`."""
    return path.startswith("/") and path.isprintable() and not {"..", "."} & set(path.split("/"))


def questions(state: HostState) -> Argv:
    """The words by which `about.sh` reads the logs, each after the root of the jail that contains it, if any."""
    paths = sorted(set(logs(state).values()))
    outermost = roots(state)
    words = [word for path in paths for word in (f"under={around(path, outermost)}", f"log={path}")]
    return ("only", *words) if words else ()


def roots(state: HostState) -> frozenset[str]:
    """The roots of all jails on the host."""
    return frozenset(path.rstrip("/") for path in map(root_of, state.jails) if path)


def root_of(jail: Jail) -> str:
    """The jail's root on the host, "" if it is not known."""
    return jail.path or (jail.configured.path if jail.configured else "") or ""


def around(path: str, roots: Container[str]) -> str:
    """The outermost root of a jail that contains the path; "" for none. The host's own root does not count."""
    return next(all_around(path, roots), "")


def all_around(path: str, roots: Container[str]) -> Iterator[str]:
    """The roots of jails that contain the path, the outermost first."""
    return (above for at in range(1, len(path)) if path[at] == "/" and (above := path[:at]) in roots)


def answers(state: HostState, sections: Iterable[Section]) -> dict[str, str]:
    """The texts of the logs, by row key."""
    read = [section for section in sections if section.name.startswith(LOG) and section.rc == 0]
    texts = {section.name.removeprefix(LOG): section.out for section in read}
    return {key: texts[path] for key, path in logs(state).items() if path in texts}


def with_console(state: HostState, texts: Mapping[str, str]) -> HostState:
    """`state` with the last lines of these texts as the consoles of the jails with these row keys."""
    if not texts:
        return state
    jails = (
        jail._replace(console=tuple(texts[jail.key].removesuffix("\n").split("\n")[-LINES:]))
        if jail.key in texts
        else jail
        for jail in state.jails
    )
    return state._replace(jails=tuple(jails))
