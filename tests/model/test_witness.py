"""Interfaces by two witnesses: what real kernels printed where a jail's root feigned interfaces."""

from __future__ import annotations

import pytest

from jailtui.formats import netstat
from jailtui.model import witness
from jailtui.model.reading import listing
from jailtui.model.state import Interface
from tests.support.shared_material import recordings


def recorded(release: str, identity: str) -> str:
    return next(str(line["stdout"]) for line in recordings(release) if line["id"] == identity)


PLACES = {
    "a description, inside": ("found/forged/02", "found/forged/04"),
    "a description, on the host": ("found/forged/06", "found/forged/08"),
    "a name, on the host": ("found/names/06", "found/names/07"),
}


@pytest.mark.parametrize("release", ["13.2", "15.1"])
@pytest.mark.parametrize(("printed", "listed"), PLACES.values(), ids=PLACES)
def test_the_interfaces_there_are_are_those_that_netstat_lists(release: str, printed: str, listed: str) -> None:
    text, links = recorded(release, printed), netstat.links(recorded(release, listed))
    read = listing(text, None)
    assert not witness.agree(read.names, links)

    found = witness.settled(links, read.interfaces, {}, None)

    assert [(one.name, one.up, one.mac) for one in found] == [(link.name, link.up, link.ether) for link in links]
    doubtful = [one for one in found if one.doubtful]
    assert {one.kind for one in doubtful} <= {"epair", "ether"}
    assert "epair61b" in [one.name for one in doubtful] or "q\nem0" in [one.name for one in doubtful]
    assert all(one.addresses == () for one in doubtful)


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_what_ifconfig_prints_of_one_interface_alone_is_read_whatever_it_is_called(release: str) -> None:
    whole = recorded(release, "found/names/06")
    alone = whole[whole.index("q\nem0: flags=") :]
    links = [link for link in netstat.links(recorded(release, "found/names/07")) if link.name == "q\nem0"]

    (found,) = witness.settled(links, (), {0: alone}, None)

    assert (found.name, found.kind, found.doubtful, found.status) == ("q\nem0", "epair", False, "active")


def test_of_a_stanza_that_does_not_fit_only_the_witness_counts() -> None:
    link = netstat.LinkRow("epair9b", True, 1500, "02:00:00:00:00:0b")
    feigned = (
        "epair9b: flags=8863<UP> metric 0 mtu 1500\n\tether 02:00:00:00:00:0c\n\tinet 10.0.0.1 netmask 0xff000000\n"
    )

    assert witness.settled([link], (), {0: feigned}, 4) == (
        Interface("epair9b", "epair", 4, True, 1500, ether=link.ether, mac=link.ether, doubtful=True),
    )
    assert witness.settled([link], (), {0: "em0: flags=8863<UP> metric 0 mtu 1500\n"}, 4)[0].doubtful
    assert witness.doubled([link, link]) == {"epair9b"}
