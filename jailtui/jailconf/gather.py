"""The blocks of a file and of the files it includes, in jail(8)'s order, with their definitions."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from jailtui.jailconf.faults import Fault, decoded, encoded
from jailtui.jailconf.glob import compiled, search
from jailtui.jailconf.origins import Definition, Unresolved, unresolved
from jailtui.jailconf.parse import Cache
from jailtui.jailconf.tree import Block, File, Include, Param, Statement, Value

Read = Callable[[str], bytes]
Glob = Callable[[str], Sequence[str]]

DEPTH = 32
MOST_BYTES = 1 << 25
"""Bytes of all included files, a short one as 4 KiB: files that include the next one twice double with each."""
SHORT = 1 << 12
SCANNER = "input in flex scanner failed"
"""What jail(8) says when it is given a directory, without its name; it then exits with 2."""


class GatheredSection(NamedTuple):
    """The definitions of one block, or of all parameters outside of blocks (`header` None, name `*`)."""

    name: str
    header: Definition | None
    definitions: list[Definition]


class Gathering:
    """`sections` in order; `faults` if jail(8) would load nothing; `files`: the file itself and all included."""

    def __init__(self, file: File, read: Read | None, glob: Glob | None, cache: Cache | None) -> None:
        self.sections: list[GatheredSection] = []
        self.outside: GatheredSection | None = None
        self.faults: list[Fault] = []
        self.files = {file.name: file}
        self.read = read or (lambda name: Path(name).read_bytes())
        self.glob = glob or search
        self.cache = cache or Cache()
        self.values: dict[str, tuple[tuple[Unresolved, ...], bool]] = {}
        self.left = MOST_BYTES
        self.walk(file, None, 0)

    def walk(self, file: File, outer: GatheredSection | None, depth: int) -> bool:
        """Take in a file, into `outer` where it is included inside a block; whether jail(8) would read on."""
        faults = deque(file.faults)
        open_blocks: list[tuple[Iterator[Statement], GatheredSection | None]] = [(iter(file.statements), outer)]
        while open_blocks:
            statements, section = open_blocks[-1]
            for statement in statements:
                if isinstance(statement, Param):
                    self.define(file, section, statement)
                elif isinstance(statement, Block):
                    open_blocks.append((iter(statement.body), self.section(file, section, statement)))
                    break
                else:
                    if not self.include(file, section, statement, depth + 1, faults):
                        return False
            else:
                open_blocks.pop()
        self.faults += faults
        return not file.faults

    def section(self, file: File, outer: GatheredSection | None, block: Block) -> GatheredSection:
        name = f"{outer.name}.{block.name}" if outer else block.name
        header = Definition(name, False, True, (), False, file, None, name, block.name_start, block.name_end)
        section = GatheredSection(name, header, [])
        self.sections.append(section)
        return section

    def define(self, file: File, section: GatheredSection | None, param: Param) -> None:
        raw = param.text[param.values_start : param.values_end]
        read = self.values.get(raw)
        if read is None:
            values = unresolved(param.text, param.values_start, param.values_end)
            read = self.values[raw] = (values, not all(isinstance(value, str) for value in values))
        block = section.name if section else None
        values, has_variables = read
        name, append, start, end = param.name, param.op == "+=", param.start, param.end
        definition = Definition(name, param.variable, append, values, has_variables, file, param, block, start, end)
        (section or self.globals(file)).definitions.append(definition)

    def globals(self, file: File) -> GatheredSection:
        """Where a parameter outside of blocks goes. In 13 into the last block if it is a `*`; later all into one."""
        if file.dialect == "13":
            if not self.sections or self.sections[-1].name != "*":
                self.sections.append(GatheredSection("*", None, []))
            return self.sections[-1]
        if self.outside is None:
            self.outside = GatheredSection("*", None, [])
            self.sections.append(self.outside)
        return self.outside

    def include(
        self, file: File, section: GatheredSection | None, statement: Include, depth: int, faults: deque[Fault]
    ) -> bool:
        """Take in the files; whether jail(8) would read on. It has said those of `faults` that stand before them."""
        for value in statement.values:
            while faults and faults[0].start < value.start:
                self.faults.append(faults.popleft())
            if any(piece.kind == "variable" for piece in value.pieces):
                continue  # the parser said so
            if depth > DEPTH:
                return self.stop(file, value, "jail: maximum include depth exceeded")
            wanted = decoded("".join(encoded(piece.text) for piece in value.pieces))
            if not wanted.startswith("/"):
                wanted = file.name[: file.name.rfind("/") + 1] + wanted
            magic = compiled(wanted).magic
            for name in self.glob(wanted) if magic else (wanted,):
                data = self.data_of(name, magic, file, value)
                if data is None or not self.fits(data, name, file, value):
                    return False
                included = self.cache.parse(data, name, file.dialect)
                self.files[name] = included
                if not self.walk(included, section, depth):
                    return False
        return True

    def data_of(self, name: str, magic: bool, file: File, value: Value) -> bytes | None:
        """The bytes of an included file, None if jail(8) stops there; `magic`: a pattern finds it."""
        try:
            return self.read(name)
        except IsADirectoryError:
            self.stop(file, value, SCANNER, f"{name} is a directory")
        except OSError as error:
            dangling = magic and error.errno == errno.ENOENT
            cause = f"{name} is a symbolic link to a file that does not exist" if dangling else ""
            self.stop(file, value, f"jail: {name}: {error.strerror or error}", cause)
        return None

    def fits(self, data: bytes, name: str, file: File, value: Value) -> bool:
        """Whether this file too may be read; jail(8) itself would read on for hours."""
        self.left -= max(len(data), SHORT)
        return self.left >= 0 or self.stop(file, value, f"jail: {name}: more than {MOST_BYTES >> 20} MiB are included")

    def stop(self, file: File, value: Value, message: str, cause: str = "") -> bool:
        """Add the fault at which jail(8) stops reading; returns False."""
        line, column = file.position(value.start)
        self.faults.append(Fault(message, file.name, line, column, value.start, value.end, cause))
        return False
