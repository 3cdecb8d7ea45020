"""service(8): `service jail ...` as rc.d/jail does it, and the part of `service netif` that jails use.

Texts and order: libexec/rc/rc.d/jail, recordings rc-service/jail-basic-verbs, main, confd (FREEBSD.md 1.4).
The exit status of start, stop and restart is 0 whatever happened to the jails.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.run import run
from jailtui.simhost.tools.rcscript import DAEMONS, rc_conf
from jailtui.simhost.tools.sysrc import DEFAULTS, FILES, settings

PREFIXES = ("fast", "force", "one", "quiet")
VERBS = (
    "start|stop|restart|rcvar|enable|disable|delete|enabled|describe|extracommands|config|console|status|status|poll"
)
NETIF_VERBS = (
    "start|stop|restart|rcvar|enable|disable|delete|enabled|describe|extracommands|"
    "cloneup|clonedown|clear|vnetup|vnetdown"
)
JAIL_USAGE = f"Usage: /etc/rc.d/jail [{'|'.join(PREFIXES)}]({VERBS})\n"

USAGE = """
Usage:
service [-j <jail name or id>] -e
service [-j <jail name or id>] -R
service [-j <jail name or id>] [-v] -l | -r
service [-j <jail name or id>] [-v] <rc.d script> start|stop|etc.
service -h

-j	Perform actions within the named jail
-e	Show services that are enabled
-R	Stop and start enabled /usr/local/etc/rc.d services
-l	List all scripts in /etc/rc.d and /usr/local/etc/rc.d
-r	Show the results of boot time rcorder
-v	Verbose

"""


def stop_daemon(call: Call, name: str) -> int:
    """`service syslogd stop` in a jail: ends its simulated process (recording orphan/full-rc-daemon/13)."""
    from jailtui.simhost.tools import processes

    with call.transaction(write=False) as kernel:
        inside = [process for process in processes.processes(kernel) if process[1] == call.jid]
    if not inside:
        call.out(f"{name} not running? (check /var/run/{name}.pid).\n")
        return 1
    call.out(f"Stopping {name}.\nWaiting for PIDS: {inside[0][0]}.\n")
    processes.kill(call, inside)
    return 0


def enabled(call: Call) -> int:
    """`service -e` in a jail: the daemons that its rc.conf does not say NO to (look-inside/services/07)."""
    with call.transaction(write=False) as kernel:
        conf = rc_conf(call.root + kernel.jails[call.jid].path.rstrip("/") + "/etc/rc.conf")
    names = [name for name in DAEMONS if conf.get(f"{name}_enable", "YES").upper() != "NO"]
    call.out("".join(f"/etc/rc.d/{name}\n" for name in ("netif", *names)))
    return 0


def main(call: Call) -> int:
    """`service NAME VERB WORD...`, and in a jail `service -e`."""
    words = [word for word in call.args if word != "-v"]
    if words == ["-e"] and call.jid:
        return enabled(call)
    if len(words) < 2:
        return usage(call, words)
    name, verb, rest = words[0], words[1], words[2:]
    if name == "jail":
        return Jails(call).answer(verb, rest)
    if name == "netif":
        return netif(call, verb, rest)
    if name == "devfs" and verb in ("start", "restart") and not call.jid:
        from jailtui.simhost.tools import mounts

        return mounts.load_rulesets(call)
    if call.jid and name in DAEMONS and verb == "stop":
        return stop_daemon(call, name)
    call.err(
        f"{name} does not exist in /etc/rc.d or the local startup\n"
        "directories (/usr/local/etc/rc.d), or is not executable\n"
    )
    return 1


def usage(call: Call, words: list[str]) -> int:
    """Print the usage: of the script on 15, of service(8) before."""
    with call.transaction(write=False) as kernel:
        asks_script = kernel.release.name == "15.1"
    if asks_script and words == ["jail"]:
        call.err(JAIL_USAGE)
    else:
        call.out(USAGE)
    return 1


HERE = ("ifconfig", "jls", "sysrc", "jail", "mount", "umount", "route", "devfs")
"""Commands that run in this process: a process of their own takes 15 ms."""


def ask(call: Call, *words: str) -> tuple[int, str]:
    """Run a simulated command; returns its exit status, and standard output and error together."""
    if words[0] in HERE:
        own = call.other(words[0], list(words[1:]))
        own.together = True
        return run(own), "".join((*(own.errors or ()), *(own.captured or ())))
    reading, writing = os.pipe()
    dup = os.POSIX_SPAWN_DUP2
    streams = ((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (dup, writing, 1), (dup, writing, 2))
    path = f"{call.root}/bin/{words[0]}"
    # to import subprocess takes 17 ms
    pid = os.posix_spawn(path, [path, *words[1:]], call.environ, file_actions=streams)
    os.close(writing)
    with open(reading, "rb") as pipe:
        output = pipe.read().decode("utf-8", "surrogateescape")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output


class Jails:
    """rc.d/jail for one call. `conf`: the values of rc.conf."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.conf = DEFAULTS | settings(call.root, list(FILES))

    def yes(self, name: str) -> bool:
        return self.conf.get(name, "NO").upper() in ("YES", "TRUE", "ON", "1")

    def answer(self, verb: str, names: list[str]) -> int:
        """Carry out one verb, with or without a prefix of rc.subr."""
        prefix = next((p for p in PREFIXES if verb.startswith(p) and verb[len(p) :] in VERBS.split("|")), "")
        bare = verb[len(prefix) :]
        if bare not in VERBS.split("|"):
            self.call.err(f"/etc/rc.d/jail: unknown directive '{bare}'.\n")
            self.call.err(JAIL_USAGE)
            return 1
        if bare in ("start", "stop", "restart", "status", "console", "config") and not self.allowed(bare, prefix):
            return 0
        known = {
            "start": self.start,
            "stop": self.stop,
            "restart": self.restart,
            "status": self.status,
            "config": self.config,
            "console": self.console,
            "rcvar": self.rcvar,
        }
        if bare in known:
            return known[bare](names)
        return self.small(bare)

    def allowed(self, verb: str, prefix: str) -> bool:
        """jail_enable, unless `one` or `force`; `status` needs it on 13 only."""
        if self.yes("jail_enable") or prefix in ("one", "force"):
            return True
        if verb == "status":
            with self.call.transaction(write=False) as kernel:
                if kernel.release.name != "13.2":
                    return True
        self.call.out(
            f"Cannot '{verb}' jail. Set jail_enable to YES in /etc/rc.conf or use 'one{verb}' instead of '{verb}'.\n"
        )
        return False

    def listed(self, names: list[str]) -> list[str]:
        """The jails of a call: its words, else jail_list; dots and slashes become underscores (`tr /. _`)."""
        return [name.replace("/", "_").replace(".", "_") for name in names or self.conf["jail_list"].split()]

    def file(self, name: str) -> str:
        """The file that describes the jail: /etc/jail.NAME.conf, jail_NAME_conf, jail.conf.d/NAME.conf, jail_conf."""
        named = self.conf.get(f"jail_{name}_conf", "").strip() or f"/etc/jail.{name}.conf"
        for path in (named, f"/etc/jail.conf.d/{name}.conf"):
            if os.path.isfile(self.call.root + path):
                return path
        return self.conf["jail_conf"]

    def running(self) -> list[str]:
        """The names that jls lists, in order of jid."""
        with self.call.transaction(write=False) as kernel:
            return [jail.name for _, jail in sorted(kernel.jails.items()) if not jail.dying]

    def start(self, names: list[str]) -> int:
        jails = self.listed(names)
        self.call.out("Starting jails:")
        if jails:
            for name in jails:
                self.start_one(name)
        else:
            self.start_all()
        self.call.out(".\n")
        return 0

    def start_all(self) -> None:
        """All of jail_conf in one command, whose output is shown only if it failed."""
        words = ["jail", "-f", self.conf["jail_conf"], "-c"]
        if not self.yes("jail_parallel_start"):
            words.append("-p1")
        status, text = ask(self.call, *words)
        self.call.out(text if status else "".join(f" {name}" for name in self.running()))

    def start_one(self, name: str) -> None:
        status, text = ask(self.call, "jail", "-i", "-f", self.file(name), "-c", name)
        if status:
            self.call.out(f' cannot start jail  "{name}": \n{text}')
            return
        self.call.out(f" {name}")
        folder = self.call.root + "/var/run"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/jail_{name}.id", "w", encoding="utf-8") as file:
            file.write(ask(self.call, "jls", "-j", name, "jid")[1])

    def stop(self, names: list[str]) -> int:
        jails = self.listed(names)
        self.call.out("Stopping jails:")
        if jails and self.yes("jail_reverse_stop"):
            jails.reverse()
        if jails:
            for name in jails:
                if name in self.running():
                    self.stop_one(name, self.file(name))
        else:
            for name in self.running():
                self.stop_one(name, self.conf["jail_conf"])
        self.call.out(".\n")
        return 0

    def stop_one(self, name: str, path: str) -> None:
        """Stop a jail; jail(8)'s output is shown only if the jail still runs."""
        self.call.out(f" {name}")
        _, text = ask(self.call, "jail", "-f", path, "-r", name)
        if name in self.running():
            self.call.out(text)
        elif os.path.exists(f"{self.call.root}/var/run/jail_{name}.id"):
            os.unlink(f"{self.call.root}/var/run/jail_{name}.id")

    def restart(self, names: list[str]) -> int:
        self.stop(names)
        return self.start(names)

    def status(self, names: list[str]) -> int:
        self.call.out(ask(self.call, "jls", "-N")[1])
        return 0

    def config(self, names: list[str]) -> int:
        for name in self.listed(names):
            self.call.out(f"{name}: parameters are in {self.file(name)}.\n")
        return 0

    def console(self, names: list[str]) -> int:
        status, text = ask(self.call, "jexec", (names or [""])[0], "login", "-f", "root")
        self.call.err(text)
        return status

    def rcvar(self, names: list[str]) -> int:
        value = "YES" if self.yes("jail_enable") else "NO"
        self.call.out(f'# jail : Manage system jails\n#\njail_enable="{value}"\n#   (default: "")\n\n')
        return 0

    def small(self, verb: str) -> int:
        """The verbs that print one line, or none."""
        if verb == "enabled":
            return 0 if self.yes("jail_enable") else 1
        if verb in ("enable", "disable"):
            ask(self.call, "sysrc", f"jail_enable={'YES' if verb == 'enable' else 'NO'}")
            self.call.out(f"jail {verb}d in /etc/rc.conf\n")
        elif verb == "describe":
            self.call.out("Manage system jails\n")
        elif verb == "extracommands":
            self.call.out("config console status\n")
        return 0


def netif(call: Call, verb: str, names: list[str]) -> int:
    """`service netif start IF...`: each one's rc.conf line is applied; `cloneup` makes what is in cloned_interfaces."""
    conf = DEFAULTS | settings(call.root, list(FILES))
    if verb.removeprefix("one") == "start" and names:
        call.out(f"Starting Network: {' '.join(names)}.\n")
        for name in names:
            start_interface(call, conf, name)
        return 0
    if verb == "cloneup":
        created = [name for name in conf["cloned_interfaces"].split() if ask(call, "ifconfig", name, "create")[0] == 0]
        if created:
            call.out(f"Created clone interfaces: {' '.join(created)}.\n")
        return 0
    if verb not in NETIF_VERBS.split("|"):
        call.err(f"/etc/rc.d/netif: unknown directive '{verb}'.\n")
        call.err(f"Usage: /etc/rc.d/netif [{'|'.join(PREFIXES)}]({NETIF_VERBS})\n")
    else:
        call.err(f"/etc/rc.d/netif: {verb} is not simulated\n")
    return 1


def start_interface(call: Call, conf: dict[str, str], name: str) -> None:
    """Apply `ifconfig_NAME` and print the interface, or the error."""
    value = conf.get("ifconfig_" + "".join(c if c.isalnum() else "_" for c in name), "")
    if value:
        status, text = ask(call, "ifconfig", name, *value.split())
        if status:
            call.err(text)
    status, text = ask(call, "ifconfig", name)
    (call.err if status else call.out)(text)
