"""pgrep(1), pkill(1), kill(1), ps(1): the jail(8) commands that run, and the daemons inside jails."""

from __future__ import annotations

from jailtui.simhost.call import Call, rooted
from jailtui.simhost.kernel import busy, jails, traffic
from jailtui.simhost.kernel.processes import alive, commands, daemon_words, daemons, others
from jailtui.simhost.kernel.state import Kernel

DAEMON_PID = 20000
"""The pid of a jail's daemon is this and the jid."""

Process = tuple[int, int, str, int, str]
"""pid, jid, command line, uid, program."""

USERS = {0: "root", 1001: "alice"}
WITH_VALUE = "dFGgjJMPstUu"
"""Options of pgrep that take a value."""


def main(call: Call) -> int:
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
    """`kill [-SIGNAL] PID...`: ends simulated processes of jails only; -1 means all of the caller's jail."""
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
    """End daemons. A jail without `persist` ends with its last process, without its exec.stop."""
    with call.transaction(write=True) as kernel:
        running = daemons(kernel)
        for _, jid, *_ in hits:
            if jid in running:
                running.remove(jid)
                if not kernel.jails[jid].params.get("persist"):
                    jails.remove(kernel, jid)


def processes(kernel: Kernel) -> list[Process]:
    """The running processes: jail(8) commands that are alive, the daemons of jails, and others."""
    jail_commands = [(pid, 0, line, 0, "jail") for pid, line in commands(kernel).items() if alive(pid)]
    words = daemon_words(kernel)
    running = [jid for jid, jail in kernel.jails.items() if not jail.dying] if busy.since(kernel) else daemons(kernel)
    serving = [(jid, words.get(jid, "/usr/sbin/syslogd -s")) for jid in running if jid in kernel.jails]
    inside = [(DAEMON_PID + jid, jid, line, 0, command_name(line)) for jid, line in serving]
    return [*jail_commands, *inside, *(tuple(process) for process in others(kernel))]  # type: ignore[list-item]


def pgrep(call: Call, known: list[Process]) -> tuple[list[Process], int]:
    """`pgrep [-flx] [-j none] [-U UID] PATTERN`, or `-F FILE`: pids in order, exit 1 for none.

    `-f` matches the whole line, `-l` shows it, `-j none` leaves out processes of jails (found/processes/05). Returns
    the processes that match, and the exit status.
    """
    letters, values, words = pgrep_words(call.args)
    if "F" in values and call.name == "pgrep":
        return [], pgrep_file(call, values["F"])
    if not words:
        call.err("usage: pgrep [-LSfilnoqvx] [-d delim] [-F pidfile] [-G gid] [-M core] pattern ...\n")
        return [], 2
    if values.get("j") == "none":
        known = [process for process in known if not process[1]]
    if "U" in values:
        known = [process for process in known if str(process[3]) == values["U"]]
    hits = [process for process in sorted(known) if matches(words, process, letters)]
    for pid, _, line, *_ in hits:
        if call.name == "pgrep" and "q" not in letters:
            shown = line if "f" in letters else command_name(line)
            call.out(f"{pid} {shown}\n" if "l" in letters else f"{pid}\n")
    return hits, 0 if hits else 1


def pgrep_file(call: Call, path: str) -> int:
    """`pgrep -F FILE`: the pid in the file of a daemon, if there is such a process (guard/cancel/03, /17, /23)."""
    try:
        with open(rooted(call.root, path), encoding="ascii") as file:
            pid = file.read().strip()
    except OSError as error:
        return call.fail(f"Cannot open pidfile `{path}': {error.strerror}", 3)
    if not pid.isdigit():
        return call.fail(f"Pidfile `{path}' is empty", 3)
    if not alive(int(pid)):
        return call.fail("Cannot get process list (kvm_getprocs: No such process)", 3)
    call.out(f"{pid}\n")
    return 0


def pgrep_words(args: list[str]) -> tuple[str, dict[str, str], list[str]]:
    """The option letters without a value, those with one, and the patterns."""
    letters, rest = "", list(args)
    words: list[str] = []
    values: dict[str, str] = {}
    while rest:
        word = rest.pop(0)
        if word.startswith("-") and word[1:2] in WITH_VALUE and len(word) > 1:
            values[word[1]] = word[2:] or (rest.pop(0) if rest else "")
        elif word.startswith("-") and len(word) > 1:
            letters += word[1:]
        else:
            words.append(word)
    return letters, values, words


def matches(patterns: list[str], process: Process, letters: str) -> bool:
    text = process[2] if "f" in letters else process[4]
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
    """`ps [-axww] [-J JID] [-o COLUMN[=]...]`: pid, jid, uid, comm, args and command are known columns, and %cpu, rss,
    time and etimes (telemetry/seven-jails/13).
    """
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
    if not call.privileged and hides_processes(kernel):
        known = [process for process in known if process[3]]
    shown = columns or ["pid", "tt", "stat", "time", "command"]
    heads = [head for column in shown for head in column.rstrip("=").split(",")]
    if not all(column.endswith("=") for column in shown):
        call.out(heading(heads) + "\n")
    for pid, jid, line, uid, program in sorted(known):
        values = {"pid": f"{pid:5d}", "jid": f"{jid:3d}", "tt": " - ", "stat": "Is  ", "time": "0:00.01"}
        values |= load_columns(kernel, pid, jid)
        values |= {
            "uid": f"{uid:4d}",
            "user": USERS.get(uid, str(uid)),
            "comm": program if heads[-1] == "comm" else f"{program:13s}",
        }
        command = line if command_name(line) == program else f"{line} ({program})"
        call.out(" ".join(values.get(head, command) for head in heads) + "\n")
    return 0 if known or (not call.jid and "J" not in "".join(call.args)) else 1


def hides_processes(kernel: Kernel) -> bool:
    """Whether only root sees the processes of root."""
    settings = kernel.extra.get("sysctl")
    return isinstance(settings, dict) and settings.get("security.bsd.see_other_uids") == "0"


def load_columns(kernel: Kernel, pid: int, jid: int) -> dict[str, str]:
    """What a process uses: the daemon of a jail of a busy host does the jail's work."""
    serving = jid and pid == DAEMON_PID + jid
    hundredths = int(busy.processor_seconds(kernel, jid) * 100) + 1 if serving else 1
    minutes, rest = divmod(hundredths, 6000)
    return {
        "%cpu": f"{busy.share(kernel, jid) if serving else 0.0:4.1f}",
        "rss": f"{busy.memory(kernel, jid) if serving else 2740:6d}",
        "time": f"{minutes}:{rest // 100:02d}.{rest % 100:02d}",
        "etimes": f"{traffic.age(kernel, jid) if jid else 60:7d}",
    }


def heading(heads: list[str]) -> str:
    """The heading, recorded as `  PID TT  STAT TIME COMMAND` and `PID JID COMMAND`."""
    wide = {"pid": "PID", "jid": "JID", "uid": "UID", "tt": "TT ", "stat": "STAT", "time": "TIME"}
    wide |= {"user": "USER", "%cpu": "%CPU", "rss": "   RSS", "etimes": "ELAPSED"}
    return " ".join(wide.get(head, "COMMAND") for head in heads)
