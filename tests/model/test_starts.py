"""A jail is `failed` only by this program's record; what else leaves a pair is `stopped`, with that pair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.host.auditline import ended
from jailtui.model.starts import noted
from jailtui.model.state import JailState
from tests.support.jail_hosts import house, template

START, STOP = ("jail", "-c", "web"), ("jail", "-r", "web")
FROM_FILE = ("jail", "-f", "/etc/jail.conf.d/web.conf", "-c", "web")


@pytest.mark.parametrize(
    ("steps", "failed"),
    [
        ([(START, 1)], {"web": 1}),
        ([(FROM_FILE, 1)], {"web": 1}),
        ([(START, 1), (START, 0)], {}),
        ([(START, 1), (STOP, 0)], {}),
        ([(START, None)], {}),
        ([(START, 255)], {}),
        ([(START, -9)], {}),
        ([(START, 1), (("jail", "-c", "db"), 0), (("ifconfig", "-c", "web"), 0)], {"web": 1}),
    ],
)
def test_record_holds_the_last_start_of_each_jail_if_it_failed(
    steps: list[tuple[tuple[str, ...], int | None]], failed: dict[str, int]
) -> None:
    record: dict[str, int] = {}
    for argv, status in steps:
        record = dict(noted(record, argv, status))
    assert record == failed


def test_audit_log_gives_what_ended_on_that_host(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    assert list(ended(log, "nas")) == []
    lines = [
        {"host": "nas", "event": "begun", "argv": START, "rc": None},
        {"host": "nas", "event": "ended", "argv": START, "rc": 1},
        {"host": "box", "event": "ended", "argv": STOP, "rc": 0},
    ]
    log.write_text("half a line\n" + "".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    assert list(ended(log, "nas")) == [(START, 1)]


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_what_leaves_a_pair_without_a_failed_start_is_stopped(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", template("web"), "web", release=release)
    host.ask("jail", "-c", "web")
    host.ask("jail", "-R", "web")
    jail = host.backend().read().state.jail("web")
    assert jail is not None
    assert (jail.state, jail.left) == (JailState.STOPPED, ("epair154",))
