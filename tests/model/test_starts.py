"""A jail is `failed` only by this program's record; what else leaves a pair is `stopped`, with that pair."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import EndedCommand
from jailtui.host.auditlog import END_READ, AuditLog
from jailtui.model.starts import FailedStart, FailedStarts, noted, start_state
from jailtui.model.state import JailState
from jailtui.preferences import Config
from tests.support.form_hosts import Embedded, execute
from tests.support.jail_hosts import house, template
from tests.support.releases import OLD_AND_NEW
from tests.support.screens import home

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
    record: dict[str, FailedStart] = {}
    for argv, status in steps:
        record = noted(record, EndedCommand(argv, status))
    assert {name: start.status for name, start in record.items()} == failed


def ended(record: AuditLog) -> list[tuple[tuple[str, ...], int | None]]:
    """What ended, with the exit statuses."""
    return [(command.argv, command.status) for command in record.ended()]


def test_record_gives_what_ended_on_that_host_since_it_was_asked_last(tmp_path: Path) -> None:
    log = tmp_path / "state" / "audit.log"
    record = AuditLog(log, "nas")
    assert ended(record) == []
    record.begin("1", None, START)
    record.end("1", None, START, 1)
    AuditLog(log, "box").end("2", None, STOP, 0)
    assert ended(record) == [(START, 1)]
    assert ended(record) == []
    record.end("3", None, STOP, 0)
    with log.open("a", encoding="ascii") as file:
        file.write(half := json.dumps({"host": "nas", "event": "ended", "argv": START, "rc": 3}))
    assert ended(record) == [(STOP, 0)]
    with log.open("a", encoding="ascii") as file:
        file.write("\n[]\nno line of ours\n")
    assert ended(record) == [(START, 3)]
    record.seen_running("web")
    assert ended(record) == [(START, 0)]
    log.write_text(half + "\n", encoding="ascii")  # somebody began the log anew
    assert ended(record) == [(START, 3)]


def test_record_reads_only_the_end_of_a_long_log(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    AuditLog(log, "nas").end("1", None, START, 1)
    log.write_bytes(log.read_bytes() + b"x" * END_READ + b"\n")
    AuditLog(log, "nas").end("2", None, STOP, 0)
    assert ended(AuditLog(log, "nas")) == [(STOP, 0)]


def state_of(host: Embedded) -> tuple[JailState, int | None]:
    """What a new process of this program shows of the jail, with the exit status of its start."""
    jail = host.backend().read().state.jail("web")
    assert jail is not None
    return jail.state, jail.start_status


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_what_leaves_a_pair_without_a_failed_start_is_stopped(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", template("web"), "web", release=release)
    host.ask("jail", "-c", "web")
    host.ask("jail", "-R", "web")
    jail = host.backend().read().state.jail("web")
    assert jail is not None
    assert (jail.state, jail.left) == (JailState.STOPPED, ("epair154",))


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_start_that_failed_is_failed_in_every_process_until_the_jail_is_seen_running(
    tmp_path: Path, release: str
) -> None:
    host = house(tmp_path / "host", template("web"), "web", release=release)
    host.ask("ifconfig", "bridge0", "destroy")
    opened = host.backend()
    assert execute(opened, *START).rc == 1
    assert opened.read().state.jail("web").state is JailState.FAILED  # type: ignore[union-attr]
    assert state_of(host) == (JailState.FAILED, 1)
    host.ask("ifconfig", "bridge0", "create", "up")
    assert state_of(host) == (JailState.FAILED, 1)
    host.ask("jail", "-c", "web")
    assert state_of(host) == (JailState.RUNNING, None)
    host.ask("jail", "-r", "web")
    assert state_of(host) == (JailState.STOPPED, None)
    assert opened.read().state.jail("web").state is JailState.STOPPED  # type: ignore[union-attr]


def test_failed_start_keeps_its_time_and_output_until_the_jail_leaves_the_configuration(tmp_path: Path) -> None:
    host = house(tmp_path / "host", template("web"), "web")
    host.ask("ifconfig", "bridge0", "destroy")
    opened = host.backend()
    execute(opened, *START)
    for backend in (opened, host.backend()):
        jail = backend.read().state.jail("web")
        assert jail is not None
        assert jail.start_at == pytest.approx(time.time(), abs=60)
        assert any("bridge0" in line for line in jail.start_output), jail.start_output
        assert start_state(jail) == time.strftime("failed, exit 1 at %H:%M", time.localtime(jail.start_at))
    assert opened.read().state is opened.read().state
    conf = tmp_path / "host" / "etc" / "jail.conf"
    text = conf.read_text()
    conf.write_text("")
    assert opened.read().state.jail("web") is None
    conf.write_text(text)
    assert opened.read().state.jail("web").state is JailState.STOPPED  # type: ignore[union-attr]
    assert state_of(host) == (JailState.STOPPED, None)


def test_jail_whose_file_could_not_be_read_is_not_gone() -> None:
    starts, host = FailedStarts(), home()
    starts.note(EndedCommand(("jail", "-c", "mail"), 1))
    without = host._replace(jails=tuple(jail for jail in host.jails if jail.name != "mail"))
    starts.mark(without._replace(unread=(("files", "it could not be read"),)))
    assert starts.mark(host).jail("mail").state is JailState.FAILED  # type: ignore[union-attr]
    starts.mark(without)
    assert starts.mark(host).jail("mail").state is JailState.STOPPED  # type: ignore[union-attr]


def test_start_that_fails_in_another_process_is_told_in_one_that_is_open(tmp_path: Path) -> None:
    host = house(tmp_path / "host", template("web"), "web")
    host.ask("ifconfig", "bridge0", "destroy")
    opened, other = host.backend(), house(tmp_path / "other", template("web"), "web")
    assert opened.read().state.jail("web").state is JailState.STOPPED  # type: ignore[union-attr]
    execute(host.backend(), *START)
    assert opened.read().state.jail("web").state is JailState.FAILED  # type: ignore[union-attr]
    assert state_of(other) == (JailState.STOPPED, None)  # an embedded host in another folder


def test_record_goes_with_the_embedded_host(tmp_path: Path) -> None:
    choice = Choice(host="demo", demo_dir=tmp_path / "demo")
    backend = open_host(choice, Config())
    execute(backend, "jail", "-c", "broken")
    assert open_host(choice, Config()).read().state.jail("broken").state is JailState.FAILED  # type: ignore[union-attr]
    anew = open_host(choice._replace(demo_reset=True), Config())
    assert anew.read().state.jail("broken").state is JailState.STOPPED  # type: ignore[union-attr]
