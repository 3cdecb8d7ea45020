"""What starts a jail at boot and by `service jail`, and what heals it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jailtui.exchange import Trouble
from jailtui.rules.context import Context
from tests.support.contexts import BOOT, context, findings, found
from tests.support.jail_hosts import RC, apply, fill, house, running, template
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
MAIN = "/etc/jail.conf"
OWN = "/etc/jail.conf.d/web.conf"


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_dotted_name_is_a_note() -> None:
    (finding,) = found(context('"web.a" { path = /a; }\n'), "JAIL-DOTTED")
    assert (finding.severity, finding.subject.key) == ("note", "web.a")


def test_dotted_name_in_jail_list_is_a_warning() -> None:
    (finding,) = found(context('"web.a" { path = /a; }\n', rcconf={**BOOT, "jail_list": "db web.a"}), "JAIL-DOTTED")
    assert finding.severity == "warning"
    assert finding.evidence[-1].said == "db web.a"


def test_plain_name_is_not_dotted() -> None:
    assert found(context(WEB), "JAIL-DOTTED") == ()


def test_dotted_name_is_renamed_by_the_form(tmp_path: Path) -> None:
    host = house(tmp_path / "host", '"web.a" { path = /jails/a; persist; }\n', "a")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-DOTTED")
    fill(backend, finding, "web")
    assert findings(backend, "JAIL-DOTTED") == ()


def test_running_jail_that_jail_list_leaves_out() -> None:
    one = context(WEB, rcconf={**BOOT, "jail_list": "db"}, running=[running(WEB, "web", 4)])
    (finding,) = found(one, "JAIL-NOT-AT-BOOT")
    assert (finding.severity, finding.subject.key) == ("warning", "web")
    assert "not in jail_list" in finding.text
    assert finding.remedies[0].task.steps[0].argv == ("sysrc", "jail_list+=web")


def test_running_jail_of_a_file_that_is_not_included() -> None:
    texts = {MAIN: "db { path = /d; }\n", OWN: WEB}
    one = context(texts, running=[running("", "web", 4)])
    (finding,) = found(one, "JAIL-NOT-AT-BOOT")
    assert f"{MAIN} does not include {OWN}" in finding.text
    assert [step.argv for step in finding.remedies[-1].task.steps] == [("sysrc", "jail_list=db web")]


def test_no_jail_starts_at_boot() -> None:
    one = context(WEB, rcconf={}, running=[running(WEB, "web", 4)])
    (finding,) = found(one, "JAIL-NOT-AT-BOOT")
    assert (finding.subject.kind, finding.subject.key) == ("file", "/etc/rc.conf")
    assert "1 jail is running" in finding.text


def test_jails_that_the_boot_starts_or_that_are_at_rest_on_purpose() -> None:
    assert found(context(WEB, running=[running(WEB, "web", 4)]), "JAIL-NOT-AT-BOOT") == ()
    assert found(context(WEB, rcconf={**BOOT, "jail_list": "db"}), "JAIL-NOT-AT-BOOT") == ()
    assert found(context(WEB, rcconf=None, running=[running(WEB, "web", 4)]), "JAIL-NOT-AT-BOOT") == ()
    included = {MAIN: f'.include "{OWN}";\n', OWN: WEB}
    assert found(context(included, running=[running(WEB, "web", 4)]), "JAIL-NOT-AT-BOOT") == ()


def test_jail_of_a_manager_is_started_by_that() -> None:
    path = "/usr/local/bastille/jails/web/root"
    one = context(WEB, rcconf={}, running=[running(WEB, "web", 4, path=path)])
    assert found(one, "JAIL-NOT-AT-BOOT") == ()


@pytest.mark.parametrize("rc", ['jail_enable="NO"\n', 'jail_enable="YES"\njail_list="db"\n', ""])
def test_jail_is_put_where_the_boot_starts_it(tmp_path: Path, rc: str) -> None:
    host = house(tmp_path / "host", WEB, "web", rc=rc)
    host.ask("jail", "-c", "web")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-NOT-AT-BOOT")
    apply(backend, finding.remedies[0])
    assert findings(backend, "JAIL-NOT-AT-BOOT") == ()


LEGACY = {"jail_web_rootdir": "/jails/old", "jail_web_hostname": "web.example.org"}


def test_variables_that_win_over_the_file() -> None:
    (finding,) = found(context(WEB, rcconf={**BOOT, **LEGACY}), "JAIL-LEGACY")
    assert (finding.severity, finding.subject.key) == ("warning", "web")
    assert [(it.source, it.said) for it in finding.evidence[:2]] == [
        ("sysrc jail_web_rootdir", "/jails/old"),
        ("sysrc jail_web_hostname", "web.example.org"),
    ]


def test_one_of_the_two_variables_wins_over_nothing() -> None:
    assert found(context(WEB, rcconf={**BOOT, "jail_web_rootdir": "/jails/old"}), "JAIL-LEGACY") == ()


def test_variables_are_removed(tmp_path: Path) -> None:
    rc = RC + "".join(f'{name}="{value}"\n' for name, value in LEGACY.items())
    backend = house(tmp_path / "host", WEB, "web", rc=rc).backend()
    (finding,) = findings(backend, "JAIL-LEGACY")
    apply(backend, finding.remedies[0])
    assert findings(backend, "JAIL-LEGACY") == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_rc_conf_that_sh_cannot_read(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, "web", release=release, rc=RC + 'sshd_enable="YES\ncron_enable=NO\n')
    backend = host.backend()
    (finding,) = findings(backend, "RC-SYNTAX")
    assert (finding.severity, finding.subject.kind, finding.subject.key) == ("error", "file", "/etc/rc.conf")
    assert finding.text.startswith("sh(1) can't read /etc/rc.conf at line 5, so")
    assert finding.text.endswith("Syntax error: Unterminated quoted string.")
    assert finding in findings(backend)  # the doctor and its counts have it, not only the list of what went wrong
    (host.folder / "etc/rc.conf").write_text(RC, encoding="ascii")
    assert findings(host.backend(), "RC-SYNTAX") == ()


def test_other_trouble_of_sysrc_is_no_broken_file() -> None:
    troubles = [Trouble("sysrc", "no answer in time (exit status 124)"), Trouble("jls", "/a: 1: b (exit status 1)")]
    assert found(context(WEB, rcconf=None, errors=tuple(troubles)), "RC-SYNTAX") == ()
    broken = Trouble("sysrc", "/etc/rc.conf.local: 7: Syntax error: Unterminated quoted string (exit status 1)")
    (finding,) = found(context(WEB, rcconf=None, errors=(broken,)), "RC-SYNTAX")
    assert finding.evidence[0].source == "/etc/rc.conf.local:7"


BASTILLE = "/usr/local/bastille/jails/{}/jail.conf"
ALONE = (BASTILLE.format("*"), "/opt/*.conf")
NO_PATH = "{} {{ path = /jails/{}; persist; }}\n"


def bastille_host(rcconf: Mapping[str, str], *names: str, **boots: str) -> Context:
    """Running jails of Bastille, each in its own file."""
    texts = {BASTILLE.format(name): NO_PATH.format(name, name) for name in names}
    live = [running("", name, number, vnet=False, manager="Bastille") for number, name in enumerate(names, 4)]
    return context(texts, rcconf=rcconf, running=live, alone=ALONE, bastille_boots=tuple(boots.items()))


def test_bastille_starts_its_jails_and_rc_d_jail_does_not() -> None:
    (finding,) = found(bastille_host(BOOT, "foo", "bar"), "JAIL-NOT-AT-BOOT")
    assert (finding.subject.key, finding.confidence) == ("/etc/rc.conf", "likely")
    assert "2 jails of Bastille are running, but Bastille starts none at boot" in finding.text
    assert finding.remedies[0].task.steps[0].argv == ("sysrc", "bastille_enable=YES")
    assert finding.remedies[0].task.steps[0].undo == ("sysrc", "-x", "bastille_enable")
    for more in (
        {},
        {"bastille_list": "bar foo"},
        {"bastille_list": "x ALL"},
        {"bastille_list": "x", "bastille_rcorder": "yes"},
    ):
        assert found(bastille_host({"bastille_enable": "YES", **more}, "foo"), "JAIL-NOT-AT-BOOT") == ()


def test_jail_of_bastille_that_bastille_list_leaves_out() -> None:
    listed = {"bastille_enable": "YES", "bastille_list": "bar"}
    (finding,) = found(bastille_host(listed, "foo", "bar"), "JAIL-NOT-AT-BOOT")
    assert finding.text == "foo is running but will not start at boot: not in bastille_list."
    assert finding.remedies[0].task.steps[0].argv == ("sysrc", "bastille_list+=foo")


@pytest.mark.parametrize("path", ["/data/pot/web", "/usr/local/ezjail/web", "/x/jails-data/web"])
def test_jail_made_by_hand_is_no_manager_s_by_a_directory_of_its_path(path: str) -> None:
    text = NO_PATH.format("web", "web").replace("/jails/web", path)
    live = [running("", "web", 4, vnet=False, path=path)]
    (finding,) = found(context({"/opt/own.conf": text}, rcconf=BOOT, running=live, alone=ALONE), "JAIL-NOT-AT-BOOT")
    assert finding.owner == ""


def test_start_at_boot_of_a_jail_of_bastille_is_not_judged_where_it_could_not_be_read() -> None:
    listed = {"bastille_enable": "YES", "bastille_list": "bar"}
    host = bastille_host(listed, "foo", "bar")
    unread = Context(host.state._replace(bastille_boots=None), host.world)
    assert found(unread, "JAIL-NOT-AT-BOOT") == ()
    assert not unread.boots("bar")


def test_jail_of_bastille_that_is_not_to_start_at_boot() -> None:
    enabled = {"bastille_enable": "YES", "bastille_list": "none"}
    one = bastille_host(enabled, "foo", "bar", foo="off", bar="on")
    (finding,) = found(one, "JAIL-NOT-AT-BOOT")
    assert (finding.severity, finding.text) == (
        "note",
        "foo is running but will not start at boot: boot is off in /usr/local/bastille/jails/foo/settings.conf.",
    )
    assert finding.remedies[0].task.why == "bastille config foo set boot on does that."
    assert (one.boots("foo"), one.boots("bar")) == (False, True)
    assert not bastille_host({}, "foo").boots("foo")
    assert bastille_host({"bastille_enable": "YES"}, "foo").boots("foo")


def test_jail_of_another_file_is_started_by_nothing_whatever_jail_enable_says() -> None:
    texts = {MAIN: WEB, "/opt/own.conf": NO_PATH.format("own", "own"), BASTILLE.format("bad"): "bad {"}
    live = [running("", "own", 4, vnet=False), running(WEB, "web", 5)]
    (finding,) = found(context(texts, running=live, alone=ALONE), "JAIL-NOT-AT-BOOT")
    assert (finding.subject.key, finding.severity) == ("own", "note")
    assert finding.text == "own is running but will not start at boot: rc.d/jail does not read /opt/own.conf."


def test_a_file_that_rc_d_jail_never_reads_hides_nothing_about_the_boot() -> None:
    texts = {MAIN: WEB, BASTILLE.format("bad"): "bad {"}
    one = context(texts, rcconf={**BOOT, "jail_list": "db"}, running=[running(WEB, "web", 4)], alone=ALONE)
    assert [finding.subject.key for finding in found(one, "JAIL-NOT-AT-BOOT")] == ["web"]
    (refused,) = found(one, "CONF-SYNTAX")
    assert refused.subject.key == BASTILLE.format("bad")


def test_dotted_name_in_a_file_that_service_never_reads_is_no_finding() -> None:
    assert found(context({"/opt/x.conf": '"a.b" { path = /a; }'}, alone=ALONE), "JAIL-DOTTED") == ()
