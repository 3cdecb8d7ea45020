"""Small hosts as captures: text as ifconfig and jls print it, and a jail.conf, put together by tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jailtui.exchange import Capture, Section
from jailtui.model.build import Builder
from jailtui.model.state import HostState
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair, jail_row

Row = Mapping[str, object]


def row(jid: int, name: str, **more: object) -> dict[str, object]:
    """A row of jls; keyword `ip4_addr` stands for `ip4.addr`."""
    return (
        jail_row(jid)
        | {"name": name, "path": f"/jails/{name}"}
        | {k.replace("_addr", ".addr"): v for k, v in more.items()}
    )


def conf(name: str, number: int, *, creates: bool = True, extra: Sequence[str] = ()) -> str:
    """A classic definition in jail.conf, for a pair of that number in bridge0. `extra` are statements."""
    pair = f"epair{number}"
    create = f'"/sbin/ifconfig {pair} create up", ' if creates else ""
    more = "".join(f"    {one};\n" for one in extra)
    return (
        f'{name} {{\n    path = "/jails/{name}";\n    vnet;\n    vnet.interface = "{pair}b";\n'
        f'    exec.prestart = {create}"/sbin/ifconfig bridge0 addm {pair}a up";\n'
        f'    exec.start = "/sbin/ifconfig {pair}b inet 192.168.1.{number}/24 up";\n{more}}}\n'
    )


def capture(
    *,
    rows: Sequence[Row] = (),
    host: str = EM0 + LO0,
    inside: Mapping[int, str] | None = None,
    conf: str = "",
    rcconf: str = 'cloned_interfaces="bridge0"\n',
    commands: str = "",
    facts: Mapping[str, str] = FACTS,
    more: Sequence[Section] = (),
) -> Capture:
    """A capture of a host that answers so."""
    listed = json.dumps({"__version": "2", "jail-information": {"jail": list(rows)}})
    sections = [Section("jls", 0, listed), Section("ifconfig", 0, host)]
    sections += [Section(f"inside {jid}", 0, text) for jid, text in (inside or {}).items()]
    sections += [Section("jail-commands", 0 if commands else 1, commands)]
    sections += [Section("file /etc/jail.conf", 0, conf)] if conf else []
    return Capture("nas", 0.0, (*sections, Section("sysrc", 0, rcconf), *more), facts)


def state(**told: object) -> HostState:
    """The state of such a host."""
    return Builder().build(capture(**told))  # type: ignore[arg-type]


def running_web() -> dict[str, Any]:
    """A host where web runs with epair154 in bridge0."""
    return {
        "rows": [row(4, "web")],
        "host": EM0 + LO0 + bridge("bridge0", ["em0", "epair154a"]) + epair(154, "a"),
        "inside": {4: LO0 + epair(154, "b", inet="192.168.1.154")},
        "conf": conf("web", 154),
    }
