"""The home network: what it shows at first, and what its jails do when they are started and stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support import host_commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["13.2", "14.2", "15.1"])
def sim(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """A function that runs a command on a fresh home network: exit status, standard output, standard error."""
    env = setup.prepare(tmp_path / "demo", release=request.param)

    def run(*words: str) -> tuple[int, str, str]:
        done = host_commands.ask(f"{env['PATH']}/{words[0]}", words[1:], env)
        return done.returncode, done.stdout, done.stderr

    return run


def jails(sim: Run) -> dict[str, tuple[str, bool]]:
    """Name to (jid, dying)."""
    text = sim("jls", "-d", "-n", "--libxo", "json", "jid", "name", "dying")[1]
    return {jail["name"]: (jail["jid"], jail["dying"]) for jail in json.loads(text)["jail-information"]["jail"]}


def members(sim: Run, bridge: str) -> list[str]:
    lines = sim("ifconfig", bridge)[1].splitlines()
    return [line.split()[1] for line in lines if line.startswith("\tmember:")]


def test_jails_have_the_jids_of_the_picture_and_old_is_dying(sim: Run) -> None:
    assert jails(sim) == {
        "old": ("3", True),
        "web": ("4", False),
        "db": ("5", False),
        "dns": ("6", False),
        "proxy": ("7", False),
        "vpn": ("8", False),
        "lease": ("9", False),
        "legacy": ("10", False),
    }


def test_three_pairs_are_left_over_and_old_has_lost_its_end_b(sim: Run) -> None:
    names = sim("ifconfig", "-l")[1].split()
    assert "epair7b" not in names
    assert {"epair7a", "epair161a", "epair161b", "epair9a", "epair9b"} <= set(names)
    assert set(members(sim, "bridge0")) == {"em0", "epair154a", "epair155a", "epair5a", "epair7a", "epair161a"}
    assert [members(sim, name) for name in ("br10", "br20", "br30")] == [
        ["epair2a", "em0.10"],
        ["epair3a", "em0.20"],
        ["epair4a", "em0.30"],
    ]


ADDRESSES = {
    "web": ("epair154b", "192.168.1.154"),
    "db": ("epair155b", "192.168.1.155"),
    "dns": ("epair2b", "192.168.10.2"),
    "proxy": ("epair3b", "192.168.20.2"),
    "vpn": ("wg0", "10.8.0.2"),
    "lease": ("epair5b", "192.168.1.87"),
    "legacy": ("em0", "192.168.1.60"),
}


def test_each_jail_has_its_address(sim: Run) -> None:
    for jail, (interface, address) in ADDRESSES.items():
        status, out, err = sim("jexec", jail, "ifconfig", interface)
        assert (status, err) == (0, ""), jail
        assert f"inet {address} " in out, jail


def test_rc_conf_does_not_know_br30(sim: Run) -> None:
    text = sim("sysrc", "-ae")[1]
    assert 'jail_list="web db dns proxy vpn lease legacy"' in text
    assert "br20" in text
    assert "br30" not in text


def test_mail_starts_and_stops_and_leaves_nothing(sim: Run) -> None:
    before = sim("ifconfig", "-l")[1]
    status, out, err = sim("jail", "-c", "mail")
    assert (status, err) == (0, "")
    assert "mail: created" in out
    assert jails(sim)["mail"] == ("11", False)
    assert sim("jail", "-r", "mail")[::2] == (0, "")
    assert sim("ifconfig", "-l")[1] == before
    assert "mail" not in jails(sim)


def test_broken_needs_its_pair_reclaimed_and_then_fails_again_in_the_same_way(sim: Run) -> None:
    status, _, err = sim("jail", "-c", "broken")
    assert status == 1
    assert err.startswith("ifconfig: interface epair161 already exists\n")
    assert sim("ifconfig", "bridge0", "deletem", "epair161a")[0] == 0
    assert sim("ifconfig", "epair161a", "destroy")[0] == 0
    status, out, err = sim("jail", "-c", "broken")
    assert status == 1
    assert "add net default: gateway 10.99.99.1 fib 0: " in out
    assert err.endswith("jail: broken: /sbin/route add default 10.99.99.1: failed\n")
    assert {"epair161a", "epair161b"} <= set(sim("ifconfig", "-l")[1].split())
    assert "epair161a" in members(sim, "bridge0")


def test_a_killed_web_heals_itself_at_the_next_start(sim: Run) -> None:
    assert sim("jail", "-R", "web")[0] == 0
    assert {"epair154a", "epair154b"} <= set(sim("ifconfig", "-l")[1].split())
    assert sim("jail", "-c", "web")[::2] == (0, "")


def test_old_goes_when_the_connection_of_the_host_that_holds_it_is_dropped(sim: Run) -> None:
    status, _, err = sim("ifconfig", "epair7b", "-vnet", "old")
    assert (status, err) == (1, 'ifconfig: jail "old" is dying\n')
    lines = [line.split() for line in sim("netstat", "-an", "-p", "tcp")[1].splitlines() if "CLOSE_WAIT" in line]
    assert [line[4] for line in lines] == ["192.168.1.157.873"]
    own, port = lines[0][3].rsplit(".", 1)
    assert f"tcpdrop {own} {port} 192.168.1.157 873\n" in sim("tcpdrop", "-l", "-a")[1]
    assert sim("tcpdrop", own, port, "192.168.1.157", "873")[::2] == (0, "")
    assert "old" not in jails(sim)
    assert "epair7b" in sim("ifconfig", "-l")[1].split()
    assert "192.168.1.20.50396" in sim("netstat", "-an", "-p", "tcp")[1], "the operator's own session stands"


def test_mail_with_a_file_system_mounted_inside_stays_until_that_is_unmounted(sim: Run) -> None:
    assert sim("jail", "-c", "mail")[0] == 0
    assert sim("jexec", "mail", "mount", "-t", "tmpfs", "tmpfs", "/mnt")[0] == 0
    assert sim("jail", "-R", "mail")[0] == 0
    assert jails(sim)["mail"] == ("11", True)
    assert "tmpfs\t\t\t/jails/mail/mnt\t\ttmpfs\trw\t\t0 0\n" in sim("mount", "-p")[1]
    assert sim("umount", "/jails/mail/mnt")[0] == 0
    assert "mail" not in jails(sim)


def test_old_starts_anew_beside_the_dying_one_once_its_a_end_is_destroyed(sim: Run) -> None:
    assert sim("ifconfig", "epair7a", "destroy")[0] == 0
    assert sim("jail", "-c", "old")[::2] == (0, "")
    assert "jid=3 name=old dying" in sim("jls", "-d", "-n", "jid", "name", "dying")[1]
    assert sim("jexec", "old", "ifconfig", "-l")[1].split() == ["lo0", "epair7b"]


def test_stopping_dns_stops_proxy_before_it(sim: Run) -> None:
    status, out, err = sim("jail", "-r", "dns")
    assert (status, err) == (0, "")
    assert out.index("proxy: removed") < out.index("dns: removed")
    status, out, err = sim("jail", "-c", "proxy")
    assert out.index("dns: created") < out.index("proxy: created")


def test_legacy_takes_its_alias_with_it(sim: Run) -> None:
    assert sim("jail", "-r", "legacy")[0] == 0
    assert "192.168.1.60" not in sim("ifconfig", "em0")[1]
    assert sim("jail", "-c", "legacy")[::2] == (0, "")
    assert "inet 192.168.1.60 netmask 0xffffffff" in sim("ifconfig", "em0")[1]


def test_every_jail_of_the_file_is_resolved_without_a_complaint(sim: Run) -> None:
    status, out, err = sim("jail", "-f", "/etc/jail.conf", "-e", "\x1f")
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == 10
    assert "\x1fsysvshm=new\x1f" in out


def test_a_folder_that_is_a_host_keeps_its_state(tmp_path: Path) -> None:
    env = setup.prepare(tmp_path / "demo")
    subprocess.run([f"{env['PATH']}/ifconfig", "epair9a", "destroy"], env=env, check=True)
    again = setup.prepare(tmp_path / "demo")
    listed = subprocess.run([f"{again['PATH']}/ifconfig", "-l"], env=again, capture_output=True, text=True, check=True)
    assert "epair9a" not in listed.stdout
