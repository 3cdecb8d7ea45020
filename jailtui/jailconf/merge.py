"""Merges the definitions of all blocks for a jail, and replaces variables (usr.sbin/jail/config.c, load_config)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from jailtui.jailconf.options import known
from jailtui.jailconf.origins import Definition, Template, Unresolved

if TYPE_CHECKING:
    from jailtui.jailconf.tree import Dialect

Warn = Callable[[str, Definition], None]
"""Called with the reason why a jail fails, and the statement."""

IMMUTABLE = ("name", "jid")
MOST_TEXT = 1 << 26
"""Characters of all values with variables in a file's jails. Variables of variables may double with each: jail(8) then
runs out of memory."""


class Crash(Exception):
    """jail(8) dies here: a list as a whole value through a variable, which its loop follows into nothing."""

    def __init__(self, definition: Definition, number: int, name: str) -> None:
        super().__init__(name)
        self.definition = definition
        self.number = number
        self.name = name


class Slot:
    """A parameter or variable of one jail while it is put together; in the end `values` are texts (latin-1)."""

    __slots__ = ("bad", "generation", "known_as", "name", "sources", "unresolved", "values", "variable")

    def __init__(self, definition: Definition, known_as: str | None) -> None:
        self.name = definition.name
        self.variable = definition.variable
        self.values: tuple[Unresolved, ...] = definition.values
        self.sources: tuple[Definition, ...] = (definition,)
        self.unresolved = definition.has_variables
        self.known_as = known_as
        self.generation = 0
        self.bad = False

    def source(self, number: int) -> tuple[Definition, int]:
        """The statement that the value of that number comes from, and which of its values it is."""
        for definition in self.sources:
            if number < len(definition.values):
                return definition, number
            number -= len(definition.values)
        raise IndexError(number)


class Merger:
    """Puts jails together. `relatives`: to each name of the file that has any, the other names of the same option."""

    def __init__(self, dialect: Dialect, relatives: Mapping[str, frozenset[str]]) -> None:
        self.dialect = dialect
        self.relatives = relatives
        self.known: dict[str, str | None] = {}

    def merge(self, implied: Definition, definitions: Iterable[Definition], warn: Warn) -> list[Slot]:
        """The slots in jail(8)'s order. `implied`: the name or jid that the block's name stands for."""
        first = Slot(implied, implied.name)
        order, table = [first], {implied.name: first}
        for definition in definitions:
            name = definition.name
            slot = table.get(name)
            if name in self.relatives:
                same = self.relatives[name]
                slot = next((slot for slot in order if slot.name == name or slot.name in same), None)
            if slot is None:
                self.begin(definition, order, table, warn)
            else:
                change(slot, definition, table, warn)
        if self.dialect == "15" and not any(slot.known_as == "name" and not slot.variable for slot in order):
            slot = Slot(implied._replace(name="name"), "name")
            order.append(slot)
            table.setdefault("name", slot)
        return order

    def begin(self, definition: Definition, order: list[Slot], table: dict[str, Slot], warn: Warn) -> None:
        name = definition.name
        if name not in self.known:
            self.known[name] = known(name, self.dialect)
        slot = table[name] = Slot(definition, self.known[name])
        order.append(slot)
        if slot.variable and slot.known_as is not None:
            warn(f'variable "${name}" cannot have the same name as a parameter.', definition)


def change(slot: Slot, definition: Definition, table: dict[str, Slot], warn: Warn) -> None:
    """A later statement about the same parameter: it replaces, appends, or without a value empties."""
    if slot.variable != definition.variable:
        return warn(f'variable "${definition.name}" cannot have the same name as a parameter.', definition)
    if slot.known_as in IMMUTABLE and not slot.variable:
        return warn(f'cannot redefine parameter "{slot.name}".', definition)
    if slot.name != definition.name:
        del table[slot.name]
        slot.name = definition.name
        table[slot.name] = slot
    if definition.append and definition.values:
        slot.sources = (*slot.sources, definition) if slot.values else (definition,)
        slot.values += definition.values
        slot.unresolved |= definition.has_variables
    else:
        slot.sources, slot.values = (definition,), definition.values
        slot.unresolved = definition.has_variables
    return None


class Room:
    """How many characters the values with variables may still take."""

    def __init__(self) -> None:
        self.left = MOST_TEXT

    def takes(self, length: int) -> bool:
        """Whether a text of that length has room; then it takes it."""
        fits = length <= self.left
        self.left -= length if fits else 0
        return fits


class Resolver:
    """Puts the variables of one jail's slots into its values. Raises Crash."""

    def __init__(self, order: list[Slot], warn: Warn, room: Room) -> None:
        self.order = order
        self.warn = warn
        self.room = room
        self.generation = 0
        self.table: dict[str, Slot] = {}
        for slot in order:
            self.table.setdefault(slot.name, slot)

    def run(self) -> None:
        order, number = self.order, 0
        while number < len(order):
            slot: Slot | None = order[number]
            if slot is not None and slot.unresolved and not self.quick(slot):
                self.generation += 1
                while slot is not None:
                    slot.generation = self.generation
                    current, slot = slot, self.first_needed(slot)
                    if slot is not None:  # it is put in front of the one that uses it, and done first
                        order.remove(slot)
                        order.insert(order.index(current), slot)
            number += 1

    def quick(self, slot: Slot) -> bool:
        """Do it in one go, where every variable is known, has one value and needs no other first."""
        table, done = self.table, []
        for value in slot.values:
            if isinstance(value, str):
                done.append(value)
                continue
            texts = [value.texts[0]]
            for name, text in zip(value.names, value.texts[1:], strict=True):
                used = table.get(name)
                if used is None or used.unresolved or used.bad or len(used.values) != 1:
                    return False
                texts += (used.values[0], text)  # type: ignore[arg-type]  # a text, for it is resolved
            done.append(self.joined(texts, slot))
        slot.values = tuple(done)
        slot.unresolved = False
        return True

    def first_needed(self, slot: Slot) -> Slot | None:
        """Put in what can be; the slot that must be resolved before the rest can, or None when all is done."""
        values = list(slot.values)
        for number, value in enumerate(values):
            if isinstance(value, str):
                continue
            texts, has_text = [value.texts[0]], any(value.texts)
            for place, name in enumerate(value.names):
                used = self.table.get(name)
                if self.must_wait_for(used):
                    before = self.joined(texts, slot)
                    values[number] = Template((before, *value.texts[place + 1 :]), value.names[place:])
                    slot.values = tuple(values)
                    return used
                text = self.text_of(name, used, slot, number, has_text or place + 1 < len(value.names))
                has_text = has_text or text != ""
                texts += (text, value.texts[place + 1])
            values[number] = self.joined(texts, slot)
        slot.values = tuple(values)
        slot.unresolved = False
        return None

    def must_wait_for(self, used: Slot | None) -> bool:
        return (
            used is not None
            and used.unresolved
            and not used.bad
            and used.generation != self.generation
            and used.values != ()
        )

    def text_of(self, name: str, used: Slot | None, slot: Slot, number: int, inline: bool) -> str:
        """What the variable stands for in value `number` of `slot`; `inline`: not all of that value."""
        if used is None or not used.values or used.bad or used.generation == self.generation:
            self.refuse(slot, name, used)
        elif len(used.values) == 1:
            return str(used.values[0])
        elif inline:
            self.fail(f"{slot.name}: array cannot be substituted inline", slot)
        else:
            raise Crash(*slot.source(number), name)
        return ""

    def joined(self, texts: list[str], slot: Slot) -> str:
        """A value of its pieces; empty where there is no room for it, and then the jail fails."""
        if self.room.takes(sum(map(len, texts))):
            return "".join(texts)
        self.fail(f"{slot.name}: the variables of this file make more than {MOST_TEXT >> 20} MiB", slot)
        return ""

    def refuse(self, slot: Slot, name: str, used: Slot | None) -> None:
        if used is None or not used.values:
            self.fail(f'{slot.name}: variable "{name}" not found', slot)
        elif used.bad:
            self.fail(None, slot)
        else:
            self.fail(f"{name}: variable loop", slot)

    def fail(self, message: str | None, slot: Slot) -> None:
        for other in self.order:
            other.bad |= other.generation == self.generation
        if message is not None:
            self.warn(message, slot.sources[-1])
