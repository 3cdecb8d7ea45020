"""What could not be read is unknown: nothing is concluded from what a reading lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.verb import Exit
from jailtui.exchange import Capture, Section, Verb
from jailtui.host.collect import FileHost, dump
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.model.build import Builder
from jailtui.model.state import HostState, JailState
from jailtui.plans.actions import plan
from jailtui.plans.verdict import verdicts
from jailtui.rules.finding import Finding
from tests.support.attacked import Attacked
from tests.support.captures import row, running_web, state
from tests.support.large_hosts import FACTS
from tests.support.screens import ValueHost
from tests.support.stage import stage

MORE_FILES = {
    "jail.conf.d/aside.conf": 'aside { path = /jails/aside; depend = "web"; vnet; vnet.interface = "epair9b"; }\n',
    "jail.conf.d/beside.conf": "beside { path = /jails/beside; }\n",
}
DENIED = "Operation not permitted"


def whole(attacked: Attacked) -> Capture:
    """A full reading of the host, which has files in jail.conf.d too."""
    for path, text in MORE_FILES.items():
        file = attacked.folder / "etc" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    host = Host("demo", lambda: local_shell(environment=attacked.environment), reached="demo")
    return host.capture(everything=True)


def lacking(capture: Capture) -> Iterator[tuple[str, Capture]]:
    """The reading without one of its answers: a command failed, or printed what nobody can read."""
    for at, section in enumerate(capture.sections):
        answers = [section._replace(rc=1, out="", err=DENIED)]
        if section.name == "sysrc":
            answers.append(section._replace(out=section.out[: len(section.out) // 2]))
        if section.name.split()[0] != "file":
            answers.append(section._replace(out='{"cut'))
        for answer in answers:
            yield section.name, replaced(capture, at, answer)


def replaced(capture: Capture, at: int, answer: Section) -> Capture:
    return capture._replace(sections=(*capture.sections[:at], answer, *capture.sections[at + 1 :]))


def judged(capture: Capture, folder: Path) -> tuple[tuple[Finding, ...], HostState]:
    file = folder / "reading.json"
    file.write_text(dump(capture))
    snapshot = HostBackend(FileHost(file)).read()
    return snapshot.findings, snapshot.state


def test_nothing_is_found_by_what_could_not_be_read(attacked: Attacked, tmp_path: Path) -> None:
    capture = whole(attacked)
    findings, first = judged(capture, tmp_path)
    known = {finding.identity for finding in findings}
    orphans = {pair.key for pair in first.orphans}
    at_rest = {jail.key for jail in first.jails if not jail.running}
    assert len(known) > 15

    for name, less in lacking(capture):
        findings, now = judged(less, tmp_path)
        assert {finding.identity for finding in findings} <= known, name
        assert {pair.key for pair in now.orphans} <= orphans, name
        assert {jail.key for jail in now.jails if jail.state in (JailState.STOPPED, JailState.FAILED)} <= at_rest, name


RC_CONF = "rc.conf, which names the files of jails, could not be read"
WITHOUT = {"jls": "jls could not be read", "ifconfig": "ifconfig could not be read"}


@pytest.fixture(params=WITHOUT)
def unread(request: pytest.FixtureRequest, attacked: Attacked) -> tuple[Attacked, str]:
    """A host on which a command fails."""
    attacked.replace(request.param, f"echo {DENIED} >&2\nexit 1")
    return attacked, WITHOUT[request.param]


VERBS = {
    "start": ("start", "nosuch", "--dry-run"),
    "stop": ("stop", "nosuch", "--dry-run"),
    "restart": ("restart", "nosuch", "--dry-run"),
    "reclaim": ("reclaim", "nosuch", "--dry-run"),
    "all": ("reclaim", "--all", "--dry-run"),
    "doctor": ("doctor", "--select", "DRIFT"),
    "show": ("show",),
    "network": ("conf", "network", "nosuch"),
    "rename": ("conf", "rename", "mail", "name=post"),
}
CONCLUDED = ("there is no such", "No jail.conf defines", "No problems", "nothing to reclaim", "Nothing is wrong")


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
def test_no_verb_concludes_anything(unread: tuple[Attacked, str]) -> None:
    attacked, why = unread
    for name, words in VERBS.items():
        status, out, err = attacked.verb(*words)

        assert status not in (Exit.OK, Exit.FAILED), name
        if why.startswith("jls") or words[0] not in ("start", "stop", "restart"):
            assert why in err or "could not be read" in err or words[0] == "show", name
            assert not any(text in out + err for text in CONCLUDED), name


FILE = "/etc/jail.conf could not be read"
NO_FILE = [Section("file /etc/jail.conf", 1, "", "cat: /etc/jail.conf: Permission denied")]


def test_without_a_file_no_jail_is_undefined() -> None:
    unread = state(rows=[row(4, "web")], more=NO_FILE)
    reasons = {
        (verb, key): plan(verb, unread, [key]).refused[0].reason
        for verb, key in [(Verb.STOP, "web"), (Verb.RESTART, "web"), (Verb.START, "mail"), (Verb.RECLAIM, "mail")]
    }

    assert reasons == {
        (Verb.STOP, "web"): f"whether a file defines it is not known: {FILE}",
        (Verb.RESTART, "web"): f"whether a file defines it is not known: {FILE}",
        (Verb.START, "mail"): f"no jail of that name is running, and whether a file defines one is not known: {FILE}",
        (Verb.RECLAIM, "mail"): f"whether there is such an epair or jail is not known: {FILE}",
    }


def test_no_verdict_on_what_a_run_did_where_the_host_could_not_be_read_after_it() -> None:
    before = state(**running_web())
    after = before._replace(jails=(), unread=(("jails", "jls could not be read"),))
    stop = plan(Verb.STOP, before, ["web"])

    (verdict,) = verdicts(stop, {"web": "done"}, before, after)
    assert (verdict.ok, verdict.text) == (False, "web: the result is not known: jls could not be read.")


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
@pytest.mark.parametrize("garbled", ['{"cut', "jail_enab", 'jail_enable="YES"\njail_li', "\x1b]52;c;eA==\x07"])
def test_rc_conf_that_nobody_can_read_is_no_empty_one(attacked: Attacked, garbled: str) -> None:
    known = {finding["code"] for finding in attacked.json("doctor")["findings"]}
    attacked.replace("sysrc", f"printf '%s' '{garbled}'")

    _, _, err = attacked.verb("doctor")
    listed = attacked.json("doctor")

    assert "sysrc: sysrc" in err
    assert f"not everything was judged: {RC_CONF}" in err
    assert "sysrc" in [error["subject"] for error in listed["errors"]]
    assert {finding["code"] for finding in listed["findings"]} <= known
    assert f"whether a file defines one is not known: {RC_CONF}" in attacked.verb("start", "nosuch", "--dry-run")[2]
    unknown = f"It is not known whether a file defines nosuch: {RC_CONF}"
    assert unknown in attacked.verb("conf", "get", "nosuch", "path")[2]
    assert unknown in attacked.verb("conf", "network", "nosuch")[2]
    assert "No problems" not in attacked.verb("doctor", "--select", "DRIFT")[2]


async def test_the_screen_says_of_what_nothing_is_known() -> None:
    host = ValueHost(Builder().build(Capture("nas", 0.0, (Section("jls", 1, "", DENIED),), FACTS)))
    async with stage(host) as it:
        shown = it.text()

    assert "unknown: jls could not be read" in shown
    assert "unknown: ifconfig could not be read" in shown
    assert "no jails" not in shown
    assert "No problems" not in shown
