"""Two jails with one epair, address or MAC: what a start or a stop would take from a running jail is told first."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.exchange import Taking, Verb, taken
from jailtui.plans.actions import plan as actions
from jailtui.plans.takings import with_takings
from jailtui.rules.context import Context
from tests.support.form_hosts import Embedded
from tests.support.full_host import full_host
from tests.support.jail_hosts import house, template
from tests.support.put_back import Watched


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host is asked once in each state."""
    Watched(tmp_path).use(monkeypatch)


def jail(name: str, number: int = 154, last: int = 154, *, clears: bool = True, ether: str = "") -> str:
    """A jail with that pair and 192.168.1.LAST; `clears`: its start destroys an old pair first."""
    text = template(name, number).replace("192.168.1.${id}/24", f"192.168.1.{last}/24")
    if not clears:
        text = text.replace('  = "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true"', '  = "true"')
    sets_it = (
        f'exec.start  = "/sbin/ifconfig ${{epair}}b ether {ether}";\n    exec.start += "/sbin/ifconfig ${{epair}}b inet'
    )
    return text.replace('exec.start  = "/sbin/ifconfig ${epair}b inet', sets_it) if ether else text


def takes(host: Embedded, verb: Verb, *keys: str) -> str:
    backend = host.backend()
    return taken(backend.plan(verb, backend.read(), keys).tasks)


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_start_that_destroys_the_pair_of_a_running_jail(tmp_path: Path, release: str) -> None:
    text = jail("web") + jail("mail", last=160)
    host = house(tmp_path, text, "web", "mail", release=release)
    assert takes(host, Verb.START, "mail") == ""
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "mail") == "epair154 from web"
    host.ask("jail", "-c", "mail")
    assert "epair154b" not in host.ask("jexec", "web", "ifconfig", "-l"), "the embedded host took it, as told"


def test_start_that_fails_on_the_pair_takes_nothing(tmp_path: Path) -> None:
    host = house(tmp_path, jail("web") + jail("mail", last=160, clears=False), "web", "mail")
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "mail") == ""


def test_stop_by_a_file_that_names_the_pair_of_another_jail(tmp_path: Path) -> None:
    host = house(tmp_path, jail("web") + jail("db", 155, 155), "web", "db")
    for name in ("web", "db"):
        host.ask("jail", "-c", name)
    assert [takes(host, verb, "db") for verb in (Verb.STOP, Verb.RESTART)] == ["", ""]
    (tmp_path / "etc/jail.conf").write_text(jail("web") + jail("db", 154, 155))
    assert [takes(host, verb, "db") for verb in (Verb.STOP, Verb.RESTART)] == ["epair154 from web"] * 2
    assert takes(host, Verb.STOP, "db", "web") == "", "web is stopped too"


def test_address_of_a_running_jail(tmp_path: Path) -> None:
    host = house(tmp_path, jail("web") + jail("mail", 160, 154), "web", "mail")
    assert takes(host, Verb.START, "mail") == ""
    assert takes(host, Verb.START, "web", "mail") == "192.168.1.154 from web", "which is started first"
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "mail") == "192.168.1.154 from web"


def test_restart_with_the_address_of_a_running_jail_in_the_file(tmp_path: Path) -> None:
    host = house(tmp_path, jail("web") + jail("db", 155, 155), "web", "db")
    for name in ("web", "db"):
        host.ask("jail", "-c", name)
    (tmp_path / "etc/jail.conf").write_text(jail("web") + jail("db", 155, 154))
    assert takes(host, Verb.RESTART, "db") == "192.168.1.154 from web"
    (task,) = host.backend().plan(Verb.RESTART, host.backend().read(), ["db"]).tasks
    assert task.breaks == "what db serves on 192.168.1.155; 192.168.1.154 of web"
    assert takes(host, Verb.STOP, "db") == ""


def test_mac_of_a_running_jail(tmp_path: Path) -> None:
    mac = "02:00:00:00:00:01"
    host = house(tmp_path, jail("web", ether=mac) + jail("mail", 160, 160, ether=mac), "web", "mail")
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "mail") == "02:00:00:00:00:01 from web"


def test_pair_fetched_from_the_jail_that_has_it(tmp_path: Path) -> None:
    second = jail("mail", last=160, clears=False).replace('"true"', '"ifconfig epair154b -vnet web"')
    host = house(tmp_path, jail("web") + second, "web", "mail")
    assert takes(host, Verb.START, "mail") == ""
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "mail") == "epair154 from web"


def test_jail_that_is_started_because_another_depends_on_it(tmp_path: Path) -> None:
    proxy = jail("proxy", 3, 3).replace("vnet;", 'vnet; depend = "mail";')
    host = house(tmp_path, jail("web") + jail("mail", last=160) + proxy, "web", "mail", "proxy")
    host.ask("jail", "-c", "web")
    assert takes(host, Verb.START, "proxy") == "epair154 from web"


def test_plans_that_take_something_else_do_not_do_the_same(tmp_path: Path) -> None:
    host = house(tmp_path, jail("web"), "web")
    backend = host.backend()
    plan = backend.plan(Verb.START, backend.read(), ["web"])
    (task,) = plan.tasks
    other = plan._replace(tasks=(task._replace(takes=(Taking("epair1", "db"),)),))
    assert not plan.does(other)
    assert "# takes epair1 from db\n" in other.script()


def test_a_fault_in_a_rule_is_told_and_keeps_no_jail_from_being_stopped() -> None:
    def broken() -> Context:
        raise ZeroDivisionError

    state = full_host()
    (task,) = with_takings(actions(Verb.STOP, state, ["web"]), state, broken).tasks
    assert task.takes == ()
    assert task.steps
    assert "Could not check what it takes from running jails: an error inside jailtui, ZeroDivisionError." in " ".join(
        task.warnings
    )
    reclaim = actions(Verb.RECLAIM, state, ["epair9"])
    assert with_takings(reclaim, state, broken) == reclaim, "which starts and stops nothing"
