"""Forms from the keyboard alone, on the smallest terminal that is promised."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual import events

from jailtui.exchange import HostError
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Form, NoForm
from jailtui.forms.sources import Sources
from jailtui.ui.screens.dialog import HelpScreen
from jailtui.ui.screens.form import FormScreen
from jailtui.ui.screens.plan import PlanScreen, RunScreen
from tests.support.fake_form import PATH, TEXT, FormHost, unwritten
from tests.support.link_hosts import read
from tests.support.screens import home
from tests.support.stage import Stage, stage


@dataclass
class LinkHost(FormHost):
    """A host whose forms of bridges and VLANs are the real ones."""

    sources: Sources | None = None

    def form(self, name: FormName, subject: str) -> Form:
        assert self.sources is not None
        return open_form(name, subject, self.sources)


def form(it: Stage) -> FormScreen:
    screen = it.app.screen
    assert isinstance(screen, FormScreen), screen
    return screen


async def rested(it: Stage) -> None:
    """Wait until the draft of the last answers is shown."""
    await it.until(lambda: isinstance(it.app.screen, FormScreen) and form(it)._drafted == form(it).answers)


async def press(it: Stage, *keys: str) -> None:
    await it.press(*keys)
    await rested(it)


@asynccontextmanager
async def opened(
    key: str = "e", host: FormHost | None = None, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[Stage]:
    async with stage(host or FormHost(home()), size, **options) as it:
        await it.press(key)
        await rested(it)
        yield it


def line(it: Stage, text: str) -> str:
    found = [one for one in it.text().splitlines() if text in one]
    assert found, (text, it.text())
    return found[0]


async def test_e_shows_each_value_with_the_text_as_written_and_where() -> None:
    async with opened() as it:
        assert "Network of web" in it.text().splitlines()[0]
        assert "jail.conf:2, $ip" in line(it, "Address")
        assert "[ ] off" in line(it, "DHCP")
        assert "Nothing would change." in it.text()
        assert it.host.opened == [("network", "web")]  # type: ignore[attr-defined]


async def test_what_is_typed_is_told_about_and_shown_as_the_diff_that_saving_would_write() -> None:
    async with opened() as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24")
        assert "192.168.1.5/24" in line(it, "Address")
        await press(it, "enter")
        assert "- " in line(it, "address = 192.168.1.154/24;")
        assert "2 + " in line(it, "address = 192.168.1.5/24;")
        assert "takes effect after web restarts" in it.text()
        assert "1 changed" in it.text().splitlines()[0]
        assert form(it).fields.state.cursor == "gateway"


async def test_notes_stand_under_the_fields_with_their_labels_and_an_error_keeps_from_saving() -> None:
    async with opened() as it:
        await press(it, "enter", *["backspace"] * 4, *"5/24")
        assert "! Address: 192.168.1.155 is in use by db (jid 5)." in it.text()
        await press(it, *["backspace"] * 3)
        assert "‼ Address: 192.168.1.155 is no address with a length." in it.text()
        await press(it, "ctrl+s")
        assert "is no address with a length." in it.text().splitlines()[-1]
        assert isinstance(it.app.screen, FormScreen)


async def test_escape_while_typing_gives_the_value_back() -> None:
    async with opened() as it:
        await press(it, "enter", *"99", "escape")
        assert not form(it).changed
        assert form(it).fields.has_focus
        assert "192.168.1.154/24" in line(it, "Address")


async def test_suggestions_narrow_as_one_types_and_are_walked_through_with_the_arrows() -> None:
    async with opened() as it:
        await press(it, "enter", *["backspace"] * 6)
        assert "192.168.1.200/24" in it.text()
        await press(it, *"20", "down", "down")
        assert form(it).answers.values == {"address": "192.168.1.201/24"}
        await press(it, "enter")
        assert "192.168.1.201/24" in line(it, "Address")


async def test_a_letter_that_is_typed_is_no_command() -> None:
    async with opened() as it:
        await press(it, "enter", *"ep/jkoadq")
        assert form(it).answers.values == {"address": "192.168.1.154/24ep/jkoadq"}


async def test_what_is_pasted_leaves_no_control_character() -> None:
    from textual.events import Paste

    async with opened() as it:
        await press(it, "enter")
        form(it).value.post_message(Paste("\x1b]0;x\x07"))
        await rested(it)
        assert form(it).answers.values == {"address": "192.168.1.154/24]0;x"}


async def test_list_that_opens_below_the_lowest_field_in_view_is_shown_whole() -> None:
    async with opened(size=(80, 13)) as it:
        form(it).fields.become(cursor="bridge")
        await press(it, "enter")
        offered = [text for text in it.text().splitlines() if text.strip("│ ▸") in ("bridge0", "br10", "br20")]
        assert len(offered) == 3, it.text()


async def test_choices_and_switches_change_with_space_and_a_list_opens_with_enter() -> None:
    async with opened() as it:
        await press(it, "j", "j", "space")
        assert form(it).answers.values == {"bridge": "br10"}
        assert "ifconfig bridge0 addm epair154a" in it.text()
        await press(it, "left")
        assert not form(it).answers.values
        await press(it, "enter", "down", "down")
        assert "br20" in it.text()
        await press(it, "enter")
        assert form(it).answers.values == {"bridge": "br20"}
        await press(it, "enter", "escape")
        assert form(it).answers.values == {"bridge": "br20"}


async def test_fields_come_and_go_with_the_answers_and_the_cursor_stays() -> None:
    async with opened() as it:
        await press(it, "tab", "tab", "tab", "space")
        assert "[x] on" in line(it, "DHCP")
        assert "Lease file" in it.text()
        assert form(it).fields.state.cursor == "dhcp"
        await press(it, "space")
        assert "Lease file" not in it.text()


async def test_a_shared_value_asks_for_whom_before_it_can_be_saved() -> None:
    async with opened() as it:
        await press(it, "j", "enter", *["backspace"], *"254", "up")
        assert "( ) o only web" in it.text()
        assert "( ) a all 3: web db dns" in it.text()
        await press(it, "ctrl+s")
        assert "is shared by" in it.text().splitlines()[-1]
        assert form(it).fields.state.cursor == "gateway"
        await press(it, "a")
        assert "(x) a all 3" in it.text()
        await press(it, "o")
        assert "(x) o only web" in it.text()
        assert form(it).answers.scope == {"gateway": "one"}
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))


async def save(it: Stage, key: str = "ctrl+s") -> None:
    """Confirm the plan of saving, and wait for what is true now."""
    await it.press(key)
    await it.until(lambda: isinstance(it.app.screen, PlanScreen))
    await it.press("tab", "enter")
    await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)


async def test_saving_shows_the_plan_with_cancel_focused_and_the_diff_in_it() -> None:
    async with opened() as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24")
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert it.app.focused is not None
        assert it.app.focused.id == "cancel"
        assert "save /etc/jail.conf" in it.text()
        assert "+ " in line(it, "address = 192.168.1.5/24;")
        assert "[ Save ]" in it.text()
        await it.press("enter")
        assert form(it).answers.values == {"address": "192.168.1.5/24"}
        assert it.host.ran == []


async def test_a_save_is_run_and_judged_and_closes_the_form() -> None:
    host = FormHost(home())
    async with opened(host=host) as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24", "enter")
        await save(it)
        assert isinstance(it.app.screen, RunScreen)
        assert "/etc/jail.conf is saved." in it.text()
        assert host.ran == [("save", PATH)]
        assert "192.168.1.5/24" in host.text
        await it.press("enter")
        assert it.app.screen is it.console


async def test_save_and_restart_runs_both() -> None:
    host = FormHost(home())
    async with opened(host=host) as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24", "enter")
        await save(it, "ctrl+r")
        assert [argv if argv[0] == "save" else argv[-2:] for argv in host.ran] == [
            ("-r", "web"), ("save", PATH), ("-c", "web"),
        ]  # fmt: skip


async def test_a_save_whose_restart_fails_can_be_taken_back_at_once() -> None:
    """The host does nothing at a restart, so web still runs as before."""
    host = FormHost(home())
    async with opened(host=host) as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24", "enter")
        await save(it, "ctrl+r")
        assert "web still runs as before" in it.text()
        assert "u undo the save" in it.text().splitlines()[-1]
        await it.press("u")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "Undo network of web" in it.text()
        await it.press("tab", "enter")
        await it.until(lambda: host.text == TEXT)
        await it.until(lambda: "u undo the save" not in it.text().splitlines()[-1])


async def test_a_save_that_fails_comes_back_to_the_form_with_all_answers() -> None:
    host = FormHost(home(), refuses=True)
    async with opened(host=host) as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24", "enter")
        await save(it)
        assert "not everything was done" in it.text()
        await it.press("enter")
        await it.until(lambda: len(host.opened) == 2)
        await rested(it)
        assert form(it).answers.values == {"address": "192.168.1.5/24"}
        assert "your changes are kept" in it.text().splitlines()[-1]


async def test_a_file_that_changed_meanwhile_is_read_again_and_the_answers_go_into_its_new_text() -> None:
    host = FormHost(home(), refuses=True)
    async with opened(host=host) as it:
        await press(it, "enter", *["backspace"] * 6, *"5/24", "enter", "j", "space")
        host.text = TEXT.replace("gateway = 192.168.1.1", "gateway = 192.168.1.9").replace("bridge0", "br10")
        await save(it)
        await it.press("enter")
        await it.until(lambda: form(it).draft.files and b"192.168.1.9" in form(it).draft.files[0].new)
        assert form(it).answers.values == {"address": "192.168.1.5/24"}, "the bridge is as answered by now"
        assert form(it).fields.state.cursor == "bridge"
        assert "192.168.1.9" in line(it, "Gateway")
        host.refuses = False
        await save(it)
        assert host.text == TEXT.replace(".1.1;", ".1.9;").replace("bridge0", "br10").replace(".154/24", ".5/24")


async def test_nothing_to_save_and_nothing_to_restart_are_said() -> None:
    async with opened() as it:
        await press(it, "ctrl+s")
        assert "No changes to save." in it.text()


async def test_unsaved_answers_take_two_escapes_and_the_first_says_so() -> None:
    async with opened() as it:
        await press(it, "j", "j", "space", "escape")
        assert "esc again discards it" in it.text().splitlines()[-1]
        await press(it, "space", "escape")
        assert "esc again discards it" in it.text().splitlines()[-1], "another answer needs another warning"
        await it.press("escape")
        assert it.app.screen is it.console
        assert it.app.is_running


async def test_without_answers_one_escape_is_enough() -> None:
    async with opened() as it:
        await it.press("escape")
        assert it.app.screen is it.console


async def test_e_and_p_go_between_the_two_forms_of_a_jail() -> None:
    async with opened() as it:
        await it.press("p")
        await it.until(lambda: "Permissions of web" in it.text() and form(it)._drafted is not None)
        assert "allow.raw_sockets" in it.text()
        await press(it, "space", "e")
        assert "e again discards it" in it.text().splitlines()[-1]
        await it.press("e")
        await it.until(lambda: "Network of web" in it.text() and form(it)._drafted is not None)
        assert not form(it).changed
        await it.press("escape")
        assert it.app.screen is it.console


async def test_a_permission_has_three_states_by_space_and_by_letter() -> None:
    async with opened("p") as it:
        assert "· inherit" in line(it, "allow.right1")
        for key, state in (("space", "✓ allow"), ("space", "✗ deny"), ("space", "· inherit"), ("d", "✗ deny")):
            await press(it, key)
            assert state in line(it, "allow.right1")
        await press(it, "a")
        assert "allow.right1 = allow;" in it.text()
        await press(it, "i")
        assert "Nothing would change." in it.text()


async def test_help_default_risk_and_what_the_running_jail_has_are_told_of_the_field_under_the_cursor() -> None:
    async with opened("p") as it:
        await press(it, "j")
        text = it.text()
        assert "Lets the jail do thing 2." in text
        assert "risk can read other jails' packets" in text
        assert "default deny" in text
        await press(it, "j")
        assert "running: allow" in line(it, "allow.right3")
    async with opened("p", size=(160, 45)) as it:
        assert "can read other jails' packets" in line(it, "allow.raw_sockets")
        assert "default deny" in line(it, "allow.raw_sockets")


async def test_fifty_permissions_scroll_and_a_filter_finds_one() -> None:
    async with opened("p") as it:
        await press(it, "G")
        assert "▸" in line(it, "allow.right50")
        await press(it, "slash", *"thing 2.", "enter")
        assert [one.key for one in form(it).fields.state.shown] == ["allow.raw_sockets"]
        await press(it, "a")
        assert "allow.raw_sockets = allow;" in it.text()
        await press(it, "escape")
        assert len(form(it).fields.state.shown) == 50
        assert form(it).fields.state.cursor == "allow.raw_sockets"


async def test_typing_never_waits_for_a_draft_and_only_the_last_answers_are_drafted() -> None:
    host = FormHost(home())
    async with opened(host=host) as it:
        assert host.last is not None
        host.last.hold = threading.Event()
        await it.press("enter", *["backspace"] * 6, *"5/24")
        assert form(it).answers.values == {"address": "192.168.1.5/24"}
        assert "192.168.1.5/24" in line(it, "Address")
        host.last.asked.clear()
        host.last.hold.set()
        await rested(it)
        assert len(host.last.asked) == 2, "the one under way, and the last"


async def test_saving_waits_for_the_draft_of_what_was_typed_last() -> None:
    host = FormHost(home())
    async with opened(host=host) as it:
        assert host.last is not None
        host.last.hold = threading.Event()
        await it.press("enter", *["backspace"] * 6, *"5/24", "ctrl+s")
        assert isinstance(it.app.screen, FormScreen)
        host.last.hold.set()
        await it.until(lambda: isinstance(it.app.screen, PlanScreen) and "address = 192.168.1.5/24;" in it.text())


async def test_u_shows_the_last_save_taken_back_and_runs_it() -> None:
    host = FormHost(home(), text=TEXT.replace("154", "7"), before=TEXT)
    async with stage(host, (80, 24)) as it:
        await it.press("u")
        await it.until(lambda: isinstance(it.app.screen, PlanScreen))
        assert "+ " in line(it, "address = 192.168.1.154/24;")
        await it.press("tab", "enter")
        await it.until(lambda: it.console.runs.progress is not None and it.console.runs.progress.verdicts is not None)
        assert host.text == TEXT


@pytest.mark.parametrize("error", [NoForm("No jail.conf defines web."), HostError("No answer within 10 s.")])
async def test_a_form_that_can_not_be_is_said_in_the_bar(error: Exception) -> None:
    async with stage(FormHost(home(), no_form=error), (80, 24)) as it:
        await it.press("e")
        await it.until(lambda: str(error) in it.text().splitlines()[-1])
        assert it.app.screen is it.console


async def test_each_key_opens_its_form_for_what_the_panel_holds() -> None:
    wanted = [
        (("1",), "e", ("network", "web")),
        ((), "c", ("copy", "web")),
        ((), "N", ("rename", "web")),
        ((), "X", ("remove", "web")),
        ((), "n", ("new", "")),
        (("3",), "e", ("bridge", "bridge0")),
        ((), "n", ("bridge", "")),
        (("4",), "e", ("vlan", "em0.10")),
        ((), "n", ("vlan", "")),
    ]
    host = FormHost(home())
    async with stage(host, (80, 24)) as it:
        for go, key, opens in wanted:
            await it.press(*go, key)
            await rested(it)
            assert host.opened[-1] == opens
            await it.press("escape")


async def test_why_a_form_is_off_is_said() -> None:
    async with stage(FormHost(unwritten(home(), ["web"])), (80, 24)) as it:
        await it.press("e")
        assert "this jail is not defined in a file" in it.text()
        jails = [jail._replace(manager="iocage", manager_name="web") for jail in it.host.state.jails]
        it.host.state = it.host.state._replace(jails=tuple(jails))
        await it.refreshed()
        await it.press("e")
        assert "`iocage set ip4_addr=… web`" in it.text()
        await it.press("3", "p")
        assert "Select a jail first" in it.text()
        await it.press("2", "n")
        assert "Select a jail, a bridge or a VLAN first" in it.text()
    async with stage(FormHost(home(), read_only="a file is not a host"), (80, 24)) as it:
        for key in "ncNXu":
            await it.press(key)
            assert "Read-only: a file is not a host" in it.text()


async def test_a_form_is_looked_at_where_nothing_can_be_saved() -> None:
    host = FormHost(home(), read_only="a file is not a host")
    async with opened(host=host) as it:
        await press(it, "enter", "backspace", "5", "ctrl+s")
        assert "Read-only: a file is not a host" in it.text()
        assert isinstance(it.app.screen, FormScreen)


async def test_what_is_typed_right_behind_enter_is_not_lost() -> None:
    async with opened() as it:
        screen = form(it)
        for key in ("enter", "o", "a"):  # all queued before the first is looked at; o and a are keys of the list
            screen.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await it.until(lambda: screen.value.value.endswith("oa"))
        assert screen.fields.state.open


async def test_question_mark_tells_the_keys_of_the_form() -> None:
    async with opened() as it:
        await it.press("question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        assert "ctrl+s" in it.text()
        await it.press("escape")
        assert isinstance(it.app.screen, FormScreen)


async def test_ascii_and_no_colour_draw_the_whole_form() -> None:
    for key in ("e", "p"):
        async with opened(key, ascii=True, environ={"NO_COLOR": "1"}) as it:
            await press(it, "j", "enter", "j", "space")
            text = it.text()
            assert text.isascii(), text
            strips = it.app.screen._compositor.render_strips()
            seen = [each.style for strip in strips for each in strip if each.style is not None]
            assert not [style for style in seen if style.color is not None or style.bgcolor is not None]


async def test_without_colour_one_sees_where_one_types() -> None:
    async with opened(environ={"NO_COLOR": "1"}) as it:
        await press(it, "enter")
        rows = it.app.screen._compositor.render_strips()
        row = next(strip for strip in rows if "Address" in strip.text)
        place = row.text.index("192.168.1.154/24") + len("192.168.1.154/24")
        assert [each.style.reverse for each in row.crop(place, place + 1) if each.style is not None] == [True]


async def test_a_storm_of_sizes_breaks_no_form() -> None:
    async with opened() as it:
        for keys in ((), ("enter",), ("escape", "j", "j", "enter")):
            await it.press(*keys)
            for width, height in ((160, 45), (20, 5), (1, 1), (300, 12), (24, 60), (80, 24)):
                await it.pilot.resize_terminal(width, height)
                await it.pilot.pause()
                assert len(it.text().splitlines()) == height
        assert "br20" in it.text()


async def test_one_key_in_a_permission_paints_only_what_it_changed() -> None:
    async with opened("p", size=(160, 45)) as it:
        await press(it, "j")
        regions: list[Any] = []
        refresh = form(it).fields.refresh

        def spy(*some: Any, **other: Any) -> Any:
            regions.extend(some)
            return refresh(*some, **other)

        form(it).fields.refresh = spy  # type: ignore[method-assign]
        await press(it, "j")
        assert 0 < len(regions) <= 2
        assert {region.height for region in regions} == {1}


async def test_form_of_something_new_opens_in_its_first_field_and_goes_on_in_the_next_empty_one() -> None:
    host = LinkHost(home(), sources=read("15.1"))
    async with stage(host, (80, 24)) as it:
        await it.press("4", "n")
        await rested(it)
        await press(it, *"40")
        assert form(it).answers.values == {"tag": "40"}, "no enter was needed"
        await press(it, "enter", *"em1", "enter")
        assert form(it).answers.values == {"tag": "40", "parent": "em1"}
        assert form(it).fields.state.cursor == "name"
        await press(it, "escape")
        assert form(it).answers.values == {"tag": "40", "parent": "em1"}
        assert not form(it).fields.state.open, "escape ends the typing, and no more"


async def test_enter_on_a_line_that_is_open_already_leaves_it_open_and_escape_leaves_the_form() -> None:
    host = LinkHost(home(), sources=read("15.1"))
    async with stage(host, (80, 24)) as it:
        await it.press("4", "n")
        await rested(it)
        await press(it, "enter", *"7")
        assert form(it).answers.values == {"tag": "7"}
        await it.press("escape", "escape")
        await it.until(lambda: it.app.screen is it.console)
        await it.press("n")
        await rested(it)
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.console)


async def test_form_of_something_that_is_there_opens_for_keys_and_not_for_typing() -> None:
    async with opened() as it:
        assert not form(it).fields.state.open
        assert form(it).focused is form(it).fields
