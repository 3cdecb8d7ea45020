"""Reading the lists of the managers of jails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import appjail, cbsd, ezjail, iocage, pot
from jailtui.formats.errors import FormatError
from jailtui.formats.listed import ListedJail
from jailtui.formats.managed import PARSERS

IOCAGE = """\
1\tdb\ton\tup\tjail\t14.2-RELEASE-p1\tvnet0|192.168.1.82/24,vnet1|10.0.0.2/24\tvnet0|fd00::2/64\t-\tno
-\tmail.x\toff\tdown\tpluginv2\t14.2-RELEASE\tDHCP (not running)\t-\ttmpl\tyes
-\tbroken\toff\tCORRUPT\tN/A\tN/A\tN/A\tN/A\t-\tno
"""
CBSD = (
    "\x1b[0m\x1b[0;32mweb1  192.168.1.85/24,fd00::85  On   /usr/jails/jails/web1\x1b[0m\n"
    "\x1b[0;36mmail  DHCP  Off  /usr/jails/jails/mail\x1b[0m\nold  0  Unregister  \\-\n"
)
EZJAIL = """\
STA JID  IP              Hostname                       Root Directory
--- ---- --------------- ------------------------------ ------------------------
DR  3    127.0.2.3       test.example.com               /usr/jails/test.example.com
    3    em0|10.1.0.53
ZSN N/A  127.0.0.3       clean                          /usr/jails/clean
"""


def test_iocage_lists_whole_names_and_where_their_addresses_are() -> None:
    db, mail, broken = iocage.parse(IOCAGE).jails
    assert db == ListedJail("db", ("192.168.1.82/24", "10.0.0.2/24", "fd00::2/64"), vnet=True)
    assert (mail, broken) == (ListedJail("mail.x"), ListedJail("broken"))


def test_cbsd_is_read_with_its_colours_and_without() -> None:
    jails = cbsd.parse(CBSD).jails
    assert jails[0] == ListedJail("web1", ("192.168.1.85/24", "fd00::85"), "/usr/jails/jails/web1")
    assert [(jail.name, jail.addresses, jail.path) for jail in jails[1:]] == [
        ("mail", (), "/usr/jails/jails/mail"),
        ("old", (), ""),
    ]


def test_ezjail_lists_further_addresses_on_lines_of_their_own() -> None:
    first, clean = ezjail.parse(EZJAIL).jails
    assert first == ListedJail(
        "test.example.com", ("127.0.2.3", "10.1.0.53"), "/usr/jails/test.example.com", vnet=False
    )
    assert (clean.name, clean.addresses) == ("clean", ("127.0.0.3",))


@pytest.mark.parametrize("parse", [pot.parse, appjail.parse])
def test_names_alone(parse: object) -> None:
    assert callable(parse)
    assert [jail.name for jail in parse("shop\nblog-1\n\nshop\n").jails] == ["shop", "blog-1"]


@pytest.mark.parametrize("command", PARSERS)
def test_no_jails_are_none_and_a_complaint_alone_is_an_error(command: str) -> None:
    assert PARSERS[command]("").jails == ()
    with pytest.raises(FormatError, match="printed"):
        PARSERS[command]("###>  something is wrong\n")


@pytest.mark.parametrize(
    ("command", "sound", "hostile"),
    [
        ("iocage", IOCAGE, "-\t\x1b[2Jx\toff\tdown\tjail\t14\t-\t-\t-\tno"),
        ("pot", "shop\n", "a b; rm -rf /"),
        ("pot", "shop\n", "\x1b]0;x\x07"),
        ("appjail", "shop\n", "../../etc"),
        ("appjail", "shop\n", "-rf"),
        ("pot", "shop\n", "WARNING:"),
        ("appjail", "shop\n", "sudo:"),
        ("pot", "shop\n", "$(id)"),
        ("cbsd", CBSD, "x\x07y 0 Off /"),
        ("ezjail-admin", EZJAIL, "DS  N/A  127.0.0.4  ../x  /usr/jails/x"),
    ],
)
def test_names_that_no_jail_has_are_left_out_and_named(command: str, sound: str, hostile: str) -> None:
    names = [jail.name for jail in PARSERS[command](sound).jails]
    listed = PARSERS[command](f"{sound}{hostile}\n")
    assert [jail.name for jail in listed.jails] == names
    assert listed.unread


@given(st.sampled_from(sorted(PARSERS)), st.text(alphabet=st.sampled_from("ab1./|,:-\t \n\x1b[mNA/SDR0")))
def test_no_other_error_than_its_own(command: str, text: str) -> None:
    try:
        jails = PARSERS[command](text).jails
    except FormatError:
        return
    assert all(jail.name.isprintable() and " " not in jail.name for jail in jails)
