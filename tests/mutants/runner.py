"""A pytest plugin that runs a room's tests on each of its mutants: in a fork, on changed code, at most to a failure."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple, NoReturn

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.mutations import ROOT, Mutant, mutated

Line = tuple[str, int]
Functions = dict[tuple[str, str, int], list[FunctionType]]
"""By file, qualified name and line."""


class Seen(NamedTuple):
    """What one test runs: its lines in the room's files, how long that took, and whether it passed."""

    lines: frozenset[Line]
    seconds: float
    passed: bool


class Runner:
    """Runs `mutants` in the tests that were collected; `report` gets each with killed, survived, untested or slow."""

    def __init__(
        self, mutants: Sequence[Mutant], report: Callable[[Mutant, str], None], until: float, jobs: int
    ) -> None:
        self.jobs = jobs
        self.mutants = mutants
        self.report = report
        self.until = until
        self.folder = Path(tempfile.mkdtemp(prefix="mutants-"))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        files = {str(ROOT / mutant.file) for mutant in self.mutants}
        seen = self.watched(session, files)
        live = functions_in(files)
        workers = []
        for number in range(self.jobs):
            worker = os.fork()
            if not worker:
                self.work(session, number, seen, live)
            workers.append(worker)
        for worker in workers:
            os.waitpid(worker, 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        return True

    def work(self, session: pytest.Session, number: int, seen: list[Seen], live: Functions) -> NoReturn:
        """Judge every mutant that is the worker's, and end."""
        status = 1
        try:
            for mutant in self.mutants[number :: self.jobs]:
                if time.time() > self.until:
                    break
                items = covering(mutant, session.items, seen)
                self.report(mutant, self.judged(mutant, items, seen, live) if items else "untested")
            status = 0
        except Exception:  # noqa: BLE001 it is printed, and what it had to judge stays not run
            traceback.print_exc()
        finally:
            os._exit(status)

    def watched(self, session: pytest.Session, files: set[str]) -> list[Seen]:
        """Run every test once in a fork, and give what each runs."""
        file = self.folder / "seen"

        def watch() -> int:
            file.write_bytes(pickle.dumps(list(self.watching(session, files))))
            return 0

        assert self.forked(session, watch, 3600) == 0, "the tests can't be run unchanged"
        seen: list[Seen] = pickle.loads(file.read_bytes())
        return seen

    def watching(self, session: pytest.Session, files: set[str]) -> Iterator[Seen]:
        lines: set[Line] = set()

        def inside(frame: FrameType, _event: str, _argument: object) -> Any:
            lines.add((frame.f_code.co_filename, frame.f_lineno))
            return inside

        def entered(frame: FrameType, _event: str, _argument: object) -> Any:
            return inside if frame.f_code.co_filename in files else None

        for at, item in enumerate(session.items):
            lines.clear()
            began = time.perf_counter()
            threading.settrace(entered)
            sys.settrace(entered)
            try:
                passed = run(item, session.items[at + 1 : at + 2])
            finally:
                sys.settrace(None)
            yield Seen(frozenset(lines), time.perf_counter() - began, passed)

    def judged(self, mutant: Mutant, items: list[int], seen: list[Seen], live: Functions) -> str:
        """Run the tests `items` on the mutant."""
        path = str(ROOT / mutant.file)
        targets = live.get((path, mutant.function, mutant.defined), [])
        try:
            code = code_of(compile(mutated(mutant), path, "exec", dont_inherit=True), mutant)
        except SyntaxError:
            return "invalid"
        if not targets or any(len(code.co_freevars) != len(one.__code__.co_freevars) for one in targets):
            return "untested"
        session = self.session

        def change() -> int:
            for function in targets:
                function.__code__ = code
            tests = [session.items[at] for at in items]
            return 0 if all(run(test, tests[at + 1 : at + 2]) for at, test in enumerate(tests)) else 1

        limit = 5 + 5 * sum(seen[at].seconds for at in items)
        status = self.forked(session, change, limit)
        return {0: "survived", 1: "killed", -signal.SIGALRM: "slow", -signal.SIGPROF: "slow"}.get(status, "killed")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.session = session

    def forked(self, session: pytest.Session, work: Callable[[], int], limit: float) -> int:
        """Do `work` in a child within `limit` seconds of processor time; its exit status, or minus its signal."""
        child = os.fork()
        if child:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            shutil.rmtree(self.folder / f"{child}", ignore_errors=True)
            return status
        status = 1
        try:
            signal.setitimer(signal.ITIMER_PROF, limit)
            signal.setitimer(signal.ITIMER_REAL, 20 * limit)
            own = self.folder / f"{os.getpid()}"
            own.mkdir()
            factory: Any = session.config
            factory._tmp_path_factory._basetemp = own
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nothing, stream)
            status = work()
        finally:
            os._exit(status)


def run(item: pytest.Item, following: Sequence[pytest.Item]) -> bool:
    """Run one test; whether it passed."""
    reports = runtestprotocol(item, log=False, nextitem=following[0] if following else None)
    return not any(report.failed for report in reports)


def covering(mutant: Mutant, items: Sequence[pytest.Item], seen: Sequence[Seen]) -> list[int]:
    """The tests that run a line of the change and pass unchanged, the quick ones first."""
    lines = {(str(ROOT / mutant.file), line) for line in range(mutant.first, mutant.last + 1)}
    those = [at for at in range(len(items)) if seen[at].passed and not lines.isdisjoint(seen[at].lines)]
    return sorted(those, key=lambda at: seen[at].seconds)


def functions_in(files: set[str]) -> Functions:
    """Every function alive that was defined in one of `files`, by file, qualified name and line."""
    found: Functions = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in files:
            code = one.__code__
            found.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)
    return found


def code_of(module: CodeType, mutant: Mutant) -> CodeType:
    """The code of the mutant's function in the compiled module."""
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if (code.co_qualname, code.co_firstlineno) == (mutant.function, mutant.defined):
            return code
        waiting += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    raise LookupError(str(mutant))
