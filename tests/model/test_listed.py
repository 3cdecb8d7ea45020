"""The jails that managers list: stopped ones have rows of their own, running ones their manager."""

from __future__ import annotations

import pytest

from jailtui.exchange import Section
from jailtui.model.starts import FailedStart, with_failed
from jailtui.model.state import HostState, Jail, JailState
from tests.support.captures import conf, row, state


def host(*lists: tuple[str, str], rows: tuple[dict[str, object], ...] = (), text: str = "", rc: int = 0) -> HostState:
    sections = [Section(f"managed {command}", rc, out) for command, out in lists]
    return state(rows=rows, conf=text, more=sections)


def jails(*lists: tuple[str, str], **more: object) -> dict[str, Jail]:
    return {jail.key: jail for jail in host(*lists, **more).jails}  # type: ignore[arg-type]


def iocage(name: str, address: str = "vnet0|10.0.0.2/24") -> str:
    return f"-\t{name}\toff\tdown\tjail\t14.2-RELEASE\t{address}\t-\t-\tno\n"


def test_stopped_jail_of_a_list_is_called_as_in_the_kernel() -> None:
    (jail,) = jails(("iocage", iocage("db.lan"))).values()
    assert (jail.key, jail.name, jail.jid, jail.state) == ("ioc-db_lan", "ioc-db_lan", None, JailState.STOPPED)
    assert (jail.manager, jail.manager_name, jail.configured) == ("iocage", "db.lan", None)
    assert (jail.vnet, str(jail.addresses[0])) == (True, "10.0.0.2/24")


def test_running_jail_of_a_list_is_its_managers_and_has_one_row() -> None:
    (jail,) = jails(("pot", "shop\n"), rows=(row(3, "shop"),)).values()
    assert (jail.jid, jail.manager, jail.manager_name) == (3, "pot", "shop")


def test_list_tells_the_name_that_the_kernel_does_not() -> None:
    assert jails(rows=(row(3, "ioc-a_b"),))["ioc-a_b"].manager_name == ""
    assert jails(("iocage", iocage("a.b")), rows=(row(3, "ioc-a_b"),))["ioc-a_b"].manager_name == "a.b"
    both = ("iocage", iocage("a.b") + iocage("a_b"))
    assert jails(both, rows=(row(3, "ioc-a_b"),))["ioc-a_b"].manager_name == ""


def test_manager_gets_no_name_that_its_list_does_not_have() -> None:
    lists, shop = (("iocage", iocage("web")), ("pot", "db\n")), "/opt/pot/jails/shop/m"
    told = jails(*lists, rows=(row(3, "ioc-w"), row(4, "shop", path=shop)))
    assert [(key, told[key].manager, told[key].manager_name) for key in ("ioc-w", "shop")] == [
        ("ioc-w", "iocage", ""),
        ("shop", "pot", ""),
    ]
    assert jails(rows=(row(4, "shop", path=shop),))["shop"].manager_name == "shop"


def test_bastille_gets_no_name_of_a_jail_without_its_file() -> None:
    (jail,) = jails(rows=(row(3, "w", path="/usr/local/bastille/jails/w/root"),)).values()
    assert (jail.manager, jail.manager_name) == ("Bastille", "")


def test_of_two_lists_the_jails_own_root_decides() -> None:
    lists = (("pot", "web\n"), ("appjail", "web\n"))
    running = row(3, "web", path="/opt/pot/jails/web/m")
    told = jails(*lists, rows=(running,))
    assert [(key, jail.jid, jail.manager) for key, jail in told.items()] == [
        ("web", 3, "pot"),
        ("web (AppJail)", None, "AppJail"),
    ]


def test_jail_of_a_file_keeps_its_name_and_the_list_has_another_row() -> None:
    told = jails(("pot", "web\n"), text=conf("web", 154))
    assert [(key, jail.name, jail.manager) for key, jail in told.items()] == [
        ("web", "web", ""),
        ("web (pot)", "web", "pot"),
    ]


def test_running_jail_with_the_root_of_its_manager_is_not_another_file_s() -> None:
    told = jails(("pot", "db\n"), rows=(row(3, "db", path="/opt/pot/jails/db/m"),), text=conf("db", 154))
    assert [(key, jail.manager, jail.manager_name) for key, jail in told.items()] == [("db", "pot", "db")]
    told = jails(("pot", "web\n"), rows=(row(3, "db", path="/opt/pot/jails/db/m"),), text=conf("db", 154))
    assert told["db"].manager == ""
    own = conf("db", 154).replace("/jails/db", "/opt/pot/jails/db/m")
    told = jails(("pot", "db\n"), rows=(row(3, "db", path="/opt/pot/jails/db/m"),), text=own)
    assert [(key, jail.manager) for key, jail in told.items()] == [("db", "")]


def test_start_that_failed_is_of_the_jail_that_a_file_defines() -> None:
    both = host(("pot", "web\n"), text=conf("web", 154))
    marked = with_failed(both, {"web": FailedStart(1)})
    assert [jail.state for jail in marked.jails] == [JailState.FAILED, JailState.STOPPED]


@pytest.mark.parametrize(("path", "manager"), [("/usr/jails/web", "ezjail"), ("/jails/other", "")])
def test_listed_path_is_that_of_the_running_jail(path: str, manager: str) -> None:
    text = "DS  N/A  127.0.0.3       web                            /usr/jails/web\n"
    told = jails(("ezjail-admin", text), rows=(row(3, "web", path=path),))
    assert told["web"].manager == manager
    assert ("web (ezjail)" in told) is (manager == "")


def test_root_of_a_manager_is_enough_where_its_list_has_another_path() -> None:
    text = "web  DHCP  On  /usr/jails/jails/web\n"
    (jail,) = jails(("cbsd", text), rows=(row(3, "web", path="/usr/jails/jails-data/web-data"),)).values()
    assert (jail.manager, jail.manager_name) == ("CBSD", "web")


def test_child_of_a_jail_is_no_managers() -> None:
    child = row(4, "web.shop", parent=3)
    assert jails(("pot", "web.shop\n"), rows=(row(3, "web"), child))["web.shop"].manager == ""


@pytest.mark.parametrize(
    ("rc", "why"),
    [(124, "no answer in time (exit status 124)"), (125, "other managers took too long to list theirs")],
)
def test_list_that_failed_is_an_error_and_lists_nothing(rc: int, why: str) -> None:
    failed = host(("iocage", iocage("db")), rc=rc)
    assert failed.jails == ()
    assert [(trouble.subject, trouble.message) for trouble in failed.errors] == [
        ("iocage list", f"its stopped jails are not known: {why}")
    ]


def test_line_that_is_not_understood_is_an_error_beside_the_others() -> None:
    told = host(("pot", "shop\n###>  no such thing\n"))
    assert [jail.name for jail in told.jails] == ["shop"]
    assert [trouble.message for trouble in told.errors] == ["a line was not understood: ###>  no such thing"]
