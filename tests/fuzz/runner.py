"""Gives a reader many mutated texts, and keeps those at which it does what no reader may."""

from __future__ import annotations

import hashlib
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tests.fuzz.mutations import CHANGES, Course, Pieces, mutated, pieces
from tests.fuzz.readers import READERS, FuzzReader
from tests.fuzz.texts import texts

BATCH = 250
"""Mutations for each choice of hypothesis, which costs as much as some dozen of them."""

COURSES = st.builds(
    Course,
    st.integers(0, 1 << 16),
    st.integers(0, 1 << 16),
    st.lists(st.sampled_from(CHANGES), min_size=1, max_size=len(CHANGES), unique=True).map(tuple),
    st.integers(1, 8),
    st.integers(0, (1 << 64) - 1),
)


class TooSlow(BaseException):
    """Not an Exception: no reader may catch it."""


class Fault(NamedTuple):
    """What came out of a reader: the error's name with its place, and the shortest text known that does it."""

    what: str
    text: str


class Outcome(NamedTuple):
    """What came of a part: how many `texts` were read, how many of them the reader refused, and the faults by kind."""

    reader: str
    texts: int
    refused: int
    seconds: float
    faults: tuple[Fault, ...]


@cache
def prepared(kind: str) -> tuple[Pieces, ...]:
    return tuple(map(pieces, texts(kind)))


def number_of(*words: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8], "big")


def courses(seed: int, count: int) -> list[Course]:
    """What hypothesis chooses with this seed."""
    chosen: list[Course] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(COURSES)
    def choose(course: Course) -> None:
        chosen.append(course)

    choose()
    return chosen[:count]


def run(name: str, count: int, seed: int, part: int, slowest: float) -> Outcome:
    """Read `count` mutated texts, each in at most so many seconds."""
    reader, begun = READERS[name], time.process_time()
    faults: dict[str, Fault] = {}
    read = refused = 0
    for course in courses(number_of(seed, name, part), -(-count // BATCH)):
        for text in mutated(prepared(reader.kind), course, min(BATCH, count - read)):
            read += 1
            came = outcome(reader, text, slowest)
            refused += came == ""
            if came and came not in faults:
                faults[came] = Fault(came, shortest(text, reader, came, slowest))
    return Outcome(name, read, refused, time.process_time() - begun, tuple(faults.values()))


def outcome(reader: FuzzReader, text: str, slowest: float) -> str | None:
    """What no reader may do with a text; "" where it raises an error of its own, None where it reads it."""
    try:
        with limited(slowest):
            reader.call(text)
    except reader.errors:
        return ""
    except TooSlow:
        return f"more than {slowest:g} s"
    except Exception as error:  # noqa: BLE001  # any other is a fault
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = place.filename.rpartition("/jailtui/")[2]
        return f"{type(error).__name__} in {where}, {place.name}"
    return None


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """TooSlow if what is inside takes more of this process's time than that."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def shortest(text: str, reader: FuzzReader, came: str, slowest: float, most: int = 200) -> str:
    """A shorter text that does the same: without this half or that, then quarters, and so on, in so many tries."""
    size = len(text) // 2
    while size and most:
        at = 0
        while at < len(text) and most:
            shorter = text[:at] + text[at + size :]
            most -= 1
            if outcome(reader, shorter, slowest) == came:
                text = shorter
            else:
                at += size
        size //= 2
    return text
