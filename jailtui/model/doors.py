"""By what a jail can be entered, as the jail answered (doors.sh): it may lie, and then only harms its own shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.exchange import Section

SILENT = (124, 137)
LATE = 125
NO_HOME = "jexec: chdir: "


class Doors(NamedTuple):
    """`login`: the jail has login(1); `home`: `jexec -l` finds the home directory; `no_shell`: why it has no shell."""

    login: bool
    home: bool
    no_shell: str


def doors(sections: Iterable[Section]) -> Doors:
    """What the answers say."""
    answers = {section.name: section for section in sections}
    shell, with_home = answers["shell"], answers["clean"]
    said = clean(next(iter(shell.out.strip().splitlines()), ""))
    return Doors(
        login=shell.rc == 0 and said.endswith("/login"),
        home=not with_home.out.startswith(NO_HOME),
        no_shell="" if shell.rc == 0 else _why(shell.rc, said),
    )


def _why(status: int, said: str) -> str:
    if status in SILENT:
        return "its /bin/sh does not answer within 5 s"
    if status == LATE:
        return "the host has no timeout(1), without which no jail is asked"
    return f"jexec: /bin/sh: {said or 'no message'} (exit status {status})"
