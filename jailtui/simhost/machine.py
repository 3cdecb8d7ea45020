"""The parts that every simulated host has: folders, commands, and the interfaces of a machine after boot."""

from __future__ import annotations

import os
import shutil
import sys
from binascii import crc32
from pathlib import Path

from jailtui.simhost.commands import COMMANDS, MANAGERS, REAL_TOOLS
from jailtui.simhost.kernel import addresses, interfaces, store
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel
from jailtui.simhost.run import KEPT
from jailtui.simhost.tools.shells import SH_SHIM, quote

BOOT = """\
import sys
sys.path.insert(0, {package!r})
from jailtui.simhost.run import main
main({root!r}, sys.argv[1], sys.argv[2:])
"""

SHIM = """\
#!{sh}
exec {python} -I -S -X utf8 {root}/boot.py {name} "$@"
"""

MARK = "# Its answers are kept."
LOOK_UP = """\
if [ -z "$JAILTUI_SIM_JID" ] && [ "${{JAILTUI_SIM_USER:-root}}" = root ]; then
	read -r now <{root}/generation
	IFS='{separator}'
	for file in {root}/cache/{constant}/"$name{separator}$*" {root}/cache/$now/"$name{separator}$*"; do
		[ -r "$file" ] && . "$file"
		[ -z "$answer" ] || {end} "$answer"
	done
fi
"""
"""Gives the kept answer to the command `name` with these arguments, and ends by its exit status; else goes on."""

CACHED_SHIM = f"""\
#!{{sh}}
{MARK}
name={{name}} answer=
{LOOK_UP.replace("{end}", "exit")}exec {{python}} -I -S -X utf8 {{root}}/boot.py {{name}} "$@"
"""

FUNCTIONS = f"""\
timeout() {{{{
	local name line now file answer IFS
	answer=
	kept_answer "$@"
	[ -z "$answer" ] || return "$answer"
	{{timeout}} "$@"
}}}}
kept_answer() {{{{
	[ "$1" = -k ] || return
	case $PATH in {{root}}/bin | {{root}}/bin:*) ;; *) return ;; esac
	case $4 in {"|".join(KEPT)}) name=$4 ;; *) return ;; esac
	[ -r {{root}}/bin/$name ] || return
	{{{{ read -r line; read -r line; }}}} <{{root}}/bin/$name
	[ "$line" = '{MARK}' ] || return
	shift 4
	{LOOK_UP.replace("{end}", "return").replace(chr(10), chr(10) + chr(9)).rstrip(chr(9))}}}}}
"""
"""`timeout -k 1 SECONDS COMMAND...` in the shells of a reading (host/sections.sh): the machine's own, but a kept answer
comes at once, and needs neither a process nor the command's script. Whoever puts another command in bin is asked."""
STAT_SHIM = """\
#!{sh}
case $#,$1,$2 in
2,-f,%d.%i) {stat} -c %d.%i - 2>/dev/null && exit ;;
2,-f,%d.%i.%z.%m) {stat} -c %d.%i.%s.%Y - 2>/dev/null && exit ;;
'3,-f,%HT %d.%i') [ -f "$3" ] && [ ! -L "$3" ] && {stat} -c 'Regular File %d.%i' -- "$3" 2>/dev/null && exit ;;
esac
exec {python} -I -S -X utf8 {root}/boot.py {name} "$@"
"""
"""What readings ask about a file, by the stat(1) of GNU where there is one: Python takes ten times as long."""


def booted(root: Path, release: str = "15.1", hostname: str = "nas.home.arpa", address: str = "192.168.1.10") -> None:
    """A freshly booted host in `root`: commands, /etc, and the interfaces em0 (with `address`/24) and lo0."""
    kernel = Kernel.new(release, hostname)
    nic(kernel, "em", 0, "52:54:00:65:6d:30", "Ethernet autoselect (1000baseT <full-duplex>)", address)
    loopback(kernel)
    addresses.add_route(kernel, HOST, "default", address.rpartition(".")[0] + ".1")
    install(root, kernel)


def install(root: Path, kernel: Kernel) -> None:
    """Write `kernel` as the state of the host in `root`, with its folders and commands."""
    for folder in ("bin", "cache", "etc/jail.conf.d", "root", "tmp", "var/run", "var/log"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    write_commands(root, kernel)
    store.save(str(root), kernel)


def nic(kernel: Kernel, kind: str, unit: int, mac: str, media: str, address: str) -> Ifnet:
    """A network card of the host: up, with a link and one address in a /24."""
    card = interfaces.new_interface(kernel, HOST, kind, f"{kind}{unit}", unit, mac=mac, media=media)
    card.flags = ["UP", "BROADCAST", "RUNNING", "SIMPLEX", "MULTICAST"]
    card.status = "active"
    addresses.set_inet(kernel, card, address, 0xFFFFFF00)
    return card


def loopback(kernel: Kernel) -> Ifnet:
    """lo0 as every host has it after boot."""
    lo0 = interfaces.new_loopback(kernel, HOST, 0)
    lo0.flags = ["UP", "LOOPBACK", "RUNNING", "MULTICAST"]
    addresses.set_inet6(kernel, lo0, "::1", 128)
    addresses.set_inet6(kernel, lo0, "fe80::1", 64)
    addresses.set_inet(kernel, lo0, "127.0.0.1", 0xFF000000)
    return lo0


def write_commands(root: Path, kernel: Kernel) -> None:
    """Write `bin/`: a script per simulated command, links to real tools; anew if Python or this package has moved."""
    managers = [name for name in MANAGERS if name in kernel.extra.get("managers", ())]  # type: ignore[operator]
    commands = [name for name in COMMANDS if name != "mdo" or kernel.release.mac_do] + managers
    package = Path(__file__).absolute().parents[2]
    boot = BOOT.format(package=str(package), root=str(root))
    written = crc32(
        repr((SHIM, CACHED_SHIM, FUNCTIONS, STAT_SHIM, REAL_TOOLS, KEPT, sorted(COMMANDS), managers)).encode()
    )
    marker = f"# {sys.executable} {written:x}\n{boot}"
    path = root / "boot.py"
    if path.exists() and path.read_text() == marker:
        return
    sh = shutil.which("sh") or "/bin/sh"
    words = {"sh": sh, "python": quote(sys.executable), "root": quote(str(root)), "separator": store.SEPARATOR}
    words["constant"] = store.CONSTANT
    for old in (root / "bin").iterdir():
        if old.name not in REAL_TOOLS and old.name not in commands:
            old.unlink()
    for tool in REAL_TOOLS:
        link(root / "bin" / tool, shutil.which(tool))
    for name in commands:
        script(root / "bin" / name, (CACHED_SHIM if name in KEPT else SHIM).format(name=name, **words))
    if stat := shutil.which("stat"):
        script(root / "bin/stat", STAT_SHIM.format(name="stat", stat=quote(stat), **words))
    functions = ""
    if timeout := shutil.which("timeout"):
        functions = FUNCTIONS.format(timeout=quote(timeout), **words)
    script(root / "functions", functions)
    script(root / "bin/sh", SH_SHIM.format(**words))
    store.replace(str(path), marker.encode())


def link(path: Path, target: str | None) -> None:
    path.unlink(missing_ok=True)
    if target is not None:
        path.symlink_to(target)


def script(path: Path, text: str) -> None:
    store.replace(str(path), text.encode("utf-8", "surrogateescape"))
    os.chmod(path, 0o755)
