"""What may stand in each field, by itself."""

from __future__ import annotations

import pytest

from jailtui.config.syntax import syntax

GOOD = [
    ("address", "192.168.1.10/24"),
    ("2.alias3", "10.0.0.1/8"),
    ("alias4_6", "10.0.0.1/32"),
    ("address6", "fd00::10/64"),
    ("address6", "fd00::10"),
    ("3.alias6_2", "fe80::1/64"),
    ("gateway", "192.168.1.1"),
    ("gateway6", "fe80::1%epair154b"),
    ("epair", "epair154"),
    ("epair", "epair0"),
    ("epair", "epair32767"),
    ("epair", "e0a_web"),
    ("epair", "em1"),
    ("epair", "tap0"),
    ("bridge", "bridge0"),
    ("bridge", "br.with.dots"),
    ("bridge", "em0bridge"),
    ("mtu", "72"),
    ("mtu", "65535"),
    ("mac", "02:00:00:00:00:0b"),
    ("mac", "02-AB-00-00-00-0b"),
    ("mac", "random"),
    ("vlan", "1"),
    ("vlan", "4094"),
    ("id", "154"),
    ("release", "on"),
    ("dhcp", "off"),
]
BAD = [
    ("address", "192.168.1.300/24"),
    ("address", "192.168.1.10/33"),
    ("address", "192.168.1.10/0"),
    ("address", "192.168.1.10/255.255.255.0"),
    ("address", "192.168.1.10/24 alias"),
    ("address", "١92.168.1.10/24"),
    ("address", "fd00::10/64"),
    ("address", "0.0.0.0/8"),
    ("address", "224.0.0.1/24"),
    ("alias", "web.example.org"),
    ("address6", "192.168.1.10/24"),
    ("address6", "fd00::10/129"),
    ("alias6", "ff02::1/64"),
    ("alias6", "fe80::1%$(reboot)/64"),
    ("gateway", "192.168.1.1/24"),
    ("gateway", "fd00::1"),
    ("gateway", "192.168.1.1%em0"),
    ("gateway6", "192.168.1.1"),
    ("gateway6", "fe80::1%;reboot"),
    ("gateway6", "fe80::1%"),
    ("epair", "epair154a"),
    ("epair", "epair01"),
    ("epair", "epair32768"),
    ("epair", "epair" + "9" * 5000),
    ("epair", "ipfw0"),
    ("epair", "sixteen_letters_"),
    ("epair", "e0;reboot"),
    ("epair", "-a"),
    ("bridge", "bridge0 addm"),
    ("bridge", "epair0"),
    ("bridge", "brücke"),
    ("mtu", "71"),
    ("mtu", "65536"),
    ("mtu", "-5"),
    ("mtu", "9" * 5000),
    ("mac", "02:00:00:00:00"),
    ("mac", "02:00-00:00-00:0b"),
    ("mac", "01:00:00:00:00:0b"),
    ("mac", "00:00:00:00:00:00"),
    ("mac", "zz:00:00:00:00:0b"),
    ("vlan", "0"),
    ("vlan", "4095"),
    ("vlan", "²"),
    ("id", "1;reboot"),
]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_good_values(key: str, value: str) -> None:
    assert syntax(key, value) is None


@pytest.mark.parametrize(("key", "value"), BAD)
def test_bad_values_are_answered_by_a_sentence(key: str, value: str) -> None:
    said = syntax(key, value)
    assert said is not None
    assert said.endswith(".")


def test_nothing_is_never_wrong() -> None:
    assert {syntax(key, "") for key, _ in GOOD} == {None}
