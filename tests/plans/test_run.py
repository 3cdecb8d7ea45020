"""Running plans: order, several at once, cancelling, failing; and what is said of it afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.exchange import Result, Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent, run_plan
from jailtui.plans.verdict import verdicts
from tests.support.captures import conf, row, running_web, state
from tests.support.large_hosts import EM0, LO0, bridge, epair


def task(key: str, *needs: str, steps: int = 1, may_fail: bool = False) -> Task:
    made = tuple(Step((key, str(number)), may_fail=may_fail) for number in range(steps))
    return Task(key, key, made, frozenset(needs))


class Log:
    """Steps as they were run; `fail` names keys whose steps fail."""

    def __init__(self, *fail: str) -> None:
        self.fail = fail
        self.ran: list[tuple[str, ...]] = []
        self.events: list[RunEvent] = []

    def execute(self, step: Step, output: Callable[[str], None]) -> Result:
        self.ran.append(step.argv)
        output("said\n")
        return Result(step.argv, 1 if step.argv[0] in self.fail else 0)

    def run(self, *tasks: Task, **more: object) -> dict[str, str]:
        return dict(run_plan(Plan(Verb.START, "nas", tasks), self.execute, self.events.append, **more))  # type: ignore[arg-type]


def test_steps_of_a_task_run_in_order_and_end_at_the_first_that_fails() -> None:
    log = Log("a")
    assert log.run(task("a", steps=3)) == {"a": "failed"}
    assert log.ran == [("a", "0")]
    assert [event.kind for event in log.events] == [
        "task-started",
        "step-started",
        "output",
        "step-ended",
        "task-ended",
    ]


def test_step_that_may_fail_does_not_end_its_task() -> None:
    log = Log("a")
    assert log.run(task("a", steps=2, may_fail=True)) == {"a": "done"}
    assert len(log.ran) == 2


def test_task_waits_for_what_it_needs_and_is_skipped_when_that_fails() -> None:
    log = Log("db")
    assert log.run(task("web", "db"), task("db"), task("mail")) == {"db": "failed", "web": "skipped", "mail": "done"}
    assert next(event.text for event in log.events if event.kind == "task-skipped") == (
        "it needs db, which failed or was skipped"
    )


def test_need_outside_the_plan_is_no_need() -> None:
    assert Log().run(task("web", "elsewhere")) == {"web": "done"}


def test_circle_of_needs_is_skipped_and_the_rest_runs() -> None:
    assert Log().run(task("a", "b"), task("b", "a"), task("c")) == {"a": "skipped", "b": "skipped", "c": "done"}


def test_several_run_at_once_but_no_more_than_asked() -> None:
    barrier = threading.Barrier(3, timeout=10)
    running, most, lock = set(), [0], threading.Lock()

    def execute(step: Step, _output: Callable[[str], None]) -> Result:
        with lock:
            running.add(step.argv)
            most[0] = max(most[0], len(running))
        barrier.wait()
        with lock:
            running.discard(step.argv)
        return Result(step.argv, 0)

    plan = Plan(Verb.START, "nas", tuple(task(str(number)) for number in range(6)))
    assert set(run_plan(plan, execute, lambda event: None, at_once=3).values()) == {"done"}
    assert most[0] == 3


def test_cancelling_lets_what_runs_finish_and_begins_nothing_more() -> None:
    cancelled = threading.Event()
    log = Log()

    def execute(step: Step, output: Callable[[str], None]) -> Result:
        cancelled.set()
        return log.execute(step, output)

    plan = Plan(Verb.STOP, "nas", (task("a", steps=2), task("b"), task("c")))
    outcomes = run_plan(plan, execute, log.events.append, cancelled.is_set, at_once=1)
    assert outcomes == {"a": "done", "b": "skipped", "c": "skipped"}
    assert log.ran == [("a", "0"), ("a", "1")]


names = st.sampled_from("abcdef")


@given(st.dictionaries(names, st.frozensets(names)), st.frozensets(names))
def test_every_task_has_an_outcome_and_none_runs_before_what_it_needs(
    needs: dict[str, frozenset[str]], failing: frozenset[str]
) -> None:
    log = Log(*failing)
    outcomes = log.run(*(task(key, *wanted) for key, wanted in needs.items()))
    assert outcomes.keys() == needs.keys()
    order = [argv[0] for argv in log.ran]
    for place, key in enumerate(order):
        assert all(need in order[:place] and outcomes[need] == "done" for need in needs[key] & needs.keys())


def judged(verb: Verb, key: str, outcome: str, before: object, after: object) -> tuple[bool, str]:
    plan = Plan(verb, "nas", (Task(key, key, ()),))
    (one,) = verdicts(plan, {key: outcome}, before, after)  # type: ignore[dict-item, arg-type]
    return one.ok, one.text


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_no_verdict_while_jail_8_is_at_work(outcome: str) -> None:
    starts = state(conf=conf("web", 154), commands="4711 jail -c web\n")
    stops = state(**running_web(), commands="4711 jail -r web\n")
    words = "what comes of it is not known yet."
    for verb, before, after in ((Verb.START, stops, starts), (Verb.RESTART, stops, starts)):
        assert judged(verb, "web", outcome, before, after) == (False, f"jail(8) is still starting web: {words}")
    assert judged(Verb.STOP, "web", outcome, starts, stops) == (False, f"jail(8) is still stopping web: {words}")
    assert judged(Verb.STOP, "web", "skipped", starts, stops) == (False, "web was not touched.")


def test_start_is_judged_by_the_jail_and_not_by_the_exit_status() -> None:
    stopped = state(conf=conf("web", 154))
    runs = state(**running_web())
    assert judged(Verb.START, "web", "done", stopped, runs) == (True, "web runs, jid 4, 192.168.1.154/16.")
    assert judged(Verb.START, "web", "done", stopped, stopped) == (False, "web is not running.")
    assert judged(Verb.START, "web", "failed", stopped, runs)[0] is False


def test_failed_start_names_the_pair_it_left() -> None:
    left = state(host=bridge("bridge0", ["epair9a"]) + epair(9, "a") + epair(9, "b", up=False), conf=conf("broken", 9))
    assert judged(Verb.START, "broken", "failed", left, left) == (False, "broken is not running; epair9 is left over.")


def test_restart_that_left_the_same_jid_is_no_restart() -> None:
    runs = state(**running_web())
    assert judged(Verb.RESTART, "web", "done", runs, runs) == (False, "web still runs as before, jid 4.")


def test_stop_is_judged_by_what_is_left() -> None:
    runs, config = state(**running_web()), conf("web", 154)
    dying = state(rows=[row(4, "web", dying=True)], conf=config)
    lost = state(rows=[row(4, "web", dying=True)], host=EM0 + LO0 + epair(154, "a"), conf=config)
    assert judged(Verb.STOP, "web", "done", runs, runs) == (False, "web still runs, jid 4.")
    assert judged(Verb.STOP, "web", "done", runs, state(conf=config)) == (True, "web is stopped.")
    assert judged(Verb.STOP, "web", "done", runs, dying) == (True, "web is dying, jid 4.")
    assert judged(Verb.STOP, "web", "done", runs, lost) == (False, "web is dying, jid 4; epair154 waits for it.")


def test_jails_that_went_down_with_the_one_asked_for_are_named() -> None:
    told = running_web()
    told["conf"] = str(told["conf"]) + conf("app", 8, extra=["depend=web"])
    both = state(**(told | {"rows": [row(4, "web"), row(5, "app")], "inside": {4: LO0, 5: LO0}}))
    web = state(**(told | {"rows": [row(6, "web")], "inside": {6: LO0}}))
    assert judged(Verb.RESTART, "web", "done", both, web) == (True, "web runs, jid 6. app was stopped with it.")
    assert judged(Verb.STOP, "web", "done", both, state(conf=str(told["conf"])))[1].endswith("app was stopped with it.")
    plan = Plan(Verb.STOP, "nas", (Task("app", "app", ()), Task("web", "web", ())))
    after = state(conf=str(told["conf"]))
    assert [one.text for one in verdicts(plan, {"app": "done", "web": "done"}, both, after)] == [
        "app is stopped.", "web is stopped.",
    ]  # fmt: skip


def test_reclaim_is_judged_by_the_pair_being_gone() -> None:
    there = state(host=epair(9, "a") + epair(9, "b", up=False))
    assert judged(Verb.RECLAIM, "epair9", "done", there, state()) == (True, "epair9 is gone.")
    ok, text = judged(Verb.RECLAIM, "epair9", "done", there, there)
    assert (ok, text.startswith("epair9 is still there")) == (False, True)


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.REMEDY])
def test_task_that_was_skipped_is_said_to_be_untouched(verb: Verb) -> None:
    assert judged(verb, "web", "skipped", state(), state()) == (False, "web was not touched.")


def test_what_waits_for_a_skipped_task_is_skipped_for_that_reason_whatever_their_order() -> None:
    log = Log("x")
    assert log.run(task("b", "a"), task("a", "x"), task("x")) == {"x": "failed", "a": "skipped", "b": "skipped"}
    reasons = {event.key: event.text for event in log.events if event.kind == "task-skipped"}
    assert ["circle" in text for text in reasons.values()] == [False, False], reasons
