"""The rule about files that give names of jails wrong addresses."""

from __future__ import annotations

from typing import Any

import pytest

from jailtui.formats import hosts
from jailtui.model.state import NameFile
from jailtui.rules.finding import Finding
from tests.support.contexts import context, found
from tests.support.jail_hosts import inside, running, template

OF_WEB = "/jails/web/etc/hosts"


def judged(text: str, jail: str = "", *addresses: str, **web: Any) -> tuple[Finding, ...]:
    """What is found where web and db run, and this is the /etc/hosts of the host, or of that jail."""
    own = addresses or ("192.168.1.154/24",)
    conf = template("web", 154) + template("db", 155)
    jails = [
        running(conf, "web", 4, inside("epair154b", 4, *own), **web),
        running(conf, "db", 5, inside("epair155b", 5, "192.168.1.155/24")),
    ]
    held = [interface for each in jails for interface in each.interfaces or ()]
    path = f"/jails/{jail}/etc/hosts" if jail else "/etc/hosts"
    file = NameFile(path, jail, hosts.parse(text))
    return found(context(conf, running=jails, interfaces=tuple(held), name_files=(file,)), "NAME-ADDRESS")


def test_host_file_with_a_stale_address_is_told() -> None:
    (finding,) = judged("192.168.1.10 nas\n192.168.1.99 Web\n")
    assert finding.text.startswith("/etc/hosts gives web the address 192.168.1.99, which web does not have; ")
    assert finding.text.endswith("; web has 192.168.1.154.")
    assert (finding.severity, finding.subject.name) == ("warning", "web")
    assert finding.evidence[0] == ("/etc/hosts:2", "192.168.1.99 web")


def test_address_of_another_jail_is_a_note_with_its_holder() -> None:
    (finding,) = judged("192.168.1.155 web\n")
    assert finding.severity == "note"
    assert "192.168.1.155, which belongs to db (jid 5) on epair155b;" in finding.text


def test_file_of_a_jail_makes_notes_about_that_jail_alone() -> None:
    (finding,) = judged("192.168.1.99 web\n", "db")
    assert (finding.severity, finding.subject.name) == ("note", "db")
    assert finding.text.startswith("/jails/db/etc/hosts gives web the address 192.168.1.99")
    (own,) = judged("192.168.1.99 web\n", "web")
    assert (own.severity, own.subject.name) == ("note", "web")


@pytest.mark.parametrize(
    "text",
    [
        "192.168.1.154 web\n",
        "10.0.0.1 web\n192.168.1.154 web\n",
        "127.0.0.1 web\n::1 web\n0.0.0.0 web\n",
        "fd00::9 web\n",
        "10.0.0.1 www.web web2 nas\n",
    ],
)
def test_right_other_and_loopback_addresses_are_no_finding(text: str) -> None:
    assert judged(text) == ()


def test_jail_whose_addresses_are_not_known_gives_no_finding() -> None:
    assert judged("10.0.0.1 web\n", interfaces=None, addresses=()) == ()
    assert judged("10.0.0.1 web\n", addresses=()) == ()
    assert found(context(template("web")), "NAME-ADDRESS") == ()


def test_name_that_a_jail_gives_itself_is_believed_for_a_note_at_most() -> None:
    (finding,) = judged("192.168.1.99 router\n", hostname="router")
    assert finding.severity == "note"
    assert finding.text.startswith("/etc/hosts gives router, the host name of web, the address 192.168.1.99")
    assert judged("192.168.1.99 nas\n", hostname="nas") == ()
    assert judged("192.168.1.99 db\n", hostname="db")[0].subject.name == "db"
