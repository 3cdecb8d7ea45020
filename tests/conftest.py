"""What every test may count on."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections import Counter

import pytest

from jailtui.simhost.home import network
from tests.support import host_commands, started

# Under nohup(1) the suite would hand an ignored SIGHUP on to every program it starts.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


# A worker holds half a million objects of the collected tests, which live to its end: looking through them for garbage
# as often as Python does by itself takes a sixth of the time of the whole suite.
gc.set_threshold(500_000, 50, 1000)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every look for garbage."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Leave all out: pytest looks five times more, for what was not closed, before the process ends."""
    gc.freeze()


MEMORY = "/dev/shm"
ROOM = 2 << 30
"""Bytes: several times what the folders of the tests come to."""


def pytest_configure() -> None:
    """Have the folders of tests be in memory where there is room: hosts are thousands of small files."""
    with contextlib.suppress(OSError):
        memory = os.statvfs(MEMORY)
        if not memory.f_flag & os.ST_NOEXEC and memory.f_bavail * memory.f_frsize > ROOM:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


WAITING = 2
"""Tests that wait at a time, on average, for a process or a clock while others could run."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many workers `pytest -n auto` starts: more than there are processors."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + WAITING


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Have the home network copied and commands handed over but for the tests of the embedded host itself."""
    own = item.nodeid.startswith("tests/simhost/")
    host_commands.scripts(handed_over=not own)
    network.build = started.start_jails if own else started.build


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the conformance tests counted, a scenario a line, and which tests had nothing to be held to."""
    stats = terminalreporter.stats
    reports = [*stats.get("passed", []), *stats.get("failed", [])]
    counted = [one for one in reports if one.nodeid.startswith("tests/conformance/") and one.capstdout.strip()]
    if counted:
        terminalreporter.section("conformance")
    for report in sorted(counted, key=lambda report: report.nodeid):
        terminalreporter.write_line(report.capstdout.strip())
    left_out = Counter((report.nodeid.partition("[")[0], report.longrepr[2]) for report in stats.get("skipped", []))
    for (test, reason), count in left_out.items():
        terminalreporter.write_line(f"NOT RUN {test} ({count}): {reason.removeprefix('Skipped: ')}")
