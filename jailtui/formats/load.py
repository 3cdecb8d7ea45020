"""What `host/load.sh` prints of the load of all jails: its own sums of `ps`, and the counters of `netstat` in short.

    1795849860
    3 337 235 4876 d60

the clock of the host, then of each jail its jid, CPU time in 1/100 s, %CPU in 1/10, resident KiB, and its age in
seconds, by the mount on its /dev (`d`) or by its oldest process (`p`);

    {"statistics": {"interface": [["epair163a",225,321650,230,321860,0,1,0,0]]}}

of each interface its name, packets and bytes received, packets and bytes sent, and unless all are 0 input errors,
input drops, output errors and output drops. Sources: ps(1), netstat(1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, from_json, shown


class JailSum(NamedTuple):
    """The processes of a jail together: CPU time in 1/100 s, `percent` as ps(1) shows it, resident KiB.

    `age` is in seconds (None: not known), `exact` if it is the jail's own and not its oldest process's.
    """

    cpu: int
    percent: float
    memory: int
    age: int | None
    exact: bool


class JailSums(NamedTuple):
    """The sums by jid, and the clock of the host in seconds since 1970."""

    clock: int
    jails: Mapping[int, JailSum]


class Counters(NamedTuple):
    """The counters of an interface of the host; `errors` are errors and drops, both ways."""

    in_packets: int
    in_bytes: int
    out_packets: int
    out_bytes: int
    errors: int = 0


def jails(text: str) -> JailSums:
    """The sums of all jails. Raises FormatError."""
    clock, *lines = text.split("\n")
    if not is_number(clock):
        raise FormatError(f"The host's clock is {shown(clock)}, not a number of seconds.")
    return JailSums(int(clock), dict(jail_sum(line.split(" ")) for line in lines if line))


def jail_sum(words: list[str]) -> tuple[int, JailSum]:
    """The jid and the sum on a line. Raises FormatError."""
    *numbers, age = words
    if len(numbers) != 4 or not all(map(is_number, numbers)) or not (not age or is_number(age[1:])):
        raise FormatError(f"The load of a jail is {shown(' '.join(words))}.")
    jid, cpu, tenths, memory = map(int, numbers)
    return jid, JailSum(cpu, tenths / 10, memory, int(age[1:]) if age else None, age.startswith("d"))


def links(text: str) -> Mapping[str, Counters]:
    """The counters by interface; two interfaces of one name have none. Raises FormatError."""
    rows = from_json("netstat", text, lambda document: list(map(link, interfaces(document))))
    by_name = dict(rows)
    if len(by_name) < len(rows):
        names = [name for name, _ in rows]
        return {name: counters for name, counters in rows if names.count(name) == 1}
    return by_name


def interfaces(document: Any) -> list[Any]:
    """The rows of the interfaces, at least one. Raises FormatError."""
    try:
        rows = document["statistics"]["interface"]
    except (KeyError, TypeError):
        rows = None
    if not isinstance(rows, list) or not rows:
        raise FormatError("netstat printed JSON that lists no interface.")
    return rows


def link(row: Any) -> tuple[str, Counters]:
    """The name and the counters of a row. Raises FormatError."""
    if not isinstance(row, list) or len(row) not in (5, 9) or not isinstance(row[0], str):
        raise FormatError(f"netstat printed an interface as {shown(row)}.")
    name, numbers = row[0], row[1:]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise FormatError(f"netstat printed the counters of an interface as {shown(numbers)}.")
    in_packets, in_bytes, out_packets, out_bytes, *errors = numbers
    return name, Counters(in_packets, in_bytes, out_packets, out_bytes, sum(errors))


def is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 20
