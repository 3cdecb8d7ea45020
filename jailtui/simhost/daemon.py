"""daemon(8): in a jail, a process that stays. It is pretended, so that nothing outlives the simulated host."""

from __future__ import annotations

from jailtui.simhost.call import Call


def main(call: Call) -> int:
    """`daemon [-fcr] [-p FILE] COMMAND...`: the jail it is called in now has a process."""
    words = list(call.args)
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-p", "-P", "-o", "-u", "-t", "-l", "-s", "-T"):
            words = words[1:]
    if not words:
        return call.fail("no command given", 64)
    if call.jid:
        with call.transaction(write=True) as kernel:
            running = kernel.extra.setdefault("daemons", [])
            if isinstance(running, list) and call.jid in kernel.jails:
                running.append(call.jid)
                named = kernel.extra.setdefault("daemon_words", {})
                if isinstance(named, dict):
                    named[call.jid] = " ".join(words)
    return 0
