"""Jails as files define them: refused files, failed jails, depend, path, and names that are there twice."""

from __future__ import annotations

import pytest

from tests.support.contexts import context, found
from tests.support.jail_hosts import template

WEB = template("web")
MAIN = "/etc/jail.conf"


def test_refused_file_is_told_with_its_place() -> None:
    (finding,) = found(context("web {\n    path = /jails/web;\n    vnet\n}\n"), "CONF-SYNTAX")
    assert (finding.severity, finding.subject.kind, finding.subject.key) == ("error", "file", MAIN)
    assert "at line 4" in finding.text
    assert finding.evidence[0].source == "/etc/jail.conf:4"
    assert finding.evidence[0].said.splitlines() == ["jail: /etc/jail.conf line 4: }: syntax error", "}", "^"]


def test_faults_of_two_files_are_two_findings() -> None:
    texts = {MAIN: "web { path = ", "/etc/jail.conf.d/db.conf": "db { path = /x };\n"}
    assert {one.subject.key for one in found(context(texts), "CONF-SYNTAX")} == set(texts)


def test_list_that_crashes_jail8_is_told_by_its_own_rule() -> None:
    one = context("$v = 1.1.1.1, 2.2.2.2;\na { path = /a; ip4.addr = $v; }\n")
    assert found(one, "CONF-SYNTAX") == ()
    assert [it.subject.key for it in found(one, "CONF-LIST-VARIABLE")] == [MAIN]


def test_control_characters_of_a_file_do_not_reach_the_text() -> None:
    (finding,) = found(context("web { \x1b[2J }\n"), "CONF-SYNTAX")
    assert "\x1b" not in finding.text + "".join(it.said for it in finding.evidence)


def test_good_file_is_not_refused() -> None:
    assert found(context(WEB), "CONF-SYNTAX") == ()


def test_jail_that_fails_as_written() -> None:
    (finding,) = found(context(WEB + 'db { path = "/jails/$where"; }\n'), "JAIL-CONF-FAILS")
    assert (finding.severity, finding.subject.key) == ("error", "db")
    assert finding.text == 'jail(8) does not start db as configured: path: variable "where" not found.'
    assert finding.evidence[0].source == f"/etc/jail.conf:{len(WEB.splitlines()) + 1}"


def test_jail_that_is_sound_does_not_fail() -> None:
    assert found(context(WEB), "JAIL-CONF-FAILS") == ()


def test_depend_on_nobody() -> None:
    (finding,) = found(context("web { path = /w; depend = dns, db; }\ndns { path = /d; }\n"), "JAIL-DEPEND")
    assert (finding.severity, finding.subject.key, finding.confidence) == ("error", "web", "certain")
    assert "depends on db, which /etc/jail.conf does not define" in finding.text
    assert finding.evidence[0].said == "depend = dns, db"


def test_depend_on_a_jail_of_another_file() -> None:
    texts = {MAIN: "dns { path = /d; }\n", "/etc/jail.conf.d/web.conf": "web { path = /w; depend = dns; }\n"}
    (finding,) = found(context(texts), "JAIL-DEPEND")
    assert (finding.subject.key, finding.confidence) == ("web", "likely")
    texts[MAIN] += '.include "/etc/jail.conf.d/*.conf";\n'
    assert found(context(texts), "JAIL-DEPEND") == ()


def test_depend_in_a_circle() -> None:
    text = "a { path = /a; depend = b; }\nb { path = /b; depend = a; }\nc { path = /c; depend = a; }\n"
    told = found(context(text), "JAIL-DEPEND")
    assert {one.subject.key for one in told} == {"a", "b"}
    assert all("circular" in one.text for one in told)


def test_no_path() -> None:
    (finding,) = found(context("web {\n    persist;\n}\n"), "JAIL-NO-PATH")
    assert (finding.severity, finding.subject.key) == ("warning", "web")
    assert finding.evidence[0].source == "/etc/jail.conf:1"


def test_no_path_and_rc_is_an_error() -> None:
    (finding,) = found(context('web { exec.start = "/bin/sh /etc/rc"; }\n'), "JAIL-NO-PATH")
    assert finding.severity == "error"
    assert "runs the host's own /etc/rc" in finding.text


@pytest.mark.parametrize("text", ["web { path = /; persist; }", "* { path = /jails/$name; } web { persist; }"])
def test_path_that_is_said(text: str) -> None:
    assert found(context(text), "JAIL-NO-PATH") == ()


def test_twice_in_one_file() -> None:
    (finding,) = found(context("web { path = /a; }\nweb { path = /b; }\n"), "JAIL-TWICE")
    assert (finding.severity, finding.subject.key) == ("error", "web")
    assert [it.source for it in finding.evidence] == ["/etc/jail.conf:1", "/etc/jail.conf:2"]


def test_twice_in_two_files() -> None:
    texts = {MAIN: "web { path = /a; }\n", "/etc/jail.conf.d/web.conf": "web { path = /b; }\n"}
    (finding,) = found(context(texts), "JAIL-TWICE")
    assert finding.severity == "warning"
    assert "service jail start uses /etc/jail.conf.d/web.conf" in finding.text


def test_included_file_defines_its_jail_once() -> None:
    texts = {
        MAIN: '.include "/etc/jail.conf.d/*.conf";\n.include "/etc/jail.web.conf";\n',
        "/etc/jail.conf.d/db.conf": "db { path = /b; }\n",
        "/etc/jail.web.conf": "web { path = /b; }\n",
    }
    assert found(context(texts), "JAIL-TWICE") == ()


SHARED = (
    "web { path = /jails/web; jid = 7; } db { path = /jails/web/; jid = 7; } host { path = /; } other { path = /; }"
)


def test_root_of_two_jails_is_told_of_both_and_the_hosts_own_of_none() -> None:
    told = found(context(SHARED), "JAIL-PATH-TWICE")
    assert [(one.subject.name, one.severity) for one in told] == [("web", "warning"), ("db", "warning")]
    assert told[0].text == "/jails/web is the root of web and of db."
    assert found(context(SHARED.replace("/jails/web/", "/jails/db")), "JAIL-PATH-TWICE") == ()


def test_jid_of_two_jails_keeps_the_second_from_starting() -> None:
    told = found(context(SHARED), "JAIL-JID-TWICE")
    assert [(one.subject.name, one.severity) for one in told] == [("web", "error"), ("db", "error")]
    assert found(context(SHARED.replace("jid = 7; } host", "jid = 8; } host")), "JAIL-JID-TWICE") == ()


def test_a_name_in_two_files_of_which_rc_d_jail_reads_none() -> None:
    texts = dict.fromkeys(("/opt/1.conf", "/opt/2.conf"), "web { path = /a; }\n")
    (finding,) = found(context(texts, alone=("/opt/*",)), "JAIL-TWICE")
    assert finding.text == "web is defined in 2 files: jailtui uses /opt/1.conf."
    assert [evidence.source for evidence in finding.evidence] == ["/opt/1.conf:1", "/opt/2.conf:1"]
    (finding,) = found(context({**texts, "/etc/jail.conf": "web { path = /a; }"}, alone=("/opt/*",)), "JAIL-TWICE")
    assert finding.text == "web is defined in 3 files: service jail start uses /etc/jail.conf."


def test_a_file_that_jail_conf_includes_too_defines_a_jail_once() -> None:
    texts = {"/etc/jail.conf": '.include "/opt/1.conf";', "/opt/1.conf": "web { path = /a; }"}
    one = context(texts, alone=("/opt/*",))
    assert found(one, "JAIL-TWICE") == ()
    assert (one.settings["web"].file, one.settings["web"].alone) == ("/etc/jail.conf", False)


def test_a_file_below_the_root_of_a_jail_is_that_jail_s_to_write() -> None:
    texts = {
        "/etc/jail.conf": "web { path = /jails/web; }\nhost { path = /; }",
        "/jails/web/jail.conf": "evil { path = /jails/evil; }",
        "/jails/webx/jail.conf": "sound { path = /jails/webx/root; }",
    }
    (finding,) = found(context(texts, alone=("/jails/*/jail.conf",)), "CONF-IN-JAIL")
    assert (finding.subject.key, finding.severity) == ("evil", "error")
    assert "/jails/web/jail.conf, which defines evil, is below /jails/web, the root of web" in finding.text
