"""By what a jail can be entered, as the jail answers: it may lie, and then only harms its own shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.exchange import Argv, Section

NO_HOME = "jexec: chdir: "
WITH_HOME = 'printf "" | jexec -l "$1" /bin/sh -c : 2>&1 | head -c 4096 >&2'
"""A shell in the jail that ends at once; it gets no file of the host, and a part of what it says is read."""


class Doors(NamedTuple):
    """`login`: the jail has login(1); `home`: `jexec -l` finds the home directory; `no_shell`: why it has no shell."""

    login: bool
    home: bool
    no_shell: str


def door_questions(jid: int) -> tuple[tuple[Argv, int | None], ...]:
    """Whether there is a shell and login(1), and whether `jexec -l` finds a home; the latter is asked on the host."""
    return (("/bin/sh", "-c", "command -v login; :"), jid), (("/bin/sh", "-c", WITH_HOME, "sh", str(jid)), None)


def doors(sections: Sequence[Section]) -> Doors:
    """What the two answers say."""
    shell, with_home = sections
    answer = clean(next(iter(shell.out.strip().splitlines()), ""))
    return Doors(
        login=shell.rc == 0 and answer.endswith("/login"),
        home=not with_home.err.startswith(NO_HOME),
        no_shell="" if shell.rc == 0 else _why(shell, answer),
    )


def _why(shell: Section, answer: str) -> str:
    if shell.unanswered:
        return f"/bin/sh: {shell.unanswered}"
    return f"{answer or '/bin/sh: no message'} (exit status {shell.rc})"
