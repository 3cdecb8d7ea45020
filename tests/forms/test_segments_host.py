"""What the forms of bridges and VLANs come to on the embedded host: run, true, and taken back step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import Task
from jailtui.forms.opening import FormName
from jailtui.forms.protocol import ON, Answers
from jailtui.model.state import Bridge, HostState, Vlan
from jailtui.preferences import Config
from jailtui.simhost.setup import prepare
from tests.support import host_commands
from tests.support.form_hosts import form_of
from tests.support.releases import OLD_AND_NEW


class House:
    """The home network of one release, reached as the console reaches it."""

    def __init__(self, folder: Path, release: str) -> None:
        self.environment = prepare(folder, release=release)
        self.backend: HostBackend = open_host(Choice("demo", demo_dir=folder, demo_release=release), Config())
        self.rcconf = folder / "etc" / "rc.conf"

    def ask(self, *words: str) -> str:
        done = host_commands.ask(f"{self.environment['PATH']}/{words[0]}", words[1:], self.environment)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def picture(self) -> list[str]:
        """What the host is set to, by ifconfig and rc.conf; without the link-local address that comes with another."""
        lines = [*self.ask("ifconfig", "-a").splitlines(), *self.rcconf.read_text().splitlines()]
        return sorted(line.partition(" port ")[0] for line in lines if "\tnd6 " not in line and "fe80:" not in line)

    def save(self, name: FormName, subject: str, values: Mapping[str, str]) -> Task:
        """Answer a form, save it, and run what that comes to; the plan that ran."""
        form, snapshot = form_of(self.backend, name, subject)
        draft = form.draft(Answers(values))
        assert not draft.errors, draft.errors
        plan = self.backend.save_plan(form, draft, snapshot)
        assert not plan.refused, plan.refused
        said: list[str] = []
        outcomes = self.backend.run(plan, lambda event: said.append(event.text), lambda: False)
        assert list(outcomes.values()) == ["done"], said
        return plan.tasks[0]

    def take_back(self, task: Task) -> None:
        """Run what takes each step back, the last first."""
        for step in reversed(task.steps):
            assert step.undo is not None
            self.ask(*step.undo)

    def now(self) -> HostState:
        """The host with its rc.conf, read anew."""
        return self.backend.understood(self.backend.capture(fresh=True)).state

    def bridge(self, name: str) -> Bridge:
        return next(one for one in self.now().bridges if one.name == name)

    def vlan(self, name: str) -> Vlan:
        return next(one for one in self.now().vlans if one.name == name)


House_of = Callable[[str], House]


@pytest.fixture(scope="module")
def houses() -> Iterator[dict[str, House]]:
    """The hosts that are put back after each test, by release."""
    made: dict[str, House] = {}
    yield made
    for home in made.values():
        home.backend.close()


@pytest.fixture(params=OLD_AND_NEW)
def put_back(
    houses: dict[str, House],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """A host that the test leaves as it found it."""
    folder = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "put-back-state"))
    release = request.param
    home = houses.pop(release, None) or House(tmp_path_factory.mktemp("put-back") / "demo", release)
    before = home.picture()
    yield home
    assert home.picture() == before
    houses[release] = home


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House_of:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return lambda release: House(tmp_path / "demo", release)


def test_new_bridge_stands_now_and_after_boot(put_back: House) -> None:
    home = put_back
    before = home.picture()
    values = {"name": "bridge5", "members": "epair9a", "address": "10.5.0.1/24", "description": "the lab"}
    task = home.save("bridge", "", values)
    made = home.bridge("bridge5")
    assert (made.members, [str(one) for one in made.addresses][:1]) == (("epair9a",), ["10.5.0.1/24"])
    assert (made.up, made.persistent, made.description) == (True, True, "the lab")
    assert "bridge5" in home.ask("sysrc", "-n", "cloned_interfaces").split()
    assert home.ask("sysrc", "-n", "ifconfig_bridge5").strip() == "inet 10.5.0.1/24 up"
    home.take_back(task)
    assert home.picture() == before


@pytest.mark.parametrize(
    ("name", "subject", "values"),
    [
        ("bridge", "", {"name": "lan", "members": "epair9a", "mtu": "1400"}),
        ("bridge", "bridge0", {"description": "x y", "address": "192.168.1.9/24"}),
        ("bridge", "br30", {"members": "epair4a", "boot": ON}),
        ("bridge", "br20", {"address6": "fd00::20/64"}),
        ("vlan", "", {"tag": "40", "parent": "em0", "address": "10.40.0.1/24", "mtu": "1400"}),
        ("vlan", "", {"tag": "41", "parent": "em0", "name": "dmz", "description": "far"}),
        ("vlan", "em0.20", {"description": "x"}),
        ("remove-vlan", "em0.20", {}),
    ],
)
def test_each_step_is_run_and_taken_back(
    put_back: House, name: FormName, subject: str, values: Mapping[str, str]
) -> None:
    home = put_back
    before = home.picture()
    task = home.save(name, subject, values)
    assert home.picture() != before
    home.take_back(task)
    assert home.picture() == before


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_bridge_with_a_name_of_its_own_is_removed_and_made_again(house: House_of, release: str) -> None:
    home = house(release)
    before, written = home.bridge("br20"), home.rcconf.read_text()
    task = home.save("remove-bridge", "br20", {})
    assert "br20" not in [bridge.name for bridge in home.backend.read().state.bridges]
    assert "br20" not in home.rcconf.read_text()
    home.take_back(task)
    after = home.bridge("br20")
    assert (sorted(after.members), after.up) == (sorted(before.members), before.up)
    assert sorted(home.rcconf.read_text().splitlines()) == sorted(written.splitlines())


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_what_was_written_to_rc_conf_makes_the_same_bridge_at_boot(house: House_of, release: str) -> None:
    home = house(release)
    home.save("vlan", "", {"tag": "40", "parent": "em0"})
    home.save("bridge", "", {"name": "bridge5", "members": "em0.40", "address": "10.5.0.1/24", "description": "lab"})
    before = home.bridge("bridge5")
    home.ask("ifconfig", "bridge5", "destroy")
    home.ask("service", "netif", "cloneup")
    home.ask("service", "netif", "start", "bridge5")
    after = home.bridge("bridge5")
    assert (after.members, after.addresses, after.up) == (before.members, before.addresses, True)


def test_bridge_by_hand_is_there_after_boot_once_that_is_switched_on(house: House_of) -> None:
    home = house("15.1")
    assert home.bridge("br30").persistent is False
    home.save("bridge", "br30", {"boot": ON})
    assert home.bridge("br30").persistent is True
    assert home.ask("sysrc", "-n", "ifconfig_bridge30_name", "ifconfig_br30").split("\n")[:2] == [
        "br30",
        "addm em0.30 up",
    ]
    assert home.backend.form("bridge", "br30").draft(Answers()).empty


def test_new_vlan_stands_now_and_after_boot(house: House_of) -> None:
    home = house("15.1")
    home.save("vlan", "", {"tag": "41", "parent": "em0", "name": "dmz"})
    made = home.vlan("dmz")
    assert (made.tag, made.parent, made.up, made.persistent) == (41, "em0", True, True)
    assert home.ask("sysrc", "-n", "vlans_em0", "create_args_dmz").splitlines() == ["10 20 30 dmz", "vlan 41"]


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_mtu_of_a_bridge_reaches_its_members(house: House_of, release: str) -> None:
    home = house(release)
    home.save("bridge", "", {"name": "bridge5", "members": "epair9a"})
    before = home.picture()
    task = home.save("bridge", "bridge5", {"mtu": "1400"})
    mtus = {one.name: one.mtu for one in home.backend.read().state.interfaces if one.name in ("bridge5", "epair9a")}
    assert mtus == {"bridge5": 1400, "epair9a": 1400}
    if release != "13.2":
        home.take_back(task)
        assert home.picture() == before


def test_vlan_filter_of_15_is_set_and_read_again(house: House_of) -> None:
    home = house("15.1")
    before = home.picture()
    values = {"filter": ON, "untagged.em0.20": "20", "tagged.em0.20": "30-32,40", "untagged.epair3a": "5"}
    task = home.save("bridge", "br20", values)
    form = home.backend.form("bridge", "br20")
    held = {one.key: one.value for one in form.fields(Answers())}
    assert {key: held[key] for key in values} == values | {"tagged.em0.20": "30-32,40"}
    assert home.ask("sysrc", "-n", "ifconfig_br20").strip() == "addm em0.20 untagged 20 tagged 30-32,40 vlanfilter up"
    assert held["boot"] == ON
    home.take_back(task)
    assert home.picture() == before


def test_vlan_of_a_jail_on_a_filtering_bridge_is_that_of_its_port_after_a_start(house: House_of) -> None:
    home = house("15.1")
    home.ask("ifconfig", "br20", "vlanfilter")
    assert "untagged" not in home.ask("ifconfig", "br20")
    home.save("network", "proxy", {"vlan": "20"})
    home.ask("jail", "-r", "proxy")
    home.ask("jail", "-c", "proxy")
    ports = [one.ports for one in home.backend.read().state.interfaces if one.name == "br20"]
    assert [(port.name, port.untagged) for port in ports[0]] == [("epair3a", 20)]
    assert [
        field.value for field in home.backend.form("network", "proxy").fields(Answers()) if field.key == "vlan"
    ] == ["20"]
