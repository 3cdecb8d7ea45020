"""Reading `ifconfig`: the forms of 13, 14 and 15, and text nobody planned for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import ifconfig
from jailtui.formats.ifconfig_lines import (
    BridgeRecord,
    IfconfigReading,
    Inet,
    Inet6,
    InterfaceRecord,
    Member,
    VlanRecord,
)

DATA = Path(__file__).parent / "data"
RECORDED = sorted(DATA.glob("ifconfig-*.txt"))
HEAD = "em0: flags=8863<UP,BROADCAST> metric 0 mtu 1500\n"


def one(text: str) -> InterfaceRecord:
    """The only interface of `text`, nothing unread."""
    reading = ifconfig.parse(text)
    assert reading.unread == ()
    (interface,) = reading.interfaces
    return interface


def recorded(name: str) -> dict[str, InterfaceRecord]:
    return {each.name: each for each in ifconfig.parse((DATA / name).read_text()).interfaces}


# The head line


def test_flags_are_names_whatever_the_number_before_them() -> None:
    new = one("epair0a: flags=1008a43<UP,BROADCAST,LOWER_UP> metric 3 mtu 1400\n")

    assert (new.name, new.flags, new.mtu) == ("epair0a", ("UP", "BROADCAST", "LOWER_UP"), 1400)


@pytest.mark.parametrize("flags", ["0", "0<>"])
def test_no_flags_read_alike_with_and_without_brackets(flags: str) -> None:
    assert one(f"enc0: flags={flags} metric 0 mtu 1536\n").flags == ()


@pytest.mark.parametrize("name", ["a b", "a.b-c:d/e", "up", "x: flags=8<UP>"])
def test_a_name_may_hold_anything(name: str) -> None:
    assert one(f"{name}: flags=8<UP> metric 0 mtu 1500\n\tether 02:00:00:00:00:01\n").name == name


def test_unread_head_line_never_lends_its_mac_to_the_neighbour() -> None:
    reading = ifconfig.parse(HEAD + "epair0a: flags=zz<UP> metric 0 mtu 1500\n\tether 02:00:00:00:00:0a\n")

    assert [(each.name, each.ether) for each in reading.interfaces] == [("em0", None)]
    assert reading.unread == ((2, "epair0a: flags=zz<UP> metric 0 mtu 1500"), (3, "\tether 02:00:00:00:00:0a"))


def test_a_line_that_is_no_head_ends_the_stanza_above_it() -> None:
    reading = ifconfig.parse(HEAD + "\toptions=0\nwhat is this\n\tether 02:00:00:00:00:0a\n")

    assert reading.interfaces[0].ether is None
    assert reading.interfaces[0].unread == ("what is this", "\tether 02:00:00:00:00:0a")
    assert [number for number, _ in reading.unread] == [3, 4]


@pytest.mark.parametrize("head", ["epair0a flags=8<UP> metric 0 mtu 1500", "epair0a: metric 0 mtu 1500", "8863 mtu 1"])
def test_what_is_left_of_a_head_line_ends_even_a_description(head: str) -> None:
    reading = ifconfig.parse(
        HEAD + "\tdescription: jail:web\n\toptions=0\n" + head + "\n\toptions=8<VLAN_MTU>\n\tether 02:00:00:00:00:0a\n"
    )

    assert [(each.description, each.ether) for each in reading.interfaces] == [("jail:web", None)]
    assert reading.unread[0] == (4, head)


def test_words_behind_the_mtu_are_kept_and_the_interface_is_read() -> None:
    reading = ifconfig.parse("em0: flags=8<UP> metric 0 mtu 1500 colour 7\n\tether 02:00:00:00:00:0a\n")

    assert reading.interfaces[0].ether == "02:00:00:00:00:0a"
    assert reading.unread == ((1, "em0: flags=8<UP> metric 0 mtu 1500 colour 7"),)


# Descriptions


@pytest.mark.parametrize("options", ["\toptions=0\n", "\toptions=8<VLAN_MTU>\n"])
def test_a_description_may_look_like_any_other_line(options: str) -> None:
    hostile = "jail\n\tinet 1.2.3.4 netmask 0xff\n\toptions=1<EVIL>\n\tether 66:66:66:66:66:66\nx"
    interface = one(HEAD + f"\tdescription: {hostile}\n{options}\tether 02:00:00:00:00:0a\n")

    assert interface.description == hostile
    assert (interface.ether, interface.inet, interface.more_ether) == ("02:00:00:00:00:0a", (), ())


def test_without_options_the_first_ether_ends_a_description() -> None:
    interface = one(HEAD + "\tdescription: a\n\tinet 1.2.3.4/24\nb\n\tether 02:00:00:00:00:0a\n\tinet 10.0.0.1/24\n")

    assert interface.description == "a\n\tinet 1.2.3.4/24\nb"
    assert interface.inet == (Inet("10.0.0.1", 24),)


def test_without_options_and_ether_the_first_readable_line_ends_a_description() -> None:
    interface = one(HEAD + "\tdescription: a\nb\n\n\tgroups: enc\n")

    assert (interface.description, interface.groups) == ("a\nb\n", ("enc",))


def test_a_description_can_be_the_last_thing_printed() -> None:
    assert one(HEAD + "\tdescription: the end\n").description == "the end"


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "[bold]markup[/]", "a\u2028b\x85c\x0bd", "Zürich \udcff", "\r"])
def test_a_description_is_kept_as_it_came(text: str) -> None:
    assert one(HEAD + f"\tdescription: {text}\n\toptions=0\n").description == text


def test_the_recorded_description_with_line_breaks_reads_as_it_was_set() -> None:
    interface = recorded("ifconfig-13-description.txt")["e0a_www"]

    assert interface.description == "line1\nline2\n\tinet 1.2.3.4 netmask 0xff"
    assert interface.inet == ()
    assert interface.ether == "02:ea:54:88:f3:0a"


# Addresses


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("10.0.0.1 netmask 0xffffff00 broadcast 10.0.0.255", Inet("10.0.0.1", 24)),
        ("10.0.0.1 netmask 255.255.255.252 broadcast 10.0.0.3", Inet("10.0.0.1", 30)),
        ("10.0.0.1/24 broadcast 10.0.0.255", Inet("10.0.0.1", 24)),
        ("10.0.0.1/32", Inet("10.0.0.1", 32)),
        ("10.0.0.1 netmask 0x0", Inet("10.0.0.1", None)),
        ("10.0.0.1 netmask 0xff00ff00", Inet("10.0.0.1", None)),
        ("10.1.0.1 --> 10.1.0.2 netmask 0xfffffffc", Inet("10.1.0.1", 30)),
        ("10.0.0.1 netmask 0xffffff00 broadcast 10.0.0.255 vhid 7", Inet("10.0.0.1", 24, 7)),
    ],
)
def test_inet(line: str, address: Inet) -> None:
    assert one(HEAD + f"\tinet {line}\n").inet == (address,)


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("::1 prefixlen 128", Inet6("::1", 128)),
        ("fe80::1%lo0 prefixlen 64 scopeid 0x3", Inet6("fe80::1", 64)),
        ("fe80::1%lo0/64 scopeid 0x3", Inet6("fe80::1", 64)),
        ("fd00::1/48", Inet6("fd00::1", 48)),
        ("fe80::1%a b prefixlen 64 tentative scopeid 0x3", Inet6("fe80::1", 64, ("tentative",))),
        (
            "2001:db8::1 prefixlen 64 tentative deprecated pltime 0 vltime 99",
            Inet6("2001:db8::1", 64, ("tentative", "deprecated")),
        ),
        ("fd00::1 --> fd00::2 prefixlen 128", Inet6("fd00::1", 128)),
        ("fd00::1/64 --> fd00::2 vhid 3", Inet6("fd00::1", 64, (), 3)),
    ],
)
def test_inet6(line: str, address: Inet6) -> None:
    assert one(HEAD + f"\tinet6 {line}\n").inet6 == (address,)


def test_a_new_word_behind_an_address_is_reported_and_the_address_kept() -> None:
    reading = ifconfig.parse(HEAD + "\tinet6 fd00::1 prefixlen 64 sparkling\n\tinet 10.0.0.1/24 colour red\n")

    assert reading.interfaces[0].inet6 == (Inet6("fd00::1", 64),)
    assert reading.interfaces[0].inet == (Inet("10.0.0.1", 24),)
    assert [number for number, _ in reading.unread] == [2, 3]


# One stanza for two interfaces


def test_two_ether_lines_of_13_are_both_kept() -> None:
    both = recorded("ifconfig-13-two-of-a-name.txt")["eth0"]

    assert (both.ether, both.more_ether) == ("02:aa:f5:f8:38:0b", ("02:ea:54:88:f3:0b",))
    assert both.hwaddr == "02:aa:f5:f8:38:0b"
    assert both.description == "of-the-host"


def test_two_stanzas_of_one_name_are_two_interfaces() -> None:
    assert (
        len(ifconfig.parse(HEAD + "\tether 02:00:00:00:00:01\n" + HEAD + "\tether 02:00:00:00:00:02\n").interfaces) == 2
    )


def test_a_second_line_of_what_an_interface_has_once_is_unread() -> None:
    reading = ifconfig.parse(HEAD + "\tstatus: active\n\tstatus: no carrier\n")

    assert reading.interfaces[0].status == "active"
    assert reading.unread == ((3, "\tstatus: no carrier"),)


# Details of a kind


def test_a_status_is_without_its_reason() -> None:
    assert one(HEAD + "\tstatus: no carrier (link down)\n").status == "no carrier"


def test_small_lines() -> None:
    interface = one(
        HEAD + "\toptions=8<VLAN_MTU>\n\tcapabilities=10<VLAN_HWTAGGING>\n\thwaddr 02:00:00:00:00:02\n\tpcp 3\n"
        "\tgroups: epair web\n\tmedia: Ethernet autoselect\n\tfib: 2\n\tdrivername: epair0\n\tOpened by PID 77\n"
        "\tOpened by PID 78\n\tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>\n\tlladdr 00.11\n"
    )

    assert interface == InterfaceRecord(
        name="em0",
        flags=("UP", "BROADCAST"),
        mtu=1500,
        options=("VLAN_MTU",),
        hwaddr="02:00:00:00:00:02",
        groups=("epair", "web"),
        media="Ethernet autoselect",
        drivername="epair0",
    )


@pytest.mark.parametrize(
    ("line", "vlan"),
    [
        ("20 vlanproto: 802.1q vlanpcp: 0 parent interface: em0", VlanRecord(20, "em0")),
        ("5 vlanproto: 802.1ad vlanpcp: 6 parent interface: a b", VlanRecord(5, "a b")),
        ("0 vlanproto: 0x0000 vlanpcp: 0 parent interface: <none>", VlanRecord(0, None)),
    ],
)
def test_vlan(line: str, vlan: VlanRecord) -> None:
    assert one(HEAD + f"\tvlan: {line}\n").vlan == vlan


BRIDGE = (
    HEAD + "\tid 00:00:00:00:00:01 priority 32768 hellotime 2 fwddelay 15\n"
    "\tmaxage 20 holdcnt 6 proto rstp maxaddr 2000 timeout 1200\n"
    "\troot id 00:00:00:00:00:02 priority 1 ifcost 3 port 4\n"
)


def bridge(text: str) -> BridgeRecord:
    found = one(BRIDGE + text).bridge
    assert found is not None
    return found


def test_a_bridge_without_members() -> None:
    assert bridge("\tbridge flags=1<VLANFILTER> defuntagged=5\n") == BridgeRecord((), ("VLANFILTER",))
    assert bridge("") == BridgeRecord()


@pytest.mark.parametrize(
    ("lines", "member"),
    [
        (
            ["ifmaxaddr 0 port 4 priority 128 path cost 2000"],
            Member("em0"),
        ),
        (
            ["port 4 priority 128 path cost 2000 vlan protocol 802.1q untagged 20 tagged 10,30-32"],
            Member("em0", 20, "10,30-32"),
        ),
        (
            ["ifmaxaddr 9 port 2 priority 128 path cost 20000 proto rstp", "role designated state discarding"],
            Member("em0"),
        ),
        (
            [
                "port 2 priority 128 path cost 20000 proto stp",
                "role disabled state forwarding vlan protocol 802.1ad untagged 7",
            ],
            Member("em0", 7),
        ),
    ],
)
def test_members_of_13_and_of_15(lines: list[str], member: Member) -> None:
    text = "\tmember: em0 flags=143<LEARNING>\n" + "".join(f"\t        {line}\n" for line in lines)

    assert bridge(text).members == (member,)


def test_a_member_nobody_can_read_never_lends_its_port_to_the_one_above() -> None:
    reading = ifconfig.parse(
        HEAD + "\tmember: em0 flags=143<LEARNING>\n\tmember: em1 flags=?\n\t        port 9 priority 1 path cost 2\n"
        "\t        role designated state forwarding\n"
    )

    found = reading.interfaces[0].bridge
    assert found is not None
    assert found.members == (Member("em0"),)
    assert [number for number, _ in reading.unread] == [3, 4, 5]


def test_a_member_line_with_a_new_word_gives_what_is_known() -> None:
    reading = ifconfig.parse(HEAD + "\tmember: a b flags=3<X>\n\t        port 9 shade 5 untagged 2\n")

    found = reading.interfaces[0].bridge
    assert found is not None
    assert found.members == (Member("a b", 2),)
    assert reading.unread == ((3, "\t        port 9 shade 5 untagged 2"),)


@pytest.mark.parametrize(
    "lines",
    [
        "\tlaggproto failover lagghash l2,l3,l4\n",
        "\tcarp: MASTER vhid 1 advbase 1 advskew 0\n\t      peer 224.0.0.18 peer6 ff02::12\n"
        "\tcarp: BACKUP vhid 2 advbase 1 advskew 100\n",
        "\tvxlan vni 7 local 10.0.0.1:4789 group 239.0.0.1:4789\n",
        "\ttunnel inet 10.0.0.1 --> 10.0.0.2\n",
    ],
)
def test_lines_of_which_nothing_is_kept_are_known(lines: str) -> None:
    assert one(HEAD + lines) == InterfaceRecord("em0", ("UP", "BROADCAST"), 1500)


def test_a_known_line_with_a_new_word_is_unread() -> None:
    reading = ifconfig.parse(HEAD + "\tpcp three\n\tcarp: MASTER colour 1\n\tnd6 options=?\n")

    assert [number for number, _ in reading.unread] == [2, 3, 4]


# Any text


def test_every_line_is_read_or_kept() -> None:
    reading = ifconfig.parse("hello\n\n\tworld\n" + HEAD + "\tssid home channel 1\n")

    assert reading.unread == ((1, "hello"), (3, "\tworld"), (5, "\tssid home channel 1"))
    assert reading.interfaces[0].unread == ("\tssid home channel 1",)


def test_an_interface_read_equals_one_built_by_hand() -> None:
    read = one("lo0: flags=8<UP> metric 0 mtu 16384\n\tgroups: lo\n")

    assert read == InterfaceRecord("lo0", ("UP",), 16384, groups=("lo",))
    assert hash(read) == hash(InterfaceRecord("lo0", ("UP",), 16384, groups=("lo",)))


def test_no_text_is_no_interface() -> None:
    assert ifconfig.parse("") == IfconfigReading()


@given(st.text())
def test_any_text_is_read_and_its_lines_are_unread(text: str) -> None:
    unread = tuple((number, line) for number, line in enumerate(text.split("\n"), 1) if line)
    assert ifconfig.parse(text) == IfconfigReading(unread=unread)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Recorded text with lines and characters deleted, doubled, swapped and put in."""
    lines = draw(st.sampled_from(RECORDED)).read_text().split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        to = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["delete", "double", "swap", "insert", "cut"]))
        if what == "delete":
            lines[at] = ""
        elif what == "double":
            lines.insert(to, lines[at])
        elif what == "swap":
            lines[at], lines[to] = lines[to], lines[at]
        else:
            place = draw(st.integers(0, len(lines[at])))
            more = draw(st.text(max_size=8)) if what == "insert" else ""
            lines[at] = lines[at][:place] + more + lines[at][place + (what == "cut") :]
    return "\n".join(lines)


@given(mutated())
def test_mutated_output_is_read_without_an_exception_and_no_line_is_invented(text: str) -> None:
    reading = ifconfig.parse(text)

    numbered = dict(enumerate(text.split("\n"), 1))
    assert all(numbered[number] == line for number, line in reading.unread)
    assert len({number for number, _ in reading.unread}) == len(reading.unread)
    assert all(f"{each.name}: flags=" in text for each in reading.interfaces)
    assert all(each.ether is None or f"\tether {each.ether}\n" in text + "\n" for each in reading.interfaces)


def test_lines_below_a_description_of_several_lines_keep_their_numbers() -> None:
    reading = ifconfig.parse(HEAD + "\tdescription: a\nb\nc\n\toptions=0\n\tunheard of\n" + HEAD + "\tand this\n")

    assert reading.unread == ((6, "\tunheard of"), (8, "\tand this"))


def test_ports_of_a_lagg_are_kept() -> None:
    lines = "\tlaggport: em1 flags=5<MASTER,ACTIVE>\n\tlaggport: a b flags=0<>\n"
    assert one(HEAD + lines).laggports == ("em1", "a b")
