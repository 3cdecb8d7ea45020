"""dhclient(8): a server on the wire always has one address to give. Lines as recordings 13.2 inside/dhcp/09 and /28."""

from __future__ import annotations

from jailtui.simhost.call import Call

DEFAULT_LEASE = ("192.168.1.87", "192.168.1.1")
WITHOUT_BPF = ("4", "5")
"""The devfs rulesets of /etc/defaults/devfs.rules that hide /dev/bpf (FREEBSD.md 7)."""


def main(call: Call) -> int:
    """`dhclient IF`: address and default route of the interface; kernel.extra["leases"] may name another address."""
    if not call.args:
        call.err("usage: dhclient [-bdqu] [-c config-file] [-l lease-file] [-p pid-file] interface\n")
        return 1
    name = call.args[-1]
    with call.transaction(write=False) as kernel:
        known = kernel.find(call.vnet(kernel), name) is not None
        ruleset = str(kernel.jails[call.jid].params.get("devfs_ruleset", "")) if call.jid else ""
        leases = kernel.extra.get("leases")
    address, gateway = leases.get(name, DEFAULT_LEASE) if isinstance(leases, dict) else DEFAULT_LEASE
    if not known:
        call.err(f"ifconfig: interface {name} does not exist\n{name}: not found\nexiting.\n")
        return 1
    if ruleset in WITHOUT_BPF:
        call.err("Can't find free bpf: No such file or directory\nexiting.\n")
        return 1
    call.err(f"DHCPREQUEST on {name} to 255.255.255.255 port 67\nDHCPACK from {gateway}\n")
    inside(call, "ifconfig", [name, "inet", f"{address}/24"])
    inside(call, "route", ["add", "default", gateway])
    call.err(f"bound to {address} -- renewal in 43200 seconds.\n")
    return 0


def inside(call: Call, name: str, args: list[str]) -> int:
    """Run a simulated command in the same stack; print its errors, not its output (dhclient-script is silent)."""
    from jailtui.simhost.run import run

    other = call.other(name, args)
    status = run(other)
    call.err("".join(other.errors or []))
    return status
