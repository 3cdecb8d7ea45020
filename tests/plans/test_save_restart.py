"""A save with a restart: stopped by the old text, saved, started by the new one; and what becomes of a failure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import Step, Task, Verb, taken
from jailtui.forms.opening import FormName
from jailtui.forms.protocol import Answers
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent
from jailtui.plans.save import taken_back
from tests.support.form_hosts import Embedded
from tests.support.jail_hosts import house, template
from tests.support.put_back import Watched


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is asked once in each state."""
    Watched(tmp_path).use(monkeypatch)


def running(folder: Path, text: str = "", release: str = "15.1") -> Embedded:
    host = house(folder, text or template("web"), "web", "db", release=release)
    host.ask("jail", "-c", "web")
    return host


def planned(backend: HostBackend, form_name: FormName = "network", /, **answers: str) -> Plan:
    form = backend.form(form_name, "web")
    draft = form.draft(Answers(answers))
    assert not draft.errors, draft.errors
    return backend.save_plan(form, draft, backend.read(), restart=True)


def verdict(backend: HostBackend, plan: Plan, report: Callable[[RunEvent], None] = lambda _: None) -> str:
    before = backend.read()
    outcomes = backend.run(plan, report, lambda: False)
    (told,) = backend.verdict(plan, outcomes, before, backend.read())
    return told.text


def text_of(folder: Path) -> str:
    return (folder / "etc/jail.conf").read_text()


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_other_pair_leaks_no_pair(tmp_path: Path, release: str) -> None:
    host = running(tmp_path, release=release)
    backend = host.backend()
    plan = planned(backend, epair="epair170")
    assert [step.argv for step in plan.tasks[0].steps if not step.rescues] == [
        ("jail", "-r", "web"), ("save", "/etc/jail.conf"), ("jail", "-c", "web"),
    ]  # fmt: skip
    assert plan.tasks[0].warnings == (), "the stop by the old text cleans up the pair that the jail has"
    assert verdict(backend, plan).startswith("/etc/jail.conf is saved. web runs, jid 2")
    assert "epair154a" not in host.ask("ifconfig", "-l")
    assert "epair170b" in host.ask("jexec", "web", "ifconfig", "-l")


def test_other_bridge_is_left_by_the_old_text(tmp_path: Path) -> None:
    host = running(tmp_path)
    host.ask("ifconfig", "bridge", "create", "name", "br10", "up")
    backend = host.backend()
    assert "is saved. web runs" in verdict(backend, planned(backend, bridge="br10"))
    assert "epair154a" not in host.ask("ifconfig", "bridge0")
    assert "member: epair154a" in host.ask("ifconfig", "br10")


def test_stop_that_fails_saves_nothing(tmp_path: Path) -> None:
    stuck = template("web").replace('-vnet ${name} || true"', '-vnet nobody"')
    host = running(tmp_path, stuck)
    backend = host.backend()
    told = verdict(backend, planned(backend, address="192.168.1.9/24"))
    assert told == "/etc/jail.conf was not saved: web was not stopped, and still runs as before, jid 1."
    assert text_of(tmp_path) == stuck


def test_jail_that_is_gone_though_its_stop_failed_is_started_again(tmp_path: Path) -> None:
    text = template("web").replace(
        '${epair}a destroy || true";\n}', '${epair}a destroy";\n    exec.poststop += "false";\n}'
    )
    host = running(tmp_path, text)
    backend = host.backend()
    told = verdict(backend, planned(backend, address="192.168.1.9/24"))
    assert told == "/etc/jail.conf was not saved. web was started again as before, jid 2."
    assert text_of(tmp_path) == text


def test_save_that_is_refused_starts_the_jail_by_the_old_text(tmp_path: Path) -> None:
    host = running(tmp_path)
    backend = host.backend()
    plan = planned(backend, epair="epair170")
    theirs = template("web") + "# theirs\n"

    def meddle(event: RunEvent) -> None:
        if event.kind == "step-ended" and event.step == 0:
            (tmp_path / "etc/jail.conf").write_text(theirs)

    told = verdict(backend, plan, meddle)
    assert told == "/etc/jail.conf was not saved. web was started again as before, jid 2."
    assert text_of(tmp_path) == theirs
    assert "epair154b" in host.ask("jexec", "web", "ifconfig", "-l")


def test_command_that_fails_takes_the_save_back(tmp_path: Path) -> None:
    host = running(tmp_path)
    backend = host.backend()
    plan = planned(backend, address="192.168.1.9/24")
    (task,) = plan.tasks
    form = backend.form("network", "web")
    draft = form.draft(Answers({"address": "192.168.1.9/24"}))._replace(commands=(Step(("false",)),))
    plan = backend.save_plan(form, draft, backend.read(), restart=True)
    assert plan.tasks[0].steps[:2] == task.steps[:2]
    assert verdict(backend, plan) == "/etc/jail.conf was not saved. web was started again as before, jid 2."
    assert text_of(tmp_path) == template("web")


def test_start_that_fails_offers_to_take_the_save_back(tmp_path: Path) -> None:
    host = running(tmp_path)
    backend = host.backend()
    plan = planned(backend, address="192.168.1.9/24")
    broken = text_of(tmp_path).replace("default ${gateway}", "default 10.99.99.1")
    edit = next(step.file for step in plan.tasks[0].steps if step.file)
    wrong = edit._replace(new=broken.encode())
    steps = tuple(step._replace(file=wrong) if step.file else step for step in plan.tasks[0].steps)
    plan = plan._replace(tasks=(plan.tasks[0]._replace(steps=steps),))
    told = verdict(backend, plan)
    assert told.startswith("/etc/jail.conf is saved, but web is not running; epair154 is left over.")
    assert told.endswith("To undo the save: u, or jailtui undo /etc/jail.conf")
    assert text_of(tmp_path) == broken
    back = taken_back(plan)
    assert back is not None
    backend.run(back, lambda _: None, lambda: False)
    assert text_of(tmp_path) == template("web")


def test_live_command_is_left_to_the_start(tmp_path: Path) -> None:
    backend = running(tmp_path).backend()
    form = backend.form("permissions", "web")
    draft = form.draft(Answers({"allow.raw_sockets": "allow", "sysvshm": "new", "apply": "on"}))
    assert [step.argv[:2] for step in draft.commands] == [("jail", "-m")]
    plan = backend.save_plan(form, draft, backend.read(), restart=True)
    assert not any(step.argv[:2] == ("jail", "-m") for step in plan.tasks[0].steps)


def test_address_of_a_running_jail_is_told_with_the_save(tmp_path: Path) -> None:
    host = running(tmp_path, template("web") + template("db", 155))
    host.ask("jail", "-c", "db")
    backend = host.backend()
    assert taken(planned(backend, address="192.168.1.155/24").tasks) == "192.168.1.155 from db"
    assert taken(planned(backend, address="192.168.1.9/24").tasks) == ""
    form = backend.form("network", "web")
    draft = form.draft(Answers({"address": "192.168.1.155/24"}))
    assert taken(backend.save_plan(form, draft, backend.read()).tasks) == "", "a save alone takes nothing"


def test_script_starts_the_jail_again_too() -> None:
    steps = (
        Step(("jail", "-r", "web")),
        Step(("sysrc", "a=b")),
        Step(("jail", "-c", "web")),
        Step(("jail", "-c", "web"), rescues=(0, 1)),
    )
    script = Plan(Verb.SAVE, "nas", (Task("web", "network of web", steps),)).script()
    assert script.split("\n")[3:6] == [
        "# network of web",
        "{ jail -r web || { jail -c web; false; }; } && \\",
        "{ sysrc a=b || { jail -c web; false; }; } && \\",
    ]
