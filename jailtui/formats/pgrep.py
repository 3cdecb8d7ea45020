"""`pgrep -fl jail`: the processes of jail(8) on a host. Source: pgrep(1), ps(1), jail(8).

    4711 jail -l -U root -i -f /etc/jail.conf -c web
    4712 /bin/sh /etc/rc.d/jail start web
    4713 jail -r web 60
      JID  UID  PID COMMAND
        0    0 4711 jail
        0    0 4713 sleep

pgrep puts spaces between arguments and quotes nothing, so a word with a space in it is read as two. It prints the
arguments of a process, the first of which any user may choose; the lines of `ps -o comm` below have its program.
Recorded: found/processes/06, /07.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

PROGRAM = "jail"
HEADING = re.compile(r"^ *JID +UID +PID +COMMAND *$", re.MULTILINE)
COLUMNS = 4
WITH_ARGUMENT = frozenset("efJnpsuU")
Action = Literal["create", "remove", "modify"]


class JailCommand(NamedTuple):
    """A jail that a running jail(8) changes. `name` is a name or jid as on the command line, None for every jail.

    A restart (`-rc`) counts as `create`.
    """

    action: Action
    name: str | None


def parse(text: str) -> tuple[JailCommand, ...]:
    """The commands in `text`, one for each jail that they name. Processes that change no jail are left out, and those
    that by ps are not the jail(8) of the host.
    """
    processes, *listing = HEADING.split(text, maxsplit=1)
    programs = dict(map(program, "".join(listing).split("\n")))
    lines = (line for line in processes.split("\n") if programs.get(line.partition(" ")[0], PROGRAM) == PROGRAM)
    return tuple(command for line in lines for command in commands(line))


def program(line: str) -> tuple[str, str]:
    """The pid on a line of ps, and the program of the process; "" for a process in a jail."""
    words = line.split(None, COLUMNS - 1)
    if len(words) < COLUMNS:
        return "", ""
    jid, _, pid, name = words
    return pid, name if jid == "0" else ""


def commands(line: str) -> Iterator[JailCommand]:
    """The changes that a process makes, if it is jail(8)."""
    pid, *words = line.split() or [""]
    if not words or words[0].rpartition("/")[2] != "jail" or not (pid.isascii() and pid.isdecimal() and len(pid) < 11):
        return
    letters, operands = options(words[1:])
    action = action_of(letters)
    if action is None:
        return
    names = operands if action == "remove" else [named(operands)]
    for name in names or [None]:
        yield JailCommand(action, None if name == "*" else name)


def options(words: list[str]) -> tuple[set[str], list[str]]:
    """Options and operands of jail(8), split as getopt(3) does."""
    letters: set[str] = set()
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        cluster = words[at][1:]
        at += 1
        if cluster == "-":
            break
        for place, letter in enumerate(cluster):
            letters.add(letter)
            if letter in WITH_ARGUMENT:
                at += place == len(cluster) - 1
                break
    return letters, words[at:]


def action_of(letters: set[str]) -> Action | None:
    """The action of these options of jail(8); None for `-e`, which only prints."""
    if "e" in letters:
        return None
    if "c" in letters:
        return "create"
    if "m" in letters:
        return "modify"
    return "remove" if letters & {"r", "R"} else None


def named(operands: list[str]) -> str | None:
    """The jail of `-c` or `-m`: the first operand, or the value of `name=` or `jid=`."""
    if operands and "=" not in operands[0]:
        return operands[0]
    parameters = dict(word.split("=", 1) for word in operands if "=" in word)
    return parameters.get("name") or parameters.get("jid")
