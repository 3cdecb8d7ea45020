"""Which commands' answers are kept for the shell to give again without Python (see `store.remember`)."""

from __future__ import annotations

from collections.abc import Callable

from jailtui.simhost.call import Call, capture
from jailtui.simhost.kernel import store

CONSTANTS = ("uname", "id", "whoami", "hostname")
"""What they say is the same as long as the folder lives."""

STATE_ONLY = (
    ("ifconfig", "-j", "0", "-l"),
    ("ifconfig", "-D", "lo0"),
    ("pgrep", "-fl", "jail"),
    ("mount", "-p"),
    ("netstat", "-anW", "-p", "tcp"),
    ("sysctl", "net.link.bridge"),
    ("devfs", "rule", "showsets"),
)
"""A console's probe, and its questions for jail(8) at work, for what holds a dying jail, for sysctls and rulesets."""

INTERFACES = ("ifconfig", "-aD")
WARM = (("uname", "-nsrm"), ("id", "-un"), ("id", "-u"), ("hostname",), STATE_ONLY[0])


def worth_keeping(call: Call) -> bool:
    """Whether the answer to this call, made by root on the host, is kept."""
    if call.jid or not call.privileged:
        return False
    return call.name in CONSTANTS or (call.name, *call.args) in STATE_ONLY


def answer(call: Call, run: Callable[[Call], int]) -> int:
    """Run a call worth keeping, keep what it prints, and print it.

    Who asks for a part of the state will ask for the rest, so all of it is kept now: a process each takes longer.
    """
    rc, out, err = kept(call, run)
    if (words := (call.name, *call.args)) in STATE_ONLY:
        for name, *args in (*STATE_ONLY, INTERFACES):
            if (name, *args) != words:
                kept(call.other(name, args), run)
    call.out(out)
    call.err(err)
    return rc


def kept(call: Call, run: Callable[[Call], int]) -> tuple[int, str, str]:
    """Run a call, keep what it prints to both streams, and return it behind its exit status."""
    with call.transaction(False) as kernel:
        generation: int | str = store.CONSTANT if call.name in CONSTANTS else kernel.generation
        busy = bool(kernel.extra.get("commands"))
    held = call.other(call.name, call.args)
    rc = run(held)
    out, err = "".join(held.captured or ()), "".join(held.errors or ())
    words = (call.name, *call.args)
    # while a jail(8) works its process may end without a change of state
    if not busy:
        if rc == 0 and not err:
            store.remember(call.root, generation, {words: out})
        elif rc == 1 and not out:
            store.remember(call.root, generation, {}, {words: err})
    return rc, out, err


def warm(root: str, run: Callable[[Call], int]) -> None:
    """Keep what a console asks first."""
    for name, *args in WARM:
        answer(capture(Call(root, name, args, {})), run)
