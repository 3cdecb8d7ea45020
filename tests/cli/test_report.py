"""What a verb says while it runs."""

from __future__ import annotations

from jailtui.cli_report import reporter
from jailtui.exchange import Result, Step
from jailtui.plans.plan import Plan, Task, Verb
from jailtui.plans.run import RunEvent

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
