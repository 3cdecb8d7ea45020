"""jail(8): -c, -r, -R, -m, -e and others, as on 13.2, 14.2 and 15.1 (jail-basic/*, jail/*)."""

from __future__ import annotations

import os

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.processes import alive, commands
from jailtui.simhost.tools import jail_config, jail_words
from jailtui.simhost.tools.jail_config import BadConfig, ConfiguredJail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.tools.jail_job import Job
    from jailtui.simhost.tools.jail_select import JailSelection
    from jailtui.simhost.tools.jail_words import Words


def main(call: Call) -> int:
    with call.transaction(write=False) as kernel:
        release = kernel.release.name.partition(".")[0]
    try:
        words = jail_words.read(call.args, release)
    except jail_words.BadUsage as error:
        call.err(str(error))
        return 1
    if words.separator is not None:
        return export(call, words, release)
    if release == "15" and (words.has("d") or any(word.partition("=")[0] == "allow.dying" for word in words.words)):
        call.err("jail: the 'allow.dying' parameter and '-d' flag are deprecated and have no effect.\n")
    announce(call, " ".join(["jail", *call.args]))
    try:
        return act(call, words, release)
    except BadConfig as error:
        call.err("".join(f"{message}\n" for message in error.messages))
        return error.status
    finally:
        announce(call, None)


def export(call: Call, words: Words, release: str) -> int:
    """`jail -e SEP`: every jail of the file, resolved."""
    try:
        jails, messages = jail_config.load(call.root, words.file, release)
    except BadConfig as error:
        call.err("".join(f"{message}\n" for message in error.messages))
        return error.status
    call.err("".join(f"{message}\n" for message in messages))
    call.out(jail_config.exported(jails, words.separator or ""))
    return 0


def announce(call: Call, text: str | None) -> None:
    """Enter this process in the list of running jail(8) commands, which pgrep(1) prints, or take it out."""
    with call.transaction(write=True) as kernel:
        running = commands(kernel)
        for pid in [pid for pid in running if pid == os.getpid() or not alive(pid)]:
            del running[pid]
        if text is not None:
            running[os.getpid()] = text


def act(call: Call, words: Words, release: str) -> int:
    from jailtui.simhost.tools.jail_select import JailSelection

    select = JailSelection(call, words, release)
    if words.has("R"):
        return remove_hard(call, words, select)
    if words.has("r") and not words.has("c") and not words.has("m"):
        return remove(call, words, select)
    if words.has("C") and not words.has("c"):
        return 0
    jails = select.jails()
    if jails is None:
        return 1
    status = 0
    more = len(jails)
    for jail in jails:
        job = select.job(jail)
        if select.everything and not words.has("m") and not words.has("r") and select.running(job):
            continue
        if not more:
            break
        more -= 1
        status |= create_or_modify(call, words, select, job)
        if job.command_failed and select.everything and words.values.get("p") == "1":
            more = min(more, 1)  # `-p1` stalls: FREEBSD.md 1.4
    return status


def create_or_modify(call: Call, words: Words, select: JailSelection, job: Job) -> int:
    """One jail of `-c`, `-m` or both, with `-r` a restart."""
    from jailtui.simhost.tools import jail_modify, jail_steps

    job.print_jid = words.has("i") and words.has("c")
    running = select.running(job)
    if job.name in select.skipped:
        return 1
    if job.jail.failed:
        return select.skip_dependents(job)
    if select.refuses(job):
        return 1
    if words.has("m") and (running or not words.has("c")):
        return jail_modify.modify(job, select)
    if running and not words.has("r"):
        by_jid = not job.named and (select.release == "15" or job.jail.last("jid"))
        taken = str(running) if by_jid else job.name
        call.err(f'jail: "{taken}" already exists\n')
        return select.skip_dependents(job)
    old = 0
    if running:
        job.jid = old = running
        if not jail_steps.stop(job, restart=True):
            return 1
        job.jid = 0
    elif words.has("r") and call.args and words.order.index("r") < words.order.index("c"):
        call.err(f'jail: "{job.name}" not found\n')
        return 1
    return 0 if jail_steps.start(job, old) else select.skip_dependents(job)


def remove(call: Call, words: Words, select: JailSelection) -> int:
    """`jail -r NAME...`, last first; jails that depend on a jail are stopped before it."""
    from jailtui.simhost.tools import jail_steps

    status = 0
    for jail, name in select.to_stop():
        job = select.job(jail)
        job.jid = select.running(job)
        if not job.jid:
            if words.has("C"):
                status |= not jail_steps.after_removal(job)
            elif name is not None and not select.dying_quietly(job):
                if not (words.has("q") and job.known):
                    call.err(f'jail: "{name}" not found\n')
                status = 1
            continue
        if not call.privileged:
            job.say("jail_remove: Operation not permitted")
            status = 1
        elif words.has("C"):
            jail_steps.remove_only(job)
            status |= not jail_steps.after_removal(job)
        else:
            status |= not jail_steps.stop(job)
    return int(status)


def remove_hard(call: Call, words: Words, select: JailSelection) -> int:
    """`jail -R NAME...`: no commands, nothing unmounted."""
    from jailtui.simhost.tools import jail_steps

    status = 0
    for name in select.names_to_kill():
        with call.transaction(write=False) as kernel:
            running = kernel.jail_by(name)
            dying = running is None and kernel.jail_by(name, dying=True) is not None
        if running is None:
            if not dying:
                call.err(f'jail: "{name}" not found\n')
            status |= not dying
            continue
        job = select.job(ConfiguredJail(running.name))
        job.jid = running.jid
        if not call.privileged:
            job.say("jail_remove: Operation not permitted")
            status = 1
            continue
        jail_steps.remove_only(job)
        if words.words == ["*"]:
            call.out(f"{running.name}: removed\n")
    return int(status)
