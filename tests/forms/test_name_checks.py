"""Rules about pairs and names, each with the case beside it that must stay silent."""

from __future__ import annotations

from jailtui.config.view import Link, View
from jailtui.forms.protocol import Note
from jailtui.model.state import End, Interface, Where
from tests.support.networks import DB, LINK, WEB, levels, live, notes, pair, texts, web


def test_a_pair_of_another_configured_jail_is_taken() -> None:
    taken = web(pair="epair155", given="epair155b", inside="epair155b", host_end="epair155a")
    (found,) = [note for note in notes(taken, others=[DB]) if note.field == "epair"]
    assert (found.level, found.text) == ("error", "epair155 is configured for db too.")
    assert levels(notes(WEB, others=[DB]), "epair") == []


def test_an_end_or_nic_given_to_two_jails_is_taken() -> None:
    nic = Link("em1", "em1", release=True, release_safe=True)
    other = View("db", True, (nic,))
    found = notes(View("web", True, (nic,)), others=[other], interfaces=[Interface("em1", "ether")])
    assert texts(found) == "em1 is configured for db too."
    classic = other._replace(vnet=False)
    assert notes(View("web", True, (nic,)), others=[classic], interfaces=[Interface("em1", "ether")]) == []


def test_a_pair_on_the_host_of_somebody_else_or_nobody_is_taken() -> None:
    assert texts(notes(WEB, epairs=[pair("epair154", "db")])) == "epair154 is on the host and belongs to db."
    nobody = [pair("epair154", None, orphan=True)]
    found = notes(WEB, epairs=nobody)
    assert found == [Note("error", "epair154 is on the host already and belongs to nobody.", "epair")]
    assert levels(notes(web(idempotent=True), epairs=nobody), "epair") == ["warning"]
    assert notes(web(created=False), epairs=nobody) == []
    assert notes(WEB, epairs=[pair("epair15", "db")]) == []


def test_the_jails_own_left_over_pair_is_only_told() -> None:
    left = [pair("epair154", "web", orphan=True)]
    assert levels(notes(WEB, WEB, epairs=left), "epair") == ["note"]
    assert notes(web(idempotent=True), WEB, epairs=left) == []
    assert notes(WEB, WEB, epairs=[pair("epair154", "web")]) == []


def test_a_renamed_pair_keeps_its_number() -> None:
    renamed = Interface("e0a_db", "epair", drivername="epair154")
    there = [pair("e0a_db", "db", a=End("e0a_db", Where.HOST))]
    found = notes(WEB, epairs=there, interfaces=[renamed])
    assert texts(found) == "epair154, now e0a_db, is on the host and belongs to db."


def test_a_pair_made_inside_a_jail_takes_no_number_of_the_host() -> None:
    inside = pair("epair154", "db", a=End("epair154a", Where.JAIL, "db", 9))
    assert notes(WEB, epairs=[inside]) == []


def test_an_end_renamed_so_blocks_the_number() -> None:
    other = [pair("epair9", "db", a=End("epair154a", Where.HOST))]
    found = notes(WEB, epairs=other, interfaces=[Interface("epair154a", "epair")])
    assert levels(found, "epair") == ["error"]
    (nic,) = notes(WEB, interfaces=[Interface("epair154b", "ether")])
    assert (nic.level, nic.field) == ("error", "epair")
    assert "epair154b" in nic.text


def test_a_name_for_an_end_that_another_interface_has() -> None:
    named = web(host_end="e0a_web")
    assert texts(notes(named, interfaces=[Interface("e0a_web", "ether")])) == (
        "There is another interface e0a_web on the host already."
    )
    mine = [pair("epair154", "web", a=End("e0a_web", Where.HOST))]
    assert notes(named, interfaces=[Interface("e0a_web", "epair")], epairs=mine) == []


def test_names_have_15_bytes_at_most() -> None:
    (found,) = notes(web(host_end="e0a_averylongname"))
    assert (found.level, found.field) == ("error", "epair")
    assert "e0a_averylongname has 17 bytes" in found.text
    assert notes(web(host_end="e0a_fifteenletr")) == []
    assert levels(notes(web(bridge="abcdefghijklmnop")), "bridge") == ["error"]


def test_names_that_mean_something_to_a_shell_are_refused_but_those_of_the_file_are_let_be() -> None:
    odd = web(host_end="e0a$(reboot)")
    assert levels(notes(odd), "epair") == ["error"]
    assert notes(odd, odd) == []


def test_only_an_epair_may_be_created_as_a_pair() -> None:
    assert levels(notes(web(pair="ipfw0")), "epair") == ["error"]
    assert levels(notes(web(pair="tap0")), "epair") == ["error"]
    assert levels(notes(web(pair="tap0", given="tap0", created=False)), "epair") == ["warning"]
    assert notes(web(pair="e0b_web", given="e0b_web", host_end="e0a_web")) == []


def test_two_interfaces_of_one_name_in_the_jail() -> None:
    second = LINK._replace(pair="epair160", given="epair160b", host_end="epair160a", addresses=())
    (found,) = notes(WEB._replace(links=(LINK, second)))
    assert (found.level, found.field) == ("error", "2.epair")


def test_an_interface_that_nothing_makes() -> None:
    given = web(created=False)
    assert texts(notes(given)) == "epair154b is not on the host, and nothing that is known makes it."
    assert notes(given, rcconf={"cloned_interfaces": "bridge0 epair154"}) == []
    assert notes(given, interfaces=[Interface("epair154b", "epair")]) == []
    assert notes(given, jails=[live("web", 4, interfaces=(Interface("epair154b", "epair", jid=4),))]) == []
    assert notes(given._replace(unread=("sh /root/net.sh",))) == []


def test_another_pair_while_the_jail_runs() -> None:
    other = web(pair="epair160", given="epair160b", inside="epair160b", host_end="epair160a")
    running = [live("web", 4)]
    (found,) = notes(other, WEB, jails=running)
    text = "web runs with epair154: stop it first, or its stop cleans up the wrong pair."
    assert found == Note("warning", text, "epair")
    assert notes(other, WEB) == []
    assert notes(web(addresses=("192.168.1.160/24",)), WEB, jails=running) == []
    classic = View("web", False, (Link("em0", "em0"),))
    assert notes(classic, WEB, jails=running) == [found]
    assert notes(classic._replace(links=()), classic, jails=running) == []
