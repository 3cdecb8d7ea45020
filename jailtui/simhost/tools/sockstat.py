"""sockstat(1): the TCP sockets of one network stack with their programs.

Sources: recordings guard/where-am-i/06 and /07, look-inside/services/19 to 29, own/version/12, inside/main/53.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import connections
from jailtui.simhost.kernel.state import HOST, Kernel

Row = tuple[str, str, str, str, str, str, str]
"""User, program, pid, descriptor, protocol, own end, the peer's (each ADDRESS:PORT)."""

HEADS: Row = ("USER", "COMMAND", "PID", "FD", "PROTO", "LOCAL ADDRESS", "FOREIGN ADDRESS")
COMMAND = 10
"""Characters of a program's name that are printed."""
END = 21
"""The least width of an address with its port."""
LISTENER = "716"
"""The pid of the sshd that listens."""
FIRST_SESSION = 1134
PROGRAM = 2001
"""The pid of a program of the host that is connected to a jail."""


def main(call: Call) -> int:
    """`sockstat [-46clnq] [-j JAIL] [-P tcp] [-p PORT]`; there are TCP sockets only."""
    letters, options = parse(call.args)
    with call.transaction(write=False) as kernel:
        vnet = call.vnet(kernel)
        if "j" in options:
            jail = kernel.jail_by(options["j"])
            if jail is None:
                caller = "" if kernel.release.name == "13.2" else "jail_getid: "
                return call.fail(f'{caller}jail "{options["j"]}" not found')
            vnet = jail.vnet
        rows = [row for row in sockets(kernel, vnet) if wanted(row, letters, options)]
        call.out("".join(lines(kernel, rows, heads="q" not in letters)))
    return 0


def lines(kernel: Kernel, rows: list[Row], *, heads: bool) -> list[str]:
    """The rows in columns."""
    release = kernel.release
    if release.sockstat_measures:
        widths = [max(len(row[at]) for row in (HEADS, *rows)) for at in range(len(HEADS))]
        user, command, pid, fd, proto, near, far = map(max, widths, (0, COMMAND, 0, 0, 0, END, END))
        form = f"{{:<{user}}} {{:<{command}}} {{:>{pid}}} {{:>{fd}}} {{:<{proto}}} {{:<{near}}} {{:<{far}}}\n"
        return [form.format(*row) for row in ((HEADS, *rows) if heads else rows)]
    form = f"{{:<8}} {{:<{COMMAND}}} {{:{{}}5}} {{:<{release.sockstat_fd}}} {{:<6}} {{:<{END}}} {{}}\n"
    texts = [form.format(*row[:2], row[2], release.sockstat_pid, *row[3:]) for row in rows]
    return [form.format(*HEADS[:3], "<", *HEADS[3:6], f"{HEADS[6]:<{END}}"), *texts] if heads else texts


def parse(words: list[str]) -> tuple[str, dict[str, str]]:
    """The letters of the options, and the values of those that take one (j, P, p)."""
    letters, options = "", {}
    rest = iter(words)
    for word in rest:
        letters += word.lstrip("-")
        if word[-1] in "jPp":
            options[word[-1]] = next(rest, "")
    return letters, options


def sockets(kernel: Kernel, vnet: int) -> list[Row]:
    """The sockets of a stack: sessions of sshd, programs that are connected, and on the host sshd itself."""
    rows: list[Row] = []
    pid = FIRST_SESSION
    sessions = {(entry[1], entry[2]) for entry in connections.table(kernel) if not entry[0]}
    for near, port, far, far_port, state in connections.sockets(kernel, vnet):
        ends = (protocol(near), f"{near}:{port}", f"{far}:{far_port}")
        if state == "CLOSED":
            continue
        if vnet == HOST and (near, port) in sessions:
            for program in kernel.release.sshd_session:
                rows.append(("root", program[:COMMAND], str(pid), "4", *ends))
                pid -= 2
        else:
            rows.append(("root", "nc", str(PROGRAM), "3", *ends))
    if vnet == HOST:
        rows += [("root", "sshd", LISTENER, fd, f"tcp{ip}", "*:22", "*:*") for fd, ip in (("3", "6"), ("4", "4"))]
    return rows


def protocol(address: str) -> str:
    return "tcp6" if ":" in address else "tcp4"


def wanted(row: Row, letters: str, options: dict[str, str]) -> bool:
    """Whether -4, -6, -c, -l, -P and -p select the socket."""
    families = [digit for digit in "46" if digit in letters]
    listens = row[6] == "*:*"
    if (families and row[4][-1] not in families) or options.get("P", "tcp") != "tcp":
        return False
    if ("c" in letters or "l" in letters) and ("l" if listens else "c") not in letters:
        return False
    return "p" not in options or any(end.rpartition(":")[2] == options["p"] for end in row[5:])
