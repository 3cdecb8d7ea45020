"""Remedies as plans, judged again before they begin and by what is found afterwards; what is said before a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.remedy import is_remedy, remedy_plan
from jailtui.plans.run import RunEvent, overtaken
from jailtui.preferences import Config
from jailtui.rules.finding import Finding, Remedy, Subject
from jailtui.snapshot import Snapshot
from tests.support.form_hosts import execute
from tests.support.put_back import Homes


@pytest.fixture
def host(homes: Homes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostBackend:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    home = homes.of("15.1")
    home.use(monkeypatch)
    return open_host(Choice(host="demo", demo_dir=home.folder), Config())


def finding(snapshot: Snapshot, code: str, name: str) -> tuple[Finding, Remedy]:
    """That finding, and the last of its remedies that has commands."""
    one = next(it for it in snapshot.findings if (it.code, it.subject.name) == (code, name))
    return one, [it for it in one.remedies if it.task.steps][-1]


def plan_remedy(host: HostBackend, _finding: Finding, remedy: Remedy, snapshot: Snapshot) -> Plan:
    return host.plan(Verb.REMEDY, snapshot, [remedy.task.key])


def carried_out(host: HostBackend, plan: Plan, before: Snapshot) -> tuple[list[str], list[str]]:
    """The verdicts of a run, and the reasons for which tasks were skipped."""
    events: list[RunEvent] = []
    outcomes = host.run(plan, events.append, lambda: False)
    told = [one.text for one in host.verdict(plan, outcomes, before, host.read())]
    return told, [event.text for event in events if event.kind == "task-skipped"]


def argv(plan: Plan) -> list[str]:
    return [" ".join(step.argv) for task in plan.tasks for step in task.steps]


def test_remedy_is_a_plan_that_is_judged_by_the_finding_being_gone(host: HostBackend) -> None:
    snapshot = host.examine()
    plan = plan_remedy(host, *finding(snapshot, "EPAIR-LOST", "epair7"), snapshot)
    assert (plan.title, argv(plan)[-1]) == ("Destroy epair7", "ifconfig epair7a destroy")
    assert "forces" in " ".join(plan.tasks[0].warnings)
    assert carried_out(host, plan, snapshot) == (["Destroy epair7: done. epair7 is gone."], [])


def test_pair_that_is_there_when_its_finding_is_gone_is_told_as_what_it_is(host: HostBackend) -> None:
    snapshot = host.examine()
    one = next(it for it in snapshot.findings if it.code == "EPAIR-LOST")
    drop = next(it for it in one.remedies if it.task.label.startswith("Drop"))
    (told,), _ = carried_out(host, plan_remedy(host, one, drop, snapshot), snapshot)
    assert ": done. epair7 is still left over: old is not running" in told


def test_remedy_whose_finding_is_gone_meanwhile_is_skipped_and_refused_the_next_time(host: HostBackend) -> None:
    snapshot = host.read()
    one, remedy = finding(snapshot, "EPAIR-NOBODY", "epair9")
    plan = plan_remedy(host, one, remedy, snapshot)
    execute(host, "ifconfig", "epair9a", "destroy")
    told, skipped = carried_out(host, plan, snapshot)
    assert (told, len(skipped)) == (["Destroy epair9: not run, problem gone. epair9 is gone."], 1)
    again = plan_remedy(host, one, remedy, host.read())
    assert (again.tasks, [refusal.subject for refusal in again.refused]) == ((), ["EPAIR-NOBODY epair9"])


def test_remedy_that_changed_nothing_is_told_with_what_is_found_still(host: HostBackend) -> None:
    snapshot = host.read()
    plan = plan_remedy(host, *finding(snapshot, "EPAIR-NOBODY", "epair9"), snapshot)
    (told,) = host.verdict(plan, {plan.tasks[0].key: "failed"}, snapshot, host.read())
    assert (told.ok, told.text.startswith("Destroy epair9: did not help. Both ends of epair9")) == (False, True)


def test_what_only_the_full_reading_finds_is_planned_from_a_short_one(host: HostBackend) -> None:
    execute(host, "jail", "-m", "name=web", "allow.chflags")
    full = host.examine()
    one, remedy = finding(full, "DRIFT-PERMISSION", "web")
    assert argv(plan_remedy(host, one, remedy, host.read()))[-1].endswith("allow.nochflags")


def test_pair_that_has_come_back_to_life_is_not_reclaimed(host: HostBackend) -> None:
    snapshot = host.read()
    plan = host.plan(Verb.RECLAIM, snapshot, ["epair161", "epair9"])
    jid = next(str(jail.jid) for jail in snapshot.state.jails if jail.name == "web")
    execute(host, "ifconfig", "epair161b", "vnet", jid)
    told, skipped = carried_out(host, plan, snapshot)
    assert told[0].startswith("epair161 was not touched: ")
    assert "web" in skipped[0]
    assert told[1:] == ["epair9 is gone."]
    assert host.read().state.epair("epair161") is not None


def test_pair_that_somebody_else_took_back_is_gone_already(host: HostBackend) -> None:
    snapshot = host.read()
    plan = host.plan(Verb.RECLAIM, snapshot, ["epair9"])
    execute(host, "ifconfig", "epair9a", "destroy")
    told, skipped = carried_out(host, plan, snapshot)
    assert (told, len(skipped)) == (["epair9 is gone already."], 1)


def test_task_that_would_run_otherwise_now_is_overtaken() -> None:
    task = Task("epair9", "epair9", (Step(("ifconfig", "epair9a", "destroy")),))
    plan = Plan(Verb.RECLAIM, "nas", (task,))
    assert overtaken(task, plan) is None
    other = task._replace(steps=(Step(("ifconfig", "bridge0", "deletem", "epair9a")), *task.steps))
    assert "other commands" in (overtaken(task, plan._replace(tasks=(other,))) or "")
    warned = task._replace(warnings=("this pair is no orphan: used by web",))
    assert overtaken(task, plan._replace(tasks=(warned,))) == "this pair is no orphan: used by web"
    assert overtaken(task, plan._replace(tasks=())) == "there is nothing left to do"


def test_start_that_would_fail_says_so_and_offers_to_clear_the_way(host: HostBackend) -> None:
    snapshot = host.read()
    plan = host.plan(Verb.START, snapshot, ["broken", "mail"])
    assert [(task.key, "EPAIR-IN-THE-WAY" in " ".join(task.warnings)) for task in plan.tasks] == [
        ("broken", True),
        ("mail", False),
    ]
    assert [task.grave for task in plan.tasks] == [2, 0]
    (offer,) = plan.offers
    assert [step.argv[-1] for step in offer.steps] == ["epair161a", "destroy"]
    cleared = host.plan(Verb.START, snapshot, ["broken", "mail", offer.key])
    assert (cleared.title, cleared.offers) == ("Clear leftovers, then start 2 jails", ())
    assert [task.subject for task in cleared.tasks] == ["EPAIR-IN-THE-WAY broken", "broken", "mail"]
    assert cleared.tasks[1].needs == {offer.key}
    assert "EPAIR-IN-THE-WAY" not in " ".join(cleared.tasks[1].warnings)
    assert not cleared.does(plan)
    assert cleared.does(host.plan(Verb.START, host.read(), [task.key for task in cleared.tasks]))


def test_way_that_was_cleared_is_judged_with_the_start(host: HostBackend) -> None:
    snapshot = host.read()
    (offer,) = host.plan(Verb.START, snapshot, ["broken"]).offers
    told, skipped = carried_out(host, host.plan(Verb.START, snapshot, ["broken", offer.key]), snapshot)
    assert skipped == []
    # Its route is wrong too, so that the start fails and leaves a new pair in the way.
    assert told[0].startswith("Destroy epair161: done, and then the start of broken failed. ")
    assert told[1] == "broken is not running; epair161 is left over."


def test_way_that_only_force_clears_is_offered_with_its_warning(host: HostBackend) -> None:
    (offer,) = host.plan(Verb.START, host.read(), ["old"]).offers
    assert (offer.label, "forces what" in " ".join(offer.warnings)) == ("Destroy epair7", True)
    snapshot = host.read()
    told, _ = carried_out(host, host.plan(Verb.START, snapshot, ["old", offer.key]), snapshot)
    assert told[0] == "Destroy epair7: done. old runs, jid 11."


def test_reclaim_of_an_end_that_a_dying_jail_holds_says_what_still_answers(host: HostBackend) -> None:
    tasks = host.plan(Verb.RECLAIM, host.read(), ["epair7", "epair161"]).tasks
    assert {task.key: task.breaks for task in tasks} == {
        "epair7": "what old still answers",
        "epair161": "nothing that is running",
    }


def test_each_state_is_judged_once(host: HostBackend) -> None:
    snapshot = host.read()
    assert snapshot.findings is snapshot.findings
    assert host.read().findings is snapshot.findings, "a quiet host is not judged again"


def with_remedy(*steps: Step, owner: str = "") -> Finding:
    """A finding about the pair `e` with one remedy of those steps, complete as rules give it."""
    one = Finding("EPAIR-LOST", "error", Subject("epair", "e", "e"), "One end of e is lost.", owner=owner)
    return one._replace(remedies=(Remedy.of("Destroy e", steps),)).complete()


def planned(one: Finding) -> Plan:
    return remedy_plan("nas", [one], [remedy.task.key for remedy in one.remedies])


def test_owner_is_warned_of_and_asked_for_again() -> None:
    (task,) = planned(with_remedy(Step(("x",)), owner="Bastille")).tasks
    assert (task.owner, task.warnings[0].startswith("created by Bastille")) == ("Bastille", True)
    assert is_remedy(task.key)
    assert not is_remedy("epair7")


def test_remedy_that_a_terminal_can_not_show_or_without_commands_is_refused() -> None:
    (hostile,) = planned(with_remedy(Step(("ifconfig", "a\x1b\n\nb", "destroy")))).refused
    assert "can't show" in hostile.reason
    (by_hand,) = planned(with_remedy()).refused
    assert "no command" in by_hand.reason


@pytest.mark.parametrize(
    "argv",
    [
        ("ifconfig", "-a", "destroy"),
        ("ifconfig", "-j", "4", "-l", "up"),
        ("jexec", "4", "ifconfig", "-a", "mtu", "1500"),
    ],
)
def test_interface_that_is_called_like_an_option_is_in_no_command(argv: tuple[str, ...]) -> None:
    (refused,) = planned(with_remedy(Step(("ifconfig", "e", "up")), Step(argv))).refused
    assert "take the interface -" in refused.reason
    sound = (Step(("ifconfig", "-j", "4", "e", "-alias")), Step(("ifconfig", "e", "-vnet", "4")), Step(("jail", "-R")))
    assert planned(with_remedy(*sound)).refused == ()


def test_guess_and_force_are_told_before_they_run(host: HostBackend) -> None:
    one, remedy = finding(host.read(), "EPAIR-NOBODY", "epair9")
    (forced,) = one._replace(confidence="guess", remedies=(remedy._replace(force="forced"),)).complete().remedies
    assert "only a guess" in " ".join(forced.task.warnings)
    assert "forces" in " ".join(forced.task.warnings)
