"""`jailtui logs`: the console log of a jail and the messages of its syslogd."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from jailtui.cli.actions import jail_of
from jailtui.cli.hosts import opened, talk_lost
from jailtui.cli.talk import put, talk
from jailtui.cli.verb import CommandVerb, Exit, host_options
from jailtui.exchange import HostError, shell_line

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.looking import JailLogs, News
    from jailtui.model.state import Jail
    from jailtui.preferences import Config

FOLLOW_SECONDS = 2.0


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("jail", metavar="JAIL", help="a jail, by name or jid")
    to.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    from jailtui.looking import JailLogs
    from jailtui.model.logs import no_console

    with opened(arguments, config) as backend:
        state = backend.read().state
        jail = jail_of(arguments.jail, state)
        followed = JailLogs(backend, state, jail)
        talk_lost(followed.begin(jail))
        if why := no_console(jail):
            talk_no_console(why, jail)
        readable = put_news(followed.read(), first=True)
        problem = ""
        while arguments.follow:
            sys.stdout.flush()
            time.sleep(FOLLOW_SECONDS)
            problem = follow(followed, problem)
    return Exit.OK if readable else Exit.FAILED


def talk_no_console(why: str, jail: Jail) -> None:
    from jailtui.model.logs import remedy

    talk(f"{jail.name}: {why}" + (f"; to have one: {shell_line(remedy(jail))}" if jail.configured else ""))


def follow(followed: JailLogs, before: str) -> str:
    """Print what is new. A host that does not answer is asked again, and that is said once: why, or ""."""
    try:
        put_news(followed.read(), first=False)
    except HostError as error:
        if str(error) != before:
            talk(str(error))
        return str(error)
    return ""


def put_news(news: tuple[News, ...], *, first: bool) -> bool:
    """Print new lines, each log under its name as tail(1) does; whether one can be read."""
    for each in news:
        if each.why and first:
            talk(f"{each.name}: {each.why}")
        elif each.lines or (first and not each.why):
            put(f"==> {each.name} <==")
            put("\n".join(each.lines)) if each.lines else None
    return any(not each.why for each in news)


VERBS = {"logs": CommandVerb(options, run)}
