"""Recorded lines in scope that the simulated host does not answer, each with the reason."""

from __future__ import annotations

from fnmatch import fnmatchcase

ALL = "*"
NOT_RUN = "not run: "
"""Reasons that begin so keep a line from being run at all; the others are run, since later lines build on them."""

LEFT_OUT: tuple[tuple[str, str, str], ...] = (
    # (pattern of the line's id, release or ALL, reason)
    ("dying/blog-release/05", ALL, "`sent SIGTERM to: PIDS`: nothing really runs in a simulated jail"),
    ("dying/blog-norelease/06", ALL, "`sent SIGTERM to: PIDS`: nothing really runs in a simulated jail"),
    ("dying/reset-by-release/19", "14.2", "ends by the clock"),
    ("orphan/kill-inside/05", ALL, "ps lists itself"),
    ("orphan/full-rc-daemon/07", ALL, "sockstat(1)"),
    ("orphan/parallel/02", ALL, "which of two at once comes first is chance"),
    ("orphan/parallel/05", ALL, "which of two at once comes first is chance"),
    ("ifconfig/epair-basic/11", "13.2", "usage text of a word order nobody uses"),
    ("jail-basic/blog/16", ALL, "ping: no wire is simulated"),
    ("jail-basic/vnet-move/19", ALL, "ping: no wire is simulated"),
    ("jail/classic/09", ALL, "ping: no wire is simulated"),
    ("jail/classic/11", ALL, "arp: no wire is simulated"),
    ("jail-basic/blog/18", ALL, "the bridge's table of MACs: no traffic to learn from"),
    ("jail-basic/vnet-move/74", ALL, "devd configures em0 again"),
    ("jail-basic/jls-some/29", ALL, "libxo's XML"),
    ("jail-basic/jls-some/55", ALL, "an interactive shell"),
    ("jail-basic/jls-some/59", ALL, "pwd is no command of the host's"),
    ("jail-basic/jls-some/6[01]", ALL, "the groups of users"),
    ("jail/cmdline/40", ALL, "the groups of users"),
    ("jail-basic/file/4[35]", ALL, "`sent SIGTERM to: PIDS`: nothing really runs in a simulated jail"),
    ("jail-basic/file/4[89]", ALL, "the login class's environment"),
    ("jail-basic/file/7[89]", ALL, "exec.jail_user: no users but the caller are simulated"),
    ("jail-basic/file/80", ALL, "exec.system_user: no users but the caller are simulated"),
    ("jail-basic/file/81", ALL, "follows exec.jail_user"),
    ("jail-basic/file/8[6-9]", ALL, NOT_RUN + "all jails are started side by side: order and jids are chance"),
    ("jail-basic/file/9[0-36]", ALL, NOT_RUN + "all jails are started side by side: order and jids are chance"),
    ("jail-basic/names/49", ALL, "names/43 needs jot(1); the recorder's Latin-1"),
    ("jail-basic/names/5[04]", ALL, "names/43 needs jot(1)"),
    ("jail-basic/create-modify-remove/84", ALL, "the login class's environment"),
    ("jail-basic/create-modify-remove/89", ALL, "a look-up in the DNS"),
    ("jail/cmdline/31", ALL, "zfs(8)"),
    ("jail/names/08", ALL, "jails are stopped side by side there, so the order of lines is chance"),
    ("jail/names/12", ALL, "jails are stopped side by side there, so the order of lines is chance"),
    ("rc-service/one-failure-stalls/10", ALL, "jails are started side by side there"),
    ("rc-service/one-failure-stalls/13", ALL, "jails are started side by side there"),
    ("rc-service/one-failure-stalls/2[678]", ALL, "jails are started side by side there"),
    ("rc-service/sysrc/1[4-9]", ALL, "what sysrc's shell makes of quotes inside quotes"),
    ("rc-service/sysrc/2[01]", ALL, "what sysrc's shell makes of quotes inside quotes"),
    ("rc-service/sysrc/51", ALL, "the whole of /etc/defaults/rc.conf"),
    ("rc-service/sysrc/55", ALL, "the comments of /etc/defaults/rc.conf"),
    ("rc-service/sysrc/6[78]", ALL, "names that sh can't assign to"),
    ("rc-service/sysrc/82", ALL, "sysrc's own version"),
    ("rc-service/sysrc/89", ALL, "an rc script over a broken rc.conf"),
    ("rc-service/jail-basic-verbs/01", "14.2", "service(8)'s usage, one line newer"),
    ("rc-service/blog-service/1[23]", ALL, "follows `service netif restart`, which is not simulated"),
    ("rc-service/blog-service/18", ALL, "follows `service netif restart`, which is not simulated"),
    ("found/hostname/29", "15.1", "the width of a C1 control character: 0 on 13.2, 1 here"),
    ("found/forged/04", ALL, "counters of packets"),
    ("rc-service/blog-service/2[0-4]", ALL, "follows `service netif restart`, which is not simulated"),
)


def reason(line_id: str, release: str) -> str | None:
    """Why this line is left out, or None."""
    for pattern, which, why in LEFT_OUT:
        if which in (ALL, release) and fnmatchcase(line_id, pattern):
            return why
    return None
