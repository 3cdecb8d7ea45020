"""The rules about names and descriptions by which a jail's root may feign interfaces."""

from __future__ import annotations

import pytest

from jailtui.model.state import Interface
from tests.support.contexts import context, found
from tests.support.epair_hosts import WEB, near, on_host, pair, within
from tests.support.jail_hosts import running

FEIGNING = "x\nqq0: flags=8843<UP> metric 0 mtu 1500"
SOUND = Interface("epair154b", "epair", jid=4, description="jail:web")


def commands(code: str, *interfaces: Interface, can: tuple[str, ...] = ("ifconfig -j",)) -> list[tuple[str, ...]]:
    """What the remedies of the findings run on a host where web, jid 4, has these interfaces."""
    cable = pair(near(), within())
    jail = running(WEB, "web", 4, *(one for one in interfaces if one.jid == 4))
    on = (*on_host(cable), *interfaces)
    made = context(WEB, running=(jail,), epairs=(cable,), interfaces=on, can=can)
    return [step.argv for finding in found(made, code) for remedy in finding.remedies for step in remedy.task.steps]


def test_a_description_with_line_breaks_is_removed_where_its_interface_is() -> None:
    inside = SOUND._replace(description=FEIGNING)
    assert commands("IF-DESCRIPTION", inside) == [("ifconfig", "-j", "4", "epair154b", "-descr")]
    assert commands("IF-DESCRIPTION", inside, can=()) == [("jexec", "4", "ifconfig", "epair154b", "-descr")]
    on_the_host = Interface("epair9b", "epair", description=FEIGNING)
    assert commands("IF-DESCRIPTION", on_the_host) == [("ifconfig", "epair9b", "-descr")]


def test_an_interface_that_netstat_does_not_confirm_is_doubtful_by_its_description() -> None:
    assert commands("IF-DESCRIPTION", SOUND._replace(description=None, doubtful=True)) != []
    assert commands("IF-DESCRIPTION", SOUND) == []


@pytest.mark.parametrize("name", ["q\nem0", "x;$(id) y", "two words"])
def test_a_name_that_is_no_plain_word_is_replaced(name: str) -> None:
    assert commands("IF-NAME", SOUND._replace(name=name)) == [("ifconfig", "-j", "4", name, "name", "renamed0")]
    assert commands("IF-DESCRIPTION", SOUND._replace(name=name)) == []


def test_no_command_is_given_a_name_that_looks_like_an_option() -> None:
    assert commands("IF-NAME", SOUND._replace(name="-a")) == []


@pytest.mark.parametrize("name", ["epair154b", "em0.30", "e0a_web", "vlan-dmz"])
def test_a_plain_name_is_no_finding(name: str) -> None:
    assert commands("IF-NAME", SOUND._replace(name=name)) == []
