"""Mutants of model/, plans/, config/hooks/ and rules/, chosen by a seed, each run in its own room's tests.

    python -m tests.mutants [--count N] [--seed S] [--room ROOM]... [--minutes M] [--jobs J] [--fresh]

prints how many were killed a room, and every survivor; 1 if fewer than nine in ten were killed. What is known of the
same text of file and tests is not run again, but with --fresh: .mutants.jsonl holds it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.mutants.mutations import ROOT, Mutant, mutants_of
from tests.mutants.runner import Runner

ROOMS = {
    "model": ("tests/model",),
    "plans": ("tests/plans",),
    "config/hooks": ("tests/config",),
    "rules": ("tests/rules",),
}
"""Each room's own tests."""
KNOWN = ROOT / ".mutants.jsonl"
NINE_IN_TEN = 0.9
QUIET = ("-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist")


def main(words: Sequence[str]) -> int:
    options = parsed(words)
    if options.fresh:
        KNOWN.unlink(missing_ok=True)
    known = results()
    every = [one for room in ROOMS for file in files(room) for one in mutants_of(file)]
    chosen = sorted(every, key=lambda one: hashlib.sha256(f"{options.seed} {one.identity}".encode()).digest())
    chosen = chosen[: options.count]
    print(f"{len(chosen)} of {len(every)} mutants, seed {options.seed}", flush=True)
    came: Counter[tuple[str, str]] = Counter()
    survivors: list[Mutant] = []
    for room, tests in ROOMS.items():
        if options.room and room not in options.room:
            continue
        mine = [one for one in chosen if one.file.startswith(f"jailtui/{room}/")]
        texts = [path for test in tests for path in (ROOT / test).rglob("*") if path.suffix in (".py", ".json")]
        keys = {one: f"{one.identity} {digest([ROOT / one.file, *texts])}" for one in mine}
        run_room(tests, [one for one in mine if keys[one] not in known], keys, options)
        known = results()
        for one in mine:
            status = known.get(keys[one], "not run")
            came[room, status] += 1
            if status in ("survived", "untested"):
                survivors.append(one)
    return told(came, survivors)


def parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--room", action="append", choices=tuple(ROOMS))
    parser.add_argument("--minutes", type=float, default=24 * 60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args(words)
    options.until = time.time() + 60 * options.minutes
    return options


def files(room: str) -> list[Path]:
    return sorted((ROOT / "jailtui" / room).rglob("*.py"))


def digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:16]


def results() -> dict[str, str]:
    """What is known, by mutant and texts."""
    lines = KNOWN.read_text().splitlines() if KNOWN.exists() else []
    return dict(json.loads(line) for line in lines)


def run_room(
    tests: Sequence[str], mutants: Sequence[Mutant], keys: Mapping[Mutant, str], options: argparse.Namespace
) -> None:
    """Run a room's mutants in a child, since importing its tests leaves a process full of them."""
    if not mutants or time.time() > options.until:
        return
    child = os.fork()
    if not child:

        def report(mutant: Mutant, status: str) -> None:
            with KNOWN.open("a") as file:
                file.write(json.dumps([keys[mutant], status]) + "\n")
            if status != "killed":
                print(status, mutant, flush=True)

        plugin = Runner(mutants, report, options.until, options.jobs)
        code = pytest.main([*QUIET, *tests], plugins=[plugin])
        os._exit(0 if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else 1)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"The tests in {tests} can't be collected.")


def told(came: Counter[tuple[str, str]], survivors: Sequence[Mutant]) -> int:
    """Print the result; 1 for too many survivors."""
    for one in sorted(survivors):
        print(one)
    killed_in_all = run_in_all = 0
    for room in dict.fromkeys(room for room, _ in came):
        counts = {status: count for (of, status), count in came.items() if of == room and status != "invalid"}
        killed = counts.get("killed", 0) + counts.get("slow", 0)
        ran = sum(counts.values()) - counts.get("not run", 0)
        killed_in_all, run_in_all = killed_in_all + killed, run_in_all + ran
        share = f"{killed / ran:.1%}" if ran else "-"
        print(f"{room:14} {share:>6} killed of {ran:4}  {', '.join(f'{n} {status}' for status, n in counts.items())}")
    in_all = killed_in_all / run_in_all if run_in_all else 0.0
    print(f"{'all':14} {in_all:6.1%} killed of {run_in_all:4}")
    return int(in_all < NINE_IN_TEN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
