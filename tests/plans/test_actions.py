"""What start, stop, restart and reclaim would run."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest

from jailtui.exchange import Refusal, Step, Task, Verb, shell_line
from jailtui.model.state import HostState, JailState
from jailtui.plans.actions import legible, plan
from jailtui.plans.plan import Plan
from tests.support.captures import conf, row, running_web, state
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair


def argv(made: Plan) -> list[str]:
    return [" ".join(step.argv) for task in made.tasks for step in task.steps]


def refused(made: Plan) -> list[str]:
    return [one.reason for one in made.refused]


def orphaned(*, extra: str = "", conf_text: str = "", rows: Sequence[dict[str, object]] = ()) -> HostState:
    host = EM0 + LO0 + bridge("bridge0", ["em0", "epair9a"]) + epair(9, "a") + epair(9, "b", up=False) + extra
    return state(host=host, conf=conf_text, rows=rows, inside={one["jid"]: LO0 for one in rows})


def test_start_is_one_jail_c_with_one_name() -> None:
    found = state(conf=conf("mail", 160) + conf("web", 154))
    assert argv(plan(Verb.START, found, ["mail", "web"])) == ["jail -c mail", "jail -c web"]


def test_jail_of_another_file_is_started_with_its_file() -> None:
    from jailtui.exchange import Section

    own = Section("file /etc/jail.conf.d/mail.conf", 0, conf("mail", 160))
    assert argv(plan(Verb.START, state(more=[own]), ["mail"])) == ["jail -f /etc/jail.conf.d/mail.conf -c mail"]


def test_running_jail_is_not_started_and_unknown_one_neither() -> None:
    made = plan(Verb.START, state(**running_web()), ["web", "nosuch"])
    assert made.tasks == ()
    assert refused(made) == ["already running, jid 4", "there is no such jail"]


@pytest.mark.parametrize(("at_work", "reason"), [("STARTING", "jail(8) is starting it"), ("STOPPED", None)])
def test_jail_that_jail8_is_starting_is_not_started_twice(at_work: str, reason: str | None) -> None:
    found = state(conf=conf("mail", 160))
    found = found._replace(jails=tuple(one._replace(state=JailState[at_work]) for one in found.jails))
    assert refused(plan(Verb.START, found, ["mail"])) == ([reason] if reason else [])


def test_jail_that_jail8_is_stopping_is_not_stopped_twice() -> None:
    found = state(**running_web())
    found = found._replace(jails=tuple(one._replace(state=JailState.STOPPING) for one in found.jails))
    for verb in (Verb.STOP, Verb.RESTART):
        assert refused(plan(verb, found, ["web"])) == ["jail(8) is stopping it"]


def test_stop_names_what_stops_with_the_jail() -> None:
    told = running_web()
    told["conf"] = str(told["conf"]) + conf("app", 8, extra=["depend=web"])
    told["rows"] = [row(4, "web"), row(5, "app")]
    told["inside"] = {4: epair(154, "b", inet="192.168.1.154"), 5: LO0}
    made = plan(Verb.STOP, state(**told), ["web", "app"])
    assert argv(made) == ["jail -r app", "jail -r web"], "what depends on it is stopped first"
    assert made.tasks[1].needs == {"app"}
    assert "jail(8) stops app with it" in made.tasks[1].breaks


def test_tasks_stand_in_the_order_that_a_script_can_run() -> None:
    text = conf("app", 8, extra=["depend=db"]) + conf("db", 7, extra=["depend=net"]) + conf("net", 6) + conf("mail", 5)
    found = state(conf=text)
    assert argv(plan(Verb.START, found, ["app", "mail", "db", "net"])) == [
        "jail -c mail", "jail -c net", "jail -c db", "jail -c app",
    ]  # fmt: skip


def test_depend_that_goes_round_in_a_circle_still_makes_a_plan() -> None:
    found = state(conf=conf("app", 8, extra=["depend=db"]) + conf("db", 7, extra=["depend=app"]))
    assert argv(plan(Verb.START, found, ["app", "db"])) == ["jail -c app", "jail -c db"]


@pytest.mark.parametrize("name", ["a\x1b]0;owned\x07", "a\nb", "a\u202eb", "a\udcff"])
def test_name_that_a_terminal_can_not_show_gets_no_command(name: str) -> None:
    found = state(rows=[row(4, name)], inside={4: LO0}, conf=conf("x", 7), facts=FACTS)
    made = plan(
        Verb.STOP,
        found._replace(jails=tuple(one._replace(configured=found.jails[1].configured) for one in found.jails)),
        [name],
    )
    assert made.tasks == ()
    assert "can't show" in refused(made)[0]


def test_jail_that_no_file_defines_is_removed_by_jid_and_the_loss_of_hooks_told() -> None:
    made = plan(Verb.STOP, state(rows=[row(4, "web")], inside={4: LO0}), ["web"])
    assert argv(made) == ["jail -r 4"]
    assert "without running stop hooks" in " ".join(made.tasks[0].warnings)


def test_restart_is_two_commands_and_never_jail_rc() -> None:
    made = plan(Verb.RESTART, state(**running_web()), ["web"])
    assert argv(made) == ["jail -r web", "jail -c web"]


def test_dying_jail_can_not_be_stopped_again() -> None:
    made = plan(Verb.STOP, state(rows=[row(3, "old", dying=True)]), ["old"])
    assert "dying" in refused(made)[0]


def test_name_that_jail8_would_take_for_something_else_is_refused() -> None:
    found = state(rows=[row(3, "-R"), row(4, "a=b")], inside={3: LO0, 4: LO0})
    assert len(plan(Verb.STOP, found, ["-R", "a=b"]).refused) == 2


def test_reclaim_takes_the_pair_out_of_its_bridge_and_destroys_the_a_end() -> None:
    made = plan(Verb.RECLAIM, orphaned(), ["epair9"])
    assert argv(made) == ["ifconfig bridge0 deletem epair9a", "ifconfig epair9a destroy"]
    assert made.tasks[0].breaks == "nothing that is running"
    assert made.tasks[0].steps[0].undo == ("ifconfig", "bridge0", "addm", "epair9a")


def test_reclaim_of_a_jail_means_its_orphans() -> None:
    found = orphaned(conf_text=conf("broken", 9) + conf("mail", 160))
    made = plan(Verb.RECLAIM, found, ["broken", "mail"])
    assert [task.subject for task in made.tasks] == ["epair9"]
    assert refused(made) == ["no leftover pair"]


def test_end_in_a_live_jail_is_released_before_the_pair_goes_and_the_loss_is_told() -> None:
    made = plan(Verb.RECLAIM, state(**running_web()), ["epair154"])
    assert argv(made) == [
        "ifconfig bridge0 deletem epair154a",
        "ifconfig epair154b -vnet 4",
        "ifconfig epair154a destroy",
    ]
    assert made.tasks[0].breaks == "the network of web"
    assert "no orphan" in " ".join(made.tasks[0].warnings)


def test_end_whose_name_the_host_has_already_is_not_released_under_it() -> None:
    told = running_web()
    told["inside"] = {4: epair(154, "b").replace("epair154b:", "vnet0:")}
    told["host"] = str(told["host"]) + LO0.replace("lo0:", "vnet0:")
    made = plan(Verb.RECLAIM, state(**told), ["epair154"])
    assert argv(made) == ["ifconfig bridge0 deletem epair154a", "ifconfig epair154a destroy"]


def test_name_that_two_interfaces_carry_is_never_used() -> None:
    found = orphaned(extra=epair(8, "b").replace("epair8b:", "epair9a:"))
    made = plan(Verb.RECLAIM, found, [pair.key for pair in found.epairs])
    assert (made.tasks, len(made.refused)) == ((), 2)
    assert all("acts on the first" in reason for reason in refused(made))


def test_pair_that_can_not_be_judged_is_not_touched() -> None:
    from tests.support.large_hosts import FACTS

    found = state(rows=[row(4, "web")], host=epair(9, "a"), facts=FACTS | {"uid": "1001"})
    assert "not known" in refused(plan(Verb.RECLAIM, found, ["epair9"]))[0]


def test_pair_of_another_manager_is_named_as_such() -> None:
    marked = epair(7, "a", description="vnet0 host interface for Bastille jail gone")
    made = plan(Verb.RECLAIM, orphaned(extra=marked + epair(7, "b", up=False)), ["epair7"])
    assert "created by Bastille" in " ".join(made.tasks[0].warnings)


def test_script_quotes_hostile_words_and_keeps_comments_on_their_line() -> None:
    hostile = epair(9, "a").replace("epair9a:", "a;b'c$(id):")
    found = state(host=hostile + epair(9, "b", up=False))
    key = found.epairs[0].key
    script = plan(Verb.RECLAIM, found, [key]).script()
    assert "ifconfig 'a;b'\"'\"'c$(id)' destroy" in script
    assert script.startswith("#!/bin/sh\n# Reclaim ")


def test_only_the_command_that_renames_an_interface_may_hold_a_name_that_a_terminal_can_not_show() -> None:
    rename = ("ifconfig", "-j", "4", "q\nem0", "name", "epair9b")
    step, destroy = Step(rename), Step(("ifconfig", "q\nem0", "destroy"))

    assert legible(Task("k", "s", (step,))) == Task("k", "s", (step,))
    assert shell_line(rename) == "ifconfig -j 4 \"$(printf 'q\\012em0')\" name epair9b"
    assert isinstance(legible(Task("k", "s", (destroy,))), Refusal)
    line = shell_line(("a%b-\x1b\udcff$x",))
    done = subprocess.run(["/bin/sh", "-c", f"printf %s {line}"], capture_output=True, check=True)
    assert done.stdout == b"a%b-\x1b\xff$x"
