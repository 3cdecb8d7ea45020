"""stat(1), for the one thing that our scripts ask: what is open as standard input, and what has a name."""

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
        call.out(shown(call.args[1], info) + "\n")
    return status


def shown(form: str, info: os.stat_result) -> str:
    """The file in that format: of its fields %HT, %d and %i."""
    text = form.replace("%HT", KINDS[stat.S_IFMT(info.st_mode)])
    return text.replace("%d", str(info.st_dev)).replace("%i", str(info.st_ino))
