"""Mutated texts for each reader of formats/, jailconf/ and config/hooks/, chosen by hypothesis from a seed.

    python -m tests.fuzz [--count N] [--seed S] [--reader NAME]... [--slowest S] [--minutes M] [--jobs J]

prints how many texts each reader was given, and every fault: an error that is not the reader's own, or a text that
takes more than a second. 1 if there is a fault, or fewer than N texts for a reader. Ctrl-C ends it after the parts that
are at work.
"""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager

from tests.fuzz.readers import READERS
from tests.fuzz.runner import Fault, Outcome, run
from tests.fuzz.shapes import SHAPES, read_shapes

PART = 5000
"""Texts that a process is given at once."""
MEMORY = 2 << 30
"""Bytes of address space for a process."""


Work = tuple[Callable[..., Outcome], tuple[object, ...]]


def main(words: Sequence[str]) -> int:
    options = parsed(words)
    print(f"seed {options.seed}, {options.count} texts a reader", flush=True)
    begun = time.monotonic()
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    faults: dict[tuple[str, str], Fault] = {}
    deadline = Deadline(begun + 60 * options.minutes)
    for outcome in outcomes(options, deadline):
        counts[outcome.reader] += outcome.texts
        refused[outcome.reader] += outcome.refused
        seconds[outcome.reader] += outcome.seconds
        for fault in outcome.faults:
            if (outcome.reader, fault.what) not in faults:
                faults[outcome.reader, fault.what] = fault
                print(f"FAULT {outcome.reader}: {fault.what}: {fault.text[:300]!a}", flush=True)
        if outcome.texts and counts[outcome.reader] >= options.count:
            report(outcome.reader, counts, refused, seconds)
    short = [name for name in options.reader if counts[name] < options.count]
    for name in short:
        report(name, counts, refused, seconds)
    print(
        f"{counts.total()} mutated texts of {len(options.reader)} readers, {len(SHAPES)} shapes, {len(faults)} faults, "
        f"{time.monotonic() - begun:.0f} s, seed {options.seed}"
    )
    return int(bool(faults or short))


def report(name: str, counts: Counter[str], refused: Counter[str], seconds: Mapping[str, float]) -> None:
    rate = counts[name] / (seconds.get(name) or 1)
    share = refused[name] / (counts[name] or 1)
    print(f"{name:24} {counts[name]:8} texts, {share:4.0%} refused, {rate:8.0f} a second", flush=True)


def parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=100_000, help="for each reader")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("--reader", action="append", choices=tuple(READERS))
    parser.add_argument("--slowest", type=float, default=1.0, help="processor seconds that one text may take")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(words)
    options.reader = options.reader or list(READERS)
    return options


class Deadline:
    """When no further part begins: after some time, or on Ctrl-C or TERM."""

    def __init__(self, time: float) -> None:
        self.time = time

    def come(self, *_: object) -> None:
        self.time = 0.0

    @contextmanager
    def by_signal(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.come) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def in_worker() -> None:
    """A text that makes a reader take more memory is a fault, and ends no other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def outcomes(options: argparse.Namespace, deadline: Deadline) -> Iterator[Outcome]:
    """What came of each part, as they end. After the deadline no further part begins; readers take turns."""
    parts = [
        (run, (name, min(PART, options.count - start), options.seed, start // PART, options.slowest))
        for start in range(0, options.count, PART)
        for name in options.reader
    ]
    waiting: list[Work] = [*parts, *((read_shapes, (name, options.slowest)) for name in options.reader)]
    with deadline.by_signal(), ProcessPoolExecutor(options.jobs, initializer=in_worker) as pool:
        running: set[Future[Outcome]] = set()
        while True:
            while waiting and len(running) < 2 * options.jobs and time.monotonic() < deadline.time:
                work, arguments = waiting.pop(0)
                running.add(pool.submit(work, *arguments))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
