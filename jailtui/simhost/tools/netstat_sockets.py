"""netstat(1) -an: the TCP connections of one network stack, as text and JSON.

Sources: recordings dying/tcpdrop-one/10, dying/tcp-keep/18, inside/network/36, inside/main/08.
"""

from __future__ import annotations

from jailtui.simhost.kernel import connections
from jailtui.simhost.kernel.state import HOST, Kernel

Row = tuple[str, str, str, str]
"""Protocol, own end, the peer's (each ADDRESS.PORT), state."""

LISTENING: tuple[Row, ...] = (("tcp4", "*.22", "*.*", "LISTEN"), ("tcp6", "*.22", "*.*", "LISTEN"))
"""The host's sshd."""


def show(kernel: Kernel, vnet: int, letters: str, options: dict[str, str]) -> str:
    """What `netstat -an[W] [-p tcp] [-f FAMILY] [--libxo json]` prints; there are TCP sockets only."""
    listed = [row for row in rows(kernel, vnet) if wanted(row, letters, options)]
    if options.get("p", "tcp") != "tcp":
        listed = []
    if options.get("libxo") == "json":
        return as_json(kernel, listed)
    return as_text(kernel, listed, 45 if "W" in letters else 22)


def rows(kernel: Kernel, vnet: int) -> list[Row]:
    """The connections, the youngest first, and on the host the sockets that listen."""
    listed = [
        ("tcp6" if ":" in near else "tcp4", f"{near}.{port}", f"{far}.{far_port}", state)
        for near, port, far, far_port, state in connections.sockets(kernel, vnet)
    ]
    return [*listed, *(LISTENING if vnet == HOST else ())]


def wanted(row: Row, letters: str, options: dict[str, str]) -> bool:
    """Whether -f, -4 and -6 select the socket."""
    family = options.get("f") or ("inet" if "4" in letters else "inet6" if "6" in letters else "")
    return family in ("", "inet" if row[0] == "tcp4" else "inet6")


def as_text(kernel: Kernel, listed: list[Row], width: int) -> str:
    """The sockets as a table; "" without any."""
    proto = 9 if kernel.release.netstat_wide_protocol else 5
    heads = ("Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "(state)")
    rows = [heads, *((socket[0], "0", "0", *socket[1:]) for socket in listed)] if listed else []
    lines = "".join(
        f"{kind:<{proto}} {received:>6} {sent:>6} {near[:width]:<{width}} {far[:width]:<{width}} {state:<11}\n"
        for kind, received, sent, near, far, state in rows
    )
    return f"Active Internet connections (including servers)\n{lines}" if lines else ""


def as_json(kernel: Kernel, listed: list[Row]) -> str:
    """One line of JSON with the blanks of libxo; before 15 a state is padded as in the table."""
    width = 0 if kernel.release.netstat_wide_protocol else 11
    rows = ", ".join(
        f'{{"protocol":"{kind}","receive-bytes-waiting":0,"send-bytes-waiting":0, "local": {end(near)}, '
        f'"remote": {end(far)},"tcp-state":"{state:<{width}}"}}'
        for kind, near, far, state in listed
    )
    return f'{{"statistics": {{"socket": [{rows}]}}}}\n'


def end(text: str) -> str:
    address, _, port = text.rpartition(".")
    return f'{{"address":"{address}","port":"{port}"}}'
