"""The peers of a wg(4) interface, by the output that wg(8) describes."""

from __future__ import annotations

from jailtui.formats.wg import endpoints, handshakes

KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="


def test_addresses_of_peers_stand_once_each_and_a_peer_may_have_none() -> None:
    lines = ("203.0.113.5:51820", "(none)", "[2001:db8::5]:51820", "203.0.113.5:9")
    assert endpoints("".join(f"{KEY}\t{line}\n" for line in lines)) == ("203.0.113.5", "2001:db8::5")


def test_another_text_has_no_peers() -> None:
    for line in ("wg: Unable to access interface: No such file", f"{KEY}\t1.2.3.4.5:1", f"{KEY}\t[x]:1", "\t9.9.9.9:1"):
        assert endpoints(f"{line}\n") == ()


def test_times_of_handshakes() -> None:
    assert handshakes(f"{KEY}\t1732950000\n{KEY}\t0\n{KEY}\t-1\n{KEY}\t(none)\n") == (1732950000, 0)
