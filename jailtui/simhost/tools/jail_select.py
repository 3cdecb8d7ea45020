"""The jails of a jail(8) command, their order, and whether they run (jail.c, state.c)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.tools import jail_config, jail_values
from jailtui.simhost.tools.jail_config import BadConfig, ConfiguredJail
from jailtui.simhost.tools.jail_job import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.tools.jail_words import Words

    Named = tuple[ConfiguredJail, str | None]
    """A jail, and the name by which the command line named it."""

IMMUTABLE = ("name", "jid")
SPLIT_AT_COMMAS = frozenset(("ip4.addr", "ip6.addr", "vnet.interface", "depend"))


class JailSelection:
    """The jails of the file (or of the command line) that `words` name. Raises BadConfig when the file is bad."""

    def __init__(self, call: Call, words: Words, release: str) -> None:
        self.call = call
        self.words = words
        self.release = release
        self.status = 0
        self.file: list[ConfiguredJail] = []
        self.skipped: set[str] = set()
        self.loaded = False
        self.everything = not words.words or words.words == ["*"]
        if not words.has("R") and not words.on_command_line:
            self.load()

    def load(self) -> None:
        removing = self.words.has("r") and not any(self.words.has(letter) for letter in "cmC")
        try:
            self.file, messages = jail_config.load(self.call.root, self.words.file, self.release)
        except BadConfig as error:
            if removing and not self.words.file and error.messages[0].endswith(": No such file or directory"):
                return
            raise
        self.loaded = True
        self.call.err("".join(f"{message}\n" for message in messages))
        self.check_dependencies()

    def check_dependencies(self) -> None:
        """Print faults of `depend`; every command does, for all jails of the file (FREEBSD.md 1.3)."""
        by_name = {jail.called: jail for jail in self.file}
        for jail in self.file:
            for name in jail.values("depend"):
                if name not in by_name:
                    self.call.err(f'jail: {jail.called}: depends on undefined jail "{name}"\n')
                    jail.failed = True
        for jail in self.file:
            if not jail.failed and reaches(jail, jail.called, by_name, set()):
                self.call.err(f"jail: {jail.called}: dependency loop\n")
                jail.failed = True
                return

    def find(self, name: str) -> ConfiguredJail | None:
        return next((jail for jail in self.file if jail.called == name or jail.last("jid") == name), None)

    def jails(self) -> list[ConfiguredJail] | None:
        """The jails to create or modify, dependencies first. None: there are none, which is printed."""
        if self.words.on_command_line:
            jail = self.from_words()
            return None if jail is None else [jail]
        if self.everything:
            wanted = list(self.file)
        else:
            chosen = self.find(self.words.words[0])
            if chosen is None:
                self.call.err(f'jail: "{self.words.words[0]}" not found\n')
                return None
            wanted = [chosen]
        needed = wanted
        while needed := [jail for jail in self.needs_of(needed) if jail not in wanted]:
            wanted = [*wanted, *needed]
        return self.in_waves([jail for jail in self.file if jail in wanted])

    def needs_of(self, jails: list[ConfiguredJail]) -> list[ConfiguredJail]:
        """The jails that these depend on and that do not run yet."""
        needed = [self.find(name) for jail in jails if not jail.failed for name in jail.values("depend")]
        return [jail for jail in needed if jail is not None and not self.running(self.job(jail))]

    def in_waves(self, jails: list[ConfiguredJail]) -> list[ConfiguredJail]:
        """The jails in file order, but each after those it depends on."""
        ordered: list[ConfiguredJail] = []
        rest = jails
        while rest:
            names = {jail.called for jail in rest}
            ready = [jail for jail in rest if not names & set(jail.values("depend"))] or rest
            ordered += ready
            rest = [jail for jail in rest if jail not in ready]
        return ordered

    def from_words(self) -> ConfiguredJail | None:
        """A jail described on the command line."""
        jail = ConfiguredJail("")
        words = self.words.parameters()
        refused = False
        while words:
            name, equals, value = words.pop(0).partition("=")
            values = value.split(",") if name in SPLIT_AT_COMMAS else [value]
            if name == "command":
                values, words = [" ".join([value, *words])], []
            before = jail.spelling(name)
            if before in IMMUTABLE:
                self.call.err(f'jail: cannot redefine parameter "{before}".\n')
                refused = True
                continue
            if before is not None and before != name:
                del jail.params[before]
            jail.params[name] = values if equals else []
        if jail.params.get("name") == [""]:
            del jail.params["name"]
        return None if refused else jail

    def job(self, jail: ConfiguredJail) -> Job:
        return Job(
            self.call,
            jail,
            verbose=self.words.verbose,
            named=not self.words.on_command_line,
            known=jail in self.file,
            noted=jail in self.file or (self.words.has("r") and (self.loaded or len(self.words.words) > 1)),
        )

    def running(self, job: Job, dying: bool = False) -> int:
        """The jid of the running jail of a job, 0 if it does not run."""
        key = job.jail.last("jid") or job.jail.last("name") or job.jail.name
        if not key:
            return 0
        with self.call.transaction(write=False) as kernel:
            if self.call.jid and not key.isdigit():
                key = f"{kernel.jails[self.call.jid].name}.{key}"
            live = kernel.jail_by(key, dying)
            return live.jid if live else 0

    def dying_quietly(self, job: Job) -> bool:
        """Whether `jail -r` prints nothing for a dying jail: unless 15 finds it in the file (FREEBSD.md 3.5)."""
        return bool(self.running(job, dying=True)) and not (self.release == "15" and job.known)

    def refuses(self, job: Job) -> bool:
        """Whether a parameter is unknown or has an invalid value, which is printed."""
        with self.call.transaction(write=True) as kernel:
            unknown = jail_values.unknown(kernel, job.jail)
        for name in unknown:
            job.say(f"unknown parameter: {name}")
        if unknown:
            return True
        persist = job.jail.spelling("persist")
        try:
            if persist:
                jail_values.boolean("persist", persist, job.jail.params[persist])
            jail_values.kernel_values(job.jail)
        except jail_values.KernelRefusal:
            pass
        except jail_values.BadValue as error:
            job.say(str(error))
            return True
        if (
            not job.named
            and not self.words.has("m")
            and not job.setting("persist")
            and "command" not in job.jail.params
        ):
            job.say("new jail must persist or attach")
            return True
        return False

    def skip_dependents(self, job: Job) -> int:
        """Skip the jails that depend on a failed one. Returns 1."""
        for jail in self.file if not self.everything else ():
            if job.name in jail.values("depend") and not self.running(self.job(jail)):
                if self.words.verbose >= 0:
                    self.call.err(f"jail: {jail.called}: skipped\n")
                self.skipped.add(jail.called)
        return 1

    def to_stop(self) -> list[Named]:
        """The jails to stop, in order."""
        order: list[Named] = []
        if self.everything:
            with self.call.transaction(write=False) as kernel:
                running = [jail.name for jail in kernel.jails.values() if not jail.dying]
            others = [ConfiguredJail(name) for name in running if self.find(name) is None]
            wanted: list[Named] = [(jail, None) for jail in [*self.file, *others]]
        else:
            wanted = [(self.find(name) or ConfiguredJail(name), name) for name in self.words.words]
        for jail, name in reversed(wanted):
            self.with_dependents(jail, name, order)
        return order

    def with_dependents(
        self,
        jail: ConfiguredJail,
        name: str | None,
        order: list[Named],
        above: tuple[str, ...] = (),
    ) -> None:
        if any(other is jail for other, _ in order):
            return
        inside = (*above, jail.called)
        for other in reversed(self.file):
            if jail.called in other.values("depend") and other.called not in inside:
                self.with_dependents(other, None, order, inside)
        order.append((jail, name))

    def names_to_kill(self) -> list[str]:
        if not self.everything:
            return self.words.words[::-1]
        with self.call.transaction(write=False) as kernel:
            return [
                str(jail.jid) for jail in sorted(kernel.jails.values(), key=lambda jail: -jail.jid) if not jail.dying
            ]


def reaches(jail: ConfiguredJail, goal: str, by_name: dict[str, ConfiguredJail], seen: set[str]) -> bool:
    """Whether following `depend` from a jail comes back to `goal`."""
    for name in jail.values("depend"):
        if name == goal:
            return True
        if name in by_name and name not in seen:
            seen.add(name)
            if reaches(by_name[name], goal, by_name, seen):
                return True
    return False
