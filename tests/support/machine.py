"""The recordings' machine as a simulated host: start states `clean` and `blog` (recordings/README.md)."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jailtui.simhost import machine, setup
from jailtui.simhost.kernel import addresses, store
from jailtui.simhost.kernel.state import HOST, Kernel
from tests.support import host_commands

RC_CONF = """hostname="host.example.org"
ifconfig_vtnet0="inet 10.0.2.15/24"
ifconfig_em0="inet 192.168.1.50/24"
defaultrouter="192.168.1.1"
sshd_enable="YES"
jail_enable="YES"
cron_enable="NO"
sendmail_enable="NONE"
savecore_enable="NO"
dumpdev="NO"
rtsold_enable="NO"
hostid_enable="YES"
newsyslog_enable="NO"
clear_tmp_enable="NO"
background_fsck="NO"
"""
BLOG_RC_CONF = """cloned_interfaces="bridge0"
ifconfig_bridge0="addm em0 up"
"""
BLOG_JAIL_CONF = """
my-vnet-jail {
	vnet;
	vnet.interface = "${epair}b";
	$id = "154";
	$ip = "192.168.1.${id}/24";
	$gateway = "192.168.1.1";
	$bridge = "bridge0";
	$epair = "epair${id}";

	exec.prestart = "/sbin/ifconfig ${epair} create up";
	exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
	exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
	exec.start += "/sbin/ifconfig ${epair}b ${ip} up";
	exec.start += "/sbin/route add default ${gateway}";
	exec.poststop = "/sbin/ifconfig ${bridge} deletem ${epair}a";
	exec.poststop += "/sbin/ifconfig ${epair}a destroy";

	path = "/jails/${name}";
	host.hostname = "${name}";
	mount.devfs;
	exec.clean;
	persist;
}
"""
CLASSIC = """\
my-vnet-jail {
    vnet;
    vnet.interface = "${epair}b";
    $id = "154";
    $ip = "192.168.1.${id}/24";
    $gateway = "192.168.1.1";
    $bridge = "bridge0";
    $epair = "epair${id}";
    exec.prestart = "/sbin/ifconfig ${epair} create up";
    exec.prestart += "/sbin/ifconfig ${epair}a up descr jail:${name}";
    exec.prestart += "/sbin/ifconfig ${bridge} addm ${epair}a up";
    exec.start += "/sbin/ifconfig ${epair}b ${ip} up";
    exec.start += "/sbin/route add default ${gateway}";
    exec.poststop = "/sbin/ifconfig ${bridge} deletem ${epair}a";
    exec.poststop += "/sbin/ifconfig ${epair}a destroy";
    persist;
    path = "/";
}
"""
SETUP_TOOLS = (
    "cat",
    "sed",
    "printf",
    "echo",
    "mkdir",
    "rm",
    "cp",
    "mv",
    "ln",
    "touch",
    "chmod",
    "true",
    "dirname",
    "test",
)
THIN = """#!/bin/sh
top="{folder}/jails/$1"
mkdir -p "$top/dev" "$top/etc" "$top/var" "$top/tmp" "$top/root" "$top/mnt"
printf 'syslogd_enable="NO"\\ncron_enable="NO"\\n' > "{folder}/jails/$1/etc/rc.conf"
"""
"""A thin root has its own folders, an rc.conf without daemons, and the host's programs by mounts of no account here."""


@dataclass(frozen=True, slots=True)
class Host:
    """A simulated host in `folder`; `tools` holds what only preparing lines may use."""

    folder: Path
    tools: Path

    def environment(self, user: str = "root", setup_line: bool = False) -> dict[str, str]:
        """The variables of a command run by `user`; with `setup_line` file tools are on PATH too."""
        values = setup.environment(self.folder, user)
        if setup_line:
            values["PATH"] = f"{values['PATH']}:{self.tools}"
        return values


def start(folder: Path, release: str, state: str = "clean") -> Host:
    """Make the machine in `folder` (which must not exist), in start state `clean` or `blog`."""
    folder.mkdir(parents=True)
    kernel = Kernel.new(release, "host.example.org")
    machine.nic(kernel, "vtnet", 0, "52:54:00:12:34:56", "Ethernet autoselect (10Gbase-T <full-duplex>)", "10.0.2.15")
    machine.nic(kernel, "em", 0, "52:54:00:65:6d:30", "Ethernet autoselect (1000baseT <full-duplex>)", "192.168.1.50")
    machine.loopback(kernel)
    addresses.add_route(kernel, HOST, "default", "192.168.1.1")
    machine.install(folder, kernel)
    for name in ("dev", "jails", "usr/jails", "usr/share/misc", "mnt"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "etc/passwd").touch()
    host = Host(folder, _tools(folder))
    (folder / "etc/rc.conf").write_text(RC_CONF + (BLOG_RC_CONF if state == "blog" else ""), encoding="ascii")
    if state == "blog":
        (folder / "etc/jail.conf").write_text(BLOG_JAIL_CONF, encoding="ascii")
        subprocess.run([host.tools / "mkthin", "my-vnet-jail"], check=True)
        kernel.extra["filesystems"] = ["nullfs"]
        store.save(str(folder), kernel)
        for words in (("bridge0", "create"), ("bridge0", "addm", "em0", "up")):
            host_commands.ask(folder / "bin/ifconfig", words, host.environment()).check_returncode()
    return host


def _tools(folder: Path) -> Path:
    tools = folder / "setup-bin"
    tools.mkdir()
    for name in SETUP_TOOLS:
        real = shutil.which(name)
        if real:
            (tools / name).symlink_to(real)
    mkthin = tools / "mkthin"
    mkthin.write_text(THIN.format(folder=folder), encoding="utf-8")
    mkthin.chmod(0o755)
    return tools


def without_waiting(host: Host) -> None:
    """`sleep` ends at once: nothing here ends by the clock."""
    sleep = host.folder / "bin/sleep"
    sleep.unlink()
    sleep.write_text("#!/bin/sh\n", encoding="ascii")
    sleep.chmod(0o755)
