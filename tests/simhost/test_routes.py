"""route(8) and netstat(1) of the simulated host, against what the recordings say of each release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.simhost import machine
from jailtui.simhost.call import Call, capture
from jailtui.simhost.kernel import jails
from jailtui.simhost.run import run

RELEASES = ("13.2", "14.2", "15.1")


def ask(root: Path, *words: str, user: str = "root", jid: int = 0) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command on the host in `root`."""
    environ = {"JAILTUI_SIM_USER": user, "JAILTUI_SIM_JID": str(jid or "")}
    call = capture(Call(str(root), words[0], list(words[1:]), environ=environ))
    status = run(call)
    return status, "".join(call.captured or ()), "".join(call.errors or ())


@pytest.fixture(params=RELEASES)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bare host of each release with one VNET jail, jid 1, that has epair154b with 192.168.1.154/24."""
    root = tmp_path / "host"
    machine.booted(root, request.param)
    kernel_words = (
        ("ifconfig", "epair154", "create", "up"),
        ("ifconfig", "epair154b", "vnet", "1"),
    )
    with Call(str(root), "test", [], environ={}).transaction(write=True) as kernel:
        jails.create(kernel, {"name": "web", "path": "/jails/web", "vnet": True, "persist": True})
    for words in kernel_words:
        assert ask(root, *words)[0] == 0
    assert ask(root, "ifconfig", "epair154b", "192.168.1.154/24", jid=1) == (0, "", "")
    return root


def release_of(root: Path) -> str:
    with Call(str(root), "test", [], environ={}).transaction(write=False) as kernel:
        return str(kernel.release.name)


def test_default_route_of_a_jail_is_its_own(host: Path) -> None:
    assert ask(host, "route", "add", "default", "192.168.1.1", jid=1) == (
        0,
        "add net default: gateway 192.168.1.1\n",
        "",
    )
    status, printed, _ = ask(host, "route", "-n", "get", "default", jid=1)
    assert status == 0
    assert "  interface: epair154b\n" in printed
    assert "  interface: em0\n" in ask(host, "route", "-n", "get", "default")[1]


def test_unreachable_gateway_is_refused_in_the_words_of_the_release(host: Path) -> None:
    wanted = {
        "13.2": (
            "add net default: gateway 10.9.9.9 fib 0: Network is unreachable\n",
            "route: writing to routing socket: Network is unreachable\n",
        ),
        "14.2": ("add net default: gateway 10.9.9.9 fib 0: Invalid argument\n", ""),
        "15.1": (
            "add net default: gateway 10.9.9.9 fib 0: Invalid argument\n",
            "route: message indicates error: Invalid argument\n",
        ),
    }
    assert ask(host, "route", "add", "default", "10.9.9.9", jid=1) == (1, *wanted[release_of(host)])


def test_missing_default_route_is_exit_0_on_14_only(host: Path) -> None:
    status, printed, error = ask(host, "route", "-n", "get", "default", jid=1)
    assert printed == ""
    if release_of(host) == "14.2":
        assert (status, error) == (0, "route: route has not been found: No error: 0\n")
    else:
        assert (status, error) == (255, "route: route has not been found\n")


def test_route_twice_is_told_as_already_in_table(host: Path) -> None:
    ask(host, "route", "add", "default", "192.168.1.1", jid=1)
    status, printed, error = ask(host, "route", "add", "default", "192.168.1.1", jid=1)
    assert (status, printed) == (1, "add net default: gateway 192.168.1.1 fib 0: route already in table\n")
    assert error == ("route: message indicates error: File exists\n" if release_of(host) == "15.1" else "")


def test_deleted_route_is_gone_and_a_second_delete_says_so(host: Path) -> None:
    assert ask(host, "route", "delete", "default") == (0, "delete net default\n", "")
    status, printed, error = ask(host, "route", "delete", "default")
    assert (status, printed) == (1, "delete net default fib 0: not in table\n")
    assert error == ("" if release_of(host) == "14.2" else "route: route has not been found\n")


def test_only_root_alters_routes_but_anyone_reads_them(host: Path) -> None:
    refused = (77, "", "route: must be root to alter routing table\n")
    assert ask(host, "route", "add", "default", "10.1.1.1", user="alice") == refused
    assert ask(host, "route", "-n", "get", "default", user="alice")[0] == 0


def test_route_goes_with_its_interface(host: Path) -> None:
    ask(host, "route", "add", "default", "192.168.1.1", jid=1)
    assert ask(host, "ifconfig", "epair154b", "-vnet", "1") == (0, "", "")
    assert ask(host, "route", "-n", "get", "default", jid=1)[1] == ""


def test_jail_table_as_json_lists_default_net_and_own_address(host: Path) -> None:
    ask(host, "route", "add", "default", "192.168.1.1", jid=1)
    status, printed, _ = ask(host, "netstat", "-rnW", "--libxo", "json", jid=1)
    family = json.loads(printed)["statistics"]["route-information"]["route-table"]["rt-family"][0]
    assert status == 0
    assert [(entry["destination"], entry["flags"]) for entry in family["rt-entry"]] == [
        ("default", "UGS"),
        ("192.168.1.0/24", "U"),
        ("192.168.1.154", "UHS"),
    ]
    assert family["rt-entry"][0]["interface-name"] == "epair154b"


def test_netstat_by_jail_is_an_illegal_option_on_13(host: Path) -> None:
    status, _, error = ask(host, "netstat", "-j", "web", "-rn")
    if release_of(host) == "13.2":
        assert (status, error.splitlines()[0]) == (1, "netstat: illegal option -- j")
    else:
        assert (status, error) == (0, "")
        absent = ask(host, "netstat", "-j", "nosuch", "-rn")
        assert absent == (69 if release_of(host) == "15.1" else 1, "", "netstat: Jail not found\n")
