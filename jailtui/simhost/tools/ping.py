"""ping(8) and nc(1) -z, on the simulated wire. Sources: recordings path/*."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import HOST
from jailtui.simhost.tools.packets import Sent, addresses, exchange

VALUES = "cCGghiIlmMPpSstTWz"
"""Options with a value."""
HEADERS, HEADERS6 = 28, 48
RAW_DENIED = 71
SSH_PORT = "22"


def main(call: Call) -> int:
    return connect(call) if call.name == "nc" else ping(call)


def parse(words: list[str], values: str) -> tuple[dict[str, str], list[str]]:
    """The options by their letters, and the other words."""
    options: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or len(word) == 1:
            plain.append(word)
        elif word[1] in values:
            options[word[1]] = word[2:] or next(rest, "")
        else:
            options |= dict.fromkeys(word[1:], "")
    return options, plain


def ping(call: Call) -> int:
    options, plain = parse(call.args, VALUES)
    if not plain:
        return call.fail("usage: ping [-n] [-c count] host", 64)
    target = plain[-1]
    v6 = ":" in target
    data = int(options.get("s") or (8 if v6 else 56))
    count = int(options.get("c") or 1)
    with call.transaction(write=True) as kernel:
        jail = kernel.jails.get(call.jid)
        if jail is not None and not jail.own_vnet and not jail.params.get("allow.raw_sockets"):
            return call.fail("ssend socket: Operation not permitted", RAW_DENIED)
        vnet = call.vnet(kernel)
        size = data + (HEADERS6 if v6 else HEADERS)
        answers = [exchange(kernel, vnet, target, size, whole="D" in options) for _ in range(count)]
        source = next((address for address in addresses(kernel, vnet) if ":" in address), "")
    if v6 and answers[0].error == "No route to host":
        return call.fail("UDP connect: No route to host")
    return report(call, target, data, answers, source if v6 else "")


def report(call: Call, target: str, data: int, answers: list[Sent], source: str) -> int:
    """What ping prints; 2 where no answer came."""
    if source:
        call.out(f"PING(56=40+8+8 bytes) {source} --> {target}\n")
    else:
        call.out(f"PING {target} ({target}): {data} data bytes\n")
    for number, sent in enumerate(answers):
        if sent.error:
            call.err(f"ping: sendto: {sent.error}\n")
        elif sent.answered and source:
            call.out(f"{data + 8} bytes from {target}, icmp_seq={number} hlim=64 time=0.600 ms\n")
        elif sent.answered:
            call.out(f"{data + 8} bytes from {target}: icmp_seq={number} ttl={sent.ttl} time=0.600 ms\n")
    received = sum(sent.answered for sent in answers)
    lost = 100 * (len(answers) - received) / len(answers)
    call.out(f"\n--- {target} ping statistics ---\n")
    call.out(f"{len(answers)} packets transmitted, {received} packets received, {lost:.1f}% packet loss\n")
    if received:
        call.out("round-trip min/avg/max/stddev = 0.600/0.600/0.600/0.000 ms\n")
    return 0 if received else 2


def connect(call: Call) -> int:
    """`nc -zv -w N ADDRESS PORT`: sshd of the host listens, and nothing else does (path/raw-denied/09)."""
    options, plain = parse(call.args, "wsp")
    if "z" not in options or len(plain) != len(("address", "port")):
        return call.fail("only nc -z ADDRESS PORT is simulated")
    address, port = plain
    with call.transaction(write=True) as kernel:
        sent = exchange(kernel, call.vnet(kernel), address, HEADERS + 20)
        on_host = address in addresses(kernel, HOST)
    if sent.answered and on_host and port == SSH_PORT:
        call.err(f"Connection to {address} {port} port [tcp/ssh] succeeded!\n" if "v" in options else "")
        return 0
    why = sent.error or ("Connection refused" if sent.answered else "Operation timed out")
    call.err(f"nc: connect to {address} port {port} (tcp) failed: {why}\n" if "v" in options else "")
    return 1
