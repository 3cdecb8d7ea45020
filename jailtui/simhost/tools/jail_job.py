"""One jail of a jail(8) command: it runs commands, prints messages and changes the jail in the kernel."""

from __future__ import annotations

import os

from jailtui.simhost.call import Call, leads_outside, rooted
from jailtui.simhost.kernel import jails
from jailtui.simhost.kernel.processes import end_daemons
from jailtui.simhost.tools import hooks, own_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.tools.jail_config import ConfiguredJail


class Job:
    """`jail` is from jail.conf or the command line. `named`: messages have the jail's name.

    `known`: the file has it. `noted`: jail(8) prints when it is created or removed, also without -v.
    """

    def __init__(
        self,
        call: Call,
        jail: ConfiguredJail,
        *,
        verbose: int = 0,
        named: bool = True,
        known: bool = True,
        noted: bool = True,
    ) -> None:
        self.call = call
        self.jail = jail
        self.verbose = verbose
        self.named = named
        self.known = known
        self.noted = noted
        self.print_jid = False
        self.jid = 0
        self.failed = False
        self.command_failed = False
        self.bindir = call.root + "/bin"
        with call.transaction(write=False) as kernel:
            self.release = kernel.release.name.partition(".")[0]

    @property
    def name(self) -> str:
        return self.jail.called

    @property
    def path(self) -> str:
        return self.jail.last("path") or "/"

    def say(self, text: str) -> None:
        """Print an error on standard error."""
        self.call.err(f"jail: {self.name}: {text}\n" if self.named else f"jail: {text}\n")

    def fail(self, text: str = "") -> bool:
        """Print `text`, mark the jail as failed; returns False."""
        if text:
            self.say(text)
        self.failed = True
        return False

    def note(self, text: str, at: int = 0) -> None:
        """Print progress on standard output, if the jail is verbose to degree `at` or more; -q is -1."""
        if self.verbose >= max(at, 0 if self.noted else 1):
            self.call.out(f"{self.name}: {text}\n" if self.named else f"{text}\n")
        self.call.flush()

    def setting(self, name: str) -> bool:
        """One of jail(8)'s own booleans."""
        value = self.jail.last(name)
        if value is None:
            return name in self.jail.params
        return value.lower() == "true" or (value.isdigit() and value != "0")

    # commands

    def commands(self, name: str, inside: bool = False) -> bool:
        """Run all of one parameter's commands; False at the first that fails."""
        return all(self.command(text, inside) for text in self.jail.values(name) if text)

    def command(self, text: str, inside: bool = False) -> bool:
        return self.run(hooks.shown(text), hooks.words(text), inside, hooks.in_background(text))

    def step(self, words: list[str]) -> bool:
        """One of jail(8)'s own calls of ifconfig, mount or umount."""
        return self.run(" ".join(words), words)

    def run(self, shown: str, words: list[str], inside: bool = False, background: bool = False) -> bool:
        self.note(f"run command{' in jail' if inside else ''}: {shown}", 1)
        if not words:
            return True
        jail = (self.jid, self.name, self.path) if self.release == "15" and self.jid and not inside else None
        env = hooks.environment(
            self.call.environ,
            self.bindir,
            jid=self.jid if inside else self.call.jid,
            jail=jail,
            clean=inside and self.setting("exec.clean"),
        )
        output = self.console() if inside else None
        if output == -1:
            return False
        return self.wait(shown, words, env, output, background)

    def wait(self, shown: str, words: list[str], env: dict[str, str], output: int | None, background: bool) -> bool:
        self.call.flush()
        if hooks.executable(hooks.map_paths(words[0], self.bindir), self.bindir) is None:
            self.say(f"exec {words[0]}: No such file or directory")
            return self.fail(f"{shown}: failed")
        seconds = float(self.jail.last("exec.timeout") or 0)
        status = None
        if output is None and not background and not seconds:
            status = own_commands.answer(self.call, words, env)
            self.call.flush()
        if status is None:
            argv = [hooks.map_paths(word, self.bindir) for word in words]
            if why := hooks.refusal(argv, self.bindir):
                self.say(why)
                return self.fail(f"{shown}: failed")
            if self.call.kernel is not None:
                raise ValueError(f"no process can be started while the state is locked: {shown}")
            keeps = output is None and not background and self.call.captured is not None
            kept = self.kept_output() if keeps else None
            pid = hooks.start(argv, env | hooks.marked(argv), self.bindir, output if kept is None else kept)
            if output is not None:
                os.close(output)
            if background:
                return True
            status = hooks.wait(pid, seconds)
            self.take(kept)
        self.command_failed = status != 0
        if status is None:
            return self.fail(f"{shown}: timed out")
        if status < 0:
            return self.fail(f"{shown}: exited on signal {-status}")
        return self.fail(f"{shown}: failed") if status else True

    def kept_output(self) -> int:
        """A file without a name for what a process prints, where the output of this command is kept."""
        place = f"{self.call.root}/tmp/.output-{os.getpid()}"
        kept = os.open(place, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.unlink(place)
        return kept

    def take(self, kept: int | None) -> None:
        """Add what a process printed to the output of this command."""
        if kept is not None:
            with open(kept, encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.seek(0)
                self.call.out(file.read())
            self.call.flush()

    def console(self) -> int | None:
        """exec.consolelog, open for appending; None without one, -1 if it can't be opened."""
        name = self.jail.last("exec.consolelog")
        if not name:
            return None
        place = rooted(self.call.root, name)
        if leads_outside(self.call.root, place):
            self.fail(f"open {name}: {hooks.OUTSIDE}")
            return -1
        try:
            return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            self.fail(f"open {name}: {error.strerror}")
            return -1

    # the kernel's side

    def remove(self) -> None:
        with self.call.transaction(write=True) as kernel:
            if self.jid in kernel.jails and not kernel.jails[self.jid].dying:
                jails.remove(kernel, self.jid)
            end_daemons(kernel, self.jid)
