"""What a verb says while it runs."""

from __future__ import annotations

import io

import pytest

from jailtui.cli.carryout import put_script, reporter
from jailtui.exchange import FileEdit, Result, Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent
from jailtui.plans.save import save_step

STEP = Step(("jail", "-c", "web"))


def test_output_is_told_line_by_line_as_it_comes_and_once_only() -> None:
    said: list[str] = []
    report = reporter(Plan(Verb.START, "nas", (Task("web", "web", (STEP,)),)), said.append)
    report(RunEvent("step-started", "web", 0))
    report(RunEvent("output", "web", 0, "epair1"))
    assert said == ["$ jail -c web"]
    report(RunEvent("output", "web", 0, "54a\nweb: cre"))
    assert said[1:] == ["  epair154a"]
    report(RunEvent("step-ended", "web", 0, result=Result(STEP.argv, 1, "epair154a\nweb: cre")))
    assert said[2:] == ["  web: cre", "  exit status 1"]


def test_of_several_tasks_each_line_says_whose_it_is() -> None:
    said: list[str] = []
    report = reporter(Plan(Verb.START, "nas", (Task("a", "a", (STEP,)), Task("b", "b", (STEP,)))), said.append)
    report(RunEvent("output", "a", 0, "one "))
    report(RunEvent("output", "b", 0, "two\n"))
    report(RunEvent("output", "a", 0, "three\n"))
    assert said == ["b:   two", "a:   one three"]


@pytest.mark.parametrize(("text", "told"), [(b"\tb \x1b[2J\xff\n", "can't show"), (b"\tb\n", "")])
def test_script_on_a_terminal_holds_nothing_that_it_acts_on(
    text: bytes, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    put_script(Plan(Verb.SAVE, "nas", (Task("x", "x", (save_step(FileEdit("/etc/x", b"a\n", text)),)),)))
    assert "\n+\tb" in terminal.getvalue()
    assert "\x1b" not in terminal.getvalue()
    err = capsys.readouterr().err
    assert told in err
    assert bool(err) == bool(told)
