"""The commands whose answers are kept for the shell, which prints them without Python (see `store.remember`)."""

from __future__ import annotations

import os

from jailtui.simhost.call import Call, capture
from jailtui.simhost.commands import is_simulated
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import HOST, Kernel
from jailtui.simhost.tools.mounts import known_rulesets
from jailtui.simhost.tools.shells import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

Words = tuple[str, ...]

CONSTANTS = ("uname", "id", "whoami", "hostname")
"""Their answers stay the same as long as the folder exists."""

AT_CONNECT: tuple[Words, ...] = (("uname", "-nsrm"), ("id", "-un"), ("id", "-u"), ("hostname",))
JAILS: tuple[Words, ...] = (
    tuple(
        "jls -d -n --libxo json jid name path host.hostname vnet dying parent osrelease persist devfs_ruleset "
        "children.cur children.max securelevel ip4 ip4.addr ip6 ip6.addr".split()
    ),
    ("jls", "-d", "-n", "jid", "vnet", "dying"),
)
STATE_ONLY: tuple[Words, ...] = (
    ("ifconfig", "-j", "0", "-l"),
    ("ifconfig", "-D", "lo0"),
    ("netstat", "-j", "0", "-rn"),
    ("pgrep", "-j", "none", "-U", "0", "-fl", "jail"),
    ("mount", "--libxo", "json"),
    ("netstat", "-anW", "-p", "tcp"),
    ("arp", "-an"),
    ("sockstat", "-46cP", "tcp"),
    ("ifconfig", "-g", "bridge"),
    ("sysctl", "net.link.bridge", "kern.securelevel"),
    ("devfs", "rule", "showsets"),
)
"""A console's questions about running jail(8) commands, what holds a dying jail, sysctls and rulesets."""

FORMS: tuple[Words, ...] = (("sysctl", "-d", "security.jail.param"), ("sysctl", "-n", "kern.securelevel"))
"""What a form asks besides."""

SETTINGS = ("sysrc", "-ae")
CMP = "/usr/bin/cmp"
INNER = ("ifconfig", "netstat")
"""What a console runs in jails by jexec. Where one is another program, jexec becomes that, and renders no answer."""

LINKS = ("netstat", "-ibdnW", "-f", "link", "--libxo", "json")
ROUTES = ("netstat", "-rnW", "--libxo", "json")


def worth_keeping(call: Call) -> bool:
    """Whether the answer to this call, made by root on the host, is kept."""
    if call.jid or not call.privileged or "IFCONFIG_FORMAT" in call.environ:
        return False
    match call.name, call.args:
        case "jls", _:
            return True
        case "ifconfig", ["-a" | "-aD"] | ["-j", _, "-a" | "-aD"] | [_, "addr"]:
            return True
        case "jexec", [_, *words]:
            return not store.has_jail_programs(call.root) and (
                words == ["ifconfig", "-a"] or tuple(words) in (ROUTES, LINKS)
            )
        case "netstat", ["-ibdnW", "-f", "link", "--libxo", "json"]:
            return True
        case "devfs", ["rule", "-s", _, "show"]:
            return True
        case "netstat", [*_, "-j", _]:
            return True
        case "route", ["-n", "get", _] | ["-6", "-n", "get", _]:
            return True
    return call.name in CONSTANTS or (call.name, *call.args) in (*STATE_ONLY, *FORMS, SETTINGS)


def asked_together(kernel: Kernel, words: Words) -> list[Words]:
    """The commands that a console runs together with this one: all of a refresh, or all that it seldom runs."""
    release = kernel.release
    jids = [str(jail.jid) for jail in kernel.jails.values() if jail.own_vnet and not jail.dying]
    look = "-aD" if release.drivername else "-a"
    if release.jail_option:
        stacks: list[Words] = [("ifconfig", "-j", jid, look) for jid in jids]
    else:
        stacks = [("jexec", jid, "ifconfig", "-a") for jid in jids]
    if release.route_jail_option:
        routes: list[Words] = [(*ROUTES, "-j", jid) for jid in jids]
    else:
        routes = [("jexec", jid, *ROUTES) for jid in jids]
    rules: list[Words] = [("devfs", "rule", "-s", str(number), "show") for number in known_rulesets(kernel)]
    bridges = [interface.name for interface in kernel.listed(HOST) if interface.kind == "bridge"]
    learned: list[Words] = [("ifconfig", name, "addr") for name in bridges]
    if release.route_jail_option:
        links: list[Words] = [(*LINKS, "-j", jid) for jid in jids]
    else:
        links = [("jexec", jid, *LINKS) for jid in jids]
    refresh = [*JAILS, ("ifconfig", look), LINKS, *stacks, *links, *STATE_ONLY, *rules, *learned]
    seldom: list[Words] = [*routes, ("jls", "-n", "--libxo", "json")]
    return next((group for group in (refresh, seldom, list(FORMS)) if words in group), [])


def answer(call: Call, run: Callable[[Call], int]) -> int:
    """Run a call worth keeping, keep what it prints, and print it.

    The rest of its group will be asked next, so all of it is rendered now: a process for each takes longer.
    """
    words = (call.name, *call.args)
    if words == SETTINGS:
        return settings(call, run)
    with call.transaction(False) as kernel:
        busy = bool(kernel.extra.get("commands"))
        group = [] if call.name in CONSTANTS else asked_together(kernel, words)
        if store.has_jail_programs(call.root) or not all(is_simulated(f"{call.root}/bin/{name}") for name in INNER):
            group = [other for other in group if other[0] != "jexec"]
        held = Call(call.root, "", [], call.environ, kernel)
        answers = {other: result(held.other(other[0], list(other[1:])), run) for other in group}
    rc, out, err = answers[words] = answers.get(words) or result(call.other(call.name, call.args), run)
    if kernel.extra.get("busy"):
        answers.pop(LINKS, None)  # its counters move
    if busy:
        # while a jail(8) works, its process may end without a change of state
        answers = {other: kept for other, kept in answers.items() if other not in STATE_ONLY}
    store.remember(
        call.root,
        store.CONSTANT if call.name in CONSTANTS else kernel.generation,
        {other: again(*kept) for other, kept in answers.items() if "\0" not in kept[1] + kept[2]},
    )
    call.out(out)
    call.err(err)
    return rc


def again(rc: int, out: str, err: str) -> str:
    """A script that prints the same, and sets `answer` to the exit status."""
    return f"printf %s {quote(out)}\nprintf %s {quote(err)} >&2\nanswer={rc}\n"


def settings(call: Call, run: Callable[[Call], int]) -> int:
    """`sysrc -ae`: its answer holds as long as the files that it reads are what they were."""
    same, copies = unchanged(call.root)
    answer = rc, out, err = result(call.other(call.name, call.args), run)
    if same and "\0" not in out + err:
        store.remember(call.root, store.CONSTANT, {**copies, SETTINGS: f"if {same}; then\n{again(*answer)}fi\n"})
    call.out(out)
    call.err(err)
    return rc


def unchanged(root: str) -> tuple[str, dict[Words, str]]:
    """A test in sh of whether rc.conf and rc.conf.local are as they are now, and the copies it compares them with.

    Without a test, "", where there is no cmp(1) or a file can't be read. A copy is called by what is in it.
    """
    from binascii import crc32

    from jailtui.simhost.tools.sysrc import FILES  # only for this question: every other would wait for it

    tests: list[str] = []
    copies: dict[Words, str] = {}
    for path in FILES:
        try:
            with open(root + path, encoding="utf-8", errors="surrogateescape", newline="") as file:
                text = file.read()
        except FileNotFoundError:
            tests.append(f"[ ! -e {quote(root + path)} ]")
            continue
        except OSError:
            return "", {}
        copy = (f"rc.conf.{crc32(text.encode('utf-8', 'surrogateescape')):x}",)
        copies[copy] = text
        kept = f"{root}/cache/{store.CONSTANT}/{store.cache_name(copy)}"
        tests.append(f"{CMP} -s {quote(root + path)} {quote(kept)}")
    return (" && ".join(tests), copies) if os.path.exists(CMP) else ("", {})


def result(call: Call, run: Callable[[Call], int]) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a captured call."""
    rc = run(call)
    return rc, "".join(call.captured or ()), "".join(call.errors or ())


def warm(root: str, run: Callable[[Call], int]) -> None:
    """Keep the answers that a console needs first."""
    for name, *args in (*AT_CONNECT, STATE_ONLY[0], SETTINGS):
        answer(capture(Call(root, name, args, {})), run)
