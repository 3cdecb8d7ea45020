"""One call of a simulated command: its words, the user, the network stack, and where its output goes."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.kernel import store
from jailtui.simhost.kernel.state import HOST, Kernel


class Call:
    """A command with its words (`args`, without the name). `jid` is 0 on the host, else the jail it runs in.

    `user` is root unless JAILTUI_SIM_USER says otherwise. Output is written by `out` and `err`, text as it is.
    `kernel`: the state, where the caller holds its lock and will save it. `together`: both outputs are kept in
    `errors`, each in its turn.
    """

    def __init__(
        self,
        root: str,
        name: str,
        args: list[str],
        environ: dict[str, str] | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        env = dict(os.environ) if environ is None else environ
        self.root = root
        self.kernel = kernel
        self.name = name
        self.args = args
        self.environ = env
        self.user = env.get("JAILTUI_SIM_USER") or "root"
        self.jid = int(env.get("JAILTUI_SIM_JID") or 0)
        self.captured: list[str] | None = None
        self.errors: list[str] | None = None
        self.together = False

    @property
    def privileged(self) -> bool:
        return self.user == "root"

    def transaction(self, write: bool) -> store.Transaction | store.Held:
        return store.transaction(self.root, write) if self.kernel is None else store.Held(self.kernel)

    def other(self, name: str, args: list[str], environ: dict[str, str] | None = None) -> Call:
        """Another command called from the same place (or in `environ`), whose output is kept."""
        return capture(Call(self.root, name, args, self.environ if environ is None else environ, self.kernel))

    def becomes(self, name: str, args: list[str], environ: dict[str, str] | None = None) -> Call:
        """Another command called from the same place (or in `environ`), whose output goes where this one's goes."""
        call = Call(self.root, name, args, self.environ if environ is None else environ, self.kernel)
        call.captured, call.errors = self.captured, self.errors
        return call

    def vnet(self, kernel: Kernel) -> int:
        """The stack this command acts on. KeyError if its jail is gone."""
        return kernel.jails[self.jid].vnet if self.jid else HOST

    def out(self, text: str) -> None:
        if self.captured is None:
            sys.stdout.write(text)
        else:
            self.captured.append(text)

    def err(self, text: str) -> None:
        if self.errors is None:
            sys.stderr.write(text)
        else:
            self.errors.append(text)

    def flush(self) -> None:
        """Have all that was printed stand before what will be."""
        sys.stdout.flush()
        sys.stderr.flush()
        if self.together and self.captured and self.errors is not None:
            self.errors += self.captured
            self.captured.clear()

    def fail(self, text: str, rc: int = 1) -> int:
        """`name: text` on standard error; returns `rc`."""
        self.err(f"{self.name}: {text}\n")
        return rc


def rooted(root: str, path: str) -> str:
    """The path on this machine of an absolute path of the simulated host: below `root`, unless it is already."""
    return path if not path.startswith("/") or path == root or path.startswith(root + "/") else root + path


def leads_outside(root: str, place: str) -> bool:
    """Whether that place on this machine is not below `root`, by its `..` or by links that are there."""
    return not f"{os.path.realpath(place)}/".startswith(f"{os.path.realpath(root)}/")


def capture(call: Call) -> Call:
    """The same call with its output kept in `captured` and `errors` instead of written."""
    call.captured, call.errors = [], []
    return call
