"""The table of managers: how they name jails, and what their commands may be given."""

from __future__ import annotations

import pytest

from jailtui.config.managers import BASTILLE, BY_NAME, IOCAGE, MANAGERS, POT, Managed, by_file, by_kernel, on_host
from jailtui.exchange import Verb


@pytest.mark.parametrize(
    ("name", "path", "managed"),
    [
        ("foo", "/usr/local/bastille/jails/foo/root", Managed("Bastille", "foo")),
        ("ioc-www_example_org", "/mnt/tank/iocage/jails/www.example.org/root", Managed("iocage", "www.example.org")),
        ("ioc-web", "/tank/elsewhere", Managed("iocage")),
        ("ioc-a_b", "/tank/elsewhere", Managed("iocage")),
        ("web", "/usr/local/appjail/jails/web/jail", Managed("AppJail", "web")),
        ("web", "/opt/pot/jails/web/m", Managed("pot", "web")),
        ("web", "/usr/jails/jails/web", Managed("CBSD", "web")),
        ("web", "/usr/jails/jails-data/web-data", Managed("CBSD", "web")),
        ("web", "/usr/jails/web", Managed()),
        ("web", "/jails/bastille", Managed()),
        ("other", "/usr/local/bastille/jails/foo/root", Managed()),
        ("ioc-", "/jails/x", Managed()),
        ("ioc-web.child", "/tank/elsewhere", Managed()),
        ("web", "/usr/local/bastille/jails/web/root/usr/local/bastille/jails/db/root", Managed()),
    ],
)
def test_the_kernel_s_name_and_root_say_whose_a_jail_is(name: str, path: str, managed: Managed) -> None:
    assert by_kernel(name, path) == managed


def test_the_file_that_defines_a_jail_says_whose_it_is() -> None:
    assert by_file("/usr/local/bastille/jails/foo/jail.conf", "foo") == Managed("Bastille", "foo")
    assert by_file("/usr/local/bastille/jails/foo/jail.conf", "bar") == Managed("Bastille", "")
    assert by_file("/usr/local/bastille/jails/foo/jail.conf", "foo", "/opt/b") == Managed()
    assert by_file("/opt/b/foo/jail.conf", "foo", "/opt/b") == Managed("Bastille", "foo")
    assert by_file("/usr/local/appjail/jails/foo/conf/jail.conf", "foo", "/opt/b") == Managed("AppJail", "foo")
    assert by_file("/etc/jail.conf.d/bastille.conf", "bastille") == Managed()


def test_the_name_is_a_word_of_the_command() -> None:
    assert BASTILLE.argv(Verb.STOP, "foo") == ("bastille", "stop", "foo")
    assert BY_NAME["CBSD"].argv(Verb.RESTART, "foo") == ("cbsd", "jrestart", "foo")
    assert POT.argv(Verb.RESTART, "foo") == ()
    assert IOCAGE.in_kernel("www.example.org") == "ioc-www_example_org"


@pytest.mark.parametrize("name", ["", "-a", "a b", "a;b", "*", "a=b", "$x", "a\nb", "ä"])
def test_no_manager_gets_a_name_that_it_may_take_for_something_else(name: str) -> None:
    assert all(manager.refuses(name) for manager in MANAGERS)


def test_no_manager_gets_a_name_that_stands_for_other_jails() -> None:
    assert BASTILLE.refuses("All") == "bastille takes the name All for other jails too"
    assert BASTILLE.refuses("12")
    assert IOCAGE.refuses("FIREWALL")
    assert not IOCAGE.refuses("www.example.org")


def test_a_manager_is_on_the_host_where_its_command_has_a_path() -> None:
    facts = {
        "manager bastille": "/usr/local/bin/bastille",
        "manager pot": "pot",
        "manager ezjail-admin": "/bin/ezjail-admin",
    }
    assert on_host(facts) == {"Bastille", "ezjail"}
