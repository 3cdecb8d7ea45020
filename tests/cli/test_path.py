"""`jailtui path` on the embedded host."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.path import target_of
from jailtui.cli.verb import Exit, Stop
from jailtui.simhost import setup
from tests.support.verbs import Demo

Capsys = pytest.CaptureFixture[str]


def on_host(demo: Demo, *words: str) -> None:
    """Break something by hand."""
    subprocess.run([demo.folder / "bin" / words[0], *words[1:]], check=True)


def test_first_line_says_what_is_sent(demo: Demo, capsys: Capsys) -> None:
    on_host(demo, "ifconfig", "epair154a", "down")
    assert main(["path", "web", "--read-only", *demo.words]) == Exit.FAILED
    out = capsys.readouterr().out
    assert out.startswith("sends nothing\n")
    assert "\na-down: epair154a, the host's end, is down; `status: active` does not show it.\n" in out
    assert "$ ifconfig epair154a up\n" in out


def test_json_names_the_broken_hop_of_a_jail_given_by_its_jid(demo: Demo, capsys: Capsys) -> None:
    on_host(demo, "ifconfig", "bridge0", "down")
    jid = subprocess.check_output([demo.folder / "bin/jls", "-j", "web", "jid"], text=True).strip()
    assert main(["path", jid, "192.168.1.77", "--json", *demo.words]) == Exit.FAILED
    report = json.loads(capsys.readouterr().out)
    assert (report["jail"], report["target"], report["verdict"]) == ("web", "192.168.1.77", "bridge-down")
    assert report["broken"] == "bridge"
    results = {hop["hop"]: hop["result"] for hop in report["hops"]}
    assert (results["end on the host"], results["bridge"], results["target"]) == ("ok", "broken", "skipped")


def test_packets_of_a_jail_at_home_do_not_come_out(demo: Demo, capsys: Capsys) -> None:
    assert main(["path", "proxy", *demo.words]) == Exit.FAILED
    out = capsys.readouterr().out
    assert "vlan-wrong-tag: em0.20 sends with tag 20, and nothing comes back" in out
    assert "netstat -I em0.20 -bdnW -f link: received 0, sent 1 meanwhile" in out
    assert main(["path", "dns", *demo.words]) == Exit.OK


def test_without_root_nothing_is_concluded(demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: Capsys) -> None:
    monkeypatch.setattr(setup, "prepare", partial(setup.prepare, user="alice"))
    assert main(["path", "web", "--json", *demo.words]) == Exit.UNREACHABLE
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["broken"], report["also"]) == ("unknown", None, [])
    assert report["hops"][0]["text"] == "the interfaces of web could not be read"


def test_no_such_jail(demo: Demo, capsys: Capsys) -> None:
    assert main(["path", "nosuch", *demo.words]) == Exit.REFUSED
    assert capsys.readouterr().err == "jailtui: nosuch: there is no such jail.\n"


def test_stopped_jail_gets_what_needs_no_packet(demo: Demo, capsys: Capsys) -> None:
    assert main(["path", "mail", *demo.words]) == Exit.OK
    out = capsys.readouterr().out
    assert "bridge0 is up; mail joins it when it starts" in out
    assert out.endswith("\nEverything that could be checked is good.\n")
    on_host(demo, "ifconfig", "em0", "down")
    assert main(["path", "mail", *demo.words]) == Exit.FAILED
    assert "nic-down: em0, the way out of bridge0, is down." in capsys.readouterr().out


def test_stopped_jail_with_a_gateway_in_none_of_its_networks_is_not_called_good(demo: Demo, capsys: Capsys) -> None:
    assert main(["path", "broken", "--json", *demo.words]) == Exit.FAILED
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["broken"]) == ("gateway-not-in-net", "default route")
    hop = report["hops"][-1]
    assert hop["text"] == "broken can't get its default route: 10.99.99.1 is in none of its networks."
    assert [remedy["form"] for remedy in hop["remedies"]] == [["network", "broken", "gateway"]]


def test_collected_file_gets_what_needs_no_packet(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    on_host(demo, "ifconfig", "epair154a", "down")
    file = str(tmp_path / "nas.json")
    assert main(["collect", file, *demo.words]) == Exit.OK
    assert main(["path", "web", "--host", file]) == Exit.FAILED
    capsys.readouterr()
    assert main(["path", "db", "--host", file]) == Exit.UNREACHABLE
    out = capsys.readouterr().out
    assert out.startswith("sends nothing\n")
    assert "192.168.1.1 over epair155b" in out
    assert "not asked: nas.json is a file written by `jailtui collect`" in out


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("9.9.9.9", "9.9.9.9", None),
        ("9.9.9.9:53", "9.9.9.9", 53),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("2001:db8::1", "2001:db8::1", None),
        ("example.org:80", "example.org", 80),
    ],
)
def test_target_is_an_address_or_a_name_and_a_port(text: str, host: str, port: int | None) -> None:
    assert target_of(text) == (text, host, port)


@pytest.mark.parametrize("text", ["-c", "a b", "x:0", "x:70000", "192.168.1.0/24", "$(id)", "a;b", ""])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(Stop):
        target_of(text)


def test_tunnel_with_the_default_route_is_named(demo: Demo, capsys: Capsys) -> None:
    on_host(demo, "jexec", "vpn", "route", "add", "default", "10.8.0.1")
    assert main(["show", "--json", *demo.words]) == Exit.OK, "one reading, which is not a full one, tells it"
    (vpn,) = (jail for jail in json.loads(capsys.readouterr().out)["jails"] if jail["name"] == "vpn")
    assert vpn["tunnels"] == [
        {"name": "wg0", "kind": "wg", "up": True, "addresses": ["10.8.0.2/24"], "default_route": True}
    ]
    main(["path", "vpn", "--json", *demo.words])
    report = json.loads(capsys.readouterr().out)
    hops = {hop["hop"]: hop for hop in report["hops"]}
    assert report["sends"] == "sends a ping to 10.8.0.1, one of full size"
    text = "wg0, a wg tunnel; its carrier is unknown: wg can't list its peers"
    assert (hops["tunnel"]["result"], hops["tunnel"]["text"]) == ("unknown", text)
    assert hops["tunnel"]["evidence"][0]["source"].endswith(" wg show wg0 endpoints")
    assert (report["verdict"], hops["gateway"]["result"]) == ("unknown", "unknown")
    assert "through the tunnel wg0" in hops["gateway"]["text"]
