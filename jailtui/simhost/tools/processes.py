"""pgrep(1), pkill(1), kill(1), ps(1): the jail(8) commands that run, and the daemons inside jails."""

from __future__ import annotations

from jailtui.simhost.kernel import jails
from jailtui.simhost.kernel.processes import alive, commands, daemon_words, daemons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call
    from jailtui.simhost.kernel.state import Kernel

DAEMON_PID = 20000
"""Pretend pids of the daemons inside jails: this and the jid."""

Process = tuple[int, int, str]
"""pid, jid, command line."""


def main(call: Call) -> int:
    """Answer as the name says."""
    with call.transaction(write=False) as kernel:
        known = processes(kernel)
        if call.jid:
            known = [process for process in known if process[1] == call.jid]
        if call.name == "ps":
            return ps(call, kernel, known)
    if call.name == "kill":
        return signalled(call, known)
    hits, status = pgrep(call, known)
    if call.name == "pkill" and hits:
        kill(call, hits)
    return status


def signalled(call: Call, known: list[Process]) -> int:
    """`kill [-SIGNAL] PID...`: only pretended processes of jails can be meant, with -1 all of the caller's jail."""
    if not call.args:
        call.err("usage: kill [-s signal_name] pid ...\n")
        return 2
    hits = [process for process in known if process[1] and str(process[0]) in call.args]
    if call.args[-1] == "-1" and call.jid:
        hits = known
    elif not hits:
        return call.fail(f"{call.args[-1]}: No such process")
    kill(call, hits)
    return 0


def kill(call: Call, hits: list[Process]) -> None:
    """Daemons end. A jail without `persist` goes with its last process, without running its exec.stop."""
    with call.transaction(write=True) as kernel:
        running = daemons(kernel)
        for _, jid, _ in hits:
            if jid in running:
                running.remove(jid)
                if not kernel.jails[jid].params.get("persist"):
                    jails.remove(kernel, jid)


def processes(kernel: Kernel) -> list[Process]:
    """What runs now: jail(8) commands whose process is alive, and one syslogd per jail that has a daemon."""
    at_work = [(pid, 0, line) for pid, line in commands(kernel).items() if alive(pid)]
    words = daemon_words(kernel)
    return at_work + [
        (DAEMON_PID + jid, jid, words.get(jid, "/usr/sbin/syslogd -s"))
        for jid in daemons(kernel)
        if jid in kernel.jails
    ]


def pgrep(call: Call, known: list[Process]) -> tuple[list[Process], int]:
    """`pgrep [-flx] PATTERN`: pids in order; `-f` matches the whole line, `-l` shows it. Exit 1 for none.

    Returns what matched, and the exit status.
    """
    letters = "".join(word[1:] for word in call.args if word.startswith("-") and len(word) > 1)
    words = [word for word in call.args if not word.startswith("-")]
    if not words:
        call.err("usage: pgrep [-LSfilnoqvx] [-d delim] [-F pidfile] [-G gid] [-M core] pattern ...\n")
        return [], 2
    hits = [process for process in sorted(known) if matches(words, process[2], letters)]
    for pid, _, line in hits:
        if call.name == "pgrep" and "q" not in letters:
            shown = line if "f" in letters else command_name(line)
            call.out(f"{pid} {shown}\n" if "l" in letters else f"{pid}\n")
    return hits, 0 if hits else 1


def matches(patterns: list[str], line: str, letters: str) -> bool:
    text = line if "f" in letters else command_name(line)
    if "x" not in letters and all(pattern.isalnum() for pattern in patterns):
        return any(pattern in text for pattern in patterns)
    import re  # it takes 6 ms

    for pattern in patterns:
        try:
            hit = re.fullmatch(pattern, text) if "x" in letters else re.search(pattern, text)
        except re.error:
            hit = None
        if hit:
            return True
    return False


def command_name(line: str) -> str:
    return line.split(" ", 1)[0].rpartition("/")[2]


def ps(call: Call, kernel: Kernel, known: list[Process]) -> int:
    """`ps [-axww] [-J JID] [-o COLUMN[=]...]`: pid, jid, args and command are known columns."""
    columns: list[str] = []
    words = list(call.args)
    while words:
        word = words.pop(0)
        if word == "-J" or (word.startswith("-") and word.endswith("J")):
            name = words.pop(0) if words else ""
            jail = kernel.jail_by(name)
            if name != "0" and jail is None:
                return call.fail(f"Invalid jail id: {name}")
            known = [process for process in known if process[1] == (jail.jid if jail else 0)]
        elif word.startswith("-") and word.endswith("o") and words:
            columns.append(words.pop(0))
    shown = columns or ["pid", "tt", "stat", "time", "command"]
    heads = [head for column in shown for head in column.rstrip("=").split(",")]
    if not all(column.endswith("=") for column in shown):
        call.out(heading(heads) + "\n")
    for pid, jid, line in sorted(known):
        values = {"pid": f"{pid:5d}", "jid": f"{jid:3d}", "tt": " - ", "stat": "Is  ", "time": "0:00.01"}
        call.out(" ".join(values.get(head, line) for head in heads) + "\n")
    return 0 if known else 1


def heading(heads: list[str]) -> str:
    """The line above: recorded as `  PID TT  STAT TIME COMMAND` and `PID JID COMMAND`."""
    wide = {"pid": "PID", "jid": "JID", "tt": "TT ", "stat": "STAT", "time": "TIME"}
    return " ".join(wide.get(head, "COMMAND") for head in heads)
