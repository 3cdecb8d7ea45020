"""jexec(8): run a simulated command in a jail's network stack."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.commands import is_simulated
from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import KernelError
from jailtui.simhost.run import run
from jailtui.simhost.tools import hooks
from jailtui.simhost.tools.inside_files import READERS

USAGE = "usage: jexec [-l] [-d working-directory] [-u username | -U username] jail [command ...]\n"
PROGRAMS = ("sbin", "bin", "usr/sbin", "usr/bin")
HOME = "/root"
USERS = ("root", "alice", "nobody")


def main(call: Call) -> int:
    words = list(call.args)
    clean = False
    user = ""
    while words and words[0].startswith("-") and len(words[0]) > 1:
        option = words.pop(0)
        if option == "-l":
            clean = True
        elif option[:2] in ("-u", "-U", "-d"):
            value = option[2:] or (words.pop(0) if words else "")
            user = user if option[:2] == "-d" else value
        else:
            call.err(f"jexec: illegal option -- {option[1]}\n{USAGE}")
            return 1
    if not words:
        call.err(USAGE)
        return 1
    try:
        with call.transaction(write=False) as kernel:
            jail = kernel.jail_for_move(words[0])
            jid, top = jail.jid, call.root + jail.path.rstrip("/")
            needs_home = kernel.release.name == "13.2"
    except KernelError as error:
        return call.fail(str(error))
    if not call.privileged:
        return call.fail(f"jail_attach({jid}): Operation not permitted")
    if user and user not in USERS:
        return call.fail(f"{user}: no such user")
    if clean and needs_home and os.path.isdir(top) and not os.path.isdir(top + HOME):
        return call.fail(f"chdir: {HOME}: No such file or directory")  # look-inside/no-shell/05
    return execute(call, jid, words[1:] or ["/bin/sh"], clean, user)


def own_program(call: Call, jid: int, word: str) -> str | None:
    """The program of the jail's own that the word names, if jails of this host have any."""
    if not store.has_jail_programs(call.root):
        return None
    with call.transaction(write=False) as kernel:
        top = call.root + kernel.jails[jid].path
    names = [word] if "/" in word else [f"/{folder}/{word}" for folder in PROGRAMS]
    return next((top + name for name in names if os.access(top + name, os.X_OK)), None)


def inside(words: list[str], bindir: str, *, hooked: bool) -> list[str]:
    """What answers a shell, or a tool that reads files, which are the jail's; else nothing. Hooks have limits of their
    own.
    """
    folder, _, name = hooks.map_paths(words[0], bindir).rpartition("/")
    if folder not in ("", bindir):
        return []
    if name == "sh" and words[1:] in ([], ["-i"], ["-l"]):
        return ["login"]
    if name == "sh" and words[1:2] == ["-c"] and not hooked:
        return ["login", *words[1:]]
    return ["insidefiles", name, *words[1:]] if name in READERS else []


def execute(call: Call, jid: int, words: list[str], clean: bool, user: str) -> int:
    """Become the command; return only if it can't be executed."""
    bindir = call.root + "/bin"
    if own := own_program(call, jid, words[0]):
        sys.stdout.flush()
        os.execve(own, words, call.environ)
    mapped = [hooks.map_paths(word, bindir) for word in words]
    env = hooks.environment(call.environ, bindir, jid=jid, clean=clean)
    if user and user != "root":
        env["JAILTUI_SIM_USER"] = user
    if answered := inside(words, bindir, hooked=hooks.MARK in call.environ):
        return run(call.becomes(answered[0], answered[1:], env))
    path = hooks.executable(mapped[0], bindir)
    simulated = path is not None and is_simulated(path)
    checked = hooks.MARK in call.environ or not (path is None or simulated)
    if checked and (why := hooks.refusal(mapped, bindir)):
        return call.fail(why, 126)
    if path is None:
        return call.fail(f"execvp: {words[0]}: No such file or directory")
    env |= hooks.marked(mapped)
    script = words[1:2] and os.path.basename(path) == "sh" and words[1].startswith("/etc/rc")
    argv = [path, *(words[1:] if script else [hooks.map_paths(word, bindir) for word in words[1:]])]
    if simulated:
        return run(call.becomes(os.path.basename(path), argv[1:], env))
    sys.stdout.flush()
    os.execve(path, argv, env)
    raise AssertionError("execve returned")
