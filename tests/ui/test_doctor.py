"""The doctor, marks and counts by what was found, and plans that ask twice: from the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.screen import Screen

from jailtui.exchange import HostError, Step, Task
from jailtui.model.state import HostState
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject
from jailtui.rules.ignored import Ignored
from jailtui.snapshot import Snapshot
from jailtui.ui.doctorlines import ShownFindings, form_words
from jailtui.ui.findings import Findings
from jailtui.ui.lines import Cell
from jailtui.ui.messages import Copy
from jailtui.ui.reader import judged
from jailtui.ui.screens.dialog import HelpScreen
from jailtui.ui.screens.doctor import DoctorScreen
from jailtui.ui.screens.form import FormScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.fake_form import FormHost
from tests.support.screens import ValueHost, ValueSnapshot, home, many, odd, with_jail
from tests.support.stage import Stage, stage

SIZES = ((80, 24), (160, 45))

LOST = Finding(
    "EPAIR-LOST",
    "error",
    Subject("epair", "epair7", "epair7"),
    "Its end b went down with jail 3.",
    (Evidence("jls -d -n", "jid=3 name=old dying=true"), Evidence("ifconfig epair7a", "up; in bridge0")),
    "likely",
    remedies=(
        Remedy.of("Wait", why="connections end by themselves"),
        Remedy.of(
            "Drop what holds it",
            (Step(("tcpdrop", "192.168.1.10", "49187", "192.168.1.157", "873")),),
            breaks="that connection",
            force="firm",
        ),
        Remedy.of(
            "Destroy epair7",
            (Step(("ifconfig", "bridge0", "deletem", "epair7a")), Step(("ifconfig", "epair7a", "destroy"))),
            breaks="both ends",
            undo="start old",
            force="forced",
        ),
    ),
)
GATEWAY = Finding(
    "ADDR-GATEWAY",
    "warning",
    Subject("jail", "web", "web"),
    "The gateway of web is in none of its networks.",
    remedies=(Remedy.of("Change the gateway", form=("network", "web", "gateway")),),
    drift="restart",
)
FOREIGN = Finding(
    "EPAIR-NOBODY",
    "warning",
    Subject("epair", "epair9", "epair9"),
    "Both ends of epair9 are on the host.",
    owner="Bastille",
    remedies=(Remedy.of("Destroy epair9", (Step(("ifconfig", "epair9a", "destroy")),)),),
)
NOTE = Finding("CONF-CREATE", "note", Subject("jail", "dns", "dns"), "dns makes epair2 without clearing the way.")
LOST, GATEWAY, FOREIGN, NOTE = ALL = tuple(one.complete() for one in (LOST, GATEWAY, FOREIGN, NOTE))


def doctor(it: Stage) -> DoctorScreen:
    screen = it.app.screen
    assert isinstance(screen, DoctorScreen), screen
    return screen


async def shown(it: Stage) -> None:
    """Wait until the doctor is on top and has the full reading."""
    await it.until(lambda: isinstance(it.app.screen, DoctorScreen) and not it.app.screen._examining)


@asynccontextmanager
async def opened(
    found: Sequence[Finding] = ALL, *keys: str, size: tuple[int, int] = (160, 45), **options: Any
) -> AsyncIterator[Stage]:
    async with stage(ValueHost(home(), found=tuple(found), **options), size) as it:
        await it.press(*keys, "d")
        await shown(it)
        yield it


async def planned(it: Stage, *keys: str) -> PlanScreen:
    await it.press(*keys)
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    assert isinstance(it.app.screen, PlanScreen)
    return it.app.screen


async def ended(it: Stage) -> None:
    """Wait until the run on screen is judged, and leave it."""
    await it.until(lambda: it.console.runs.under_way is None and isinstance(it.app.screen, RunScreen))
    await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
    await it.press("enter")


# Marks and counts.


async def test_rows_are_marked_by_their_worst_finding_and_a_note_has_no_mark() -> None:
    async with stage(ValueHost(home(), found=(*ALL, LOST._replace(subject=Subject("jail", "db", "db"))))) as it:
        assert "!" in it.row("192.168.1.154/24")
        assert "‼" in it.row("192.168.1.155/24")
        assert "!" not in it.row("192.168.10.2/24")
        top = it.text().splitlines()[0]
        assert "‼ 2 errors  ! 2 warnings" in top
        await it.press("exclamation_mark")
        assert [row.key for row in it.console.panels.lists["jails"].shown] == ["db", "broken", "old#3", "web"]


async def test_an_orphan_has_the_severity_of_its_finding_in_row_detail_and_doctor() -> None:
    async with stage(ValueHost(home(), found=ALL)) as it:
        marks = {row.key: row.cells[0].text for row in it.console.panels.lists["epairs"].rows}
        assert (marks["epair7"], marks["epair9"], marks["epair161"]) == ("‼", "!", "")
        it.console.panels.go_to("epairs", "epair9")
        await it.pilot.pause()
        signs = [line.text.split()[0] for line in it.console.panels.details.lines if FOREIGN.text in line.text]
        await it.press("d")
        signs += [line.split()[1] for line in it.text().splitlines() if "EPAIR-NOBODY" in line and "▸" in line]
        assert signs == ["!", "!"]


async def test_an_orphan_that_nothing_is_said_of_has_the_mark_of_its_jail() -> None:
    failed = NOTE._replace(code="JAIL-FAILED", severity="error", subject=Subject("jail", "broken", "broken"))
    async with stage(ValueHost(home(), found=(failed, FOREIGN))) as it:
        marks = {row.key: row.cells[0].text for row in it.console.panels.lists["epairs"].rows}
        assert (marks["epair161"], marks["epair9"], marks["epair7"]) == ("‼", "!", "")
        it.console.panels.go_to("epairs", "epair161")
        await it.pilot.pause()
        details = "\n".join(line.text for line in it.console.panels.details.lines)
        assert "JAIL-FAILED" in details
        assert "No problems." not in details


async def test_bridges_and_vlans_are_marked_too() -> None:
    bridge = Finding("BRIDGE-DOWN", "error", Subject("bridge", "br20", "br20"), "br20 is down.")
    vlan = Finding("VLAN-MTU", "warning", Subject("vlan", "em0.30", "em0.30"), "em0.30 has another MTU.")

    class Host(ValueHost):
        def findings(self, state: HostState) -> tuple[Finding, ...]:
            return (bridge, vlan)

    async with stage(Host(home())) as it:
        marks = {
            row.key: row.cells[0].text for name in ("bridges", "vlans") for row in it.console.panels.lists[name].rows
        }
        assert marks == {
            "bridge0": "", "br10": "", "br20": "‼", "br30": "", "em0.10": "", "em0.20": "", "em0.30": "!",
        }  # fmt: skip


async def test_the_details_tell_sentence_and_code_worst_first() -> None:
    worse = LOST._replace(subject=GATEWAY.subject, text="It is lost.")
    async with stage(ValueHost(home(), found=(worse, GATEWAY))) as it:
        text = it.text()
        assert text.index("Problems") < text.index("It is lost. EPAIR-LOST") < text.index("in none of its networks.")
        await it.press("j")
        assert "No problems." in it.text()


async def test_a_rule_that_fails_is_told_and_the_host_is_shown_all_the_same() -> None:
    class Host(ValueHost):
        def findings(self, state: HostState) -> tuple[Finding, ...]:
            raise KeyError("odd")

    async with stage(Host(home())) as it:
        assert "Judging failed inside jailtui: KeyError: 'odd'" in it.text()
        assert "192.168.1.154/24" in it.text()


async def test_a_state_that_was_asked_for_is_judged_again_and_equal_findings_paint_nothing() -> None:
    @dataclass
    class Host(ValueHost):
        asked: int = 0

        def findings(self, state: HostState) -> tuple[Finding, ...]:
            self.asked += 1
            return super().findings(state)

    host = Host(home(), found=ALL)
    async with stage(host) as it:
        painted: list[object] = []
        display = it.app._display

        def spy(screen: Screen[Any], renderable: Any) -> None:
            painted.append(renderable)
            display(screen, renderable)

        it.app._display = spy  # type: ignore[method-assign]
        await it.refreshed()
        assert host.asked == 2
        assert not any(painted)
        host.found = (LOST, GATEWAY)
        await it.refreshed()
        assert any(painted)


# The screen.


async def test_the_line_that_jail_refuses_stands_below_its_message_with_its_caret() -> None:
    told = (Evidence("/etc/jail.conf:2", "syntax error\n\tpath = ;\n\t       ^"),)
    refused = Finding("CONF-SYNTAX", "error", Subject("jail", "web", "web"), "refused", told)
    async with opened((refused,)) as it:
        await it.press("home")
        page = [one.text.rstrip() for one in doctor(it).page.lines]
        at = page.index("       syntax error")
        assert page[at + 1 : at + 3] == ["     |  path = ;", "     |         ^"]


@pytest.mark.parametrize("size", SIZES)
async def test_findings_stand_by_subject_worst_first_and_the_page_tells_all_of_one(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.press("home")
        text = it.text()
        assert "1 error, 2 warnings, 1 note" in text
        assert text.index("EPAIR-LOST") < text.index("ADDR-GATEWAY") < text.index("EPAIR-NOBODY")
        assert "CONF-CREATE" not in text
        page = "\n".join(one.text for one in doctor(it).page.lines)
        for part in (
            "Its end b went down with jail 3.", "epair epair7 · error · likely",
            "jls -d -n", "jid=3 name=old dying=true", "1  Wait", "2  Drop what holds it\n",
            "tcpdrop 192.168.1.10 49187 192.168.1.157 873", "3  Destroy epair7  (last resort)", "Undo    start old",
        ):  # fmt: skip
            assert part in page
        assert page.index("1  Wait") < page.index("3  Destroy")


async def test_the_page_explains_the_rule_and_says_whose_it_is_and_when_it_counts() -> None:
    import jailtui.rules.registry  # noqa: F401 it fills RULES
    from jailtui.rules.finding import RULES

    async with opened((GATEWAY, FOREIGN)) as it:
        page = " ".join(one.text.strip() for one in doctor(it).page.lines)
        assert RULES["ADDR-GATEWAY"].explanation in page
        assert "needs a restart" in page
        await it.press("j")
        assert "Created by Bastille" in it.text()


async def test_d_opens_on_the_row_and_shows_notes_where_there_is_nothing_else() -> None:
    async with stage(ValueHost(home(), found=ALL)) as it:
        await it.press("2", "d")
        await shown(it)
        assert doctor(it).list.state.here == LOST
        await it.press("escape", "1", "j", "j", "d")
        await shown(it)
        assert doctor(it).list.state.here == NOTE


@pytest.mark.parametrize("size", SIZES)
async def test_no_problems_is_said_calmly(size: tuple[int, int]) -> None:
    async with opened((), size=size) as it:
        assert "No problems." in it.text()
        await it.press("enter")
        assert "No finding is selected." in it.text()
    async with opened((NOTE,), "2", size=size) as it:
        assert "No problems. 1 note: s shows them." in it.text()
        await it.press("s", "s")
        assert "CONF-CREATE" in it.text()


async def test_s_goes_round_the_severities_and_the_cursor_stays_near() -> None:
    async with opened() as it:
        shown_codes = []
        for _ in range(4):
            shown_codes.append([one.code for one in doctor(it).list.state.selection.shown.values()])
            await it.press("s")
        assert [len(codes) for codes in shown_codes] == [3, 1, 4, 3]
        assert doctor(it).list.state.here is not None


async def test_a_filter_narrows_by_subject_code_sentence_and_manager_and_esc_lifts_it() -> None:
    async with opened(size=(80, 24)) as it:
        await it.press("slash", *"bastille", "enter")
        assert [one.code for one in doctor(it).list.state.selection.shown.values()] == ["EPAIR-NOBODY"]
        assert "/bastille" in it.text()
        await it.press("escape")
        assert len(doctor(it).list.state.selection.shown) == 3
        await it.press("slash", *"nonesuch", "enter")
        assert "Nothing matches /nonesuch." in it.text()
        await it.press("escape", "escape")
        assert it.app.screen is it.console


@pytest.mark.parametrize("size", SIZES)
async def test_tab_and_digits_choose_a_remedy_and_bring_it_into_view(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.press("home", "tab")
        assert "▸ 2  Drop what holds it" in it.text()
        await it.press("3")
        assert "▸ 3  Destroy epair7" in it.text()
        assert "Undo    start old" in it.text()
        await it.press("tab")
        assert "▸ 1  Wait" in it.text()
        await it.press("4")
        assert "This finding has no remedy 4." in it.text()


async def test_the_mouse_chooses_and_opens() -> None:
    async with opened() as it:
        row = next(at for at, line in enumerate(it.text().splitlines()) if "EPAIR-NOBODY" in line)
        await it.pilot.click(offset=(20, row))
        assert doctor(it).list.state.here == FOREIGN
        await it.pilot.click(offset=(20, row), times=2)
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))


async def test_y_copies_the_commands_and_says_so_where_there_are_none() -> None:
    async with opened() as it:
        await it.press("home", "y")
        assert "no commands to copy" in it.text()
        await it.press("3", "y")
        copied = {one.text for one in it.messages if isinstance(one, Copy)}
        assert copied == {"ifconfig bridge0 deletem epair7a\nifconfig epair7a destroy\n"}


async def test_g_goes_to_the_row_and_question_mark_tells_the_keys() -> None:
    async with opened() as it:
        await it.press("question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        assert "Choose another remedy." in it.text()
        await it.press("escape", "home", "g")
        assert it.app.screen is it.console
        assert (it.console.panels.active, it.console.panels.rows.cursor) == ("epairs", "epair7")


async def test_r_reads_in_full_and_a_host_that_does_not_answer_is_told() -> None:
    @dataclass
    class Host(ValueHost):
        more: tuple[Finding, ...] = ()
        dead: HostError | None = None

        def examine(self) -> Snapshot:
            if self.dead is not None:
                raise self.dead
            self.found = (*ALL, *self.more)
            return ValueSnapshot(self.state, self.findings)

    host = Host(home(), found=ALL)
    async with stage(host) as it:
        await it.press("d")
        await shown(it)
        host.more = (LOST._replace(code="ROUTE-NONE", text="No default route."),)
        await it.press("r")
        await it.until(lambda: "ROUTE-NONE" in it.text())
        host.dead = HostError("No answer within 10 s.")
        await it.press("r")
        await it.until(lambda: "No answer within 10 s." in it.text())
        assert "ROUTE-NONE" in it.text()


async def test_a_finding_that_comes_is_marked_new_until_looked_at_and_the_cursor_stays() -> None:
    host = ValueHost(home(), found=(GATEWAY, FOREIGN))
    async with stage(host) as it:
        await it.press("d")
        await shown(it)
        host.found = (LOST, GATEWAY, FOREIGN)
        host.state = with_jail(host.state, "mail", hostname="other")
        await it.refreshed()
        await it.until(lambda: "EPAIR-LOST" in it.text())
        assert doctor(it).list.state.here == GATEWAY
        line = next(line for line in it.text().splitlines() if "EPAIR-LOST" in line)
        assert "new Its end b" in line
        await it.press("k", "j")
        assert "new Its end b" not in it.text()


# Remedies.


@pytest.mark.parametrize("size", SIZES)
async def test_a_remedy_is_planned_confirmed_run_and_gone_from_the_list(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.press("home", "3")
        plan = await planned(it, "enter")
        assert plan.query_one("#cancel").has_focus
        assert "ifconfig epair7a destroy" in it.text()
        await it.press("escape")
        assert it.host.ran == []
        assert doctor(it).list.state.remedy == 2
        await planned(it, "enter")
        await it.press("tab", "enter")
        await ended(it)
        assert it.host.ran[-1] == ("ifconfig", "epair7a", "destroy")
        await it.until(lambda: isinstance(it.app.screen, DoctorScreen) and "gone" in it.text())
        await it.until(lambda: "EPAIR-LOST" not in [one.code for one in doctor(it).list.state.selection.shown.values()])
        assert doctor(it).list.state.here == GATEWAY


async def test_a_remedy_with_nothing_to_run_says_why() -> None:
    async with opened() as it:
        await it.press("home", "enter")
        assert "Nothing to run: connections end by themselves" in it.text()
        assert it.app.screen is doctor(it)


async def test_a_remedy_that_is_an_edit_opens_its_form_at_the_field_and_comes_back() -> None:
    async with stage(FormHost(home(), found=ALL)) as it:
        await it.press("d")
        await shown(it)
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, FormScreen))
        assert isinstance(it.app.screen, FormScreen)
        assert it.app.screen.fields.state.cursor == "gateway"
        await it.press("escape")
        assert doctor(it).list.state.here == GATEWAY


def test_a_form_is_named_by_what_it_is_about() -> None:
    assert form_words(("network", "web", "gateway")) == "opens Network of web"
    assert form_words(("bridge", "", "name")) == "opens New bridge"
    assert form_words(("new", "", "name")) == "opens New jail"


async def test_a_read_only_host_can_be_looked_at_and_nothing_be_run() -> None:
    async with opened(read_only="no root") as it:
        await it.press("home", "3", "enter")
        assert "Read-only: no root" in it.text()
        await it.press("O")
        assert "Read-only: no root" in it.text()


async def test_what_a_manager_owns_needs_a_second_yes() -> None:
    async with opened() as it:
        await it.press("end")
        assert doctor(it).list.state.here == FOREIGN
        await planned(it, "enter")
        assert "created by Bastille" in it.text()
        await it.press("tab", "enter")
        assert "Really? It belongs to Bastille." in it.text()
        assert it.host.ran == []
        await it.press("tab", "enter")
        await ended(it)
        assert it.host.ran == [("ifconfig", "epair9a", "destroy")]


async def test_the_first_yes_alone_runs_nothing_and_enter_held_down_says_no() -> None:
    async with opened() as it:
        await it.press("end")
        await planned(it, "enter")
        await it.press("tab", "enter", "enter")
        assert it.host.ran == []
        assert isinstance(it.app.screen, DoctorScreen)


def managed(state: HostState, key: str) -> HostState:
    return state._replace(
        epairs=tuple(one._replace(manager="Bastille") if one.key == key else one for one in state.epairs)
    )


async def test_all_orphans_are_one_plan_and_a_managers_only_where_it_is_marked() -> None:
    async with stage(ValueHost(managed(home(), "epair9"))) as it:
        plan = await planned(it, "O")
        assert [task.key for task in plan.plan.tasks] == ["epair7", "epair161"]
        assert "created by Bastille: mark it in its panel" in it.text()
        await it.press("escape", "2", "slash", *"epair9 ", "enter", "space")
        plan = await planned(it, "O")
        assert sorted(task.key for task in plan.plan.tasks) == ["epair161", "epair7", "epair9"]
        assert plan.plan.refused == ()


async def test_of_many_pairs_two_are_told_and_where_the_others_are() -> None:
    async with opened() as it:
        await planned(it, "O")
        await it.press("tab", "enter")
        await ended(it)
        await it.until(lambda: "1 more: v shows the run." in it.text())


async def test_the_bar_of_a_narrow_terminal_has_the_filter_beside_a_choice_of_remedies() -> None:
    async with opened(size=(80, 24)) as it:
        await it.press("home", "2")
        bar = next(one for one in reversed(it.text().splitlines()) if one.strip())
        for key in ("enter show plan", "tab remedy", "y copy", "g row", "s severity", "/ filter", "r read", "esc back"):
            assert key in bar


async def test_no_orphans_are_nothing_to_reclaim() -> None:
    async with stage(ValueHost(many(2))) as it:
        await it.press("O")
        assert "No epair is orphaned." in it.text()


async def test_c_shows_the_start_again_with_what_clears_its_way_before_it() -> None:
    clearing = Task("x\ny\nz\nepair160", "EPAIR-IN-THE-WAY mail", (Step(("ifconfig", "epair160a", "destroy")),))
    clearing = clearing._replace(label="Destroy epair160", warnings=("the last of the ways",))
    async with stage(ValueHost(home(), offers=(clearing,))) as it:
        await it.press("slash", *"mail", "enter")
        plan = await planned(it, "s")
        assert len(plan.plan.tasks) == 1
        assert "c: clear leftovers first" in it.text()
        assert "the last of the ways" in it.text()
        await it.press("c")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen) and it.app.screen is not plan)
        text = it.text()
        assert "c: clear leftovers first" not in text
        assert text.index("ifconfig epair160a destroy") < text.index("jail -f /etc/jail.conf -c mail")
        await it.press("tab", "enter")
        await ended(it)
        assert [argv[-1] for argv in it.host.ran] == ["destroy", "mail"]


async def test_hostile_text_is_shown_and_never_obeyed() -> None:
    evil = "[bold]x[/] \x1b]52;c;eA==\x07 \u202ereversed"
    bad = Finding(
        "ODD",
        "error",
        Subject("jail", "web", evil),
        evil,
        (Evidence(evil, evil),),
        owner=evil,
        remedies=(Remedy.of(evil, (Step(("ifconfig", evil)),), evil, evil, evil),),
    )
    async with opened((bad,), size=(80, 24)) as it:
        text = it.text()
        assert "[bold]x[/]" in text
        assert not any(char in text for char in "\x1b\x07\u202e")
        assert all(Cell(one.text).text == one.text for one in doctor(it).page.lines)


async def test_a_thousand_findings_are_walked_line_by_line() -> None:
    found = tuple(odd("jail", f"jail{number}", "warning", f"jail{number} is odd.") for number in range(1, 1001))
    async with stage(ValueHost(many(1000), found=found), (80, 24)) as it:
        await it.press("d")
        await shown(it)
        await it.press("end", "k")
        assert doctor(it).list.state.here == found[-2]
        assert "jail999 is odd." in it.text()
        await it.press("pagedown", "home")
        assert "jail1 is odd." in it.text()


# What the configuration file hides.


def test_hidden_findings_are_counted_in_the_title() -> None:
    snapshot = ValueSnapshot(home(), lambda _: (LOST, GATEWAY, NOTE))
    snapshot.hiding = (Ignored("EPAIR"), Ignored("ADDR-GATEWAY", "db"), Ignored("CONF-CREATE", "dns"))
    shown = judged(snapshot)
    assert shown == Findings((GATEWAY,), hidden=2)
    assert ShownFindings(shown).title_counts == "1 warning, 2 hidden"


# Many findings of one rule.

MANY = tuple(
    Finding(
        "CONF-NO-RELEASE",
        "note",
        Subject("jail", name, name),
        f"{name} keeps its end.",
        remedies=(Remedy.of("Return it", form=("network", name, "release"), answer="on"),),
    ).complete()
    for name in ("web", "db", "dns", "mail")
)


async def test_many_findings_of_one_rule_are_one_line_that_opens() -> None:
    async with opened((GATEWAY, *MANY)) as it:
        await it.press("s", "s", "G")
        await it.until(lambda: doctor(it).list.state.selection.least == "note")
        rows = [line for line in it.text().splitlines() if "CONF-NO-RELEASE" in line and "×4" in line]
        assert len(rows) == 1
        assert "1 warning, 4 notes" in it.text()
        assert doctor(it).list.state.group == MANY
        assert "sets release to on for each" in it.text()
        await it.press("space", "j")
        assert doctor(it).list.state.here == MANY[0]
        await it.press("space")
        assert len(doctor(it).list.state.selection.shown) == 2
