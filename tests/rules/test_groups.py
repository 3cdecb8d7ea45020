"""Many findings of one rule as one, with one remedy for all."""

from __future__ import annotations

from pathlib import Path

from jailtui.cli.doctor import commands
from jailtui.exchange import Verb
from jailtui.rules.groups import groups, summed
from jailtui.rules.registry import judge
from tests.support.contexts import context, findings
from tests.support.form_hosts import execute
from tests.support.jail_hosts import house, template

RELEASE = '    exec.prestop   = "/sbin/ifconfig ${epair}b -vnet ${name} || true";\n'
NAMES = ("a", "b", "c", "d", "e")
SEVERAL = "".join(template(name, 20 + number).replace(RELEASE, "") for number, name in enumerate(NAMES))


def test_few_findings_stay_as_they_are() -> None:
    keeping = judge(context(SEVERAL), {"CONF-NO-RELEASE"})
    assert len(keeping) == len(NAMES)
    assert groups(keeping[:3]) == {}
    assert groups(keeping) == {"CONF-NO-RELEASE": keeping}


def test_group_has_all_sentences_and_a_remedy_for_all() -> None:
    keeping = judge(context(SEVERAL), {"CONF-NO-RELEASE"})
    group = summed(keeping)
    assert (group.severity, group.subject.name) == ("note", "5 jails")
    assert [fact.said for fact in group.evidence] == [finding.text for finding in keeping]
    (remedy,) = group.remedies
    assert remedy.task.label == "For all 5: Return it in exec.prestop"
    assert [part.form for part in remedy.parts] == [("network", name, "release") for name in NAMES]


def test_one_remedy_writes_the_files_of_all(tmp_path: Path) -> None:
    host = house(tmp_path / "host", SEVERAL, *NAMES)
    backend = host.backend()
    (remedy,) = summed(findings(backend, "CONF-NO-RELEASE")).remedies
    plan = backend.answers_plan(remedy)
    assert plan.refused == ()
    (task,) = plan.tasks
    assert [step.argv for step in task.steps] == [("save", "/etc/jail.conf")], "one save for all"
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    assert findings(backend, "CONF-NO-RELEASE") == ()
    assert backend.answers_plan(remedy).refused[0].reason == "nothing was changed"


def test_commands_for_all_are_one_plan(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", template("a"), "a").backend()
    for number in range(90, 95):
        assert execute(backend, "ifconfig", f"epair{number}", "create").ok
    remedy = summed(findings(backend, "EPAIR-NOBODY")).remedies[0]
    assert remedy.task.label == "For all 5: Destroy epair90 and 4 more"
    assert remedy.task.steps == tuple(step for part in remedy.parts for step in part.task.steps)
    plan = backend.plan(Verb.REMEDY, backend.read(), [part.task.key for part in remedy.parts])
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    assert findings(backend, "EPAIR-NOBODY") == ()


def test_answer_for_all_bridges_is_one_plan(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", template("a"), "a").backend()
    for number in range(40, 45):
        assert execute(backend, "ifconfig", f"bridge{number}", "create").ok
        assert execute(backend, "ifconfig", f"bridge{number}", "inet", f"10.{number}.0.1/24", "up").ok
    remedies = summed(findings(backend, "BRIDGE-NOT-AT-BOOT")).remedies
    (remedy,) = (each for each in remedies if each.form == ("bridge", "bridge40", "boot"))
    assert commands(remedy) == [f"jailtui conf bridge bridge{number} boot=on" for number in range(40, 45)]
    plan = backend.answers_plan(remedy)
    assert (plan.refused, plan.tasks[0].undo) == ((), "")
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    assert findings(backend, "BRIDGE-NOT-AT-BOOT") == ()
