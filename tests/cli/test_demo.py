"""The verbs on the embedded host, whose state one command leaves for the next."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.simhost import setup
from jailtui.simhost.kernel import wire
from jailtui.simhost.kernel.store import transaction
from tests.support import verbs
from tests.support.put_back import PutBack

Capsys = pytest.CaptureFixture[str]


class Demo:
    """An embedded host in a folder of its own, asked and told by the command line."""

    def __init__(self, folder: Path, capsys: Capsys) -> None:
        self.folder = folder
        self.capsys = capsys

    def run(self, *words: str) -> int:
        return main([*words, "--host", "demo", "--demo-dir", str(self.folder)])

    def show(self) -> dict[str, Any]:
        self.capsys.readouterr()
        assert self.run("show", "--json") == Exit.OK
        told: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return told

    def jails(self) -> dict[str, dict[str, Any]]:
        return {jail["name"]: jail for jail in self.show()["jails"]}

    def epairs(self) -> dict[str, dict[str, Any]]:
        return {pair["name"]: pair for pair in self.show()["epairs"]}


@pytest.fixture
def demo(demo: verbs.Demo, capsys: Capsys) -> Demo:
    """The home network."""
    return Demo(demo.folder, capsys)


@pytest.fixture
def another(tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """A host that the test makes, or makes anew."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Demo(tmp_path / "demo", capsys)


def test_home_network_is_the_one_of_the_sketch(demo: Demo) -> None:
    jails = demo.jails()
    states = {name: jail["state"] for name, jail in jails.items()}
    up = dict.fromkeys(("web", "db", "dns", "proxy", "vpn", "lease", "legacy"), "running")
    assert states == up | {"mail": "stopped", "old": "dying", "broken": "stopped"}
    assert jails["broken"]["left"] == ["epair161"]
    assert jails["web"]["addresses"] == ["192.168.1.154/24"]
    assert (jails["legacy"]["vnet"], jails["legacy"]["addresses"]) == (False, ["192.168.1.60"])
    assert (jails["dns"]["bridges"], jails["dns"]["vlans"]) == (["br10"], ["em0.10"])
    orphans = {name: pair["owner"] for name, pair in demo.epairs().items() if pair["orphan"]}
    assert orphans == {"epair161": "broken", "epair9": None, "epair7": "old"}
    assert demo.epairs()["epair7"]["b"] == {"name": None, "where": "lost", "jail": "old", "jid": 3, "bridge": None}
    assert demo.show()["errors"] == []


def test_show_tells_of_each_row_what_the_doctor_finds(demo: Demo) -> None:
    demo.capsys.readouterr()
    demo.run("doctor", "--json")
    rows = {"jail": "jails", "epair": "epairs", "bridge": "bridges", "vlan": "vlans"}
    judged: dict[tuple[str, str], list[str]] = {}
    for finding in json.loads(demo.capsys.readouterr().out)["findings"]:
        if finding["severity"] != "note" and finding["subject"]["kind"] in rows:
            row = rows[finding["subject"]["kind"]], finding["subject"]["name"]
            judged.setdefault(row, []).append(finding["text"])
    shown = demo.show()
    told = {(kind, row["name"]): row["problems"] for kind in rows.values() for row in shown[kind]}
    assert {row: texts for row, texts in told.items() if texts} == judged
    assert {kind for kind, _ in judged} == {"jails", "epairs", "bridges"}


def test_tables_tell_the_worst_problem_by_the_title_of_its_rule_and_how_many_more(demo: Demo) -> None:
    assert demo.run("show") == Exit.OK
    lines = demo.capsys.readouterr().out.splitlines()
    ends = {
        "broken": "  Epair that the next start creates exists already +1",
        "br30": "  Bridge that will be missing after a reboot",
        "epair9": "  Epair on the host that nothing uses",
        "em0.10": "  dns",
    }
    for name, end in ends.items():
        assert next(line for line in lines if line.startswith(f"{name} ")).endswith(end)


def test_what_a_jail_holds_has_rows(demo: Demo) -> None:
    environment = setup.prepare(demo.folder)
    web = str(demo.jails()["web"]["jid"])
    for command in (
        "ifconfig em0.99 create", f"ifconfig em0.99 vnet {web}", "ifconfig tap7 create", f"ifconfig tap7 vnet {web}",
    ):  # fmt: skip
        subprocess.run(["/bin/sh", "-c", command], env=environment, check=True, capture_output=True)
    assert demo.run("show") == Exit.OK
    lines = [line.split() for line in demo.capsys.readouterr().out.splitlines()]
    assert ["em0.99", "-", "on", "the", "host:", "gone", "-", "in", "web"] in lines
    assert ["INTERFACE", "KIND", "JAIL", "UP", "ADDRESS", "ROUTE"] in lines
    assert ["tap7", "tap", "web", "down", "-", "-"] in lines
    assert demo.run("show", "inside") == Exit.OK
    assert [line.split()[0] for line in demo.capsys.readouterr().out.splitlines()] == ["INTERFACE", "tap7", "wg0"]
    (held,) = (vlan for vlan in demo.show()["vlans"] if vlan["jid"] is not None)
    assert (held["name"], held["jid"], held["jails"]) == ("em0.99", int(web), ["web"])
    assert (held["tag"], held["parent"], held["problems"]) == (None, None, [])


def test_start_stop_and_restart_do_what_they_say(demo: Demo) -> None:
    assert demo.run("start", "mail", "--yes") == Exit.OK
    jid = demo.jails()["mail"]["jid"]
    assert demo.run("restart", "mail", "--yes") == Exit.OK
    assert demo.jails()["mail"]["jid"] not in (None, jid)
    assert demo.run("stop", "mail", "web", "--yes") == Exit.OK
    jails = demo.jails()
    assert {jails[name]["state"] for name in ("mail", "web")} == {"stopped"}
    assert not {"epair160", "epair154"} & demo.epairs().keys()


def test_failed_start_leaks_its_pair_and_trips_over_it_until_reclaimed(demo: Demo, capsys: Capsys) -> None:
    assert demo.run("start", "broken", "--yes") == Exit.FAILED
    assert "interface epair161 already exists" in capsys.readouterr().err
    assert demo.run("reclaim", "broken", "--yes") == Exit.OK
    assert "epair161 is gone." in capsys.readouterr().out
    assert demo.jails()["broken"]["state"] == "failed"
    assert demo.run("start", "broken", "--yes") == Exit.FAILED
    told = capsys.readouterr()
    assert "10.99.99.1" in told.err
    assert told.out == "broken is not running; epair161 is left over.\n"
    assert demo.epairs()["epair161"]["orphan"] is True


def test_lost_end_goes_with_its_pair_and_the_jail_dies_on(demo: Demo) -> None:
    assert demo.run("reclaim", "epair7", "--yes") == Exit.OK
    assert "epair7" not in demo.epairs()
    assert demo.jails()["old"]["state"] == "dying"


def test_without_yes_and_without_a_terminal_nothing_runs(
    demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert demo.run("stop", "web") == Exit.DECLINED
    assert "jail -r web" in capsys.readouterr().err
    assert demo.jails()["web"]["state"] == "running"


def test_dry_run_of_several_is_a_script_that_does_it(demo: Demo, capsys: Capsys, tmp_path: Path) -> None:
    assert demo.run("reclaim", "epair9", "epair7", "--dry-run") == Exit.OK
    script = tmp_path / "plan.sh"
    script.write_text(capsys.readouterr().out)
    assert {"epair9", "epair7"} <= demo.epairs().keys()
    environment = setup.prepare(demo.folder)
    subprocess.run(["/bin/sh", str(script)], env=environment, check=True, capture_output=True)
    assert not {"epair9", "epair7"} & demo.epairs().keys()


def test_folder_keeps_the_state_and_reset_starts_afresh(another: Demo) -> None:
    another.run("reclaim", "epair9", "--yes")
    assert "epair9" not in another.epairs()
    setup.prepare(another.folder, reset=True)
    assert "epair9" in another.epairs()


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_older_releases_give_the_same_picture(another: Demo, monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    PutBack(another.folder, release=release).use(monkeypatch)
    pairs = another.epairs()
    orphans = {name for name, pair in pairs.items() if pair["orphan"]}
    assert orphans == {"epair161", "epair9", "epair7"}
    by = {pair["paired_by"] for pair in pairs.values() if pair["b"]["where"] == "jail"}
    assert by == ({"mac"} if release == "13.2" else {"drivername"})
    assert another.run("stop", "web", "--yes") == Exit.OK
    assert another.run("start", "web", "--yes") == Exit.OK


def test_host_of_many_jails_is_read_whole(another: Demo) -> None:
    setup.prepare(another.folder, jails=60)
    shown = another.show()
    assert len(shown["jails"]) == 60
    assert {jail["state"] for jail in shown["jails"]} == {"running"}
    assert len(shown["epairs"]) == 60
    assert not any(pair["orphan"] for pair in shown["epairs"])


def test_collected_file_shows_the_same_and_can_not_be_changed(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    file = str(tmp_path / "nas.json")
    assert demo.run("collect", file) == Exit.OK
    live = demo.show()
    assert main(["show", "--json", "--host", file]) == Exit.OK
    saved = json.loads(capsys.readouterr().out)
    for jail, live_jail in zip(saved["jails"], live["jails"], strict=True):
        names = jail.pop("names")  # collect reads the files inside jails too
        assert all(name in names for name in live_jail.pop("names"))
    for key in ("jails", "bridges", "epairs", "vlans", "interfaces", "errors"):
        assert saved[key] == live[key]
    assert main(["stop", "web", "--yes", "--host", file]) == Exit.REFUSED


def test_collected_file_tells_when_it_was_read(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    file = tmp_path / "nas.json"
    assert demo.run("collect", str(file)) == Exit.OK
    text = json.loads(file.read_text())
    text["taken_at"] = time.mktime((2025, 3, 9, 14, 5, 0, 0, 0, -1))
    file.write_text(json.dumps(text))
    capsys.readouterr()
    assert main(["show", "--host", str(file)]) == Exit.OK
    assert "nas.json: read on 2025-03-09 at 14:05\n" in capsys.readouterr().err
    assert demo.run("show") == Exit.OK
    assert "read on" not in capsys.readouterr().err


def test_without_root_a_pair_is_unknown_and_the_reason_for_doing_nothing_told(tmp_path: Path) -> None:
    environment = setup.prepare(tmp_path, user="alice")
    backend = HostBackend(Host("demo", lambda: local_shell(environment=environment)))
    state = backend.read().state
    pairs = {pair.name: pair for pair in state.epairs}
    assert (pairs["epair154"].b.where, pairs["epair154"].orphan) == ("unknown", None)
    assert pairs["epair9"].orphan is True, "both its ends are in sight"
    assert {jail.name for jail in state.jails} >= {"web", "old", "legacy"}
    assert backend.read_only == "alice is not root: jails can only be looked at"


class LateAnswer:
    """A terminal whose operator stops web elsewhere before saying yes."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        assert self.demo.run("stop", "web", "--yes") == Exit.OK
        return "y\n"


def test_yes_to_a_question_that_the_host_has_overtaken_runs_nothing(
    demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", LateAnswer(demo))
    assert demo.run("stop", "web", "db") == Exit.DECLINED
    assert "has changed and needs other commands" in capsys.readouterr().err
    assert {name: demo.jails()[name]["state"] for name in ("web", "db")} == {"web": "stopped", "db": "running"}


def test_value_that_jails_share_is_changed_for_all_beside_one_of_the_jail_alone(demo: Demo) -> None:
    words = ("gateway=192.168.1.254", "--for-all", "gateway", "address=192.168.1.33/24")
    assert demo.run("conf", "network", "web", *words, "--diff") == Exit.OK
    lines = demo.capsys.readouterr().out.splitlines()
    added = [line for line in lines if line.startswith("+") and not line.startswith("+++")]
    assert added == ['+    $gateway = "192.168.1.254";', '+    $ip = "192.168.1.33/24";']


def test_load_of_a_running_jail_counts_what_it_sent_and_got_and_a_restart_begins_anew(demo: Demo) -> None:
    before = demo.jails()
    assert before["mail"]["load"] is None
    assert before["web"]["load"].keys() == {
        "cpu_seconds", "memory_bytes", "since", "in_bytes", "out_bytes", "in_packets", "out_packets", "errors"
    }  # fmt: skip
    with transaction(str(demo.folder), write=True) as kernel:
        inside = kernel.find(kernel.jail_for_move("web").vnet, "epair154b")
        assert inside is not None
        outside = kernel.interfaces[inside.peer]
        for size in (100, 100, 100):
            wire.count(kernel, ((inside, "sent"), (outside, "received")), size)
        for size in (50, 50):
            wire.count_back(kernel, ((inside, "sent"), (outside, "received")), size)
        inside.flags.remove("UP")
        wire.count_lost(kernel, ((outside, "sent"),), 98)
    load = demo.jails()["web"]["load"]
    assert (load["out_packets"], load["out_bytes"], load["in_packets"], load["in_bytes"]) == (3, 300, 2, 100)
    assert load["errors"] == 1
    assert load["memory_bytes"] == before["web"]["load"]["memory_bytes"] == 2800 * 1024
    assert demo.jails()["legacy"]["load"]["in_bytes"] is None  # it shares the host's network
    assert demo.run("restart", "web", "--yes") == Exit.OK
    assert demo.jails()["web"]["load"]["out_bytes"] == 0
