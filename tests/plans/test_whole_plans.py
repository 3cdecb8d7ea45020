"""Plans, whole: every word that an operator is shown of them, and every step."""

from __future__ import annotations

import pytest

from jailtui.exchange import FileEdit, Refusal, Result, Step, Task, Verb
from jailtui.forms.protocol import Draft, Note
from jailtui.model.state import HostState, JailState
from jailtui.plans.actions import interface_of, left_over, plan
from jailtui.plans.plan import Plan
from jailtui.plans.remedy import Obstacle, affected_jails, clearing, with_preflight
from jailtui.plans.run import Outcome, RunEvent, run_plan
from jailtui.plans.save import save_plan, save_step, taken_back, undo_plan
from jailtui.plans.verdict import Verdict, verdicts
from jailtui.rules.finding import Finding, Force, Remedy, Subject
from tests.support.captures import conf, row, state
from tests.support.fake_form import LineForm
from tests.support.full_host import full_host
from tests.support.large_hosts import LO0

STOP = "run its stop hooks and remove it"
MAIN = "/etc/jail.conf"


def depending() -> HostState:
    """app runs and needs web, which runs; db is configured and needs both."""
    return state(
        rows=[row(4, "web"), row(5, "app")],
        inside={4: LO0, 5: LO0},
        conf=conf("web", 154) + conf("app", 8, extra=["depend=web"]) + conf("db", 9, extra=["depend=app, web"]),
    )


def test_start() -> None:
    step = Step(("jail", "-c", "db"), "create db as /etc/jail.conf says", undo=("jail", "-r", "db"))
    task = Task("db", "db", (step,), frozenset({"app", "web"}), undo="stop db")
    assert plan(Verb.START, depending(), ["db"]) == Plan(Verb.START, "nas", (task,))


def test_stop() -> None:
    step = Step(("jail", "-r", "web"), STOP, undo=("jail", "-c", "web"))
    breaks = "what web serves; jail(8) stops app with it"
    task = Task("web", "web", (step,), frozenset({"app", "db"}), breaks=breaks, undo="start web")
    assert plan(Verb.STOP, depending(), ["web"]) == Plan(Verb.STOP, "nas", (task,))


def test_stop_of_a_jail_that_no_file_defines_and_of_what_can_not_be_stopped() -> None:
    step = Step(("jail", "-r", "5"), STOP)
    warning = "no jail.conf defines it: it is removed without running stop hooks"
    undo = "none: no jail.conf defines it"
    made = plan(Verb.STOP, full_host(), ["box", "old", "broken", "box"])
    assert made.tasks == (
        Task("box", "box", (step,), breaks="what box serves on 10.0.0.5, fd00::5", undo=undo, warnings=(warning,)),
    )
    assert made.refused == (
        Refusal("old", "old", "it is dying, jid 3: it has been removed, and something holds it"),
        Refusal("broken", "broken", "not running"),
    )


def test_what_can_not_be_started() -> None:
    made = plan(Verb.START, full_host(), ["web", "mail", "box", "old", "none"])
    assert made.refused == (
        Refusal("web", "web", "already running, jid 4"),
        Refusal("mail", "mail", "jail(8) is starting it"),
        Refusal("box", "box", "already running, jid 5"),
        Refusal("none", "none", "there is no such jail"),
    )
    assert [task.key for task in made.tasks] == ["old"]


def test_jail_that_is_being_stopped_is_not_stopped_again_and_a_name_is_never_an_option() -> None:
    stopping = state(rows=[row(4, "web")], inside={4: LO0}, commands="7 jail -r web\n")
    assert plan(Verb.STOP, stopping, ["web"]).refused == (Refusal("web", "web", "jail(8) is stopping it"),)
    odd = state(rows=[row(3, "-R"), row(4, "a=b")], inside={3: LO0, 4: LO0})
    reason = "jail(8) would take its name for an option or a parameter"
    assert plan(Verb.STOP, odd, ["-R", "a=b"]).refused == (
        Refusal("-R", "-R", reason), Refusal("a=b", "a=b", reason),
    )  # fmt: skip


def test_restart() -> None:
    steps = (
        Step(("jail", "-r", "app"), STOP, may_fail=True),
        Step(("jail", "-c", "app"), "create app as /etc/jail.conf says"),
    )
    task = Task("app", "app", steps, frozenset({"web"}), breaks="what app serves")
    assert plan(Verb.RESTART, depending(), ["app"]) == Plan(Verb.RESTART, "nas", (task,))
    reason = "no jail.conf defines it, so it could not be started again"
    assert plan(Verb.RESTART, full_host(), ["box", "mail"]).refused == (
        Refusal("box", "box", reason), Refusal("mail", "mail", "not running"),
    )  # fmt: skip


def test_reclaim() -> None:
    found = full_host()
    made = plan(Verb.RECLAIM, found, ["epair7", "epair9", "broken", "web", "none"])
    destroy = "destroys both ends"
    again = "no: nothing recreates this pair"
    out = Step(("ifconfig", "br40", "deletem", "epair9a"), "out of br40", undo=("ifconfig", "br40", "addm", "epair9a"))
    assert [step.guard for step in made.tasks[0].steps] == [
        "ifconfig epair7a | /usr/bin/grep -q 58:9c:fc:61:00:07"
        " && jls -d -j 3 -n dying | /usr/bin/grep -qw dying"
        " && ! jls vnet jid | while read -r vnet jid; do [ $vnet != new ] || ifconfig -j $jid -aD"
        " | /usr/bin/grep -c 'drivername: epair7$'; done | /usr/bin/grep -qx 1"
        " && ! pgrep -j none -U 0 -fl jail | /usr/bin/grep -qwF -e old"
    ]
    assert all(step.guard for task in made.tasks for step in task.steps)
    assert tuple(map(unguarded, made.tasks)) == (
        Task(
            "epair7", "epair7", (Step(("ifconfig", "epair7a", "destroy"), destroy),),
            why="one end is lost with old, jid 3, dying", breaks="what old still answers",
            undo="starting old recreates it",
        ),
        Task(
            "epair9", "epair9", (out, Step(("ifconfig", "epair9a", "destroy"), destroy)),
            why="no configured or running jail names it", breaks="nothing that is running", undo=again,
        ),
        Task(
            "epair161", "epair161", (Step(("ifconfig", "epair161a", "destroy"), destroy),),
            why="broken is not running: its start failed, or its poststop was skipped",
            breaks="nothing that is running",
            undo="starting broken recreates it",
        ),
    )  # fmt: skip
    assert made.refused == (
        Refusal("web", "web", "no leftover pair"),
        Refusal("none", "none", "there is no such epair or jail"),
    )
    twins = found._replace(epairs=tuple(pair._replace(ambiguous=("epair7a",)) for pair in found.epairs))
    assert plan(Verb.RECLAIM, twins, ["epair7"]).refused == (
        Refusal("epair7", "epair7", "two interfaces of the host are called epair7a: a command acts on the first"),
    )
    used = plan(Verb.RECLAIM, found, ["epair154"]).tasks[0]
    assert (used.breaks, used.warnings) == ("the network of web", ("this pair is no orphan: one end is in web, jid 4",))
    assert [step.why for step in used.steps] == ["out of bridge0", "release it while web lives", destroy]
    assert used.steps[1].undo == ("ifconfig", "epair154b", "vnet", "4")


def unguarded(task: Task) -> Task:
    return task._replace(steps=tuple(step._replace(guard="") for step in task.steps))


def test_what_all_orphans_are_and_which_stay_with_their_manager() -> None:
    found = full_host()
    marked = found.orphans[0]._replace(manager="Bastille")
    told = found._replace(epairs=(marked, *found.epairs[1:]))
    ours, theirs = left_over(told)
    assert ([pair.name for pair in ours], [pair.name for pair in theirs]) == (["epair161", "epair7"], ["epair9"])
    task = plan(Verb.RECLAIM, told, ["epair9"]).tasks[0]
    assert (task.owner, task.warnings) == (
        "Bastille", ("created by Bastille: prefer its own commands",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "refused"),
    [
        (("ifconfig", "-a", "destroy"), True),
        (("ifconfig", "-j", "web", "-a", "destroy"), True),
        (("jexec", "web", "ifconfig", "-a", "destroy"), True),
        (("ifconfig", "em0", "-alias"), False),
        (("sysrc", "-x", "a"), False),
        (("ifconfig",), False),
    ],
)
def test_no_command_of_ifconfig_is_about_an_interface_called_like_an_option(
    argv: tuple[str, ...], refused: bool
) -> None:
    from jailtui.plans.actions import legible

    given = Task("k", "s", (Step(("true",)), Step(argv)))
    reason = "ifconfig would take the interface -a for an option"
    assert legible(given) == (Refusal("k", "s", reason) if refused else given)


# Saves

EDIT = FileEdit(MAIN, b"old", b"new")
FORM = LineForm("network", "web")
SYSRC = Step(("sysrc", "a=b"), "at boot")


def test_save() -> None:
    notes = (Note("warning", "One."), Note("note", "Two."), Note("warning", "Three."))
    made = save_plan(FORM, Draft((EDIT,), (SYSRC,), notes, "takes effect at once", "web"), depending())
    steps = (Step(("save", MAIN), file=EDIT), SYSRC)
    assert made == Plan(
        Verb.SAVE, "nas",
        (
            Task(
                "web", "network of web", steps, why="takes effect at once", undo="u, or jailtui undo",
                warnings=("One.", "Three."), label="Save network of web",
            ),
        ),
    )  # fmt: skip
    assert made.title == "Save network of web"


def test_save_with_a_restart_of_the_jail() -> None:
    made = save_plan(FORM, Draft((), (SYSRC,), effect="later", restart="web"), depending(), restart=True)
    (task,) = made.tasks
    argvs = [("jail", "-r", "web"), SYSRC.argv, ("jail", "-c", "web"), ("jail", "-c", "web")]
    assert [step.argv for step in task.steps] == argvs
    assert [step.rescues for step in task.steps] == [(), (), (), (0, 1)]
    assert (task.why, task.breaks, task.undo) == ("", "what web serves; jail(8) stops app with it", "")
    unsets = ("sysrc", "-j", "4", "-x", "a")
    inside = Step(("sysrc", "-j", "4", "a=b"), undo=unsets)
    (task,) = save_plan(FORM, Draft((EDIT,), (inside,), restart="web"), depending(), restart=True).tasks
    assert [(step.argv, step.rescues) for step in task.steps] == [
        (inside.argv, ()), (("jail", "-r", "web"), ()), (("save", MAIN), ()), (("jail", "-c", "web"), ()),
        (("jail", "-c", "web"), (1, 2)), (("sysrc", "-j", "web", "-x", "a"), (1, 2)),
    ]  # fmt: skip
    stopped = save_plan(FORM, Draft((EDIT,), restart="db"), depending(), restart=True)
    assert stopped.refused == (Refusal("db", "db", "not running"),)
    assert [step.argv for step in stopped.tasks[0].steps] == [("save", MAIN)]
    unasked = save_plan(FORM, Draft((EDIT,), restart="web"), depending())
    assert [step.argv for step in unasked.tasks[0].steps] == [("save", MAIN)]


def test_save_that_is_refused() -> None:
    def refused(draft: Draft) -> Plan:
        return save_plan(FORM, draft, depending())

    wrong = Draft((EDIT,), notes=(Note("error", "No."), Note("error", "Never."), Note("warning", "Hm.")))
    assert refused(wrong) == Plan(Verb.SAVE, "nas", (), (Refusal("web", "Network of web", "No. Never."),))
    reason = "nothing was changed"
    assert refused(Draft()) == Plan(Verb.SAVE, "nas", (), (Refusal("web", "Network of web", reason),))
    hidden = refused(Draft((), (Step(("ifconfig", "a\x1bb")),)))
    told = "a name in its commands has characters that a terminal can't show"
    assert hidden == Plan(Verb.SAVE, "nas", (), (Refusal("web", "network of web", told),))


def test_form_whose_title_says_what_saving_does() -> None:
    made = save_plan(LineForm("rename", "web"), Draft((EDIT,)), depending())
    assert (made.tasks[0].label, made.title) == ("Rename web", "Rename web")


def test_undo_of_a_save() -> None:
    made = undo_plan("nas", FileEdit(MAIN, b"now", b"before", moves=True), "05:37")
    step = Step(("save", MAIN), "backup of 05:37", file=FileEdit(MAIN, b"now", b"before", moves=True))
    back = "U, or jailtui undo --redo"
    assert made == Plan(Verb.SAVE, "nas", (Task(MAIN, MAIN, (step,), undo=back, label=f"Undo {MAIN}"),), called="Undo")
    none = undo_plan("nas", FileEdit(MAIN, b"now", b"now"), "")
    assert none == Plan(Verb.SAVE, "nas", (), (Refusal(MAIN, MAIN, "there is no earlier text to return to"),), "Undo")


# Before a start


def test_obstacles_are_warnings_of_their_jail_and_what_clears_them_is_offered_once() -> None:
    clear = Task("clear", "EPAIR", (Step(("true",)),))
    said = (Obstacle("db", "First.", clear), Obstacle("db", "Second."), Obstacle("db", "Third.", clear))
    before = Plan(Verb.START, "nas", (Task("db", "db", (), warnings=("Old.",)), Task("web", "web", ())))
    made = with_preflight(before, said)
    assert made.offers == (clear,)
    assert [(task.key, task.warnings, task.needs) for task in made.tasks] == [
        ("db", ("First.", "Second.", "Third.", "Old."), frozenset()),
        ("web", (), frozenset()),
    ]
    wanted = with_preflight(before, said, ["clear"])
    assert (wanted.offers, wanted.tasks[0]) == ((), clear)
    assert [(task.key, task.warnings, task.needs) for task in wanted.tasks[1:]] == [
        ("db", ("Second.", "Old."), frozenset({"clear"})),
        ("web", (), frozenset()),
    ]


@pytest.mark.parametrize(
    ("kind", "key", "jails"),
    [
        ("jail", "web", ["web"]),
        ("epair", "epair161", ["broken"]),
        ("epair", "epair9", []),
        ("epair", "none", []),
        ("file", MAIN, ["old", "web", "broken", "mail"]),
        ("file", "/etc/other.conf", []),
        ("bridge", "bridge0", ["old", "web", "broken", "mail"]),
        ("bridge", "br40", []),
        ("host", "nas", ["old", "web", "box", "shut", "broken", "mail"]),
        ("vlan", "em0.40", []),
    ],
)
def test_whose_start_a_finding_is_about(kind: str, key: str, jails: list[str]) -> None:
    finding = Finding("X", "error", Subject(kind, key, key), "x")  # type: ignore[arg-type]
    assert list(affected_jails(finding, full_host())) == jails


# A run, and what came of it


def test_every_event_of_a_run() -> None:
    events: list[RunEvent] = []
    tasks = (
        Task("a", "a", (Step(("one",)), Step(("two",)))),
        Task("b", "b", (Step(("three",)),), frozenset({"c"})),
        Task("c", "c", (), frozenset({"b"})),
        Task("d", "d", ()),
    )

    def execute(step: Step, output: object) -> Result:
        output(f"{step.argv[0]}\n")  # type: ignore[operator]
        return Result(step.argv, 0)

    def still(task: Task) -> str | None:
        return "gone" if task.key == "d" else None

    outcomes = run_plan(Plan(Verb.START, "nas", tasks), execute, events.append, at_once=1, still=still)
    assert outcomes == {"a": "done", "b": "skipped", "c": "skipped", "d": "skipped"}
    circle = "its depend is circular"
    assert events == [
        RunEvent("task-started", "a"),
        RunEvent("step-started", "a", 0),
        RunEvent("output", "a", 0, "one\n"),
        RunEvent("step-ended", "a", 0, result=Result(("one",), 0)),
        RunEvent("step-started", "a", 1),
        RunEvent("output", "a", 1, "two\n"),
        RunEvent("step-ended", "a", 1, result=Result(("two",), 0)),
        RunEvent("task-ended", "a", text="done"),
        RunEvent("task-skipped", "d", text="gone"),
        RunEvent("task-skipped", "b", text=circle),
        RunEvent("task-skipped", "c", text=circle),
    ]


def verdict(
    verb: Verb, key: str, before: HostState, after: HostState, outcome: Outcome = "done", **task: object
) -> Verdict:
    made = Plan(verb, "nas", (Task(key, key, ())._replace(**task),))  # type: ignore[arg-type]
    (found,) = verdicts(made, {key: outcome}, before, after)
    assert (found.key, found.subject) == (key, key)
    return found


def without(found: HostState, *jails: str, pairs: bool = True) -> HostState:
    left = tuple(jail for jail in found.jails if jail.name not in jails)
    return found._replace(jails=left, epairs=found.epairs if pairs else ())


def changed(found: HostState, name: str, **fields: object) -> HostState:
    jails = tuple(one._replace(**fields) if one.name == name else one for one in found.jails)  # type: ignore[arg-type]
    return found._replace(jails=jails)


FULL = full_host()
NOT_YET = "what comes of it is not known yet."
DOWN = changed(FULL, "web", jid=None, state=JailState.STOPPED)
BARE = without(FULL, pairs=False)


@pytest.mark.parametrize(
    ("verb", "key", "before", "after", "outcome", "ok", "text"),
    [
        (Verb.START, "web", DOWN, FULL, "done", True, "web runs, jid 4, 192.168.1.154/16."),
        (Verb.START, "web", DOWN, FULL, "failed", False,
         "web runs, jid 4, 192.168.1.154/16, though a command failed."),
        (Verb.START, "shut", FULL, FULL, "done", True, "shut runs, jid 6."),
        (Verb.START, "broken", FULL, FULL, "failed", False, "broken is not running; epair161 is left over."),
        (Verb.START, "mail", FULL, FULL, "failed", False, f"jail(8) is still starting mail: {NOT_YET}"),
        (Verb.START, "none", FULL, FULL, "failed", False, "none is not running."),
        (Verb.START, "web", FULL, FULL, "skipped", False, "web was not touched."),
        (Verb.RESTART, "web", FULL, FULL, "done", False, "web still runs as before, jid 4."),
        (Verb.RESTART, "web", changed(FULL, "web", jid=2), FULL, "done", True, "web runs, jid 4, 192.168.1.154/16."),
        (Verb.RESTART, "web", DOWN, FULL, "done", True, "web runs, jid 4, 192.168.1.154/16."),
        (Verb.STOP, "web", FULL, FULL, "done", False, "web still runs, jid 4."),
        (Verb.STOP, "web", FULL, DOWN, "done", True, "web is stopped."),
        (Verb.STOP, "web", FULL, DOWN, "failed", False, "web is stopped, though a command failed."),
        (Verb.STOP, "box", FULL, without(FULL, "box"), "done", True, "box is stopped."),
        (Verb.STOP, "broken", FULL, FULL, "done", False, "broken is stopped, but epair161 is left over."),
        (Verb.STOP, "old", FULL, FULL, "done", False, "old is dying, jid 3; epair7 waits for it."),
        (Verb.STOP, "old", FULL, BARE, "done", True, "old is dying, jid 3."),
        (Verb.RECLAIM, "epair9", FULL, BARE, "done", True, "epair9 is gone."),
        (Verb.RECLAIM, "epair9", FULL, FULL, "failed", False,
         "epair9 is still there: no configured or running jail names it"),
        (Verb.RECLAIM, "epair9", BARE, FULL, "done", False,
         "a pair named epair9 is there again: no configured or running jail names it"),
        (Verb.RECLAIM, "epair9", FULL, BARE, "skipped", True, "epair9 is gone already."),
        (Verb.RECLAIM, "epair9", BARE, BARE, "skipped", False, "epair9 was not touched."),
        (Verb.RECLAIM, "epair154", FULL, FULL, "skipped", False,
         "epair154 was not touched: one end is in web, jid 4."),
    ],
)  # fmt: skip
def test_verdict(
    verb: Verb, key: str, before: HostState, after: HostState, outcome: Outcome, ok: bool, text: str
) -> None:
    found = verdict(verb, key, before, after, outcome)
    assert (found.ok, found.text) == (ok, text)


SAVED = (Step(("save", MAIN), file=EDIT),)
AGAIN = (*SAVED, Step(("jail", "-r", "web")), Step(("jail", "-c", "web")))


@pytest.mark.parametrize(
    ("outcome", "steps", "why", "ok", "text"),
    [
        ("done", SAVED, "takes effect at once", True, "/etc/jail.conf is saved. Takes effect at once."),
        ("done", SAVED, "", True, "/etc/jail.conf is saved."),
        ("done", (SYSRC,), "", True, "web: done."),
        ("done", (Step(("save", "/b"), file=FileEdit("/b", b"", b"x")), *SAVED, *SAVED), "", True,
         "/b, /etc/jail.conf is saved."),
        ("failed", SAVED, "", False, "web: not everything was done."),
        ("done", AGAIN, "", False, "/etc/jail.conf is saved. web still runs as before, jid 4."),
    ],
)  # fmt: skip
def test_verdict_of_a_save(outcome: Outcome, steps: tuple[Step, ...], why: str, ok: bool, text: str) -> None:
    found = verdict(Verb.SAVE, "web", FULL, FULL, outcome, steps=steps, why=why)
    assert (found.ok, found.text) == (ok, text)


def test_jails_that_were_stopped_with_the_one_asked_for() -> None:
    before = depending()
    both = changed(changed(before, "web", jid=None), "app", jid=None)
    assert verdict(Verb.STOP, "web", before, both).text == "web is stopped. app was stopped with it."
    assert verdict(Verb.STOP, "web", before, changed(before, "web", jid=None)).text == "web is stopped."
    assert verdict(Verb.START, "app", before, both).text == "app is not running."
    running = changed(before, "db", jid=9)
    gone = changed(both, "db", jid=None)
    assert verdict(Verb.STOP, "web", running, gone).text == "web is stopped. app, db were stopped with it."
    plan_of_both = Plan(Verb.STOP, "nas", (Task("web", "web", ()), Task("app", "app", ())))
    assert [one.text for one in verdicts(plan_of_both, {}, before, both)] == [
        "web was not touched.", "app was not touched.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "key", "outcome", "left", "ok", "text"),
    [
        ("jail", "web", "done", None, True, "X web: done. web runs, jid 4."),
        ("jail", "web", "failed", None, False, "X web: problem solved, though a command failed. web runs, jid 4."),
        ("jail", "old", "skipped", None, True, "X old: not run, problem gone. old is dying, jid 3."),
        ("jail", "mail", "done", None, True, "X mail: done. jail(8) is still starting mail."),
        ("jail", "none", "done", None, True, "X none: done."),
        ("bridge", "br40", "done", None, True, "X br40: done."),
        ("epair", "none", "done", None, True, "X none: done. none is gone."),
        ("epair", "epair154", "done", None, True, "X epair154: done. epair154 is in use."),
        ("epair", "epair9", "done", None, True,
         "X epair9: done. epair9 is still left over: no configured or running jail names it."),
        ("epair", "epair9", "done", "It stands.", False, "X epair9: did not help. It stands."),
        ("epair", "epair9", "skipped", "Still.", False, "X epair9: not run. Still."),
    ],
)  # fmt: skip
def test_verdict_of_a_remedy(kind: str, key: str, outcome: Outcome, left: str | None, ok: bool, text: str) -> None:
    task = Task(f"X\n{kind}\ntrue\n{key}", f"X {key}", ())
    told = {} if left is None else {task.key: left}
    (found,) = verdicts(Plan(Verb.REMEDY, "nas", (task,)), {task.key: outcome}, FULL, FULL, told)
    assert found == Verdict(task.key, task.subject, ok, text)


def test_titles_count_what_a_plan_is_about() -> None:
    two = (Task("a", "a", ()), Task("b", "b", ()))
    titles = {verb: Plan(verb, "nas", two).title for verb in (Verb.START, Verb.STOP, Verb.RECLAIM, Verb.REMEDY)}
    assert list(titles.values()) == ["Start 2 jails", "Stop 2 jails", "Reclaim 2 epairs", "Carry out 2 remedies"]
    cleared = (two[0]._replace(verb=Verb.REMEDY, label="Destroy epair7"), two[1])
    assert Plan(Verb.START, "nas", cleared).title == "Clear leftovers, then start b"
    assert Plan(Verb.REMEDY, "nas", cleared[:1]).title == "Destroy epair7"
    assert Plan(Verb.REMEDY, "nas", cleared[:1], called="Undo").title == "Undo a"


def test_interface_that_a_command_is_about() -> None:
    asked = {"ifconfig": "", "ifconfig em0 up": "em0", "ifconfig -j 4 lan0": "lan0", "ifconfig -j 4": ""}
    asked |= {"jexec 4 ifconfig lan0": "lan0", "jexec 4 ifconfig": "", "jexec 4": "", "sysrc -x a": ""}
    assert {text: interface_of(tuple(text.split())) for text in asked} == asked


def test_way_that_is_cleared_is_the_gentlest_that_has_commands() -> None:
    def way(name: str, force: Force = "gentle") -> Remedy:
        steps = (Step(("ifconfig", name, "destroy")),) if name else ()
        return Remedy(Task(name, name, steps, label=name), force)

    def first(*ways: Remedy) -> str | None:
        task = clearing(Finding("EPAIR-LOST", "error", Subject("epair", "e", "e"), "It is.", remedies=ways))
        return task and task.key

    assert first(way(""), way("a", "forced"), way("b", "firm"), way("c")) == "b"
    assert first(way("a", "forced"), way("")) == "a"
    assert first(way("-a"), way("a\x1b"), way("d", "forced")) == "d"
    assert first(way(""), way("-a")) is None


def test_save_is_taken_back_without_what_it_said() -> None:
    steps = (save_step(FileEdit(MAIN, b"a", b"b"), "x"), Step(("ifconfig", "a", "up"), undo=("ifconfig", "a", "down")))
    saved = Task("a", "a", steps, why="why", breaks="much", undo="u", warnings=("careful",))
    back = taken_back(Plan(Verb.SAVE, "nas", (saved,)))
    assert back is not None
    (task,) = back.tasks
    assert (task.why, task.breaks, task.undo, task.warnings, back.title) == ("", "", "U", (), "Undo a")
    assert [step.argv for step in task.steps] == [("ifconfig", "a", "down"), ("save", MAIN)]
    assert taken_back(Plan(Verb.SAVE, "nas", (saved._replace(steps=(Step(("ifconfig", "a", "up")),)),))) is None


def test_save_that_starts_a_jail_of_no_row_is_judged_by_what_runs() -> None:
    steps = (save_step(FileEdit(MAIN, None, b"b"), "x"), Step(("jail", "-c", "new")))
    saved = Plan(Verb.SAVE, "nas", (Task("form", "new jail", steps),))
    (verdict,) = verdicts(saved, {"form": "done"}, HostState(full_host().facts), state(rows=[row(4, "new")]))
    assert (verdict.ok, verdict.text) == (True, "/etc/jail.conf is saved. new runs, jid 4.")
