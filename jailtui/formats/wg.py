"""`wg show INTERFACE endpoints`: the peers of a wg(4) interface, each with the address that packets to it go to; and
`latest-handshakes`: each with the time of its last handshake in seconds since the epoch, 0 for none.

    xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=	203.0.113.5:51820
    gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=	(none)

    xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=	1732950000

Source: wg(8).
"""

from __future__ import annotations

import re

from jailtui.net import plain_ip

ENDPOINT = re.compile(r"[A-Za-z0-9+/]{43}=\t(?:\[([^\]]+)\]|([0-9.]+)):[0-9]{1,5}")
HANDSHAKE = re.compile(r"[A-Za-z0-9+/]{43}=\t([0-9]{1,12})", re.ASCII)


def endpoints(text: str) -> tuple[str, ...]:
    """The addresses of the peers that have one, each once; never raises."""
    matches = filter(None, map(ENDPOINT.fullmatch, text.split("\n")))
    return tuple(dict.fromkeys(ip for match in matches if (ip := plain_ip(match[1] or match[2]))))


def handshakes(text: str) -> tuple[int, ...]:
    """The time of the last handshake with each peer; never raises."""
    return tuple(int(match[1]) for match in filter(None, map(HANDSHAKE.fullmatch, text.split("\n"))))
