"""Plans of saves, and the way back."""

from __future__ import annotations

from jailtui.exchange import FileEdit, Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.save import onto_host, save_step, taken_back

EDIT = FileEdit("/etc/jail.conf", b"old", b"new")
SYSRC = Step(("sysrc", "cloned_interfaces+=bridge1"), undo=("sysrc", "cloned_interfaces-=bridge1"))


def plan(*steps: Step) -> Plan:
    return Plan(Verb.SAVE, "nas", (Task("web", "network of web", steps),))


def test_a_save_is_taken_back_step_by_step_from_its_end() -> None:
    back = taken_back(plan(save_step(EDIT), SYSRC))
    assert back is not None
    steps = back.tasks[0].steps
    assert [step.argv for step in steps] == [SYSRC.undo, ("save", "/etc/jail.conf")]
    assert steps[1].file == EDIT._replace(old=b"new", new=b"old", moves=True)
    assert back.title == "Undo network of web"


def test_what_was_taken_back_can_be_done_again() -> None:
    back = taken_back(plan(save_step(EDIT), SYSRC))
    assert back is not None
    again = taken_back(back)
    assert again is not None
    assert [(step.argv, step.file) for step in again.tasks[0].steps] == [
        (("save", "/etc/jail.conf"), EDIT._replace(moves=True)),
        (SYSRC.argv, None),
    ]


def test_each_way_says_which_text_it_brings() -> None:
    back = taken_back(plan(save_step(EDIT)))
    assert back is not None
    again = taken_back(back)
    assert again is not None
    assert [done.tasks[0].steps[0].why for done in (back, again)] == [
        "text before the last save",
        "text of the last save",
    ]


def test_a_restart_that_went_with_a_save_is_not_undone() -> None:
    back = taken_back(plan(save_step(EDIT), Step(("jail", "-r", "web")), Step(("jail", "-c", "web"))))
    assert back is not None
    assert [step.argv for step in back.tasks[0].steps] == [("save", "/etc/jail.conf")]


def test_there_is_no_way_back_where_one_step_has_none() -> None:
    assert taken_back(plan(save_step(EDIT), Step(("ifconfig", "bridge0", "mtu", "9000")))) is None
    assert taken_back(plan(save_step(FileEdit("/etc/jail.conf.d/new.conf", None, b"new")))) is None


def test_a_save_is_taken_back_beside_what_somebody_else_has_changed_since() -> None:
    edit = FileEdit("/etc/jail.conf", b"old\nsame\nend\n", b"new\nsame\nend\n")
    back = taken_back(plan(save_step(edit)))
    assert back is not None
    theirs = b"new\nsame\nend\n# theirs\n"
    merged = onto_host(back, lambda _: theirs)
    assert [step.file for step in merged.tasks[0].steps] == [
        FileEdit("/etc/jail.conf", theirs, b"old\nsame\nend\n# theirs\n", moves=True, base=edit.new)
    ]
    assert merged.tasks[0].why == "what somebody else changed in the file since then stays"
    assert not merged.lost
    lossy = onto_host(back, lambda _: b"theirs\nsame\nend\n")
    assert [(lost.new, lost.base) for lost in lossy.lost] == [(edit.old, edit.new)]
    assert "that is lost" in " ".join(lossy.tasks[0].warnings)
    assert onto_host(back, lambda _: edit.new) == back
