"""What every test may count on."""

from __future__ import annotations

import signal

import pytest

# Under nohup(1) the suite would hand an ignored SIGHUP on to every program it starts.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the conformance tests counted: for each scenario how many lines are as recorded."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    told = [one for one in reports if one.nodeid.startswith("tests/conformance/") and one.capstdout.strip()]
    if told:
        terminalreporter.section("conformance")
    for one in sorted(told, key=lambda report: report.nodeid):
        terminalreporter.write_line(one.capstdout.strip())
