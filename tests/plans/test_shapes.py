"""Tasks of one shape are shown once; nothing that differs is lost."""

from __future__ import annotations

from jailtui.exchange import FileEdit, Step, Task, Verb
from jailtui.plans.plan import Plan
from jailtui.plans.shapes import NAME, shapes
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.runlines import plan_lines


def start(name: str, *more: str, warnings: tuple[str, ...] = ()) -> Task:
    return Task(
        name, name, (Step(("service", "jail", "onestart", name, *more)),), breaks=f"what {name} does", warnings=warnings
    )


def test_same_commands_for_many_are_one_with_their_names() -> None:
    (shape,) = shapes([start("web"), start("db"), start("mail")])
    assert shape.names == ("web", "db", "mail")
    assert shape.task.steps[0].argv == ("service", "jail", "onestart", NAME)
    assert shape.task.breaks == f"what {NAME} does"


def test_what_differs_is_shown_by_itself_and_two_are_not_many() -> None:
    tasks = [start("web"), start("db"), start("dns"), start("mail", warnings=("it has no root",)), start("a", "b")]
    shown = shapes(tasks)
    assert [shape.names for shape in shown] == [("web", "db", "dns"), (), ()]
    assert [shape.task for shape in shown[1:]] == tasks[3:]
    assert [shape.task for shape in shapes(tasks[:2])] == tasks[:2]


def test_what_stops_with_each_is_listed() -> None:
    tasks = [start(name)._replace(breaks=f"what {name} serves on 10.0.0.{at}") for at, name in enumerate("xyz")]
    (shape,) = shapes(tasks)
    assert shape.task.breaks == "; ".join(task.breaks for task in tasks)


def test_pairs_have_their_ends_in_the_shape() -> None:
    def reclaim(name: str) -> Task:
        argvs = (("ifconfig", "bridge0", "deletem", f"{name}a"), ("ifconfig", f"{name}a", "destroy"))
        return Task(name, name, tuple(map(Step, argvs)))

    (shape,) = shapes(map(reclaim, ("epair1", "epair11", "epair7")))
    assert shape.names == ("epair1", "epair11", "epair7")
    assert [step.argv for step in shape.task.steps][1] == ("ifconfig", f"{NAME}a", "destroy")


def test_files_and_a_jail_called_name_are_never_summed() -> None:
    saves = [Task(name, name, (Step(("save", "/x"), file=FileEdit("/x", None, b"")),)) for name in ("a", "b", "c")]
    assert all(not shape.names for shape in shapes(saves))
    assert [shape.names for shape in shapes([start("NAME"), start("web"), start("db")])] == [(), (), ()]


def test_plan_on_the_screen_shows_one_shape_with_all_names() -> None:
    plan = Plan(Verb.STOP, "nas", tuple(map(start, ("web", "db", "dns"))))
    text = [line.text.strip() for line in plan_lines(plan, UNICODE, 78)]
    assert "NAME: web, db, dns (3)" in text
    assert [line for line in text if "onestart" in line] == ["1  service jail onestart NAME"]
