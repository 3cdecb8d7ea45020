"""Which save `u` and `U` take back: those of this session, each to the one before it."""

from __future__ import annotations

from jailtui.exchange import FileEdit, Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.save import save_step
from jailtui.ui.parts.saves import Saves

PATH = "/etc/jail.conf"


def save(before: int, after: int, *more: Step) -> Plan:
    """The save by which that text becomes the other."""
    edit = FileEdit(PATH, f"{before}".encode(), f"{after}".encode())
    return Plan(Verb.SAVE, "nas", (Task("web", "web", (save_step(edit), *more)),))


def taken(saves: Saves, *, redo: bool = False, saved: bool = True) -> str:
    """Take back what comes next: the text that the file then has, "" for none."""
    plan = saves.back(redo=redo)
    if plan is None:
        return ""
    saves.take(plan, saved=saved)
    (step,) = plan.tasks[0].steps
    assert step.file is not None
    return step.file.new.decode()


def test_each_undo_goes_one_save_further_back_and_redo_returns() -> None:
    saves = Saves()
    for number in (1, 2):
        saves.take(save(number - 1, number), saved=True)
    assert [taken(saves) for _ in range(3)] == ["1", "0", ""], "then come the backups of the file"
    assert [taken(saves, redo=True) for _ in range(3)] == ["1", "2", ""]


def test_a_new_save_leaves_nothing_to_redo() -> None:
    saves = Saves()
    saves.take(save(0, 1), saved=True)
    assert taken(saves) == "0"
    saves.take(save(0, 2), saved=True)
    assert (taken(saves, redo=True), taken(saves)) == ("", "0")


def test_an_undo_that_fails_is_not_offered_for_ever() -> None:
    """Somebody else changed the file: what it was before their change is what its backups hold."""
    saves = Saves()
    for number in (1, 2):
        saves.take(save(number - 1, number), saved=True)
    taken(saves, saved=False)
    assert (saves.back(redo=False), saves.back(redo=True)) == (None, None)


def test_nothing_goes_back_past_a_save_without_a_way_back() -> None:
    saves = Saves()
    saves.take(save(0, 1), saved=True)
    saves.take(save(1, 2, Step(("service", "netif", "restart"))), saved=True)
    assert saves.back(redo=False) is None


def test_what_failed_or_what_the_host_has_undone_is_no_save_to_go_back_to() -> None:
    saves = Saves()
    first, second = save(0, 1), save(1, 2)
    saves.take(first, saved=True)
    saves.take(second, saved=True)
    saves.take(save(2, 3), saved=False)
    saves.forget(second)
    assert (taken(saves), taken(saves)) == ("0", "")
