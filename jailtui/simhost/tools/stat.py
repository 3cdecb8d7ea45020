"""stat(1), for what our scripts ask: what is open as standard input, what has a name, and what is mounted there since
when (telemetry/jail-uptime/06).
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call

KINDS = {
    stat.S_IFREG: "Regular File",
    stat.S_IFDIR: "Directory",
    stat.S_IFLNK: "Symbolic Link",
    stat.S_IFIFO: "Fifo File",
    stat.S_IFSOCK: "Socket",
    stat.S_IFCHR: "Character Device",
    stat.S_IFBLK: "Block Device",
}

FIRST_DEVFS = 0x7100FF20
"""The device number of the first mount."""


def main(call: Call) -> int:
    """`stat -f FORMAT [FILE...]`: the file of standard input if none is named. A link is not followed."""
    if len(call.args) < 2 or call.args[0] != "-f":
        call.err("usage: stat [-FHLnq] [-f format | -l | -r | -s | -x] [-t timefmt] [file|handle ...]\n")
        return 1
    status = 0
    for name in call.args[2:] or [""]:
        try:
            info = os.lstat(name) if name else os.fstat(0)
        except OSError as error:
            status = call.fail(f"{name or '(stdin)'}: stat: {error.strerror}")
            continue
        device, changed = mount(call, name, info) if "%c" in call.args[1] else (info.st_dev, info.st_ctime)
        call.out(shown(call.args[1], info, device, changed).replace("%N", name or "(stdin)") + "\n")
    return status


def shown(form: str, info: os.stat_result, device: int, changed: float) -> str:
    """The file in that format: of its fields %HT, %d, %i, %z, %m and %c."""
    text = form.replace("%HT", KINDS[stat.S_IFMT(info.st_mode)]).replace("%c", str(int(changed)))
    text = text.replace("%z", str(info.st_size)).replace("%m", str(int(info.st_mtime)))
    return text.replace("%d", str(device)).replace("%i", str(info.st_ino))


def mount(call: Call, name: str, info: os.stat_result) -> tuple[int, float]:
    """The device of a file and its last change: of a mount a device of its own, and when it was mounted."""
    from jailtui.simhost.kernel.traffic import mounted_at
    from jailtui.simhost.tools.mounts import table

    path = name.removeprefix(call.root)
    with call.transaction(write=False) as kernel:
        targets = [target for _, target, *_ in table(kernel)]
        if path not in targets or stat.S_ISLNK(info.st_mode):
            return info.st_dev, info.st_ctime
        return FIRST_DEVFS + targets.index(path), mounted_at(kernel, path)
