"""resolv.conf as the resolver reads it."""

from __future__ import annotations

from jailtui.formats import resolv

TEXT = "# by resolvconf\nsearch home.arpa  lan \n\n; none\nnameserver\tfd00::1\t# b\nnameserver ns\noptions\n"


def test_comments_are_left_out() -> None:
    assert resolv.parse(TEXT) == (
        ("search", "home.arpa  lan"),
        ("nameserver", "fd00::1\t# b"),
        ("nameserver", "ns"),
        ("options", ""),
    )


def test_only_addresses_are_name_servers() -> None:
    assert resolv.name_servers(TEXT) == ("fd00::1",)
    assert resolv.name_servers("nameserver\nnameserverx 10.0.0.1\n") == ()
