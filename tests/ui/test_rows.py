"""Columns, filters, and where a cursor goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jailtui.ui.columns import JAILS, LOAD, left_out
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.lines import Cell
from jailtui.ui.panelrows import jail_address, jail_row
from jailtui.ui.rows import Filter, Row, natural_widths, neighbour, share
from tests.support.screens import home

NATURAL = tuple(
    0 if column.title in LOAD else width
    for column, width in zip(
        JAILS, natural_widths(JAILS, [jail_row(jail, UNICODE) for jail in home().jails]), strict=True
    )
)
"""The widths without the load."""


def titles(room: int) -> list[str]:
    return [JAILS[at].title for at, _, _ in share(JAILS, NATURAL, room)]


def test_a_narrow_terminal_loses_vlan_then_bridge_then_epair_and_never_name_state_or_mark() -> None:
    lost: list[str] = []
    columns = [column for column in JAILS if column.title not in LOAD]
    for room in range(120, 3, -1):
        kept = titles(room)
        assert {"", "JAIL", "STATE"} <= set(kept)
        lost += [column.title for column in columns if column.title not in (*kept, *lost, "MANAGER")]
    assert lost == ["VLAN", "BRIDGE", "EPAIR", "ADDRESS", "JID"]


@given(st.integers(16, 200))
def test_shared_columns_fit_their_room(room: int) -> None:
    assert sum(width + gap for _, width, gap in share(JAILS, NATURAL, room)) <= room


def test_an_address_is_not_cut_while_a_column_can_be_lost() -> None:
    for room in range(60, 90):
        wide = {JAILS[at].title: width for at, width, _ in share(JAILS, NATURAL, room)}
        assert wide["ADDRESS"] >= len("192.168.1.154/24")


def test_the_manager_has_a_column_where_a_jail_has_one_at_80_cells_too() -> None:
    jails = home().jails
    rows = [jail_row(jails[0]._replace(manager="Bastille"), UNICODE), *(jail_row(jail, UNICODE) for jail in jails[1:])]
    natural, manager = natural_widths(JAILS, rows), [column.title for column in JAILS].index("MANAGER")
    for hidden in (left_out("jails", 80, load=True), left_out("jails", 80, load=False)):
        widths = [0 if column.title in hidden else width for column, width in zip(JAILS, natural, strict=True)]
        assert (manager, 8) in [(at, width) for at, width, _ in share(JAILS, widths, 74)]
    assert natural_widths(JAILS, rows[1:])[manager] == 0


def test_a_manager_is_a_term_of_the_filter() -> None:
    managed, own = home().jails[0]._replace(manager="Bastille"), home().jails[1]._replace(name="manager")
    rows = [jail_row(jail, UNICODE) for jail in (managed, own)]
    assert [Filter("manager:bastille")(row) for row in rows] == [True, False]
    assert [Filter("!manager:")(row) for row in rows] == [False, True]


def test_widths_never_shrink_when_rows_get_shorter() -> None:
    rows = [jail_row(jail, UNICODE) for jail in home().jails]
    whole = natural_widths(JAILS, rows)
    assert natural_widths(JAILS, rows[:1], whole) == whole


KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(KEYS, KEYS, st.sampled_from("abcdefgh") | st.none())
def test_a_cursor_stays_on_its_key_or_goes_to_the_nearest_row_left(
    old: list[str], new: list[str], cursor: str | None
) -> None:
    found = neighbour(old, new, cursor)
    assert (found is None) == (not new)
    assert found is None or found in new
    if cursor in new:
        assert found == cursor
    elif cursor in old and set(old) & set(new):
        distance = {key: abs(old.index(key) - old.index(cursor)) for key in old if key in new}
        after = [key for key in old[old.index(cursor) :] if key in new]
        assert found == (after[0] if after else min(distance, key=lambda key: distance[key]))


def row(*texts: str, problem: bool = False) -> Row:
    return Row(texts[0], tuple(Cell(text) for text in texts), problem)


def test_a_dot_in_a_filter_is_a_dot_and_case_does_not_matter() -> None:
    assert Filter("192.168.1.1")(row("web", "192.168.1.1"))
    assert not Filter("192.168.1.1")(row("web", "192.168.111"))
    assert Filter("WEB")(row("web"))


def test_a_filter_with_signs_of_a_regular_expression_is_one_and_a_broken_one_is_text() -> None:
    assert Filter("^web$")(row("web"))
    assert not Filter("^web$")(row("web2"))
    assert Filter("a(b")(row("xa(by"))


def test_an_exclamation_mark_inverts_and_alone_is_no_filter() -> None:
    assert not Filter("!web")(row("web"))
    assert Filter("!web")(row("db"))
    assert Filter("!")(row("db"))
    assert not Filter("!")


def test_problems_only_joins_with_text() -> None:
    assert Filter("web", problems=True)(row("web", problem=True))
    assert not Filter("web", problems=True)(row("web"))
    assert not Filter("web", problems=True)(row("db", problem=True))
    assert Filter("web", problems=True).words == "/web problems only"


def test_an_address_that_can_not_be_seen_is_marked() -> None:
    web = next(jail for jail in home().jails if jail.name == "web")
    assert jail_address(web, UNICODE) == "192.168.1.154/24"
    assert jail_address(web._replace(addresses=(), interfaces=None), UNICODE) == "192.168.1.154/24 conf"
    assert jail_address(web._replace(addresses=()), UNICODE) == UNICODE.none
