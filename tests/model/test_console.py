"""Which console logs are asked for, and what comes of them."""

from __future__ import annotations

import pytest

from jailtui.exchange import Section
from jailtui.model import console
from jailtui.model.state import HostState
from tests.support.captures import conf, row, state
from tests.support.large_hosts import EM0, LO0, bridge, epair

LOG = "/var/log/web.log"


def failed(log: str = LOG) -> HostState:
    """web does not run, and its pair stands."""
    return state(
        host=EM0 + bridge("bridge0", ["em0", "epair154a"]) + epair(154, "a") + epair(154, "b", up=False),
        conf=conf("web", 154, extra=[f'exec.consolelog = "{log}"']),
    )


def half_started(inside: str = LO0) -> HostState:
    return state(rows=[row(4, "web")], inside={4: inside}, conf=conf("web", 154, extra=[f'exec.consolelog = "{LOG}"']))


def test_log_of_a_failed_and_of_a_half_started_jail_is_asked_for() -> None:
    assert console.logs(failed()) == console.logs(half_started()) == {"web": LOG}
    assert console.questions(failed()) == ("only", "under=", f"log={LOG}")


def test_jail_that_runs_well_is_not_asked_about() -> None:
    found = half_started(LO0 + epair(154, "b"))
    assert (console.logs(found), console.questions(found)) == ({}, ())


def test_log_inside_a_jail_is_asked_for_with_that_jails_root() -> None:
    assert console.questions(failed("/jails/web/var/log/c.log")) == (
        "only",
        "under=/jails/web",
        "log=/jails/web/var/log/c.log",
    )


@pytest.mark.parametrize("path", ["console.log", "/var/../etc/x", "/var/./x", "/var/a\\nb", ""])
def test_path_that_is_relative_or_goes_round_is_not_asked_for(path: str) -> None:
    assert console.logs(failed(path)) == {}


def test_last_twenty_lines_become_the_console() -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    texts = console.answers(failed(), [Section(f"log {LOG}", 0, text), Section("log /other", 0, "")])
    web = console.with_console(failed(), texts).jail("web")
    assert web is not None
    assert web.console == tuple(f"line {number}" for number in range(10, 30))


def test_without_an_answer_the_state_is_the_same() -> None:
    found = failed()
    assert console.answers(found, [Section(f"log {LOG}", 1, "", "tail: no")]) == {}
    assert console.with_console(found, {}) is found
