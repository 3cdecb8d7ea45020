"""A simulated host with any number of VNET jails, written straight into its state: 1,000 starts take minutes.

The jails are those of a generated jail.conf (../shared/jailconf/gen.py): `web00001` and so on, each with a pair in
bridge0 and an address in 10.0.0.0/8, so that every one can be stopped and started again.
"""

from __future__ import annotations

from jailtui.simhost import machine
from jailtui.simhost.kernel import addresses, bridges, interfaces, moves, store, traffic
from jailtui.simhost.kernel.jails import create
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel
from jailtui.simhost.tools import mounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

HOSTNAME = "big.example.org"
NETMASK = 0xFFFF0000
FIRST_JAIL = 1
PATH = "/usr/local/jails/containers/{}"

HEAD = """# {count} VNET jails
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
persist;
path = "/usr/local/jails/containers/$name";
$bridge = bridge0;
"""
BLOCK = """
{name} {{
	$id = {number};
	$ip = "{address}";
	$epair = "epair${{id}}";
	host.hostname = "{name}.example.org";
	vnet;
	vnet.interface = "${{epair}}b";
	exec.prestart = "/sbin/ifconfig ${{epair}} create up";
	exec.prestart += "/sbin/ifconfig ${{epair}}a up descr jail:${{name}}";
	exec.prestart += "/sbin/ifconfig $bridge addm ${{epair}}a up";
	exec.start = "/sbin/ifconfig ${{epair}}b ${{ip}}/16 up";
	exec.poststop = "/sbin/ifconfig $bridge deletem ${{epair}}a";
	exec.poststop += "/sbin/ifconfig ${{epair}}a destroy";
}}
"""


def build(root: Path, jails: int, release: str) -> None:
    """Make the host in the empty folder `root`, with `jails` running jails."""
    machine.booted(root, release, HOSTNAME)
    with store.transaction(str(root), write=True) as kernel:
        bridge = interfaces.clone(kernel, HOST, "bridge0")
        bridges.add_member(kernel, bridge, "em0")
        addresses.bring_up(bridge)
        for number in range(FIRST_JAIL, FIRST_JAIL + jails):
            start(kernel, bridge, number)
    for number in range(FIRST_JAIL, FIRST_JAIL + jails):
        (root / PATH.format(name_of(number)).lstrip("/") / "dev").mkdir(parents=True)
    (root / "etc/jail.conf").write_text(config(jails), encoding="ascii")
    (root / "etc/rc.conf").write_text(
        f'hostname="{HOSTNAME}"\njail_enable="YES"\ncloned_interfaces="bridge0"\nifconfig_bridge0="addm em0 up"\n',
        encoding="ascii",
    )


def name_of(number: int) -> str:
    return f"web{number:05d}"


def address_of(number: int) -> str:
    """The address of a jail; those of up to 62,500 jails lie in one /16."""
    high, low = divmod(number, 250)
    return f"10.{high // 250}.{high % 250}.{low + 2}"


def config(jails: int) -> str:
    """The jail.conf of the jails."""
    blocks = (
        BLOCK.format(name=name_of(number), number=number, address=address_of(number))
        for number in range(FIRST_JAIL, FIRST_JAIL + jails)
    )
    return HEAD.format(count=jails) + "".join(blocks)


def start(kernel: Kernel, bridge: Ifnet, number: int) -> None:
    """Change the state as `jail -c` of one block does."""
    name = name_of(number)
    a = interfaces.new_pair(kernel, HOST, number)
    b = kernel.interfaces[a.peer]
    a.description = f"jail:{name}"
    addresses.bring_up(a)
    bridges.add_member(kernel, bridge, a.name)
    params: dict[str, object] = {
        "name": name,
        "path": PATH.format(name),
        "host.hostname": f"{name}.example.org",
        "vnet": True,
        "persist": True,
    }
    jid = create(kernel, params)
    mounts.table(kernel).append(["devfs", f"{PATH.format(name)}/dev", "devfs", "ruleset=4"])
    traffic.mounted(kernel, f"{PATH.format(name)}/dev")
    moves.move_in(kernel, b.name, str(jid))
    addresses.set_inet(kernel, b, address_of(number), NETMASK)
