"""What starts and stops a jail that has a manager: the manager's command, or jail(8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jailtui.exchange import BASTILLE_CONF, EndedCommand, FileEdit, PlanMark, Result, Section, Step, Verb
from jailtui.forms.protocol import Draft
from jailtui.model.commands import By, starts, stops
from jailtui.model.starts import noted
from jailtui.model.state import HostState
from jailtui.plans.actions import plan
from jailtui.plans.cuts import with_cuts
from jailtui.plans.history import PastRun, PastStep
from jailtui.plans.interrupted import by_what
from jailtui.plans.leaving import with_left_over
from jailtui.plans.plan import Plan
from jailtui.plans.run import run_plan
from jailtui.plans.save import save_plan, taken_back
from jailtui.plans.verdict import verdicts
from tests.support.captures import conf, row, state
from tests.support.fake_form import LineForm
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair

FILE = "/usr/local/bastille/jails/foo/jail.conf"
ON_HOST = {f"manager {name}": f"/usr/local/bin/{name}" for name in ("bastille", "iocage", "pot")}


def host(name: str = "foo", path: str = "", *, file: bool = False, on_host: bool = True, **more: Any) -> HostState:
    """A host where the jail runs with a pair in bridge0."""
    own = of_bastille(name) if file else []
    return state(
        rows=[row(4, name, path=path or f"/usr/local/bastille/jails/{name}/root")],
        host=EM0 + LO0 + bridge("bridge0", ["em0", "epair7a"]) + epair(7, "a"),
        inside={4: LO0 + epair(7, "b", inet="192.168.1.7")},
        facts={**FACTS, **(ON_HOST if on_host else {})},
        more=own,
        **more,
    )


def of_bastille(name: str) -> list[Section]:
    file = f"/usr/local/bastille/jails/{name}/jail.conf"
    return [Section(f"file {BASTILLE_CONF}", 0, ""), Section(f"file {file}", 0, conf(name, 7))]


def lines(made: Plan) -> list[str]:
    return [step.line for task in made.tasks for step in task.steps]


@pytest.mark.parametrize(
    ("name", "path", "verb", "commands"),
    [
        ("foo", "", Verb.STOP, ["bastille stop foo"]),
        ("foo", "", Verb.RESTART, ["bastille restart foo"]),
        ("ioc-a_b", "/mnt/iocage/jails/a.b/root", Verb.STOP, ["iocage stop a.b"]),
        ("foo", "/opt/pot/jails/foo/m", Verb.RESTART, ["pot stop foo", "pot start foo"]),
        ("foo", "/usr/jails/jails/foo", Verb.STOP, ["jail -r 4"]),
    ],
)
def test_the_manager_s_command_runs_where_it_is_on_the_host(
    name: str, path: str, verb: Verb, commands: list[str]
) -> None:
    assert lines(plan(verb, host(name, path, file=not path), [name])) == commands


def test_the_plan_gives_the_reason_and_the_way_back() -> None:
    task = plan(Verb.STOP, host(file=True), ["foo"]).tasks[0]
    assert task.why == "Bastille manages it, and sees to its pf rules and rctl limits too"
    assert (task.steps[0].undo, task.warnings) == (("bastille", "start", "foo"), ())
    assert task.breaks.endswith("; Bastille first stops the jails whose settings.conf has a depend on it")
    assert "settings.conf" not in plan(Verb.STOP, host(file=True), ["foo"], "jail").tasks[0].breaks


def test_a_stopped_jail_is_started_by_its_manager() -> None:
    stopped = state(facts={**FACTS, **ON_HOST}, more=of_bastille("foo"))
    made = plan(Verb.START, stopped, ["foo"])
    assert (lines(made), made.by) == (["bastille start foo"], "manager")


@pytest.mark.parametrize(("by", "on_host"), [("jail", True), ("manager", False)])
def test_jail8_uses_the_manager_s_file_and_says_what_stays(by: By, on_host: bool) -> None:
    made = plan(Verb.STOP, host(file=True, on_host=on_host), ["foo"], by)
    assert lines(made) == [f"jail -f {FILE} -r foo"]
    assert made.tasks[0].warnings == ("Bastille manages it: jail(8) does not see to its pf rules and rctl limits",)
    assert made.by == ("jail" if on_host else None)


@pytest.mark.parametrize(
    ("name", "path", "misread"),
    [
        ("ioc-xALL", "/mnt/iocage/jails/xALL/root", "iocage takes the name xALL for other jails too"),
        ("7x;y", "/opt/pot/jails/7x;y/m", "pot may take the name '7x;y' for an option or a pattern"),
        ("x*", "/opt/pot/jails/x*/m", "pot may take the name 'x*' for an option or a pattern"),
        ("foo", "", "the name by which Bastille knows it can't be told from its name in the kernel"),
    ],
)
def test_a_name_that_the_manager_may_misread_is_refused(name: str, path: str, misread: str) -> None:
    found = host(name, path)
    refused = plan(Verb.STOP, found, [name]).refused
    assert refused[0].reason.startswith(misread)
    assert refused[0].reason.endswith("; --by jail uses jail(8)")
    assert lines(plan(Verb.STOP, found, [name], "jail")) == ["jail -r 4"]


def test_a_listed_jail_with_the_name_of_another_is_not_started() -> None:
    pots = [Section("managed pot", 0, "foo\n")]
    both = state(conf=conf("foo", 7), facts={**FACTS, **ON_HOST}, more=pots)
    made = plan(Verb.START, both, ["foo (pot)"])
    assert (made.tasks, made.refused[0].reason) == (
        (),
        "another jail has that name, and the kernel takes it once",
    )


def test_a_jail_that_its_manager_has_no_file_for_is_not_started_by_jail8() -> None:
    found = host("ioc-web", "/mnt/iocage/jails/web/root")
    reason = plan(Verb.RESTART, found, ["ioc-web"], "jail").refused[0].reason
    assert reason.startswith("no jail.conf defines it")
    assert reason.endswith("; iocage manages it, and its command iocage starts it")
    away = plan(Verb.RESTART, host(on_host=False), ["foo"]).refused[0].reason
    assert away.endswith("; Bastille manages it, and its command bastille is not on this host")


def test_commands_of_managers_are_read_as_starts_and_stops() -> None:
    assert (starts(("iocage", "start", "a.b")), stops(("iocage", "start", "a.b"))) == ("ioc-a_b", "")
    assert (starts(("bastille", "restart", "foo")), stops(("bastille", "restart", "foo"))) == ("foo", "foo")
    assert starts(("bastille", "config", "foo")) == stops(("bastille",)) == ""
    failed = noted({}, EndedCommand(("pot", "start", "foo"), 1, 5.0, "no such pot\n"))
    assert (failed["foo"].status, failed["foo"].output) == (1, ("no such pot",))
    assert noted(failed, EndedCommand(("pot", "start", "foo"), 0)) == {}


def test_what_the_manager_s_stop_cuts_is_judged_as_that_of_jail8() -> None:
    found = host("foo", file=True)
    assert with_cuts(plan(Verb.STOP, found, ["foo"]), found).cuts == (
        with_cuts(plan(Verb.STOP, found, ["foo"], "jail"), found).cuts
    )


def test_a_stop_without_hooks_names_what_it_leaves_over_and_offers_to_reclaim_it_last() -> None:
    found = host(on_host=False)
    made = with_left_over(plan(Verb.STOP, found, ["foo"]), found, ())
    assert made.tasks[0].warnings == (
        "no jail.conf defines it: it is removed without running stop hooks",
        "Bastille manages it: jail(8) does not see to its pf rules and rctl limits",
        "epair7 is then left over",
    )
    assert [offer.label for offer in made.offers] == ["Reclaim epair7"]
    whole = with_left_over(plan(Verb.STOP, found, ["foo"]), found, [made.offers[0].key])
    stop, last = whole.tasks[0].steps
    assert (stop.line, last.argv) == ("jail -r 4", ("ifconfig", "epair7a", "destroy"))
    assert last.guard.startswith("! jls -j 4 jid >/dev/null 2>&1 && ifconfig epair7a | ")
    assert (whole.offers, "left over" in " ".join(whole.tasks[0].warnings)) == ((), False)


def test_a_pair_whose_name_two_interfaces_have_is_not_offered_and_stays_named() -> None:
    found = host(on_host=False)
    (clear,) = found.epairs
    twin = clear._replace(key="epair9", name="epair9", ambiguous=("epair9a",))
    found = found._replace(epairs=(clear, twin))
    made = with_left_over(plan(Verb.STOP, found, ["foo"]), found, ())
    assert made.tasks[0].warnings[-1] == "epair7, epair9 are then left over"
    assert [offer.label for offer in made.offers] == ["Reclaim epair7"]
    (whole,) = with_left_over(plan(Verb.STOP, found, ["foo"]), found, [made.offers[0].key]).tasks
    assert whole.warnings[-1] == "epair9 is then left over"


@pytest.mark.parametrize(("file", "on_host"), [(True, False), (True, True)])
def test_a_stop_with_hooks_or_by_the_manager_leaves_nothing_to_offer(file: bool, on_host: bool) -> None:
    found = host(file=file, on_host=on_host)
    made = plan(Verb.STOP, found, ["foo"])
    assert with_left_over(made, found, ()) == made


def test_nothing_is_to_be_chosen_where_nothing_is_to_be_done() -> None:
    assert plan(Verb.START, host(), ["foo"]).by is None
    assert plan(Verb.RECLAIM, host(), ["foo"]).by is None


def test_a_jail_that_bastille_stopped_with_it_is_in_the_verdict() -> None:
    running = [row(jid, name, path=f"/usr/local/bastille/jails/{name}/root") for jid, name in ((4, "foo"), (5, "db"))]
    files = [*of_bastille("foo"), *of_bastille("db")[1:]]
    before = state(rows=running, inside={4: LO0, 5: LO0}, facts={**FACTS, **ON_HOST}, more=files)
    after = state(facts={**FACTS, **ON_HOST}, more=files)
    made = plan(Verb.STOP, before, ["foo"])
    (verdict,) = verdicts(made, {"foo": "done"}, before, after)
    assert verdict.text == "foo is stopped. db is no longer running either; Bastille stops jails that depend on it."
    (verdict,) = verdicts(plan(Verb.STOP, before, ["foo"], "jail"), {"foo": "done"}, before, after)
    assert verdict.text == "foo is stopped."


def test_a_jail_of_another_file_is_not_announced_as_stopped_by_jail8_with_it() -> None:
    db = conf("db", 8, extra=["depend=foo"])
    rows = [row(4, "foo"), row(5, "db")]

    def breaks(own: list[Section], text: str) -> str:
        found = state(rows=rows, inside={4: LO0, 5: LO0}, facts=FACTS, more=own, conf=text)
        return plan(Verb.STOP, found, ["foo"], "jail").tasks[0].breaks

    assert breaks(of_bastille("foo"), db) == "what foo serves"
    assert breaks([], conf("foo", 7) + db) == "what foo serves; jail(8) stops db with it"


def test_an_interrupted_run_goes_on_by_what_it_had_chosen() -> None:
    found = host(file=True)
    steps = [("jail", "-f", FILE, "-r", "foo"), ("bastille", "stop", "foo"), ("jail", "-r", "other")]
    mark = PlanMark("1", "Stop foo", "stop", ("foo",))
    runs = [PastRun(mark, "nas", "", "root", 1, (PastStep("2", argv),)) for argv in steps]
    assert [by_what(run, found) for run in runs] == ["jail", "manager", "manager"]


def test_a_save_with_a_restart_writes_nothing_while_the_jail_still_runs_after_its_manager_s_stop() -> None:
    draft = Draft((FileEdit(FILE, b"old", b"new"),), restart="foo")
    made = save_plan(LineForm("network", "foo"), draft, host(file=True), restart=True)
    gone = "! jls -j 4 jid >/dev/null 2>&1 && true"
    assert lines(made)[:4] == ["bastille stop foo", gone, f"save {FILE}", "bastille start foo"]
    ran: list[str] = []

    def still_running(step: Step, _: Callable[[str], None]) -> Result:
        ran.append(step.line)
        return Result(step.argv, 1 if step.guard else 0)

    assert run_plan(made, still_running, lambda _: None) == {"foo": "failed"}
    assert ran == ["bastille stop foo", gone, "bastille start foo"]
    back = taken_back(made)
    assert back is not None
    assert lines(back) == [f"save {FILE}"]
    assert gone not in lines(save_plan(LineForm("network", "foo"), draft, host(file=True, on_host=False), restart=True))
