"""Which jails a jail(8) command is about, in which order, and whether they run (jail.c, state.c)."""

from __future__ import annotations

from jailtui.simhost.tools import confjails, jail_values
from jailtui.simhost.tools.confparse import Block, ConfError, Param, rooted
from jailtui.simhost.tools.jail_job import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call
    from jailtui.simhost.tools.jail_words import Words

CONF = "/etc/jail.conf"
SPLIT_AT_COMMAS = frozenset(("ip4.addr", "ip6.addr", "vnet.interface", "depend"))


class Selection:
    """The jails of the file (or of the command line) that `words` name. Raises ConfError when the file is bad."""

    def __init__(self, call: Call, words: Words, release: str) -> None:
        self.call = call
        self.words = words
        self.release = release
        self.status = 0
        self.file: list[Block] = []
        self.skipped: set[str] = set()
        self.loaded = False
        self.everything = not words.words or words.words == ["*"]
        if not words.has("R") and not words.on_command_line:
            self.load()

    def load(self) -> None:
        shown = self.words.file or CONF
        removing = self.words.has("r") and not any(self.words.has(letter) for letter in "cmC")
        try:
            self.file, said = confjails.load(rooted(shown), shown, self.release)
        except ConfError as error:
            if removing and not self.words.file and error.messages[0].endswith(": No such file or directory"):
                return
            raise
        self.loaded = True
        for message in said:
            self.call.err(message + "\n")
        self.check_dependencies()

    def check_dependencies(self) -> None:
        """Reported by every command, about every jail of the file (FREEBSD.md 1.3)."""
        by_name = {name_of(block): block for block in self.file}
        for block in self.file:
            for name in block.values("depend"):
                if name not in by_name:
                    self.call.err(f'jail: {name_of(block)}: depends on undefined jail "{name}"\n')
                    block.failed = True
        for block in self.file:
            if not block.failed and reaches(block, name_of(block), by_name, set()):
                self.call.err(f"jail: {name_of(block)}: dependency loop\n")
                block.failed = True
                return

    def find(self, name: str) -> Block | None:
        return next((block for block in self.file if name_of(block) == name or block.last("jid") == name), None)

    def blocks(self) -> list[Block] | None:
        """What to create or modify, dependencies first. None: said and done."""
        if self.words.on_command_line:
            block = self.from_words()
            return None if block is None else [block]
        if self.everything:
            wanted = list(self.file)
        else:
            found = self.find(self.words.words[0])
            if found is None:
                self.call.err(f'jail: "{self.words.words[0]}" not found\n')
                return None
            wanted = [found]
        needed = wanted
        while needed := [block for block in self.needs_of(needed) if block not in wanted]:
            wanted = [*wanted, *needed]
        return self.in_waves([block for block in self.file if block in wanted])

    def needs_of(self, blocks: list[Block]) -> list[Block]:
        """What these depend on and does not run yet."""
        found = [self.find(name) for block in blocks if not block.failed for name in block.values("depend")]
        return [block for block in found if block is not None and not self.running(self.job(block))]

    def in_waves(self, blocks: list[Block]) -> list[Block]:
        """File order, but each jail after those it needs, as jail(8) gets to it: first what needs nothing more."""
        ordered: list[Block] = []
        rest = blocks
        while rest:
            names = {name_of(block) for block in rest}
            ready = [block for block in rest if not names & set(block.values("depend"))] or rest
            ordered += ready
            rest = [block for block in rest if block not in ready]
        return ordered

    def from_words(self) -> Block | None:
        """A jail described on the command line."""
        block = Block("")
        said: list[str] = []
        words = self.words.parameters()
        while words:
            name, equals, value = words.pop(0).partition("=")
            values = value.split(",") if name in SPLIT_AT_COMMAS else [value]
            if name == "command":
                values, words = [" ".join([value, *words])], []
            pieces: list[tuple[str | tuple[str], ...]] = [(text,) for text in values] if equals else []
            confjails.add(block, Param(name, pieces), said)
        for message in said:
            self.call.err("jail: " + message.split(": ", 2)[2] + "\n")
        for param in block.params:
            param.values = ["".join(str(piece) for piece in value) for value in param.pieces]
        if (given := block.get("name")) is not None and given.values == [""]:
            block.params.remove(given)
        return None if said else block

    def job(self, block: Block) -> Job:
        return Job(
            self.call,
            block,
            verbose=self.words.verbose,
            named=not self.words.on_command_line,
            known=block in self.file,
            noted=block in self.file or (self.words.has("r") and (self.loaded or len(self.words.words) > 1)),
        )

    def running(self, job: Job, dying: bool = False) -> int:
        """The jid of the live jail that a block describes, 0 if there is none."""
        key = job.block.last("jid") or job.block.last("name") or job.block.name
        if not key:
            return 0
        with self.call.transaction(write=False) as kernel:
            if self.call.jid and not key.isdigit():
                key = f"{kernel.jails[self.call.jid].name}.{key}"
            found = kernel.jail_by(key, dying)
            return found.jid if found else 0

    def dying_quietly(self, job: Job) -> bool:
        """`jail -r` of a dying jail says nothing, but for one that 15 finds in the file (FREEBSD.md 3.5)."""
        return bool(self.running(job, dying=True)) and not (self.release == "15" and job.known)

    def refuses(self, job: Job) -> bool:
        """Unknown parameters, bad booleans and the like, said before anything is done."""
        with self.call.transaction(write=True) as kernel:
            unknown = jail_values.unknown(kernel, job.block)
        for name in unknown:
            job.say(f"unknown parameter: {name}")
        if unknown:
            return True
        persist = job.block.get("persist")
        try:
            if persist is not None:
                jail_values.boolean("persist", persist)
            jail_values.values(job.block)
        except jail_values.KernelRefusal:
            pass
        except jail_values.BadValue as error:
            job.say(str(error))
            return True
        if not job.named and not self.words.has("m") and not job.setting("persist") and not job.block.get("command"):
            job.say("new jail must persist or attach")
            return True
        return False

    def skip_dependents(self, job: Job) -> int:
        """What needs a failed jail is skipped. Returns 1."""
        for block in self.file if not self.everything else ():
            if job.name in block.values("depend") and not self.running(self.job(block)):
                if self.words.verbose >= 0:
                    self.call.err(f"jail: {name_of(block)}: skipped\n")
                self.skipped.add(name_of(block))
        return 1

    def to_stop(self) -> list[tuple[Block, str | None]]:
        """Blocks to stop in order; with the name to complain about where one was given."""
        order: list[tuple[Block, str | None]] = []
        if self.everything:
            with self.call.transaction(write=False) as kernel:
                running = [jail.name for jail in kernel.jails.values() if not jail.dying]
            others = [unknown_block(name) for name in running if self.find(name) is None]
            wanted: list[tuple[Block, str | None]] = [(block, None) for block in [*self.file, *others]]
        else:
            wanted = [(self.find(name) or unknown_block(name), name) for name in self.words.words]
        for block, name in reversed(wanted):
            self.with_dependents(block, name, order)
        return order

    def with_dependents(
        self, block: Block, name: str | None, order: list[tuple[Block, str | None]], above: tuple[str, ...] = ()
    ) -> None:
        if any(other is block for other, _ in order):
            return
        inside = (*above, name_of(block))
        for other in reversed(self.file):
            if name_of(block) in other.values("depend") and name_of(other) not in inside:
                self.with_dependents(other, None, order, inside)
        order.append((block, name))

    def names_to_kill(self) -> list[str]:
        if not self.everything:
            return self.words.words[::-1]
        with self.call.transaction(write=False) as kernel:
            return [
                str(jail.jid) for jail in sorted(kernel.jails.values(), key=lambda jail: -jail.jid) if not jail.dying
            ]


def name_of(block: Block) -> str:
    return block.last("name") or block.last("jid") or block.name


def unknown_block(name: str) -> Block:
    """A jail that the file does not know."""
    block = Block(name)
    param = Param("name", [(name,)])
    param.values = [name]
    block.params.append(param)
    return block


def reaches(block: Block, goal: str, by_name: dict[str, Block], seen: set[str]) -> bool:
    """Whether following `depend` from a block comes back to `goal`."""
    for name in block.values("depend"):
        if name == goal:
            return True
        if name in by_name and name not in seen:
            seen.add(name)
            if reaches(by_name[name], goal, by_name, seen):
                return True
    return False
